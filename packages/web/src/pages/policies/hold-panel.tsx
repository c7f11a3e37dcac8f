import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import type { Retention } from "@skyeworx/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { Panel } from "../../parts/panel.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { When } from "../../parts/time/when.tsx";

/** A hold of the whole site: nothing of it is forgotten while that stands. */
export function HoldPanel({ retention: { siteId, hold } }: { readonly retention: Retention }): ReactNode {
	const client = useClient();
	const cache = useQueryClient();
	const { permissions } = useMe();
	const [name, setName] = useState("");
	const save = useMutation({
		mutationFn: () =>
			hold === null ? client.holdSite({ params: { siteId }, body: { name: name.trim() } }) : client.releaseSite({ params: { siteId } }),
		onSuccess: (after) => {
			cache.setQueryData(["retention", siteId], after);
			void cache.invalidateQueries({ queryKey: ["retention", siteId] });
			setName("");
		},
		onError: () => void cache.invalidateQueries({ queryKey: ["approvals"] }),
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
				{mayEdit ? (
					<Group align="flex-end" gap="xs">
						{hold === null ? (
							<TextInput
								label="Hold it for"
								placeholder="A case, a request"
								style={{ flex: 1 }}
								maxLength={200}
								value={name}
								onChange={(event) => setName(event.currentTarget.value)}
							/>
						) : null}
						<Button variant="default" loading={save.isPending} disabled={hold === null && name.trim() === ""} onClick={() => save.mutate()}>
							{hold === null ? "Hold the site" : "End the hold"}
						</Button>
					</Group>
				) : null}
			</Stack>
		</Panel>
	);
}
