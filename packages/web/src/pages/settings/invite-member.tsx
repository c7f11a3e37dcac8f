import { Button, CopyButton, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import type { RoleId } from "@skyeworx/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { type LimitChoice, LimitFields } from "./limit-fields.tsx";
import { RoleSelect } from "./role-select.tsx";
import classes from "./settings.module.css";

/** Invites somebody; the link is shown this once. */
export function InviteMember({ opened, close }: { readonly opened: boolean; readonly close: () => void }): ReactNode {
	const [url, setUrl] = useState<string>();
	const done = (): void => {
		setUrl(undefined);
		close();
	};
	return (
		<Modal
			opened={opened}
			onClose={done}
			title={url === undefined ? "Invite somebody" : "Send this link"}
			size={520}
			closeOnClickOutside={url === undefined}
		>
			{url === undefined ? <Form made={setUrl} close={done} /> : <Link url={url} done={done} />}
		</Modal>
	);
}

function Link({ url, done }: { readonly url: string; readonly done: () => void }): ReactNode {
	return (
		<Stack gap="md">
			<Text size="sm">It works once, and is shown this once. Send it to the one you invited, and to nobody else.</Text>
			<div className={classes.secret}>{url}</div>
			<Group justify="flex-end" gap="xs">
				<CopyButton value={url}>
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
		<form
			onSubmit={(event) => {
				event.preventDefault();
				invite.mutate();
			}}
		>
			<Stack gap="sm">
				{invite.isError ? <ProblemView error={invite.error} /> : null}
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
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={close}>
						Cancel
					</Button>
					<Button type="submit" loading={invite.isPending}>
						Make the invitation
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
