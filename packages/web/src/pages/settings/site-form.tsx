import { Button, Group, Select, Stack, Switch, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { SiteDetail, SitePatch } from "@skyeworx/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { spanText } from "../../parts/time/write-time.ts";
import { type CredentialDraft, CredentialFields, connectionOf, emptyCredential } from "./credential-fields.tsx";

const promises = [6, 12, 24, 48, 168].map((hours) => ({ value: String(hours * 3600), label: spanText(hours * 3600) }));

/** Changes a site's name, promise and credential, or pauses it. */
export function SiteForm({ site }: { readonly site: SiteDetail }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const { permissions } = useMe();
	const [name, setName] = useState(site.name);
	const [credential, setCredential] = useState<CredentialDraft>({ ...emptyCredential, type: site.connection.type });
	const connection = connectionOf(credential);
	const save = useMutation({
		mutationFn: (patch: SitePatch) => client.updateSite({ params: { siteId: site.id }, body: patch }),
		onSuccess: (after) => {
			cache.setQueryData(["site", site.id], after);
			for (const key of ["sites", "overview"]) void cache.invalidateQueries({ queryKey: [key] });
			setCredential({ ...emptyCredential, type: after.connection.type });
			notifications.show({ color: "moss", title: "Saved", message: after.name });
		},
	});
	if (!permissions.includes("site.connect")) return null;
	const known = promises.some((entry) => entry.value === String(site.promiseSeconds))
		? promises
		: [{ value: String(site.promiseSeconds), label: spanText(site.promiseSeconds) }, ...promises];
	return (
		<Panel title="Settings">
			<Stack gap="sm">
				{save.isError ? <ProblemView error={save.error} /> : null}
				<Group align="flex-end" gap="xs" wrap="nowrap">
					<TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} style={{ flex: 1 }} />
					<Button
						variant="default"
						h={34}
						disabled={name.trim() === "" || name === site.name}
						onClick={() => save.mutate({ name: name.trim() })}
					>
						Rename
					</Button>
				</Group>
				<Select
					label="Promise: the newest good backup is never older than"
					allowDeselect={false}
					data={known}
					value={String(site.promiseSeconds)}
					onChange={(value) => value !== null && save.mutate({ promiseSeconds: Number(value) })}
				/>
				<Switch
					label="Pause backups of this site"
					checked={site.status === "paused"}
					onChange={(event) => save.mutate({ paused: event.currentTarget.checked })}
				/>
				<details>
					<summary style={{ cursor: "pointer", fontSize: 13 }}>Replace the credential</summary>
					<Stack gap="xs" mt="xs">
						<CredentialFields draft={credential} set={setCredential} />
						<Group>
							<Button
								loading={save.isPending}
								disabled={connection === undefined}
								onClick={() => connection !== undefined && save.mutate({ connection })}
							>
								Check and replace the credential
							</Button>
						</Group>
					</Stack>
				</details>
			</Stack>
		</Panel>
	);
}
