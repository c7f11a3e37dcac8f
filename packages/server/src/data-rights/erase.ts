import { rmSync } from "node:fs";
import { join } from "node:path";
import { removeCatalog } from "@skyeworx/catalog";
import { AppError, toAppError } from "@skyeworx/core";
import type { Store } from "@skyeworx/vault";
import { sql } from "kysely";
import { storeOfSite } from "../audit/checkpoints.ts";
import { withOrganization } from "../data/database.ts";
import type { ErasedSiteJson } from "../data/tables.ts";
import type { WorkPorts } from "../jobs/work-ports.ts";
import { cardFolder } from "../rebuild/site-card.ts";

/** Checkpoints of the audit log are locked for so long where a store locks. @see keepCheckpoint */
const checkpointLockDays = 365;
const dayMilliseconds = 86_400_000;
const keyFolder = "keys/";

/** Everything of ours in a store, keys first; what else somebody put beside it is not ours to delete. */
function ourFolders(organizationId: string): string[] {
	return [keyFolder, cardFolder, "packs/", "idx/", "log/", "ckpt/", "probe/", `audit/${organizationId}/`, "vault.json", "README.txt"];
}

/**
 * Destroys every organization whose deletion was confirmed. Each step may be repeated: killed anywhere, the next call goes on. An
 * organization whose store can't be reached waits; nothing about it is forgotten before its keys and objects are gone.
 * @returns ids of those that are gone
 */
export async function eraseConfirmed(ports: WorkPorts): Promise<string[]> {
	const { rows } = await sql<{ id: string }>`select * from erasing_organizations() as id`.execute(ports.database);
	const erased: string[] = [];
	for (const { id } of rows) {
		try {
			await eraseOne(ports, id);
			erased.push(id);
		} catch (error) {
			ports.log.error("an organization could not be erased yet", { organization: id, code: toAppError(error).code });
		}
	}
	return erased;
}

async function eraseOne(ports: WorkPorts, organizationId: string): Promise<void> {
	const known = await withOrganization(ports.database, organizationId, async (scoped) => ({
		deletion: await scoped.selectFrom("deletions").selectAll().where("state", "=", "erasing").executeTakeFirstOrThrow(),
		sites: await scoped.selectFrom("sites").select(["id", "vault_id"]).orderBy("created_at").execute(),
	}));
	const done: Record<string, ErasedSiteJson> = { ...known.deletion.progress.sites };
	for (const site of known.sites) {
		if (done[site.id] !== undefined) continue;
		done[site.id] = await eraseSite(ports, organizationId, { id: site.id, vaultId: site.vault_id });
		const progress = JSON.stringify({ sites: done });
		await withOrganization(ports.database, organizationId, (scoped) => scoped.updateTable("deletions").set({ progress }).execute());
	}
	const at = ports.clock.now();
	const certificate = {
		organization: organizationId,
		requestedAt: known.deletion.asked_at.toISOString(),
		requestedBy: known.deletion.actor_id,
		confirmedAt: known.deletion.confirmed_at?.toISOString(),
		confirmedBy: known.deletion.confirmed_by,
		erasedAt: at.toISOString(),
		sites: Object.entries(done).map(([site, facts]) => ({ site, ...facts })),
	};
	await sql`select erase_organization(${organizationId}::uuid, ${at}, ${JSON.stringify(certificate)})`.execute(ports.database);
	ports.keys.forget(organizationId);
	ports.log.info("an organization was erased", { organization: organizationId, sites: known.sites.length });
}

interface KnownSite {
	readonly id: string;
	readonly vaultId: string;
}

/** @throws AppError `already-running` while a job has the site; what the store says */
async function eraseSite(ports: WorkPorts, organizationId: string, site: KnownSite): Promise<ErasedSiteJson> {
	const lease = await ports.leases.take(site.id, () => {});
	if (lease === undefined) throw new AppError("already-running", "A job has not let go of the site yet");
	try {
		const store = await withOrganization(ports.database, organizationId, (scoped) => storeOfSite(ports, scoped, site.id));
		if (store === undefined) throw new AppError("not-found", "The site's store is not known");
		const lockUntil = await destroyKeys(ports, { organizationId, siteId: site.id, store });
		const facts = await deleteObjects(store, { organizationId, lockUntil });
		removeCatalog(join(ports.dataFolder, "catalogs", `${site.id}.db`));
		rmSync(join(ports.dataFolder, "cache", site.id), { recursive: true, force: true });
		return { vault: site.vaultId, keysDestroyed: true, ...facts };
	} finally {
		await lease.release();
	}
}

interface KeyedStore {
	readonly organizationId: string;
	readonly siteId: string;
	readonly store: Store;
}

/** Answers until when the vault's objects are locked, as far as the vault says so. */
async function destroyKeys(ports: WorkPorts, { organizationId, siteId, store }: KeyedStore): Promise<Date | undefined> {
	let lockUntil: Date | undefined;
	try {
		const { vault } = await ports.sites.open(organizationId, siteId);
		for (const { lockUntil: until } of vault.snapshots())
			if (until !== undefined && (lockUntil === undefined || until > lockUntil)) lockUntil = until;
		await vault.keys.destroyKeys();
	} catch (error) {
		// A vault that does not open, for one because this was cut off: its keys are deleted all the same.
		ports.log.warn("a vault that is to be erased does not open", { site: siteId, code: toAppError(error).code });
	} finally {
		await ports.sites.forget(organizationId, siteId).catch(() => {});
	}
	for await (const { name } of store.list(keyFolder)) await store.delete(name);
	for await (const { name } of store.list(keyFolder))
		throw new AppError("conflict", "The store keeps a key of the vault", {
			facts: { object: name },
			hint: "Lift the lock on keys/, then it goes on.",
		});
	return lockUntil;
}

interface Deleting {
	readonly organizationId: string;
	readonly lockUntil: Date | undefined;
}

async function deleteObjects(
	store: Store,
	{ organizationId, lockUntil }: Deleting,
): Promise<Pick<ErasedSiteJson, "objectsDeleted" | "locked">> {
	let objectsDeleted = 0;
	const locked: { name: string; until: string | null }[] = [];
	for (const folder of ourFolders(organizationId)) {
		const objects = [];
		for await (const facts of store.list(folder)) objects.push(facts);
		for (const { name, modifiedAt } of objects) {
			if ((await store.delete(name)) === "deleted") {
				objectsDeleted += 1;
				continue;
			}
			const until = name.startsWith("audit/") ? new Date(modifiedAt.getTime() + checkpointLockDays * dayMilliseconds) : lockUntil;
			locked.push({ name, until: until?.toISOString() ?? null });
		}
	}
	return { objectsDeleted, locked };
}
