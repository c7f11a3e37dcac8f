import { rmSync } from "node:fs";
import { join } from "node:path";
import { removeCatalog } from "@skyeworx/catalog";
import { AppError, toAppError } from "@skyeworx/core";
import { isVaultObject, type Store } from "@skyeworx/vault";
import { sql } from "kysely";
import { storesToRead } from "../audit/checkpoint-stores.ts";
import { checkpointFolder, checkpointsFolder } from "../audit/checkpoints.ts";
import { withOrganization } from "../data/database.ts";
import type { ErasedSiteJson } from "../data/tables.ts";
import type { WorkPorts } from "../jobs/work-ports.ts";
import { cardFolder } from "../rebuild/site-card.ts";
import { locateVault } from "../storage/stored-choice.ts";

const dayMilliseconds = 86_400_000;
const keyFolder = "keys/";

function isCheckpoint(organizationId: string): (name: string) => boolean {
	const folder = checkpointFolder(organizationId);
	return (name) => name.startsWith(folder);
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
	const checkpoints = await eraseCheckpoints(ports, organizationId);
	const at = ports.clock.now();
	const certificate = {
		organization: organizationId,
		requestedAt: known.deletion.asked_at.toISOString(),
		requestedBy: known.deletion.actor_id,
		confirmedAt: known.deletion.confirmed_at?.toISOString(),
		confirmedBy: known.deletion.confirmed_by,
		erasedAt: at.toISOString(),
		checkpoints,
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

/** Signatures lie in the organization's own store, too. */
async function eraseCheckpoints(ports: WorkPorts, organizationId: string): Promise<Removed> {
	const own = await withOrganization(ports.database, organizationId, async (scoped) => {
		const stores = (await storesToRead(ports, scoped, organizationId)).filter(({ siteId }) => siteId === null);
		return await Promise.all(stores.map(async ({ open, lockedDays }) => ({ store: await open(), lockedDays })));
	});
	const removed: Removed = { objectsDeleted: 0, locked: [] };
	for (const { store, lockedDays } of own)
		add(removed, await deleteObjects(store, { isOurs: isCheckpoint(organizationId), lockUntil: undefined, lockedDays }));
	return removed;
}

/** @throws AppError `already-running` while a job has the site; what the store says */
async function eraseSite(ports: WorkPorts, organizationId: string, site: KnownSite): Promise<ErasedSiteJson> {
	const lease = await ports.leases.take(site.id, () => {});
	if (lease === undefined) throw new AppError("already-running", "A job has not let go of the site yet");
	try {
		const lockUntil = await destroyKeys(ports, organizationId, site.id);
		const stores = await storesOf(ports, organizationId, site.id);
		for (const { store } of stores) await deleteKeys(store);
		const removed: Removed = { objectsDeleted: 0, locked: [] };
		const isSigned = isCheckpoint(organizationId);
		// What else somebody put beside the vault is not ours to delete.
		const isOurs = (name: string) => isVaultObject(name) || name.startsWith(cardFolder) || isSigned(name);
		for (const { store, lockedDays } of stores) add(removed, await deleteObjects(store, { isOurs, lockUntil, lockedDays }));
		removeCatalog(join(ports.dataFolder, "catalogs", `${site.id}.db`));
		rmSync(join(ports.dataFolder, "cache", site.id), { recursive: true, force: true });
		return { vault: site.vaultId, keysDestroyed: true, ...removed };
	} finally {
		await lease.release();
	}
}

interface OpenedStore {
	readonly store: Store;
	/** For so long checkpoints of the audit log are locked there. */
	readonly lockedDays: number;
}

/** Where the site's vault lies, was moved away from, or was about to be moved to. */
async function storesOf(ports: WorkPorts, organizationId: string, siteId: string): Promise<OpenedStore[]> {
	const sealer = await ports.keys.sealer(organizationId);
	return await withOrganization(ports.database, organizationId, async (scoped) => {
		const own = (await storesToRead(ports, scoped, organizationId)).filter((one) => one.siteId === siteId);
		const { storage } = await scoped.selectFrom("sites").select("storage").where("id", "=", siteId).executeTakeFirstOrThrow();
		const moves = await scoped.selectFrom("vault_moves").select(["old_storage", "new_storage"]).where("site_id", "=", siteId).execute();
		const found: OpenedStore[] = [];
		for (const { open, lockedDays } of own) found.push({ store: await open(), lockedDays });
		const lockedDays = own[0]?.lockedDays ?? 0;
		for (const place of moves.flatMap((move) => [move.old_storage, move.new_storage])) {
			if (JSON.stringify(place) === JSON.stringify(storage)) continue;
			found.push({ store: ports.backends.openStore(await locateVault(scoped, sealer, place)), lockedDays });
		}
		return found;
	});
}

/** Answers until when the vault's objects are locked, as far as the vault says so. */
async function destroyKeys(ports: WorkPorts, organizationId: string, siteId: string): Promise<Date | undefined> {
	try {
		const { vault } = await ports.sites.open(organizationId, siteId);
		const locks = vault.snapshots().flatMap(({ lockUntil }) => (lockUntil === undefined ? [] : [lockUntil.getTime()]));
		await vault.keys.destroyKeys();
		return locks.length === 0 ? undefined : new Date(Math.max(...locks));
	} catch (error) {
		// A vault that does not open, for one because this was cut off: its keys are deleted all the same.
		ports.log.warn("a vault that is to be erased does not open", { site: siteId, code: toAppError(error).code });
		return undefined;
	} finally {
		await ports.sites.forget(organizationId, siteId).catch(() => {});
	}
}

/** @throws AppError `conflict` while the store keeps a key */
async function deleteKeys(store: Store): Promise<void> {
	for await (const { name } of store.list(keyFolder)) await store.delete(name);
	for await (const { name } of store.list(keyFolder))
		throw new AppError("conflict", "The store keeps a key of the vault", {
			facts: { object: name },
			hint: "Lift the lock on keys/, then it goes on.",
		});
}

interface Removed {
	objectsDeleted: number;
	locked: { name: string; until: string | null }[];
}

function add(all: Removed, some: Removed): void {
	all.objectsDeleted += some.objectsDeleted;
	all.locked.push(...some.locked);
}

interface Deleting {
	readonly isOurs: (name: string) => boolean;
	readonly lockUntil: Date | undefined;
	readonly lockedDays: number;
}

async function deleteObjects(store: Store, { isOurs, lockUntil, lockedDays }: Deleting): Promise<Removed> {
	const removed: Removed = { objectsDeleted: 0, locked: [] };
	const objects = [];
	for await (const facts of store.list("")) if (isOurs(facts.name)) objects.push(facts);
	for (const { name, modifiedAt } of objects) {
		if ((await store.delete(name)) === "deleted") {
			removed.objectsDeleted += 1;
			continue;
		}
		const until = name.startsWith(checkpointsFolder) ? new Date(modifiedAt.getTime() + lockedDays * dayMilliseconds) : lockUntil;
		removed.locked.push({ name, until: until?.toISOString() ?? null });
	}
	return removed;
}
