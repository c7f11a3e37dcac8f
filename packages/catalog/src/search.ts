import { AppError, itemRefText } from "@skyeworx/core";
import type { CatalogHit, CatalogPage, CatalogQuery } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import { type Cursor, decodeCursor, encodeCursor } from "./cursor.ts";
import { normalizeName } from "./facts-row.ts";
import { matchExpression, type ParsedText, type Phrase, parsePerson, parseQueryText } from "./query-text.ts";
import { newestSnapshot, readItem } from "./read-items.ts";
import { makeSnippet } from "./snippet.ts";

const maxLimit = 500;
/** Counts beyond this many matches are lower bounds. */
const maxCounted = 20_000;
/** Items named exactly by the query come first; more than this many never share a name usefully. */
const maxNamed = 50;

/** bm25 weights of the columns title, key, text, people, former: lower (more negative) ranks first. */
const ranking = "bm25(words, 8.0, 10.0, 1.0, 2.0, 3.0)";
const namedRank = -1_000_000;

type Value = string | number;

interface Condition {
	readonly sql: string;
	readonly values: readonly Value[];
}

/** Searches or browses. */
export function search(reader: Connection, query: CatalogQuery): CatalogPage {
	if (!Number.isInteger(query.limit) || query.limit < 1) throw new AppError("bad-input", "A page's limit is a whole number from 1");
	const plan = planSearch(reader, query);
	const found = readPage(reader, plan, Math.min(query.limit, maxLimit));
	const last = found.rows.at(-1);
	return {
		hits: found.rows.flatMap((row) => readHit(reader, row.item, plan) ?? []),
		...readCounts(reader, plan),
		nextCursor: found.more && last !== undefined ? encodeCursor({ order: plan.order, value: last.value, item: last.item }) : undefined,
	};
}

interface SearchPlan {
	readonly text: ParsedText;
	readonly match: string | undefined;
	readonly named: readonly number[];
	/** `item`, or `version` when an older snapshot's view is asked for. */
	readonly table: string;
	readonly itemColumn: string;
	readonly conditions: readonly Condition[];
	readonly kinds: readonly string[] | undefined;
	readonly state: "live" | "deleted" | undefined;
	readonly order: NonNullable<CatalogQuery["order"]>;
	readonly cursor: Cursor | undefined;
	readonly asOf: number | undefined;
}

function planSearch(reader: Connection, query: CatalogQuery): SearchPlan {
	const text = parseQueryText(query.text ?? "");
	const person = parsePerson(query.person ?? "");
	const named = namedItems(reader, query.text);
	const wanted = query.order ?? "relevance";
	const order = wanted === "relevance" && text.phrases.length === 0 ? "updated" : wanted;
	// The newest snapshot's view is the present: the small table serves it.
	const asOf = query.asOf === undefined || query.asOf === newestSnapshot(reader) ? undefined : query.asOf;
	const table = asOf === undefined ? "item" : "version";
	const itemColumn = asOf === undefined ? "item.n" : "version.item";
	return {
		text,
		match: matchExpression(text, person),
		named,
		table,
		itemColumn,
		conditions: [...conditionsOf(query, table, asOf), ...wordlessConditions({ query, text, person, named, itemColumn })],
		kinds: query.kinds === undefined || query.kinds.length === 0 ? undefined : query.kinds,
		state: query.state === "live" || query.state === "deleted" ? query.state : undefined,
		order,
		cursor: query.cursor === undefined ? undefined : decodeCursor(query.cursor, order),
		asOf,
	};
}

/** A query without any word (`***`, an emoji) names an item as a whole, or nothing; it is no wildcard. */
function* wordlessConditions(asked: {
	readonly query: CatalogQuery;
	readonly text: ParsedText;
	readonly person: Phrase | undefined;
	readonly named: readonly number[];
	readonly itemColumn: string;
}): Generator<Condition> {
	const { query, text, person, named, itemColumn } = asked;
	if (person === undefined && (query.person ?? "").trim() !== "") yield { sql: "0", values: [] };
	if (text.phrases.length > 0 || (query.text ?? "").trim() === "") return;
	yield { sql: `${itemColumn} IN (${named.map(() => "?").join(", ")})`, values: named };
}

function namedItems(reader: Connection, text: string | undefined): number[] {
	const name = normalizeName(text ?? "");
	if (name === "") return [];
	return reader.all<{ item: number }>("SELECT item FROM name WHERE name = ? LIMIT ?", name, maxNamed).map((row) => row.item);
}

