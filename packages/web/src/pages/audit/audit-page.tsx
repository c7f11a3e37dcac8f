import { Button, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import type { AuditEntry } from "@skyeworx/contract";
import { IconBan, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { LoadMore } from "../../parts/load-more.tsx";
import { ToneMark } from "../../parts/marks/tone-mark.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import panel from "../../parts/panel.module.css";
import { Panel } from "../../parts/panel.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { When } from "../../parts/time/when.tsx";
import { Page } from "../../shell/page.tsx";
import { ChainCheck } from "./chain-check.tsx";

const route = getRouteApi("/shell/audit");

const outcomes = [
	{ value: "success", label: "Succeeded" },
	{ value: "failure", label: "Failed" },
	{ value: "denied", label: "Denied" },
] as const;

/** The log that nobody can change, with its filters. */
export function AuditPage(): ReactNode {
	const { action, outcome, actor, target, from, to } = route.useSearch();
	const filter = {
		...(action === undefined ? {} : { action }),
		...(outcome === undefined ? {} : { outcome }),
		...(actor === undefined ? {} : { actorId: actor }),
		...(target === undefined ? {} : { targetId: target }),
		...(from === undefined ? {} : { from: `${from}T00:00:00Z` }),
		...(to === undefined ? {} : { to: `${to}T23:59:59Z` }),
	};
	const entries = useInfiniteQuery(queries.audit(useClient(), filter));
	return (
		<Page>
			<PageHead
				title="Audit"
				sub="Every run, restore, sign-in and change of settings: append-only, each entry chained to the one before"
				actions={<Exports filter={filter} />}
			/>
			<ChainCheck />
			<Filters />
			<QueryView query={entries}>
				{(data) => {
					const rows = data.pages.flatMap((page) => page.items);
					if (rows.length === 0) return <EmptyState title="No entry fits these filters" />;
					return (
						<Panel flush>
							<Entries rows={rows} />
							<LoadMore query={entries} />
						</Panel>
					);
				}}
			</QueryView>
		</Page>
	);
}

/** The entries that the filters mean, as a file. */
function Exports({ filter }: { readonly filter: Readonly<Record<string, string>> }): ReactNode {
	const address = (format: string): string => `/api/audit/export?${new URLSearchParams({ format, ...filter }).toString()}`;
	return (
		<>
			<Button component="a" href={address("csv")} download variant="default">
				Export CSV
			</Button>
			<Button component="a" href={address("jsonl")} download variant="default">
				Export JSON lines
			</Button>
		</>
	);
}

function Filters(): ReactNode {
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const set = (change: Partial<typeof search>): void =>
		void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
	const later = useDebouncedCallback(set, 350);
	const typed = (text: string): string | undefined => (text.trim() === "" ? undefined : text.trim());
	const active = Object.values(search).some((value) => value !== undefined);
	return (
		<Group gap="xs" mb="md" align="flex-end">
			<TextInput
				size="xs"
				label="Action"
				placeholder="restore.run"
				defaultValue={search.action ?? ""}
				onChange={(event) => later({ action: typed(event.currentTarget.value) })}
				w={150}
			/>
			<Select
				size="xs"
				label="Outcome"
				clearable
				placeholder="Any"
				data={outcomes}
				value={search.outcome ?? null}
				onChange={(value) => set({ outcome: outcomes.find((entry) => entry.value === value)?.value })}
				w={120}
			/>
			<TextInput
				size="xs"
				label="Target id"
				defaultValue={search.target ?? ""}
				onChange={(event) => later({ target: typed(event.currentTarget.value) })}
				w={190}
			/>
			<TextInput
				size="xs"
				type="date"
				label="From"
				value={search.from ?? ""}
				onChange={(event) => set({ from: typed(event.currentTarget.value) })}
			/>
			<TextInput
				size="xs"
				type="date"
				label="To"
				value={search.to ?? ""}
				onChange={(event) => set({ to: typed(event.currentTarget.value) })}
			/>
			{active ? (
				<Button variant="subtle" onClick={() => void navigate({ search: {} })}>
					Clear filters
				</Button>
			) : null}
		</Group>
	);
}

function OutcomeMark({ outcome }: { readonly outcome: AuditEntry["outcome"] }): ReactNode {
	if (outcome === "success")
		return (
			<ToneMark tone="ok" icon={<IconCircleCheck size={15} />}>
				Succeeded
			</ToneMark>
		);
	if (outcome === "denied")
		return (
			<ToneMark tone="warn" icon={<IconBan size={15} />}>
				Denied
			</ToneMark>
		);
	return (
		<ToneMark tone="fail" icon={<IconCircleX size={15} />}>
			Failed
		</ToneMark>
	);
}

function factsText(entry: AuditEntry): string {
	const facts = Object.entries(entry.facts).map(([name, value]) => `${name}: ${String(value)}`);
	return [entry.error === null ? "" : `${entry.error.code}: ${entry.error.detail}`, ...facts].filter(Boolean).join(" · ");
}

function Entries({ rows }: { readonly rows: readonly AuditEntry[] }): ReactNode {
	return (
		<DataTable
			caption="Audit entries"
			rows={rows}
			rowKey={(row) => String(row.seq)}
			columns={[
				{ label: "No.", number: true, cell: (row) => row.seq },
				{ label: "When", cell: (row) => <When at={row.at} /> },
				{ label: "Who", cell: (row) => row.actor.name },
				{ label: "From", cell: (row) => row.ip ?? "—" },
				{ label: "Action", cell: (row) => <span className={panel.mono}>{row.action}</span> },
				{ label: "Outcome", cell: (row) => <OutcomeMark outcome={row.outcome} /> },
				{
					label: "Target",
					cell: (row) => (row.target === null ? "—" : <Target target={row.target} />),
				},
				{ label: "Reason", cell: (row) => row.reason ?? "" },
				{ label: "Facts", cell: (row) => factsText(row) },
				{
					label: "Hash",
					cell: (row) => (
						<span className={panel.mono} title={`${row.hash}, after ${row.previousHash}`}>
							{row.hash.slice(0, 10)}
						</span>
					),
				},
			]}
		/>
	);
}

/** What it is called, where that is known, and its id. */
function Target({ target }: { readonly target: NonNullable<AuditEntry["target"]> }): ReactNode {
	const id = target.id.length > 14 ? `${target.id.slice(0, 8)}…` : target.id;
	return (
		<>
			{target.label === null ? null : <div>{target.label}</div>}
			<span className={panel.mono} title={target.id}>{`${target.type} ${id}`}</span>
		</>
	);
}
