import { Menu, Text, UnstyledButton } from "@mantine/core";
import { IconLoader2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient } from "../live/app-context.tsx";
import { queries } from "../live/queries.ts";
import marks from "../parts/marks/marks.module.css";
import { ProgressLine } from "../parts/progress.tsx";
import { runNames } from "../parts/run-names.ts";
import classes from "./shell.module.css";

/** What runs right now, wherever the person is. */
export function RunningPill(): ReactNode {
	const { data } = useQuery(queries.overview(useClient()));
	const runs = data?.running ?? [];
	const restores = (data?.lastRestores ?? []).filter((restore) => ["queued", "running", "undoing"].includes(restore.status));
	const total = runs.length + restores.length;
	if (total === 0) return null;
	return (
		<Menu position="bottom-end" width={320}>
			<Menu.Target>
				<UnstyledButton className={classes.onBar} aria-label={`${total} running. Show them`}>
					<IconLoader2 size={15} className={marks.spin} aria-hidden />
					{total} <span className="mantine-visible-from-sm">running</span>
				</UnstyledButton>
			</Menu.Target>
			<Menu.Dropdown>
				{runs.map((run) => (
					<Menu.Item key={run.id} component={Link} to={`/runs/${run.id}`}>
						<Text size="xs" c="dimmed">
							{runNames[run.type]} of {run.siteName}
						</Text>
						<ProgressLine label={run.progress?.phase ?? "Waiting"} done={run.progress?.done ?? 0} total={run.progress?.total ?? null} />
					</Menu.Item>
				))}
				{restores.map((restore) => (
					<Menu.Item key={restore.id} component={Link} to={`/restores/${restore.id}`}>
						<Text size="xs" c="dimmed">
							Restore to {restore.siteName}
						</Text>
						<ProgressLine label={restore.label} done={restore.progress.done} total={restore.progress.total} />
					</Menu.Item>
				))}
			</Menu.Dropdown>
		</Menu>
	);
}
