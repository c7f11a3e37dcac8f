import { Select, TextInput } from "@mantine/core";
import type { Permission } from "@skyeworx/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient, useNow } from "../../live/app-context.tsx";
import { DialogForm } from "./dialog-form.tsx";
import { type LimitChoice, LimitFields } from "./limit-fields.tsx";
import { PermissionFields } from "./permission-fields.tsx";
import { ShownOnceDialog } from "./shown-once-dialog.tsx";

const lifetimes = [
	{ value: "30", label: "30 days" },
	{ value: "90", label: "90 days" },
	{ value: "365", label: "One year" },
	{ value: "", label: "Never" },
];

/** Makes a key; its secret is shown this once. */
export function MakeApiKey({ opened, close }: { readonly opened: boolean; readonly close: () => void }): ReactNode {
	return (
		<ShownOnceDialog
			opened={opened}
			close={close}
			title="Make an API key"
			shown={{ title: "Copy the key now", text: "It is shown this once; only a fingerprint of it is kept." }}
			form={(made, done) => <Form made={made} close={done} />}
		/>
	);
}

function Form({ made, close }: { readonly made: (secret: string) => void; readonly close: () => void }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const now = useNow();
	const [name, setName] = useState("");
	const [chosen, setChosen] = useState<readonly Permission[]>(["status.see"]);
	const [days, setDays] = useState("90");
	const [networks, setNetworks] = useState("");
	const [limits, setLimits] = useState<LimitChoice>({});
	const make = useMutation({
		mutationFn: () =>
			client.createApiKey({
				body: {
					name: name.trim(),
					permissions: [...chosen],
					...limits,
					...(networks.trim() === "" ? {} : { addresses: networks.trim().split(/[\s,]+/) }),
					...(days === "" ? {} : { expiresAt: new Date(now + Number(days) * 86_400_000).toISOString() }),
				},
			}),
		onSuccess: (created) => {
			void cache.invalidateQueries({ queryKey: ["api-keys"] });
			made(created.secret);
		},
	});
	return (
		<DialogForm deed={make} submit="Make the key" isIncomplete={chosen.length === 0} close={close}>
			<TextInput
				required
				label="Name"
				description="What uses it, so that you know whom you cut off when you revoke it"
				value={name}
				onChange={(event) => setName(event.currentTarget.value)}
				data-autofocus
				maxLength={100}
			/>
			<PermissionFields value={chosen} change={setChosen} />
			<LimitFields value={limits} change={setLimits} />
			<TextInput
				label="Works from"
				description="Addresses or networks, such as 203.0.113.7 or 10.0.0.0/8; empty for anywhere"
				value={networks}
				onChange={(event) => setNetworks(event.currentTarget.value)}
			/>
			<Select label="Expires after" allowDeselect={false} data={lifetimes} value={days} onChange={(value) => setDays(value ?? "90")} />
		</DialogForm>
	);
}
