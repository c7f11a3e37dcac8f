import { zstdDecompressSync } from "node:zlib";
import { AppError } from "@skyeworx/core";
import { Client } from "pg";
import { insertStored, type StoredRow } from "../data/stored-rows.ts";
import { unseal } from "../keys/seal.ts";
import { type ControlManifest, type ControlPorts, listExports, partName, partPlace } from "./export-control.ts";

/** A part inflates to so many bytes at most. */
const mostBytes = 1 << 30;

/**
 * Puts an export back into a database that holds no organization yet, all or nothing. What ran when it was made has failed: nobody
 * knows how far it came since.
 * @param id the newest export when left out
 * @throws AppError `conflict` when there is an organization, `not-found` without an export, `vault-key-wrong` with another master
 *   key or when a part was changed, `store-object-missing` when one is gone
 */
export async function importControl(ports: Omit<ControlPorts, "clock">, id?: string): Promise<ControlManifest> {
	const wanted = id ?? (await listExports(ports.store)).at(-1);
	if (wanted === undefined)
		throw new AppError("not-found", `There is no export of the control plane in ${ports.store.description}`, {
			hint: "Look at the address.",
		});
	const manifest = (await read(ports, wanted, "manifest")) as ControlManifest;
	const client = new Client({ connectionString: ports.ownerUrl });
	await client.connect();
	try {
		await client.query("begin");
		const run = async <R>(text: string, values: readonly unknown[]) => (await client.query(text, [...values])).rows as R[];
		await client.query("lock table organizations in exclusive mode");
		await requireEmpty(run, manifest);
		// The days of an export are put back as they were; one that is older than they are has none, and they are summed up below.
		await client.query("select set_config('skyeworx.importing', 'on', true)");
		for (const [part, { table, rows }] of manifest.parts.entries()) {
			const stored = (await read(ports, wanted, part)) as StoredRow[];
			const put = await insertStored(run, table, stored);
			if (stored.length !== rows || put !== rows)
				throw new AppError("vault-damaged", `Only ${put} of ${rows} rows of ${table} could be put back`, { facts: { part } });
		}
		await client.query("select sum_up_missing_days()");
		await endOpenWork(client);
		await client.query("commit");
	} catch (error) {
		await client.query("rollback");
		throw error;
	} finally {
		await client.end();
	}
	return manifest;
}

async function requireEmpty(run: <R>(text: string, values: readonly unknown[]) => Promise<readonly R[]>, manifest: ControlManifest) {
	const [held] = await run<{ n: number }>("select count(*)::integer as n from organizations", []);
	if ((held?.n ?? 0) > 0)
		throw new AppError("conflict", "The database holds organizations already", { hint: "Start with an empty database." });
	const steps = new Set((await run<{ id: number }>("select id from schema_migrations", [])).map((row) => row.id));
	if (manifest.steps.some((step) => !steps.has(step)))
		throw new AppError("conflict", "The export was made by a newer version of Skyeworx", { hint: "Use that version, or a newer one." });
}

async function endOpenWork(client: Client): Promise<void> {
	await client.query(
		"update runs set status = 'failed', error_code = 'cancelled', finished_at = created_at where status in ('queued', 'running')",
	);
	await client.query(
		"update restores set status = 'failed', error_code = 'cancelled', finished_at = created_at where status in ('queued', 'running', 'undoing')",
	);
	await client.query("update restore_plans set status = 'failed', error_code = 'cancelled' where status = 'planning'");
}

async function read({ store, key }: Pick<ControlPorts, "store" | "key">, id: string, part: number | "manifest"): Promise<unknown> {
	const sealed = await store.read(partName(id, part));
	const bytes = zstdDecompressSync(unseal(key, partPlace(id, part), sealed), { maxOutputLength: mostBytes });
	return JSON.parse(bytes.toString());
}
