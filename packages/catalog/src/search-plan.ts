import { itemRefText } from "@skyeworx/core";
import type { CatalogQuery } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import { type Cursor, decodeCursor } from "./cursor.ts";
import { normalizeName } from "./facts-row.ts";
import { matchExpression, type ParsedText, type Phrase, parsePerson, parseQueryText } from "./query-text.ts";
import { newestSnapshot, validAt } from "./read-items.ts";

/** Items named exactly by the query come first; more than this many never share a name usefully. */
const maxNamed = 50;

/** A piece of SQL and the values of its places. */
export interface Sql {
	readonly sql: string;
	readonly values: readonly (string | number)[];
}

type SearchOrder = NonNullable<CatalogQuery["order"]>;

/** A query, taken apart and looked up as far as it says which rows fit. */
export interface SearchPlan {
	readonly text: ParsedText;
	/** MATCH expression of FTS5; undefined when the query has no words. */
	readonly match: string | undefined;
	/** Items whose key, id, title or former name is the whole query. */
	readonly named: readonly number[];
	/** `item`, or `version` when an older snapshot's view is asked for; see [Note: Catalog tables]. */
	readonly table: string;
	readonly itemColumn: string;
	/** Everything but kinds and state, which the facets look beyond. */
	readonly conditions: readonly Sql[];
	readonly kinds: readonly string[] | undefined;
	readonly state: "live" | "deleted" | undefined;
	readonly order: SearchOrder;
	readonly cursor: Cursor | undefined;
	readonly asOf: number | undefined;
}

/** @throws AppError `bad-input` for a cursor of another search */
export function planSearch(reader: Connection, query: CatalogQuery): SearchPlan {
	const text = parseQueryText(query.text ?? "");
	const person = parsePerson(query.person ?? "");
	// Former names may be from other spaces than those that the searcher is limited to.
	const named = query.within === undefined ? namedItems(reader, query.text) : [];
	const wanted = query.order ?? "relevance";
	const order = wanted === "relevance" && text.phrases.length === 0 ? "updated" : wanted;
	// The newest snapshot's view is the present: the small table serves it.
	const asOf = query.asOf === undefined || query.asOf === newestSnapshot(reader) ? undefined : query.asOf;
	const table = asOf === undefined ? "item" : "version";
	const itemColumn = asOf === undefined ? "item.n" : "version.item";
	return {
		text,
		match: query.within === undefined ? matchExpression(text, person) : presentOnly(matchExpression(text, person)),
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

function presentOnly(match: string | undefined): string | undefined {
	return match === undefined ? undefined : `{title key text people} : (${match})`;
}

function namedItems(reader: Connection, text: string | undefined): number[] {
	const name = normalizeName(text ?? "");
	if (name === "") return [];
	return reader.all<{ item: number }>("SELECT item FROM name WHERE name = ? LIMIT ?", name, maxNamed).map((row) => row.item);
}

function* conditionsOf(query: CatalogQuery, table: string, asOf: number | undefined): Generator<Sql> {
	if (asOf !== undefined) yield { sql: validAt, values: [asOf, asOf] };
	if (query.app !== undefined) yield { sql: `${table}.app = ?`, values: [query.app] };
	if (query.spaceId !== undefined) yield { sql: `${table}.space = ?`, values: [query.spaceId] };
	if (query.within !== undefined) yield isOneOf(spaceNameOf(table), query.within);
	if (query.parent === "none") yield { sql: `${table}.parent IS NULL`, values: [] };
	else if (query.parent !== undefined) yield { sql: `${table}.parent = ?`, values: [itemRefText(query.parent)] };
	if (query.changedSince !== undefined) yield { sql: `${table}.seen >= ?`, values: [query.changedSince] };
}

/** Jira and JSM share the ids of their spaces, Confluence has its own; a space lies in itself. */
export function spaceNameOf(table: string): string {
	const family = `CASE ${table}.app WHEN 'confluence' THEN 'confluence:' ELSE 'jira:' END`;
	return `${family} || CASE WHEN ${table}.kind LIKE '%.space' THEN ${table}.id ELSE ${table}.space END`;
}

/** A query without any word (`***`, an emoji) names an item as a whole, or nothing; it is no wildcard. */
function* wordlessConditions(asked: {
	readonly query: CatalogQuery;
	readonly text: ParsedText;
	readonly person: Phrase | undefined;
	readonly named: readonly number[];
	readonly itemColumn: string;
}): Generator<Sql> {
	const { query, text, person, named, itemColumn } = asked;
	if (person === undefined && (query.person ?? "").trim() !== "") yield { sql: "0", values: [] };
	if (text.phrases.length > 0 || (query.text ?? "").trim() === "") return;
	yield isOneOf(itemColumn, named);
}

/** SQL condition that a column has one of the values. */
export function isOneOf(column: string, values: readonly (string | number)[]): Sql {
	return { sql: `${column} IN (${values.map(() => "?").join(", ")})`, values };
}

/** The kinds and the state that were asked for. */
export function* facetConditions({ table, kinds, state }: SearchPlan): Generator<Sql> {
	if (kinds !== undefined) yield isOneOf(`${table}.kind`, kinds);
	if (state !== undefined) yield { sql: `${table}.state = ?`, values: [state] };
}

/** The tables joined, the words leading; conditions may follow with AND. */
export function fromClause(plan: SearchPlan, match: string | undefined): Sql {
	if (match === undefined) return { sql: `FROM ${plan.table} WHERE 1`, values: [] };
	return { sql: `FROM words CROSS JOIN ${plan.table} ON ${plan.itemColumn} = words.rowid WHERE words MATCH ?`, values: [match] };
}

/** Conditions as they follow a WHERE. */
export function andAll(conditions: Iterable<Sql>): Sql {
	const all = [...conditions];
	return { sql: all.map(({ sql }) => ` AND ${sql}`).join(""), values: all.flatMap(({ values }) => values) };
}
