import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import type { SiteCreated, SiteInput } from "@skyeworx/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { usePorts } from "../../live/app-context.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { CredentialFields, connectionOf, emptyCredential } from "./credential-fields.tsx";
import { RecoveryKit } from "./recovery-kit.tsx";

/** Connects a site: check the credential, make the vault, hand over the keys. */
export function ConnectSite({ opened, close }: { readonly opened: boolean; readonly close: () => void }): ReactNode {
	const { client, newId } = usePorts();
	const cache = useQueryClient();
	const navigate = useNavigate();
	const [made, setMade] = useState<SiteCreated>();
	const connect = useMutation({
		mutationFn: (input: SiteInput) => client.createSite({ body: input, idempotencyKey: newId() }),
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

interface FormProps {
	readonly error: unknown;
	readonly busy: boolean;
	readonly send: (input: SiteInput) => void;
	readonly close: () => void;
}

function Form({ error, busy, send, close }: FormProps): ReactNode {
	const [url, setUrl] = useState("https://");
	const [credential, setCredential] = useState(emptyCredential);
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				const connection = connectionOf(credential);
				if (connection !== undefined) send({ url: url.trim(), connection });
			}}
		>
			<Stack gap="sm">
				{error === null ? null : <ProblemView error={error} />}
				<TextInput
					required
					label="Site address"
					description="As in your browser: https://your-site.atlassian.net"
					type="url"
					value={url}
					onChange={(event) => setUrl(event.currentTarget.value)}
					data-autofocus
				/>
				<CredentialFields draft={credential} set={setCredential} />
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
