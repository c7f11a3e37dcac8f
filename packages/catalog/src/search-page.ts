import type { Connection } from "./connection.ts";
import type { Cursor } from "./cursor.ts";
import { andAll, facetConditions, fromClause, isOneOf, type SearchPlan, type Sql } from "./search-plan.ts";

/** bm25 weights of the columns title, key, text, people, former: lower (more negative) ranks first. */
const ranking = "bm25(words, 8.0, 10.0, 1.0, 2.0, 3.0)";
/** Ranking costs half a microsecond a match: beyond this many only the matches in titles and keys are ranked. */
const maxRanked = 5_000;

/*
 * [Note: Tiers of relevance]
 * First come items whose name is the whole query. Then, usually, all matches by bm25. A query that thousands of items match
 * (`the`, `pr`) would take long to rank and gain little: there the matches in titles and keys come first, ranked if they are
 * not too many themselves, and then the rest, the most recently added first. A cursor remembers which of these ways was taken.
 */
type Mode = "ranked" | "titles" | "newest";

interface Tier {
	readonly match: string | undefined;
	readonly conditions: readonly Sql[];
	/** What hits are ordered by, before their row numbers; the row number alone is the order in which FTS5 finds. */
	readonly value: string;
	readonly descending: boolean;
	/** Goes through the items from the newest change down and stops early, instead of sorting all matches. */
	readonly walksUpdates?: boolean;
}

const byRow = "words.rowid";

interface FoundRow {
	readonly item: number;
	readonly value: string | number;
}

export interface FoundPage {
	readonly items: readonly number[];
	/** Where the next page goes on; undefined when there is none. */
	readonly next: Cursor | undefined;
}

/** One page of row numbers in order. */
export function readPage(reader: Connection, plan: SearchPlan, limit: number): FoundPage {
	const mode = plan.order === "relevance" ? chooseMode(reader, plan) : "";
	const tiers = mode === "" ? [orderTier(reader, plan)] : relevanceTiers(plan, mode);
	const items: number[] = [];
	let last: Cursor | undefined;
	for (const [index, tier] of tiers.entries()) {
		if (index < (plan.cursor?.tier ?? 0)) continue;
		const rows = readTier(reader, {
			plan,
			tier,
			after: index === plan.cursor?.tier ? plan.cursor : undefined,
			limit: limit + 1 - items.length,
		});
		for (const row of rows) {
			if (items.length === limit) return { items, next: last };
			items.push(row.item);
			last = { order: plan.order, mode, tier: index, value: row.value, item: row.item };
		}
	}
	return { items, next: undefined };
}

function chooseMode(reader: Connection, plan: SearchPlan): Mode {
	if (plan.cursor !== undefined) return plan.cursor.mode === "titles" || plan.cursor.mode === "newest" ? plan.cursor.mode : "ranked";
	if (!isBroad(reader, plan.match)) return "ranked";
	return isBroad(reader, inTitles(plan.match)) ? "newest" : "titles";
}

function isBroad(reader: Connection, match: string | undefined): boolean {
	if (match === undefined) return false;
	const sql = "SELECT count(*) AS count FROM (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)";
	return (reader.get<{ count: number }>(sql, match, maxRanked + 1)?.count ?? 0) > maxRanked;
}

function inTitles(match: string | undefined): string | undefined {
	return match === undefined ? undefined : `{title key former} : (${match})`;
}

function relevanceTiers(plan: SearchPlan, mode: Mode): Tier[] {
	const { match, named, itemColumn } = plan;
	const isNamed = isOneOf(itemColumn, named);
	const others = named.length === 0 ? [] : [{ sql: `NOT ${isNamed.sql}`, values: isNamed.values }];
	const first: Tier = {
		match,
		conditions: [named.length === 0 ? { sql: "0", values: [] } : isNamed],
		value: itemColumn,
		descending: false,
	};
	const newest = { conditions: others, value: byRow, descending: true };
	const ranked = { conditions: others, value: ranking, descending: false };
	if (mode === "ranked") return [first, { ...ranked, match }];
	const titles = inTitles(match);
	return [first, { ...(mode === "titles" ? ranked : newest), match: titles }, { ...newest, match: `(${match}) NOT ${titles}` }];
}

function orderTier(reader: Connection, plan: SearchPlan): Tier {
	const { match, table, order } = plan;
	if (order === "updated" || order === "relevance") {
		const walksUpdates = table === "item" && isBroad(reader, match);
		return { match, conditions: [], value: `${table}.updated`, descending: true, walksUpdates };
	}
	if (order === "key") return { match, conditions: [], value: `${table}.sort_key`, descending: false };
	return { match, conditions: [], value: `coalesce(${table}.position, 9e15)`, descending: false };
}

function updatesClause(match: string | undefined): Sql {
	return {
		sql: "FROM item INDEXED BY item_by_update WHERE item.n IN (SELECT rowid FROM words WHERE words MATCH ?)",
		values: match === undefined ? [] : [match],
	};
}

interface TierRead {
	readonly plan: SearchPlan;
	readonly tier: Tier;
	readonly after: Cursor | undefined;
	readonly limit: number;
}

function readTier(reader: Connection, { plan, tier, after, limit }: TierRead): FoundRow[] {
	const from = tier.walksUpdates ? updatesClause(tier.match) : fromClause(plan, tier.match);
	const where = andAll([...plan.conditions, ...facetConditions(plan), ...tier.conditions]);
	const select = `SELECT ${plan.itemColumn} AS item, ${tier.value} AS value ${from.sql}${where.sql}`;
	const values = [...from.values, ...where.values];
	if (tier.value === byRow) {
		const below = after === undefined ? { sql: "", values: [] } : { sql: ` AND ${byRow} < ?`, values: [after.item] };
		return reader.all<FoundRow>(`${select}${below.sql} ORDER BY ${byRow} DESC LIMIT ?`, ...values, ...below.values, limit);
	}
	const direction = tier.descending ? "DESC" : "ASC";
	const order = `ORDER BY value ${direction}, item ${direction} LIMIT ?`;
	if (after === undefined) return reader.all<FoundRow>(`${select} ${order}`, ...values, limit);
	const sql = `SELECT item, value FROM (${select}) WHERE (value, item) ${tier.descending ? "<" : ">"} (?, ?) ${order}`;
	return reader.all<FoundRow>(sql, ...values, after.value, after.item, limit);
}
