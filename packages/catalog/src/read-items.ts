import type { ItemRef } from "@skyeworx/core";
import type { CatalogItem, CatalogVersion } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import { type BodyColumns, parseBody, parseHead } from "./facts-row.ts";

/** An item and one of its versions, joined. */
interface ItemVersionRow extends BodyColumns {
	readonly item: number;
	readonly kind: string;
	readonly id: string;
	readonly first: number;
	/** Of a deleted item: the last snapshot that held it. */
	readonly last: number | null;
	readonly versions: number;
	readonly head: string;
	readonly state: "live" | "deleted";
	readonly seen: number;
	readonly until: number | null;
}

const joined = `
SELECT item.n AS item, item.kind, item.id, item.first, head.facts AS head, version.state, version.seen, version.until, body.text, body.people, body.links,
	CASE WHEN version.until IS NULL THEN item.last ELSE (SELECT max(id) FROM snapshot WHERE id < version.seen) END AS last,
	CASE WHEN version.until IS NULL THEN item.versions
		ELSE (SELECT count(*) FROM version AS earlier WHERE earlier.item = item.n AND earlier.seen <= version.seen AND earlier.change <> 'deleted')
	END AS versions
FROM version JOIN item ON item.n = version.item JOIN head ON head.version = version.n JOIN body ON body.n = version.body`;

/** SQL condition on `version`: the one that was valid at a snapshot (two values: the snapshot, twice). */
export const validAt = "version.seen <= ? AND (version.until IS NULL OR version.until > ?)";

/** The newest snapshot taken in. */
export function newestSnapshot(reader: Connection): number | undefined {
	return reader.get<{ id: number | null }>("SELECT max(id) AS id FROM snapshot")?.id ?? undefined;
}

function snapshotTime(reader: Connection, id: number): string | undefined {
	return reader.get<{ at: string }>("SELECT at FROM snapshot WHERE id = ?", id)?.at;
}

/** The last snapshot up to `asOf` that held a living version. */
function lastHeld(reader: Connection, row: ItemVersionRow, asOf: number | undefined): number {
	if (row.state === "deleted") return row.last ?? row.first;
	const end = asOf === undefined ? "SELECT max(id) AS id FROM snapshot" : "SELECT max(id) AS id FROM snapshot WHERE id <= ?";
	return reader.get<{ id: number | null }>(end, ...(asOf === undefined ? [] : [asOf]))?.id ?? row.seen;
}

function toItem(reader: Connection, row: ItemVersionRow, asOf: number | undefined): CatalogItem {
	return {
		...parseHead(row.head),
		...parseBody(row),
		ref: { kind: row.kind, id: row.id },
		state: row.state,
		firstSnapshotId: row.first,
		lastSnapshotId: lastHeld(reader, row, asOf),
		versions: row.versions,
		deletedAt: row.state === "deleted" ? snapshotTime(reader, row.seen) : undefined,
	};
}

/** An item by its row number, as it is now or as a snapshot saw it. */
export function readItem(reader: Connection, item: number, asOf: number | undefined): CatalogItem | undefined {
	const row =
		asOf === undefined
			? reader.get<ItemVersionRow>(`${joined} WHERE version.n = (SELECT version FROM item WHERE n = ?)`, item)
			: reader.get<ItemVersionRow>(`${joined} WHERE version.item = ? AND ${validAt}`, item, asOf, asOf);
	return row === undefined ? undefined : toItem(reader, row, asOf);
}

/** Row number of an item. */
export function findRow(reader: Connection, ref: ItemRef): number | undefined {
	return reader.get<{ n: number }>("SELECT n FROM item WHERE kind = ? AND id = ?", ref.kind, ref.id)?.n;
}

/** All versions of an item, oldest first, its deletions among them. */
export function readVersions(reader: Connection, ref: ItemRef): CatalogVersion[] {
	const rows = reader.all<{ seen: number; at: string; change: CatalogVersion["state"]; head: string }>(
		`SELECT version.seen, snapshot.at, version.change, head.facts AS head FROM item
		JOIN version ON version.item = item.n JOIN head ON head.version = version.n JOIN snapshot ON snapshot.id = version.seen
		WHERE item.kind = ? AND item.id = ? ORDER BY version.seen`,
		ref.kind,
		ref.id,
	);
	return rows.map(({ seen, at, change, head }) => {
		const facts = parseHead(head);
		const isDeletion = change === "deleted";
		return {
			snapshotId: seen,
			at,
			state: change,
			title: facts.title,
			updatedAt: isDeletion ? undefined : facts.updatedAt,
			updatedBy: isDeletion ? undefined : facts.updatedBy?.name,
		};
	});
}

/** Items whose newest version references this one. */
export function readReferrers(reader: Connection, target: string): ItemRef[] {
	return reader.all<ItemRef>(
		"SELECT item.kind, item.id FROM link JOIN item ON item.n = link.item WHERE link.target = ? ORDER BY item.kind, item.n",
		target,
	);
}
