import { Group, SegmentedControl, Select, Tabs } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { ItemDetail, ItemVersion } from "@skyeworx/contract";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient } from "../../live/app-context.tsx";
import { type ItemAddress, queries } from "../../live/queries.ts";
import { useDirectory } from "../../live/use-directory.ts";
import { Panel } from "../../parts/panel.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { shortTime } from "../../parts/time/write-time.ts";
import { AllFields } from "./all-fields.tsx";
import { Comments } from "./comments.tsx";
import { Comparison } from "./comparison.tsx";
import { Files } from "./files.tsx";
import { ChangeHistory, Worklogs } from "./history.tsx";
import classes from "./item.module.css";
import { Preview } from "./preview.tsx";
import { commentsOf, historyOf, peopleOf, worklogsOf } from "./read-parts.ts";
import { Related } from "./related.tsx";

const route = getRouteApi("/shell/items/$siteId/$kind/$id");

export interface VersionPaneProps {
	readonly item: ItemDetail;
	readonly version: string;
}

/** What the chosen version was like, or how it differs from another. */
export function VersionPane({ item, version }: VersionPaneProps): ReactNode {
	const entry = item.history.find((candidate) => String(candidate.snapshotId) === version);
	const at: ItemAddress = { siteId: item.siteId, ...(entry?.ref ?? item.ref) };
	const found = useQuery(queries.itemVersion(useClient(), at, version));
	return (
		<Panel flush>
			<QueryView
				query={found}
				loading={
					<div style={{ padding: 16 }}>
						<LoadingText live={version === "live"} />
					</div>
				}
			>
				{(loaded) => <Loaded item={item} at={at} version={version} loaded={loaded} />}
			</QueryView>
		</Panel>
	);
}

function LoadingText({ live }: { readonly live: boolean }): ReactNode {
	return <span role="status">{live ? "Reading it from the site…" : "Opening the version…"}</span>;
}

interface LoadedProps extends VersionPaneProps {
	readonly at: ItemAddress;
	readonly loaded: ItemVersion;
}

function Loaded({ item, at, version, loaded }: LoadedProps): ReactNode {
	const { tab, compare } = route.useSearch();
	const people = peopleOf(loaded, useDirectory(item.siteId));
	const navigate = route.useNavigate();
	if (loaded.version.state === "absent") {
		return (
			<div style={{ padding: 16 }}>
				<EmptyState title="The site does not show it any more">
					It was deleted for good, or the connection may not see it: Atlassian says the same of both. Choose one of the versions at the
					left: any of them can be restored.
				</EmptyState>
			</div>
		);
	}
	const comments = commentsOf(loaded, people);
	const worklogs = worklogsOf(loaded, people);
	const history = historyOf(loaded, people);
	const counts = {
		comments: comments.length,
		files: loaded.files.length,
		worklogs: worklogs.length,
		history: history.length,
		related: item.related.length,
	};
	return (
		<Tabs
			value={tab ?? "content"}
			onChange={(next) =>
				void navigate({
					search: (before) => ({ ...before, tab: next === "content" ? undefined : (next as typeof tab) }),
					resetScroll: false,
				})
			}
			keepMounted={false}
		>
			<TabHeads counts={counts} chosen={tab} written={commented.test(item.ref.kind)} />
			<div className={classes.pane}>
				<Tabs.Panel value="content">
					<CompareBar item={item} version={version} compare={compare} />
					{compare === undefined ? (
						<Preview people={people} item={item} at={at} loaded={loaded} version={version} comments={comments} />
					) : (
						<Comparison item={item} at={at} version={version} compare={compare} />
					)}
				</Tabs.Panel>
				<Tabs.Panel value="comments">
					<Comments comments={comments} people={people} />
				</Tabs.Panel>
				<Tabs.Panel value="files">
					<Files item={item} at={at} version={version} files={loaded.files} />
				</Tabs.Panel>
				<Tabs.Panel value="worklogs">
					<Worklogs worklogs={worklogs} />
				</Tabs.Panel>
				<Tabs.Panel value="history">
					<ChangeHistory entries={history} />
				</Tabs.Panel>
				<Tabs.Panel value="related">
					<Related item={item} />
				</Tabs.Panel>
				<Tabs.Panel value="all-fields">
					<AllFields parts={loaded.parts} />
				</Tabs.Panel>
			</div>
		</Tabs>
	);
}

/** Kinds on which people write comments and to which they attach files: no comment is news there, elsewhere it goes without saying. */
const commented = /^(jira\.work-item|confluence\.(page|blog-post|draft))$/;

interface TabHeadsProps {
	readonly counts: Readonly<Record<"comments" | "files" | "worklogs" | "history" | "related", number>>;
	readonly chosen: string | undefined;
	readonly written: boolean;
}

function TabHeads({ counts, chosen, written }: TabHeadsProps): ReactNode {
	const shown = (["comments", "files", "worklogs", "history", "related"] as const).filter(
		(name) => counts[name] > 0 || name === chosen || name === "related" || (written && (name === "comments" || name === "files")),
	);
	const names = { comments: "Comments", files: "Attachments", worklogs: "Work log", history: "Change history", related: "Related" };
	return (
		<Tabs.List className={classes.tabs}>
			<Tabs.Tab value="content">Content</Tabs.Tab>
			{shown.map((name) => (
				<Tabs.Tab key={name} value={name}>
					{names[name]} <span className={classes.tabCount}>{counts[name]}</span>
				</Tabs.Tab>
			))}
			<Tabs.Tab value="all-fields">All fields</Tabs.Tab>
		</Tabs.List>
	);
}

function CompareBar({ item, version, compare }: VersionPaneProps & { readonly compare: string | undefined }): ReactNode {
	const navigate = route.useNavigate();
	const set = (value: string | undefined): void =>
		void navigate({ search: (before) => ({ ...before, compare: value }), resetScroll: false });
	const others = item.history.filter((entry) => entry.state !== "deleted" && String(entry.snapshotId) !== version);
	const mode = compare === undefined ? "preview" : compare === "previous" || compare === "live" ? compare : "other";
	const choose = (value: string | null): void =>
		set(value === "preview" || value === null ? undefined : value === "other" ? String(others[0]?.snapshotId) : value);
	// Four words in a row do not fit there.
	const isNarrow = useMediaQuery("(max-width: 40em)");
	const modes = [
		{ value: "preview", label: "Preview" },
		...(version === "live" ? [] : [{ value: "previous", label: "What changed here" }]),
		...(version === "live" ? [] : [{ value: "live", label: "Compare with now" }]),
		...(others.length === 0 ? [] : [{ value: "other", label: "Compare with…" }]),
	];
	return (
		<Group gap="xs" mb="md">
			{isNarrow ? (
				<Select aria-label="Preview or compare" size="xs" w="100%" allowDeselect={false} value={mode} onChange={choose} data={modes} />
			) : (
				<SegmentedControl aria-label="Preview or compare" value={mode} onChange={choose} data={modes} />
			)}
			{mode === "other" ? (
				<Select
					aria-label="Version to compare with"
					size="xs"
					allowDeselect={false}
					value={compare ?? null}
					onChange={(value) => set(value ?? undefined)}
					data={others.map((entry) => ({ value: String(entry.snapshotId), label: shortTime(entry.at) }))}
				/>
			) : null}
		</Group>
	);
}
