import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import type { SiteCreated, SiteInput } from "@skyeworx/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useClient, useMe, usePorts } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
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

/** Where the vault will lie, for whoever may choose it. */
function WhereItGoes(): ReactNode {
	const { permissions } = useMe();
	const may = permissions.includes("keys.manage");
	const storage = useQuery({ ...queries.storage(useClient()), enabled: may });
	if (!may || storage.data === undefined) return null;
	const { store, key } = storage.data;
	return (
		<Text size="sm">
			Kept in: {store.description}, {key.type === "built-in" ? "under a key of its own" : `under ${key.keyId}`}.{" "}
			<Link to="/settings/storage">Choose another store or key</Link>
		</Text>
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
				<WhereItGoes />
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
