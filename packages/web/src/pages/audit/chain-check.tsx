import { Button, Group, Text } from "@mantine/core";
import type { AuditVerification } from "@skyeworx/contract";
import { IconCircleCheck, IconCircleX, IconLoader2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import marks from "../../parts/marks/marks.module.css";
import { ToneMark } from "../../parts/marks/tone-mark.tsx";
import panel from "../../parts/panel.module.css";
import { Panel } from "../../parts/panel.tsx";
import { ProblemView } from "../../parts/states/problem-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { counted } from "../../parts/write-number.ts";

/** Whether the chain of hashes holds, computed anew by the server. */
export function ChainCheck(): ReactNode {
	const [depth, setDepth] = useState<"recent" | "all">("recent");
	const check = useQuery(queries.auditCheck(useClient(), depth));
	if (check.isError) return <ProblemView error={check.error} retry={() => void check.refetch()} />;
	const found = check.data;
	return (
		<div style={{ marginBottom: 16 }}>
			<Panel>
				<Group gap="md" justify="space-between" aria-live="polite">
					{found === undefined ? (
						<ToneMark tone="run" icon={<IconLoader2 size={16} className={marks.spin} />}>
							Computing the chain
						</ToneMark>
					) : found.ok ? (
						<Group gap="sm">
							<ToneMark tone="ok" icon={<IconCircleCheck size={17} />}>
								Chain verified
							</ToneMark>
							<Text size="sm" c="dimmed">
								{counted(found.entries, ["entry", "entries"])} computed {found.depth === "all" ? "from the first one" : "anew"}
								{found.head === null ? "" : `, up to number ${found.head.seq}, hash `}
								{found.head === null ? null : <span className={panel.mono}>{found.head.hash.slice(0, 16)}</span>}, checked{" "}
								<When at={found.checkedAt} />
								<Signed found={found} />
							</Text>
						</Group>
					) : (
						<Group gap="sm">
							<ToneMark tone="fail" icon={<IconCircleX size={17} />}>
								The chain is broken
							</ToneMark>
							<Text size="sm">
								at number {found.broken?.seq}: {found.broken?.what}
							</Text>
						</Group>
					)}
					<Group gap="xs">
						<Button variant="default" loading={check.isFetching} onClick={() => void check.refetch()}>
							Verify again
						</Button>
						{depth === "all" ? null : (
							<Button variant="subtle" onClick={() => setDepth("all")}>
								Verify from the first entry
							</Button>
						)}
					</Group>
				</Group>
			</Panel>
		</div>
	);
}

/** What vouches for the chain outside the database. */
function Signed({ found }: { readonly found: AuditVerification }): ReactNode {
	const { newest } = found.checkpoints;
	const inStores = found.stores.filter((store) => store.checked > 0).length;
	if (newest === null) return null;
	return (
		<>
			{" "}
			· signed up to number {newest.seq}, <When at={newest.at} />
			{inStores === 0 ? "" : `, kept in ${counted(inStores, ["store", "stores"])}`}
		</>
	);
}