/** Everything but kinds and state, which the facets look beyond. */
function* conditionsOf(query: CatalogQuery, table: string, asOf: number | undefined): Generator<Condition> {
	if (asOf !== undefined) yield { sql: "version.seen <= ? AND (version.until IS NULL OR version.until > ?)", values: [asOf, asOf] };
	if (query.app !== undefined) yield { sql: `${table}.app = ?`, values: [query.app] };
	if (query.spaceId !== undefined) yield { sql: `${table}.space = ?`, values: [query.spaceId] };
	if (query.parent === "none") yield { sql: `${table}.parent IS NULL`, values: [] };
	else if (query.parent !== undefined) yield { sql: `${table}.parent = ?`, values: [itemRefText(query.parent)] };
	if (query.changedSince !== undefined) yield { sql: `${table}.seen >= ?`, values: [query.changedSince] };
}

function* facetConditions({ table, kinds, state }: SearchPlan): Generator<Condition> {
	if (kinds !== undefined) yield { sql: `${table}.kind IN (${kinds.map(() => "?").join(", ")})`, values: kinds };
	if (state !== undefined) yield { sql: `${table}.state = ?`, values: [state] };
}

/** The tables joined, with every match of the words leading. */
function fromClause(plan: SearchPlan): Condition {
	if (plan.match === undefined) return { sql: `FROM ${plan.table} WHERE 1`, values: [] };
	return { sql: `FROM words CROSS JOIN ${plan.table} ON ${plan.itemColumn} = words.rowid WHERE words MATCH ?`, values: [plan.match] };
}

function orderValue(plan: SearchPlan): Condition {
	switch (plan.order) {
		case "relevance":
			return plan.named.length === 0
				? { sql: ranking, values: [] }
				: {
						sql: `iif(words.rowid IN (${plan.named.map(() => "?").join(", ")}), ${namedRank} + ${ranking}, ${ranking})`,
						values: plan.named,
					};
		case "updated":
			return { sql: `${plan.table}.updated`, values: [] };
		case "key":
			return { sql: `${plan.table}.sort_key`, values: [] };
		case "position":
			return { sql: `coalesce(${plan.table}.position, 9e15)`, values: [] };
	}
}

interface FoundRow {
	readonly item: number;
	readonly value: string | number;
}

function readPage(reader: Connection, plan: SearchPlan, limit: number): { readonly rows: FoundRow[]; readonly more: boolean } {
	const descending = plan.order === "updated";
	const direction = descending ? "DESC" : "ASC";
	const value = orderValue(plan);
	const from = fromClause(plan);
	const conditions = [...plan.conditions, ...facetConditions(plan)];
	const after: Condition =
		plan.cursor === undefined
			? { sql: "", values: [] }
			: { sql: `WHERE (value, item) ${descending ? "<" : ">"} (?, ?)`, values: [plan.cursor.value, plan.cursor.item] };
	const inner = `SELECT ${plan.itemColumn} AS item, ${value.sql} AS value ${from.sql}${conditions.map(({ sql }) => ` AND ${sql}`).join("")}`;
	// Without a cursor SQLite may walk an index in order and stop at the limit.
	const sql =
		plan.cursor === undefined
			? `${inner} ORDER BY value ${direction}, item ${direction} LIMIT ?`
			: `SELECT item, value FROM (${inner}) ${after.sql} ORDER BY value ${direction}, item ${direction} LIMIT ?`;
	const values = [...value.values, ...from.values, ...conditions.flatMap((condition) => condition.values), ...after.values, limit + 1];
	const rows = reader.all<FoundRow>(sql, ...values);
	return { rows: rows.slice(0, limit), more: rows.length > limit };
}

function readCounts(reader: Connection, plan: SearchPlan): Pick<CatalogPage, "total" | "facets"> {
	const from = fromClause(plan);
	const where = plan.conditions.map(({ sql }) => ` AND ${sql}`).join("");
	const rows = reader.all<{ kind: string; state: string; count: number }>(
		`SELECT kind, state, count(*) AS count FROM
			(SELECT ${plan.table}.kind, ${plan.table}.state ${from.sql}${where} LIMIT ?) GROUP BY kind, state`,
		...from.values,
		...plan.conditions.flatMap((condition) => condition.values),
		maxCounted,
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
	return { total: { count, exact: counted < maxCounted }, facets: { kinds, states } };
}

function readHit(reader: Connection, item: number, plan: SearchPlan): CatalogHit | undefined {
	const full = readItem(reader, item, plan.asOf);
	if (full === undefined) return undefined;
	const { text, references: _references, people: _people, ...hit } = full;
	return { ...hit, snippet: plan.text.phrases.length === 0 ? undefined : makeSnippet(text, plan.text.phrases) };
}
