import type { ItemFacts } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import { type BodyColumns, type FilterColumns, parseBody, parseHead } from "./facts-row.ts";
import { formerNames, indexItem, linkItem, nameItem } from "./index-item.ts";

interface Row extends FilterColumns, BodyColumns {
	readonly n: number;
	readonly until: number | null;
	readonly change: "created" | "changed" | "deleted";
	readonly hash: string;
	readonly body: number;
	readonly head: string;
}

const columns = ["app", "space", "parent", "position", "state", "seen", "updated", "sort_key"] as const;

/**
 * Makes an item whole that has lost versions: the others follow one another without gaps, a deletion tells of the last living version
 * that is left, and it is found by what is left alone. Without a living version it is gone.
 */
export function mendItem(writer: Connection, item: number): void {
	const rows = writer.all<Row>(
		`SELECT version.*, head.facts AS head, body.text, body.people, body.links FROM version
		JOIN head ON head.version = version.n JOIN body ON body.n = version.body WHERE version.item = ? ORDER BY version.seen`,
		item,
	);
	const kept = consistent(writer, rows);
	const current = kept.at(-1);
	if (current === undefined) {
		removeItem(writer, item);
		return;
	}
	for (const [index, row] of kept.entries()) writeVersion(writer, row, kept[index + 1]?.seen ?? null);
	writer.run(
		`UPDATE item SET first = ?, versions = ?, version = ?, last = (SELECT max(id) FROM snapshot WHERE ? AND id < ?),
		${columns.map((name) => `${name} = ?`).join(", ")} WHERE n = ?`,
		kept[0]?.seen ?? current.seen,
		kept.filter((row) => row.change !== "deleted").length,
		current.n,
		current.state === "deleted" ? 1 : 0,
		current.seen,
		...columns.map((name) => current[name]),
		item,
	);
	findAnew(writer, item, kept, current);
}

/** Drops deletions of what is not there any more, and lets each other tell of what was deleted. */
function consistent(writer: Connection, rows: readonly Row[]): Row[] {
	const kept: Row[] = [];
	let living: Row | undefined;
	for (const row of rows) {
		const before = kept.at(-1);
		if (row.change !== "deleted") {
			living = { ...row, change: before === undefined || before.change === "deleted" ? "created" : "changed" };
			kept.push(living);
		} else if (living === undefined) {
			uncount(writer, row);
			removeVersion(writer, row.n);
		} else if (before?.change === "deleted") removeVersion(writer, row.n);
		else kept.push({ ...living, n: row.n, seen: row.seen, state: "deleted", change: "deleted" });
	}
	return kept;
}

/** The snapshots that had it as deleted know nothing of it any more. */
function uncount(writer: Connection, { kind, seen, until }: Row): void {
	writer.run(
		"UPDATE kind_count SET deleted = deleted - 1 WHERE kind = ? AND snapshot >= ? AND snapshot < ?",
		kind,
		seen,
		until ?? Number.MAX_SAFE_INTEGER,
	);
}

function removeVersion(writer: Connection, n: number): void {
	writer.run("DELETE FROM version WHERE n = ?", n);
	writer.run("DELETE FROM head WHERE version = ?", n);
}

function writeVersion(writer: Connection, row: Row, until: number | null): void {
	writer.run(
		`UPDATE version SET until = ?, change = ?, hash = ?, body = ?, ${columns.map((name) => `${name} = ?`).join(", ")} WHERE n = ?`,
		until,
		row.change,
		row.hash,
		row.body,
		...columns.map((name) => row[name]),
		row.n,
	);
	writer.run("UPDATE head SET facts = ? WHERE version = ?", row.head, row.n);
}

function removeItem(writer: Connection, item: number): void {
	for (const table of ["name", "link"]) writer.run(`DELETE FROM ${table} WHERE item = ?`, item);
	writer.run("DELETE FROM words WHERE rowid = ?", item);
	writer.run("DELETE FROM item WHERE n = ?", item);
}

function factsOf(row: Row): ItemFacts {
	return { ...parseHead(row.head), ...parseBody(row) };
}

/** What was only in a version that went must not be found any more. */
function findAnew(writer: Connection, item: number, kept: readonly Row[], current: Row): void {
	const ref = { kind: current.kind, id: current.id };
	const facts = factsOf(current);
	writer.run("DELETE FROM name WHERE item = ?", item);
	for (const row of kept) nameItem(writer, item, ref, { facts: factsOf(row), seen: row.seen });
	linkItem(writer, item, facts.references);
	indexItem(writer, item, { facts, id: ref.id, former: formerNames(writer, item, facts) });
}
