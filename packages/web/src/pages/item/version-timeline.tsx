import { Text } from "@mantine/core";
import type { ItemDetail, ItemVersionInfo } from "@skyeworx/contract";
import { IconBroadcast } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAbsence } from "../../live/use-kind-names.ts";
import { ChangeMark } from "../../parts/marks/status-marks.tsx";
import { ToneMark } from "../../parts/marks/tone-mark.tsx";
import { exactTime, shortTime } from "../../parts/time/write-time.ts";
import { counted } from "../../parts/write-number.ts";
import classes from "./item.module.css";

const route = getRouteApi("/shell/items/$siteId/$kind/$id");

export interface VersionTimelineProps {
	readonly item: ItemDetail;
	readonly version: string;
}

/** Every version there is, newest first, with the item as it is now on top. */
export function VersionTimeline({ item, version }: VersionTimelineProps): ReactNode {
	const { tab } = route.useSearch();
	const params = { siteId: item.siteId, kind: item.ref.kind, id: item.ref.id };
	return (
		<nav className={classes.timeline} aria-label="Versions">
			<Text size="xs" c="dimmed" fw={560} px={10} pb={4}>
				{counted(item.history.filter((entry) => entry.state !== "deleted").length, ["version", "versions"])}
			</Text>
			<ol>
				<li>
					<Link
						to="/items/$siteId/$kind/$id"
						params={params}
						search={{ tab, version: "live" }}
						className={classes.version}
						data-chosen={version === "live" || undefined}
						aria-current={version === "live" ? "true" : undefined}
					>
						<ToneMark tone="run" icon={<IconBroadcast size={15} />}>
							Now, on the site
						</ToneMark>
						<span className={classes.versionTime}>read when you open it</span>
					</Link>
				</li>
				{item.history.map((entry, index) => (
					<Entry
						key={`${entry.ref.id}-${entry.snapshotId}`}
						entry={entry}
						item={item}
						chosen={String(entry.snapshotId) === version}
						isFirst={index === item.history.length - 1}
					/>
				))}
			</ol>
		</nav>
	);
}

function Entry({
	entry,
	item,
	chosen,
	isFirst,
}: {
	readonly entry: ItemVersionInfo;
	readonly item: ItemDetail;
	readonly chosen: boolean;
	/** Nothing older is held. */
	readonly isFirst: boolean;
}): ReactNode {
	const { tab, compare } = route.useSearch();
	const absence = useAbsence();
	const body = (
		<>
			<ChangeMark change={entry.state} absence={absence(entry.ref.kind)} created={isFirst ? "First version" : "Back again"} />
			<time className={classes.versionTime} dateTime={entry.at} title={exactTime(entry.at)}>
				{shortTime(entry.at)}
			</time>
			{entry.updatedBy === null || entry.state === "deleted" ? null : <span className={classes.versionTime}>by {entry.updatedBy}</span>}
			{entry.title !== item.title ? <span className={classes.versionTitle}>“{entry.title}”</span> : null}
			{entry.ref.id === item.ref.id ? null : <span className={classes.versionTime}>under another id</span>}
		</>
	);
	if (entry.state === "deleted") return <li className={classes.version}>{body}</li>;
	return (
		<li>
			<Link
				to="/items/$siteId/$kind/$id"
				params={{ siteId: item.siteId, kind: item.ref.kind, id: item.ref.id }}
				search={{ tab, compare, version: String(entry.snapshotId) }}
				className={classes.version}
				data-chosen={chosen || undefined}
				aria-current={chosen ? "true" : undefined}
			>
				{body}
			</Link>
		</li>
	);
}
