import { Button, Checkbox, CopyButton, Group, Modal, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { type NoticeRule, type NoticeTargetInput, noticeRuleNames } from "@skyeworx/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import classes from "./settings.module.css";

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
	const [secret, setSecret] = useState<string>();
	const done = (): void => {
		setSecret(undefined);
		close();
	};
	return (
		<Modal
			opened={opened}
			onClose={done}
			title={secret === undefined ? "Tell somebody" : "Copy the signing secret now"}
			size={520}
			closeOnClickOutside={secret === undefined}
		>
			{secret === undefined ? (
				<Form made={(signing) => (signing === null ? done() : setSecret(signing))} close={done} />
			) : (
				<Secret secret={secret} done={done} />
			)}
		</Modal>
	);
}

function Secret({ secret, done }: { readonly secret: string; readonly done: () => void }): ReactNode {
	return (
		<Stack gap="md">
			<Text size="sm">
				Each notice is signed with it, in the header Skyeworx-Signature: check that before you believe one. It is shown this once.
			</Text>
			<div className={classes.secret}>{secret}</div>
			<Group justify="flex-end" gap="xs">
				<CopyButton value={secret}>
					{({ copied, copy }) => (
						<Button variant="default" onClick={copy}>
							{copied ? "Copied" : "Copy"}
						</Button>
					)}
				</CopyButton>
				<Button onClick={done}>I have it</Button>
			</Group>
		</Stack>
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
		<form
			onSubmit={(event) => {
				event.preventDefault();
				add.mutate();
			}}
		>
			<Stack gap="sm">
				{add.isError ? <ProblemView error={add.error} /> : null}
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
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={close}>
						Cancel
					</Button>
					<Button type="submit" loading={add.isPending} disabled={rules.length === 0}>
						Add
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
