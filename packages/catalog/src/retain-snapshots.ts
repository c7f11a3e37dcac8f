import { setImmediate as nextTurn } from "node:timers/promises";
import type { Connection } from "./connection.ts";
import { mendItem } from "./mend-item.ts";

/** Rows that one statement touches, and items that are mended, between two breaths of the event loop. */
const rowsAtOnce = 20_000;
const itemsAtOnce = 64;

/**
 * Lets go of every snapshot that is not named, in one transaction: a version stays when a snapshot that is kept has it, under the
 * first of these. What no kept snapshot has is gone from the versions, the names and the full-text index; an item of which no living
 * version is left is gone wholly. When the newest snapshot itself is let go, the catalog stands at the newest that is kept.
 * Answers whether anything was let go; when not, it costs a look at the list of snapshots.
 */
export async function retainSnapshots(writer: Connection, kept: ReadonlySet<number>): Promise<boolean> {
	const known = writer.all<{ id: number }>("SELECT id FROM snapshot ORDER BY id").map(({ id }) => id);
	const leaving = known.filter((id) => !kept.has(id));
	if (leaving.length === 0) return false;
	const staying = known.filter((id) => kept.has(id));
	writer.execute("CREATE TEMP TABLE IF NOT EXISTS gone (id INTEGER PRIMARY KEY, target INTEGER)");
	writer.execute("CREATE TEMP TABLE IF NOT EXISTS dropped (version INTEGER PRIMARY KEY, item INTEGER NOT NULL, body INTEGER NOT NULL)");
	writer.execute("BEGIN IMMEDIATE; DELETE FROM gone; DELETE FROM dropped;");
	try {
		// The first kept snapshot behind one that goes: what was seen first there is seen first here.
		for (const id of leaving) writer.run("INSERT INTO gone (id, target) VALUES (?, ?)", id, staying.find((next) => next > id) ?? null);
		await dropVersions(writer);
		await moveVersions(writer);
		writer.execute(
			"DELETE FROM snapshot WHERE id IN (SELECT id FROM gone); DELETE FROM kind_count WHERE snapshot IN (SELECT id FROM gone)",
		);
		await mendItems(writer);
		writer.execute(
			"DELETE FROM body WHERE n IN (SELECT body FROM dropped) AND NOT EXISTS (SELECT 1 FROM version WHERE version.body = body.n)",
		);
		writer.execute("COMMIT");
	} catch (error) {
		writer.execute("ROLLBACK");
		throw error;
	}
	return true;
}

/** Runs a statement over a table in ranges of its rows (two values: first and last). */
async function inRanges(writer: Connection, table: "version" | "item", sql: string): Promise<void> {
	const last = writer.get<{ n: number | null }>(`SELECT max(n) AS n FROM ${table}`)?.n ?? 0;
	for (let first = 0; first <= last; first += rowsAtOnce) {
		writer.run(sql, first, first + rowsAtOnce - 1);
		await nextTurn();
	}
}

/** Takes away the versions that only snapshots that go had. */
async function dropVersions(writer: Connection): Promise<void> {
	await inRanges(
		writer,
		"version",
		`INSERT INTO dropped (version, item, body) SELECT version.n, version.item, version.body FROM version JOIN gone ON gone.id = version.seen
		WHERE version.n BETWEEN ? AND ? AND (gone.target IS NULL OR version.until <= gone.target)`,
	);
	writer.execute(
		"DELETE FROM version WHERE n IN (SELECT version FROM dropped); DELETE FROM head WHERE version IN (SELECT version FROM dropped)",
	);
}

/** What stays is told by the first snapshot that is kept and has it. */
async function moveVersions(writer: Connection): Promise<void> {
	const moved = (column: string) => `SET ${column} = gone.target FROM gone`;
	await inRanges(writer, "version", `UPDATE version ${moved("seen")} WHERE version.seen = gone.id AND version.n BETWEEN ? AND ?`);
	// An item whose newest version went is mended below.
	const intact = "gone.target IS NOT NULL AND item.n BETWEEN ? AND ?";
	await inRanges(writer, "item", `UPDATE item ${moved("seen")} WHERE item.seen = gone.id AND ${intact}`);
	await inRanges(writer, "item", `UPDATE item ${moved("first")} WHERE item.first = gone.id AND ${intact}`);
	await inRanges(
		writer,
		"item",
		`UPDATE item SET last = (SELECT max(id) FROM snapshot WHERE id < item.seen AND id NOT IN (SELECT id FROM gone))
		WHERE last IN (SELECT id FROM gone) AND n BETWEEN ? AND ?`,
	);
}

async function mendItems(writer: Connection): Promise<void> {
	let after = 0;
	for (;;) {
		const items = writer.all<{ item: number }>(
			"SELECT DISTINCT item FROM dropped WHERE item > ? ORDER BY item LIMIT ?",
			after,
			itemsAtOnce,
		);
		for (const { item } of items) mendItem(writer, item);
		const last = items.at(-1);
		if (last === undefined) return;
		after = last.item;
		await nextTurn();
	}
}
