import { Button, Group, Radio, Stack, Text } from "@mantine/core";
import type { SiteDetail } from "@skyeworx/contract";
import { IconCircleCheck } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useClient, useMe } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { trayItem, useTray } from "../../live/use-tray.tsx";
import { KindMark } from "../../parts/marks/kind-mark.tsx";
import { Panel } from "../../parts/panel.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { useSetupDeed } from "./use-setup.ts";

const offered = 5;

/** A copy of one item is restored beside it: planned, reviewed, read back, and undone again by whoever likes. */
export function TrialStep({ site }: { readonly site: SiteDetail }): ReactNode {
	const tray = useTray();
	const navigate = useNavigate();
	const deed = useSetupDeed(site.id);
	const { permissions } = useMe();
	const [chosen, choose] = useState("");
	const query = { kind: "confluence.page,jira.work-item", state: "live", order: "updated" } as const;
	const found = useInfiniteQuery(queries.search(useClient(), site.id, query));
	return (
		<Panel title="Trial restore">
			<Stack gap="md">
				<Text size="sm">
					A backup is worth what a restore brings back. Restore a copy of one item: the original stays as it is, every field is read back,
					and you may undo it afterwards.
				</Text>
				<QueryView query={found} loading={4}>
					{(data) => {
						const items = (data.pages[0]?.items ?? []).slice(0, offered);
						const item = items.find(({ ref }) => `${ref.kind}/${ref.id}` === chosen) ?? items[0];
						const begin = async (): Promise<void> => {
							if (item === undefined) return;
							tray.clear();
							tray.put([trayItem(item)]);
							await navigate({ to: "/restore", search: { target: "copy" } });
						};
						return (
							<>
								<Radio.Group
									label="One of the newest"
									value={item === undefined ? "" : `${item.ref.kind}/${item.ref.id}`}
									onChange={choose}
								>
									<Stack gap={6} mt={6}>
										{items.map(({ ref, key, title, type }) => (
											<Radio
												key={`${ref.kind}/${ref.id}`}
												value={`${ref.kind}/${ref.id}`}
												label={
													<Group gap={6}>
														<KindMark kind={ref.kind} type={type} />
														{key === null ? title : `${key} ${title}`}
													</Group>
												}
											/>
										))}
									</Stack>
								</Radio.Group>
								<Group>
									{item !== undefined && permissions.includes("item.restore") ? (
										<Button onClick={() => void begin()}>Review a copy of it</Button>
									) : (
										<Text size="sm">
											{item === undefined ? "There is no page and no work item yet." : "Somebody who may restore items can try it out."}
										</Text>
									)}
									<Button variant="subtle" loading={deed.isPending} onClick={() => deed.mutate("finished")}>
										Leave it out
									</Button>
								</Group>
							</>
						);
					}}
				</QueryView>
			</Stack>
		</Panel>
	);
}

/** Nothing is left to be done. */
export function DoneStep({ site }: { readonly site: SiteDetail }): ReactNode {
	return (
		<EmptyState
			title={`${site.name} is set up`}
			icon={<IconCircleCheck size={32} />}
			action={
				<Group gap="xs">
					<Button component={Link} to="/" size="sm">
						To the overview
					</Button>
					<Button component={Link} to="/setup" size="sm" variant="default">
						Set up another site
					</Button>
				</Group>
			}
		>
			Backups go on by themselves; what needs somebody stands on the overview.
		</EmptyState>
	);
}
