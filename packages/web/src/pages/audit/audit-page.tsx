import { Button, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { auditActionName, auditActionNames } from "@skyeworx/contract";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { LoadMore } from "../../parts/load-more.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { Page } from "../../shell/page.tsx";
import { ChainCheck } from "./chain-check.tsx";
import { EntryTable } from "./entry-table.tsx";

const route = getRouteApi("/shell/audit");

const outcomes = [
	{ value: "success", label: "Succeeded" },
	{ value: "failure", label: "Failed" },
	{ value: "denied", label: "Denied" },
] as const;

/** Every action by its name; one that the address asks for is among them, also when it has none. */
function actionsWith(asked: string | undefined): { readonly value: string; readonly label: string }[] {
	const known = Object.keys(auditActionNames);
	return [...known, ...(asked === undefined || known.includes(asked) ? [] : [asked])]
		.map((value) => ({ value, label: auditActionName(value) }))
		.toSorted((a, b) => a.label.localeCompare(b.label));
}

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
							<EntryTable rows={rows} />
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
			<Select
				size="xs"
				label="What"
				clearable
				searchable
				placeholder="Anything"
				nothingFoundMessage="Nothing is called so"
				data={actionsWith(search.action)}
				value={search.action ?? null}
				onChange={(value) => set({ action: value ?? undefined })}
				w={230}
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
				label="Id of the target"
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
