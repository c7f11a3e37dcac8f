import { AppError } from "@skyeworx/core";
import type { CatalogHit, CatalogPage, CatalogQuery } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import { encodeCursor } from "./cursor.ts";
import { readItem } from "./read-items.ts";
import { readPage } from "./search-page.ts";
import { andAll, fromClause, planSearch, type SearchPlan } from "./search-plan.ts";
import { makeSnippet } from "./snippet.ts";

const maxLimit = 500;
/** Counts beyond this many matches of words are lower bounds. Without words an index counts everything. */
const maxCounted = 5_000;

/**
 * Searches or browses.
 * @throws AppError `bad-input` for a limit below 1 or a cursor of another search; never for what is asked
 */
export function search(reader: Connection, query: CatalogQuery): CatalogPage {
	if (!Number.isInteger(query.limit) || query.limit < 1) throw new AppError("bad-input", "A page's limit is a whole number from 1");
	const plan = planSearch(reader, query);
	const page = readPage(reader, plan, Math.min(query.limit, maxLimit));
	return {
		hits: page.items.flatMap((item) => readHit(reader, item, plan) ?? []),
		...readCounts(reader, plan),
		nextCursor: page.next === undefined ? undefined : encodeCursor(page.next),
	};
}

function readCounts(reader: Connection, plan: SearchPlan): Pick<CatalogPage, "total" | "facets"> {
	const from = fromClause(plan, plan.match);
	const where = andAll(plan.conditions);
	const source =
		plan.match === undefined ? `${from.sql}${where.sql}` : `FROM (SELECT kind, state ${from.sql}${where.sql} LIMIT ${maxCounted})`;
	const rows = reader.all<{ kind: string; state: string; count: number }>(
		`SELECT kind, state, count(*) AS count ${source} GROUP BY kind, state`,
		...from.values,
		...where.values,
	);
	const kinds: Record<string, number> = {};
	const states: Record<string, number> = {};
	let count = 0;
	let counted = 0;
	for (const row of rows) {
		const kindFits = plan.kinds === undefined || plan.kinds.includes(row.kind);
		const stateFits = plan.state === undefined || plan.state === row.state;
		if (stateFits) kinds[row.kind] = (kinds[row.kind] ?? 0) + row.count;
		if (kindFits) states[row.state] = (states[row.state] ?? 0) + row.count;
		if (stateFits && kindFits) count += row.count;
		counted += row.count;
	}
	return { total: { count, exact: plan.match === undefined || counted < maxCounted }, facets: { kinds, states } };
}

function readHit(reader: Connection, item: number, plan: SearchPlan): CatalogHit | undefined {
	const full = readItem(reader, item, plan.asOf);
	if (full === undefined) return undefined;
	const { text, references: _references, people: _people, ...hit } = full;
	return { ...hit, snippet: plan.text.phrases.length === 0 ? undefined : makeSnippet(text, plan.text.phrases) };
}
