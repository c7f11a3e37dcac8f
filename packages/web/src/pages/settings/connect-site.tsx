import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import type { SiteCreated } from "@skyeworx/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { usePorts } from "../../live/app-context.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { RecoveryKit } from "./recovery-kit.tsx";

/** Connects a site: check the credential, make the vault, hand over the keys. */
export function ConnectSite({ opened, close }: { readonly opened: boolean; readonly close: () => void }): ReactNode {
	const { client, newId } = usePorts();
	const cache = useQueryClient();
	const navigate = useNavigate();
	const [made, setMade] = useState<SiteCreated>();
	const connect = useMutation({
		mutationFn: (input: FormInput) =>
			client.createSite({
				body: { url: input.url, connection: { type: "api-token", email: input.email, token: input.token } },
				idempotencyKey: newId(),
			}),
		onSuccess: (created) => {
			setMade(created);
			void cache.invalidateQueries();
		},
	});
	const done = async (): Promise<void> => {
		close();
		if (made !== undefined) await navigate({ to: "/settings/sites/$siteId", params: { siteId: made.site.id } });
	};
	return (
		<Modal
			opened={opened}
			onClose={close}
			title={made === undefined ? "Connect a site" : "Keep these two safe"}
			size={560}
			closeOnClickOutside={made === undefined}
			closeOnEscape={made === undefined}
			withCloseButton={made === undefined}
		>
			{made === undefined ? (
				<Form error={connect.error} busy={connect.isPending} send={connect.mutate} close={close} />
			) : (
				<RecoveryKit created={made} done={() => void done()} />
			)}
		</Modal>
	);
}

interface FormInput {
	readonly url: string;
	readonly email: string;
	readonly token: string;
}

interface FormProps {
	readonly error: unknown;
	readonly busy: boolean;
	readonly send: (input: FormInput) => void;
	readonly close: () => void;
}

function Form({ error, busy, send, close }: FormProps): ReactNode {
	const [input, setInput] = useState<FormInput>({ url: "https://", email: "", token: "" });
	const set = (change: Partial<FormInput>): void => setInput((before) => ({ ...before, ...change }));
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				send({ url: input.url.trim(), email: input.email.trim(), token: input.token.trim() });
			}}
		>
			<Stack gap="sm">
				{error === null ? null : <ProblemView error={error} />}
				<TextInput
					required
					label="Site address"
					description="As in your browser: https://your-site.atlassian.net"
					type="url"
					value={input.url}
					onChange={(event) => set({ url: event.currentTarget.value })}
					data-autofocus
				/>
				<TextInput
					required
					label="E-mail of the account"
					description="Only what this account may see can be protected."
					type="email"
					value={input.email}
					onChange={(event) => set({ email: event.currentTarget.value })}
				/>
				<PasswordInput
					required
					label="API token of that account"
					description="Sealed with your organization’s key; never shown again."
					autoComplete="off"
					value={input.token}
					onChange={(event) => set({ token: event.currentTarget.value })}
				/>
				<Text size="sm" c="dimmed">
					The credential is checked before anything is kept. The first backup can start right after.
				</Text>
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={close}>
						Cancel
					</Button>
					<Button type="submit" loading={busy}>
						Connect this site
					</Button>
				</Group>
			</Stack>
		</form>
	);
}
