import { Checkbox, SegmentedControl, Select, Stack, TextInput } from "@mantine/core";
import { type NoticeRule, type NoticeTargetInput, noticeRuleNames } from "@skyeworx/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { DialogForm } from "./dialog-form.tsx";
import { ShownOnceDialog } from "./shown-once-dialog.tsx";

type Way = NoticeTargetInput["type"];

const ways: readonly { readonly value: Way; readonly label: string; readonly field: string }[] = [
	{ value: "email", label: "E-mail", field: "E-mail address" },
	{ value: "slack", label: "Slack", field: "Address of the incoming webhook" },
	{ value: "webhook", label: "Webhook", field: "Address" },
];

const allRules = Object.keys(noticeRuleNames) as readonly NoticeRule[];
const atOnce = "";
const times = [
	{ value: atOnce, label: "At once" },
	...Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: `Once a day, at ${hour}:00 UTC` })),
];

/** Tells somebody; a webhook's signing secret is shown this once. */
export function AddNoticeTarget({ opened, close }: { readonly opened: boolean; readonly close: () => void }): ReactNode {
	return (
		<ShownOnceDialog
			opened={opened}
			close={close}
			title="Tell somebody"
			shown={{
				title: "Copy the signing secret now",
				text: "Each notice is signed with it, in the header Skyeworx-Signature: check that before you believe one. It is shown this once.",
			}}
			form={(made, done) => <Form made={made} close={done} />}
		/>
	);
}

function Form({ made, close }: { readonly made: (secret: string | null) => void; readonly close: () => void }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const [way, setWay] = useState<Way>("email");
	const [address, setAddress] = useState("");
	const [rules, setRules] = useState<readonly NoticeRule[]>(allRules);
	const [hour, setHour] = useState(atOnce);
	const add = useMutation({
		mutationFn: () => {
			const rest = { rules: [...rules], ...(hour === atOnce ? {} : { digestHour: Number(hour) }) };
			const body: NoticeTargetInput =
				way === "email" ? { type: way, address: address.trim(), ...rest } : { type: way, url: address.trim(), ...rest };
			return client.createNoticeTarget({ body });
		},
		onSuccess: ({ signingSecret }) => {
			void cache.invalidateQueries({ queryKey: ["notice-targets"] });
			made(signingSecret);
		},
	});
	return (
		<DialogForm deed={add} submit="Add" isIncomplete={rules.length === 0} close={close}>
			<SegmentedControl
				aria-label="By"
				data={ways.map(({ value, label }) => ({ value, label }))}
				value={way}
				onChange={(next) => {
					setWay(ways.find(({ value }) => value === next)?.value ?? "email");
					setAddress("");
				}}
			/>
			<TextInput
				required
				type={way === "email" ? "email" : "url"}
				label={ways.find(({ value }) => value === way)?.field}
				value={address}
				onChange={(event) => setAddress(event.currentTarget.value)}
				data-autofocus
				maxLength={500}
			/>
			<Checkbox.Group label="When" value={[...rules]} onChange={(values) => setRules(allRules.filter((rule) => values.includes(rule)))}>
				<Stack gap={6} mt={6}>
					{allRules.map((rule) => (
						<Checkbox key={rule} size="xs" value={rule} label={noticeRuleNames[rule]} />
					))}
				</Stack>
			</Checkbox.Group>
			<Select label="How" allowDeselect={false} data={times} value={hour} onChange={(value) => setHour(value ?? atOnce)} />
		</DialogForm>
	);
}
