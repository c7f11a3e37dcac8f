import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { Deletion } from "@skyeworx/contract";
import { IconDownload } from "@tabler/icons-react";
import { type UseMutationResult, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { tellFailure } from "../../live/use-deeds.ts";
import { Facts } from "../../parts/facts.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { exactTime } from "../../parts/time/write-time.ts";
import { Page } from "../../shell/page.tsx";

/** Everything about the organization: to take away, and to delete for good. */
export function DataPage(): ReactNode {
	const { permissions } = useMe();
	if (!permissions.includes("data.delete")) {
		return (
			<Page>
				<PageHead title="Data" />
				<EmptyState title="You may not export or delete everything">An owner of your organization can.</EmptyState>
			</Page>
		);
	}
	return (
		<Page>
			<PageHead title="Data" sub="Take everything with you, or have it deleted for good" />
			<Stack gap="md">
				<Panel title="Export">
					<Stack gap="sm" align="flex-start">
						<Text size="sm" maw="70ch">
							Everything that this server knows about your organization, as JSON lines: people, roles, sites, policies, runs, restores,
							figures, and the whole audit log. Secrets are not in it. What is backed up lies in your vaults, and comes out of them with the
							recovery kit alone: skyeworx vault export.
						</Text>
						<Button
							component="a"
							href="/api/organization/export"
							download
							variant="default"
							leftSection={<IconDownload size={14} aria-hidden />}
						>
							Export everything
						</Button>
					</Stack>
				</Panel>
				<DeletionPanel />
			</Stack>
		</Page>
	);
}

function DeletionPanel(): ReactNode {
	const deletion = useQuery(queries.deletion(useClient()));
	return (
		<Panel title="Delete the organization">
			<QueryView query={deletion} loading={3}>
				{(found) => (found.state === "none" ? <NotAsked /> : <Asked deletion={found} />)}
			</QueryView>
		</Panel>
	);
}

function NotAsked(): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const [asking, ask] = useDisclosure(false);
	const [reason, setReason] = useState("");
	const request = useMutation({
		mutationFn: (name: string) => client.requestDeletion({ body: { name, ...(reason.trim() === "" ? {} : { reason: reason.trim() }) } }),
		onSuccess: (made) => {
			cache.setQueryData(["deletion"], made);
			ask.close();
		},
	});
	return (
		<Stack gap="sm" align="flex-start">
			<Text size="sm" maw="70ch">
				Destroys the keys of every vault, deletes the stored objects, and forgets the organization with its people and its log. Nobody can
				bring it back, we neither. A week to think comes first; nothing happens until somebody confirms it after that.
			</Text>
			<Button variant="default" c="var(--sw-fail)" onClick={ask.open}>
				Delete the organization…
			</Button>
			<Modal opened={asking} onClose={ask.close} title="Delete the organization?" size={520}>
				<TypedName deed="Begin the week to think" mutation={request} close={ask.close}>
					<TextInput
						label="Reason, for the audit log"
						value={reason}
						onChange={(event) => setReason(event.currentTarget.value)}
						maxLength={500}
					/>
				</TypedName>
			</Modal>
		</Stack>
	);
}

interface TypedNameProps {
	readonly deed: string;
	readonly mutation: UseMutationResult<Deletion, Error, string>;
	readonly close: () => void;
	readonly children?: ReactNode;
}

/** The deed is open only to whoever types the name of what would be gone. */
function TypedName({ deed, mutation, close, children }: TypedNameProps): ReactNode {
	const { organization } = useMe();
	const [name, setName] = useState("");
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				mutation.mutate(name);
			}}
		>
			<Stack gap="sm">
				{mutation.isError ? <ProblemView error={mutation.error} /> : null}
				<TextInput
					required
					label={`Type the name: ${organization.name}`}
					value={name}
					onChange={(event) => setName(event.currentTarget.value)}
					data-autofocus
					autoComplete="off"
				/>
				{children}
				<Group justify="flex-end" gap="xs">
					<Button variant="default" onClick={close}>
						Keep everything
					</Button>
					<Button type="submit" color="brick" loading={mutation.isPending} disabled={name !== organization.name}>
						{deed}
					</Button>
				</Group>
			</Stack>
		</form>
	);
}

function Asked({ deletion }: { readonly deletion: Deletion }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const [asking, ask] = useDisclosure(false);
	const cancel = useMutation({
		mutationFn: () => client.cancelDeletion(),
		onSettled: () => void cache.invalidateQueries({ queryKey: ["deletion"] }),
		onError: tellFailure,
	});
	const confirm = useMutation({
		mutationFn: (name: string) => client.confirmDeletion({ body: { name } }),
		onSuccess: () => window.location.assign("/sign-in"),
	});
	const at = (moment: string | null): string | null => (moment === null ? null : exactTime(moment));
	return (
		<Stack gap="sm" align="flex-start">
			<Text size="sm" fw={600}>
				{deletion.state === "erasing"
					? "The deletion was confirmed; everything is being destroyed."
					: "Somebody asked for the deletion of the organization. Everything goes on as before until it is confirmed."}
			</Text>
			<Facts
				rows={[
					["Asked for by", deletion.requestedBy?.name],
					["Reason", deletion.reason],
					["Asked for", at(deletion.requestedAt)],
					["Can be confirmed from", at(deletion.confirmableAt)],
					["Forgotten, unconfirmed, on", at(deletion.lapsesAt)],
				]}
			/>
			{deletion.state === "erasing" ? null : (
				<Group gap="xs">
					<Button loading={cancel.isPending} onClick={() => cancel.mutate()}>
						Call it off
					</Button>
					<Button variant="default" c="var(--sw-fail)" disabled={deletion.state !== "confirmable"} onClick={ask.open}>
						Confirm the deletion…
					</Button>
				</Group>
			)}
			<Modal opened={asking} onClose={ask.close} title="Delete everything now?" size={520}>
				<TypedName deed="Delete everything for good" mutation={confirm} close={ask.close} />
			</Modal>
		</Stack>
	);
}
