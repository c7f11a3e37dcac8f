import { TextInput } from "@mantine/core";
import type { RoleId } from "@skyeworx/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { DialogForm } from "./dialog-form.tsx";
import { type LimitChoice, LimitFields } from "./limit-fields.tsx";
import { RoleSelect } from "./role-select.tsx";
import { ShownOnceDialog } from "./shown-once-dialog.tsx";

/** Invites somebody; the link is shown this once. */
export function InviteMember({ opened, close }: { readonly opened: boolean; readonly close: () => void }): ReactNode {
	return (
		<ShownOnceDialog
			opened={opened}
			close={close}
			title="Invite somebody"
			shown={{
				title: "Send this link",
				text: "It works once, and is shown this once. Send it to the one you invited, and to nobody else.",
			}}
			form={(made, done) => <Form made={made} close={done} />}
		/>
	);
}

function Form({ made, close }: { readonly made: (url: string) => void; readonly close: () => void }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const [name, setName] = useState("");
	const [email, setEmail] = useState("");
	const [role, setRole] = useState("viewer");
	const [limits, setLimits] = useState<LimitChoice>({});
	const invite = useMutation({
		mutationFn: () => client.createInvitation({ body: { name: name.trim(), email: email.trim(), role: role as RoleId, ...limits } }),
		onSuccess: ({ url }) => {
			void cache.invalidateQueries({ queryKey: ["invitations"] });
			made(url);
		},
	});
	return (
		<DialogForm deed={invite} submit="Make the invitation" close={close}>
			<TextInput
				required
				label="Name"
				value={name}
				onChange={(event) => setName(event.currentTarget.value)}
				data-autofocus
				maxLength={100}
			/>
			<TextInput
				required
				type="email"
				label="E-mail"
				value={email}
				onChange={(event) => setEmail(event.currentTarget.value)}
				maxLength={200}
			/>
			<RoleSelect value={role} change={setRole} />
			<LimitFields value={limits} change={setLimits} />
		</DialogForm>
	);
}
