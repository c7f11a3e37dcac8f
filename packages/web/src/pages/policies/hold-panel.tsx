import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import type { Retention } from "@skyeworx/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { When } from "../../parts/time/when.tsx";

/** A hold of the whole site: nothing of it is forgotten while that stands. */
export function HoldPanel({ retention: { siteId, hold } }: { readonly retention: Retention }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const { permissions } = useMe();
	const [name, setName] = useState("");
	const refresh = (): void => void cache.invalidateQueries({ queryKey: ["retention", siteId] });
	const failed = (): void => void cache.invalidateQueries({ queryKey: ["approvals"] });
	const save = useMutation({
		mutationFn: () => client.holdSite({ params: { siteId }, body: { name: name.trim() } }),
		onSuccess: (after) => {
			cache.setQueryData(["retention", siteId], after);
			refresh();
			setName("");
		},
		onError: failed,
	});
	const mayEdit = permissions.includes("retention.edit");
	return (
		<Panel title="Hold">
			<Stack gap="sm">
				{save.isError ? <ProblemView error={save.error} /> : null}
				<Text size="sm" role="status">
					{hold === null ? (
						"The site is not held: its rules let restore points go. Single ones are held on their own pages."
					) : (
						<>
							Held for “{hold.name}”, since <When at={hold.since} />: nothing of the site is forgotten, by no rule and by nobody.
						</>
					)}
				</Text>
				{mayEdit && hold === null ? (
					<Group align="flex-end" gap="xs">
						<TextInput
							label="Hold it for"
							placeholder="A case, a request"
							style={{ flex: 1 }}
							maxLength={200}
							value={name}
							onChange={(event) => setName(event.currentTarget.value)}
						/>
						<Button variant="default" loading={save.isPending} disabled={name.trim() === ""} onClick={() => save.mutate()}>
							Hold the site
						</Button>
					</Group>
				) : null}
				{mayEdit && hold !== null ? (
					<Group>
						<ConfirmButton
							question={`End the hold for “${hold.name}”?`}
							consequence="The rules count again: what they let go is forgotten with the next look after the vault, for good. Restore points that are pinned or held by themselves stay."
							keep="Keep the hold"
							confirm="End the hold"
							deed={() => client.releaseSite({ params: { siteId } })}
							done={refresh}
							failed={failed}
						>
							End the hold
						</ConfirmButton>
					</Group>
				) : null}
			</Stack>
		</Panel>
	);
}
