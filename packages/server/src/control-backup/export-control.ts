import { zstdCompressSync } from "node:zlib";
import { AppError, type Clock } from "@skyeworx/core";
import type { Store } from "@skyeworx/vault";
import { Client } from "pg";
import { quoted } from "../data/stored-rows.ts";
import { seal } from "../keys/seal.ts";
import { type ControlTable, controlTables } from "./control-tables.ts";

export interface ControlPorts {
	/** As the database's owner: row-level security shows one organization only to everybody else. */
	readonly ownerUrl: string;
	/** Seals the export; from the master key. */
	readonly key: Uint8Array;
	readonly store: Store;
	readonly clock: Clock;
}

/** What is written last: without it an export is none. */
export interface ControlManifest {
	readonly format: "skyeworx-control/1";
	readonly id: string;
	readonly at: string;
	/** Steps of the database that it was made with. */
	readonly steps: readonly number[];
	readonly parts: readonly { readonly table: string; readonly rows: number }[];
}

/** Where exports lie in their store. */
const controlFolder = "control-plane/";
/** Bytes of JSON after which a part ends. */
const partBytes = 8_000_000;
/** Rows that are read at once: a plan of a big restore is some megabytes. */
const rowsAtOnce = 100;

/** Names the object of a part, or of the manifest. */
export function partName(id: string, part: number | "manifest"): string {
	return `${controlFolder}${id}/${part === "manifest" ? "manifest" : String(part).padStart(6, "0")}`;
}

/** Names the place that a part is bound to: no part can stand for another, nor for one of another export. */
export function partPlace(id: string, part: number | "manifest"): string {
	return `control-backup/${id}/${part}`;
}

/**
 * Writes every organization's rows as they are at one moment into the store, sealed with a key that the master key gives.
 * @throws AppError what the store and the database say; a manifest is written only when all of it is there
 */
export async function exportControl(ports: ControlPorts): Promise<ControlManifest> {
	const at = ports.clock.now();
	const id = at.toISOString().replaceAll(/[^0-9TZ]/g, "");
	const client = new Client({ connectionString: ports.ownerUrl });
	await client.connect();
	try {
		await client.query("begin isolation level repeatable read read only");
		const run = async <R>(text: string, values: readonly unknown[]) => (await client.query(text, [...values])).rows as R[];
		const steps = (await run<{ id: number }>("select id from schema_migrations order by id", [])).map((row) => row.id);
		const parts: { table: string; rows: number }[] = [];
		for (const table of await controlTables(run)) {
			for await (const rows of pagesOf(client, table)) {
				await write(ports, { id, part: parts.length, json: `[${rows.join(",")}]` });
				parts.push({ table: table.name, rows: rows.length });
			}
		}
		await client.query("commit");
		const manifest: ControlManifest = { format: "skyeworx-control/1", id, at: at.toISOString(), steps, parts };
		await write(ports, { id, part: "manifest", json: JSON.stringify(manifest) });
		return manifest;
	} finally {
		await client.end();
	}
}

/** The rows of a table as JSON texts, in parts that fit into memory. */
async function* pagesOf(client: Client, table: ControlTable): AsyncIterable<string[]> {
	const order = table.key.length === 0 ? "" : ` order by ${table.key.map(quoted).join(", ")}`;
	await client.query(`declare control_rows no scroll cursor for select to_jsonb(t)::text as row from ${quoted(table.name)} t${order}`);
	let page: string[] = [];
	let bytes = 0;
	for (;;) {
		const { rows } = await client.query<{ row: string }>(`fetch ${rowsAtOnce} from control_rows`);
		for (const { row } of rows) {
			page.push(row);
			bytes += row.length;
		}
		if (page.length > 0 && (bytes >= partBytes || rows.length < rowsAtOnce)) {
			yield page;
			page = [];
			bytes = 0;
		}
		if (rows.length < rowsAtOnce) break;
	}
	await client.query("close control_rows");
}

interface Part {
	readonly id: string;
	readonly part: number | "manifest";
	readonly json: string;
}

async function write({ store, key }: ControlPorts, { id, part, json }: Part): Promise<void> {
	const bytes = seal(key, partPlace(id, part), zstdCompressSync(Buffer.from(json)));
	if ((await store.create(partName(id, part), bytes)) === "exists")
		throw new AppError("conflict", "There is an export of this very moment already", { hint: "Do it again." });
}

/** Exports that are whole, oldest first. */
export async function listExports(store: Store): Promise<string[]> {
	const ids: string[] = [];
	for await (const { name } of store.list(controlFolder))
		if (name.endsWith("/manifest")) ids.push(name.slice(controlFolder.length, -"/manifest".length));
	return ids.toSorted();
}

/** Deletes all but the newest exports, and what is left of ones that were cut off before the oldest of these. */
export async function forgetExports(store: Store, keep: number): Promise<void> {
	const oldest = (await listExports(store)).at(-keep);
	if (oldest === undefined) return;
	const names: string[] = [];
	for await (const { name } of store.list(controlFolder)) if (name.slice(controlFolder.length) < oldest) names.push(name);
	// The manifest goes first: what is left of an export must not look whole.
	for (const name of names.toSorted((a, b) => Number(b.endsWith("/manifest")) - Number(a.endsWith("/manifest")))) await store.delete(name);
}
