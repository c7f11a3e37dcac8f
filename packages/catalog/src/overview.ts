import type { AppName } from "@skyeworx/core";
import type { CatalogSpace } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import { parseHead } from "./facts-row.ts";
import { validAt } from "./read-items.ts";

type KindCounts = Readonly<Record<string, { readonly live: number; readonly deleted: number }>>;

/** The table that shows a snapshot's world, and the condition and values for it. */
function world(asOf: number | undefined): { readonly table: string; readonly where: string; readonly values: readonly number[] } {
	if (asOf === undefined) return { table: "item", where: "1", values: [] };
	return { table: "version", where: validAt, values: [asOf, asOf] };
}

/** Counts living and deleted items of each kind. */
export function countKinds(reader: Connection, asOf: number | undefined): KindCounts {
	const rows = reader.all<{ kind: string; live: number; deleted: number }>(
		"SELECT kind, live, deleted FROM kind_count WHERE snapshot = (SELECT max(id) FROM snapshot WHERE id <= ?) ORDER BY kind",
		asOf ?? Number.MAX_SAFE_INTEGER,
	);
	return Object.fromEntries(rows.map(({ kind, live, deleted }) => [kind, { live, deleted }]));
}

interface SpaceRow {
	readonly app: AppName;
	readonly space: string;
	readonly live: number;
	/** A row of `item` or `version` that names the space. */
	readonly row: number;
}

/** Spaces of both apps, by name: from their own items where those are known, else from what lies in them. */
export function readSpaces(reader: Connection, asOf: number | undefined): CatalogSpace[] {
	const { table, where, values } = world(asOf);
	const spaces = new Map<string, CatalogSpace>();
	const contained = reader.all<SpaceRow>(
		`SELECT app, space, sum(state = 'live') AS live, max(${table}.n) AS row FROM ${table}
		WHERE ${where} AND space IS NOT NULL AND kind NOT LIKE '%.space' GROUP BY space, app`,
		...values,
	);
	for (const row of contained) {
		const named = headOf(reader, table, row.row)?.space;
		const place = `${family(row.app)}/${row.space}`;
		const known = spaces.get(place);
		const items = row.live + (known?.items ?? 0);
		const name = named ?? { key: row.space, name: row.space };
		spaces.set(place, { app: row.app, id: row.space, key: name.key, name: name.name, state: items > 0 ? "live" : "deleted", items });
	}
	const own = reader.all<{ app: AppName; id: string; state: "live" | "deleted"; row: number }>(
		`SELECT app, id, state, ${table}.n AS row FROM ${table} WHERE ${where} AND kind IN ('jira.space', 'jsm.space', 'confluence.space')`,
		...values,
	);
	for (const { app, id, state, row } of own) {
		const facts = headOf(reader, table, row);
		const items = spaces.get(`${family(app)}/${id}`)?.items ?? 0;
		spaces.set(`${family(app)}/${id}`, { app, id, key: facts?.key ?? facts?.space?.key ?? id, name: facts?.title ?? id, state, items });
	}
	return [...spaces.values()].sort((a, b) => (a.app === b.app ? a.name.localeCompare(b.name, "en") : a.app < b.app ? -1 : 1));
}

/** Jira and JSM share the ids of their spaces. */
function family(app: AppName): string {
	return app === "confluence" ? "confluence" : "jira";
}

function headOf(reader: Connection, table: string, row: number): ReturnType<typeof parseHead> | undefined {
	const version = table === "item" ? "(SELECT version FROM item WHERE n = ?)" : "?";
	const head = reader.get<{ facts: string }>(`SELECT facts FROM head WHERE version = ${version}`, row);
	return head === undefined ? undefined : parseHead(head.facts);
}
