import { Select, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { KindCoverage } from "@skyeworx/contract";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useClient } from "../../live/app-context.tsx";
import { queries } from "../../live/queries.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Facts } from "../../parts/facts.tsx";
import { KindMark } from "../../parts/marks/kind-mark.tsx";
import { FidelityMark } from "../../parts/marks/status-marks.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Panel } from "../../parts/panel.tsx";
import { sentence } from "../../parts/sentence.ts";
import { EmptyState } from "../../parts/states/empty-state.tsx";
import { QueryView } from "../../parts/states/query-view.tsx";
import { Page } from "../../shell/page.tsx";
import { coverageRows } from "./coverage-rows.ts";
import classes from "./settings.module.css";

const route = getRouteApi("/shell/settings/coverage");

type FieldFidelity = KindCoverage["fidelity"][number]["inPlace"];

/** What is protected, and how faithfully each field comes back: the very tables that restores are checked against. */
export function CoveragePage(): ReactNode {
	const coverage = useQuery(queries.coverage(useClient()));
	return (
		<Page>
			<PageHead title="Coverage" sub="What is protected, kind by kind, and how faithfully each field comes back" />
			<QueryView query={coverage}>{(kinds) => <Loaded kinds={kinds} />}</QueryView>
		</Page>
	);
}

function Loaded({ kinds }: { readonly kinds: readonly KindCoverage[] }): ReactNode {
	const search = route.useSearch();
	const kind = kinds.find((candidate) => candidate.id === search.kind) ?? kinds[0];
	if (kind === undefined) return <EmptyState title="No kind of item is covered" />;
	return (
		<div className={classes.kinds}>
			<Kinds kinds={kinds} chosen={kind.id} />
			<Panel title={sentence(kind.names[1])} flush>
				<div style={{ padding: "12px 16px" }}>
					<Facts
						rows={[
							["Restorable", kind.restorable ? "Yes" : "Kept in every backup; restoring comes later"],
							["Scopes to back up", kind.scopes.read.join(", ")],
							["Scopes to restore", kind.scopes.restore.join(", ")],
						]}
					/>
				</div>
				{kind.fidelity.length === 0 ? (
					<Text size="sm" c="dimmed" p="md">
						There is no fidelity table for this kind yet.
					</Text>
				) : (
					<DataTable
						caption={`How faithfully ${kind.names[1]} come back`}
						rows={coverageRows(kind.fidelity)}
						rowKey={(row) => row.key}
						columns={[
							{
								label: "Field",
								cell: (row) => (
									<>
										{row.label}
										{row.members === "" ? null : <span className={classes.why}>{row.members}</span>}
									</>
								),
							},
							{ label: "Changed in place", cell: (row) => <Level value={row.inPlace} /> },
							{ label: "Created again", cell: (row) => <Level value={row.recreated} /> },
						]}
					/>
				)}
			</Panel>
		</div>
	);
}

/** The kinds to choose from; where they would push the table out of sight, in a field. */
function Kinds({ kinds, chosen }: { readonly kinds: readonly KindCoverage[]; readonly chosen: string }): ReactNode {
	const navigate = route.useNavigate();
	const isNarrow = useMediaQuery("(max-width: 48em)");
	if (isNarrow) {
		return (
			<Select
				label="Kind of item"
				searchable
				allowDeselect={false}
				value={chosen}
				onChange={(next) => next !== null && void navigate({ search: { kind: next }, replace: true })}
				data={kinds.map(({ id, names }) => ({ value: id, label: sentence(names[1]) }))}
			/>
		);
	}
	return (
		<nav aria-label="Kinds of items">
			{kinds.map((entry) => (
				<Link
					key={entry.id}
					to="/settings/coverage"
					search={{ kind: entry.id }}
					className={classes.kindLink}
					data-chosen={entry.id === chosen || undefined}
					aria-current={entry.id === chosen ? "true" : undefined}
				>
					<KindMark kind={entry.id} />
					{sentence(entry.names[1])}
				</Link>
			))}
		</nav>
	);
}

function Level({ value }: { readonly value: FieldFidelity }): ReactNode {
	const why =
		value.level === "degraded"
			? value.why
			: value.level === "impossible"
				? value.reason
				: value.level === "derived"
					? `from ${value.from}`
					: undefined;
	return (
		<>
			<FidelityMark level={value.level} />
			{why === undefined ? null : <span className={classes.why}>{why}</span>}
		</>
	);
}
