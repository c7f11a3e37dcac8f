import { rmSync } from "node:fs";
import { AppError } from "@skyeworx/core";
import { isVaultObject, type Store } from "@skyeworx/vault";
import { noSuch, type Principal } from "../access/principal.ts";
import { withOrganization } from "../data/database.ts";
import { approvalRequired, takeApproval } from "../organizations/approvals.ts";
import type { StoreLocation } from "../sites/backends.ts";
import type { SiteRuntimes } from "../sites/site-runtimes.ts";
import { besideVault } from "./beside-vault.ts";
import type { MovePorts } from "./request-move.ts";
import { locateVault } from "./stored-choice.ts";

export interface RemoveOldPorts extends MovePorts {
	readonly sites: SiteRuntimes;
}

/** How many objects are gone, and how many the store keeps until their lock ends. */
interface Removed {
	readonly deleted: number;
	readonly locked: number;
}

/**
 * Removes what is left in the places that a site's vault was moved away from, once the new place was looked through.
 * @throws AppError `not-found` when there is none, `vault-damaged` when the new place is not whole, `approval-required`
 */
export async function removeOldStore(ports: RemoveOldPorts, principal: Principal, siteId: string): Promise<Removed> {
	const { organizationId } = principal;
	const sealer = await ports.keys.sealer(organizationId);
	const found = await withOrganization(ports.database, organizationId, async (scoped) => {
		const site = await scoped.selectFrom("sites").select("storage").where("id", "=", siteId).executeTakeFirst();
		if (site === undefined) throw noSuch("site");
		const rows = await scoped
			.selectFrom("vault_moves")
			.select(["run_id", "old_storage"])
			.where("site_id", "=", siteId)
			.where("switched_at", "is not", null)
			.where("removed_at", "is", null)
			.execute();
		const old = rows.map((row) => ({ runId: row.run_id, storage: row.old_storage }));
		// Never where the vault lies now, whatever a row says.
		if (old.some(({ storage }) => JSON.stringify(storage) === JSON.stringify(site.storage)))
			throw new AppError("internal", "The old place is the vault's own");
		const places = [];
		for (const { runId, storage } of old) places.push({ runId, location: await locateVault(scoped, sealer, storage) });
		return places;
	});
	if (found.length === 0)
		throw new AppError("not-found", "There is no old place of this vault", { hint: "It was never moved, or the old place was removed." });
	await requireWhole(ports, organizationId, siteId);
	await requireAgreed(ports, principal, siteId, found.map(({ runId }) => runId).join(" "));
	let [deleted, locked] = [0, 0];
	for (const { runId, location } of found) {
		const removed = await empty(ports.backends.openStore(location), location);
		deleted += removed.deleted;
		locked += removed.locked;
		if (removed.locked > 0) continue;
		await withOrganization(ports.database, organizationId, async (scoped) => {
			await scoped.updateTable("vault_moves").set({ removed_at: ports.clock.now() }).where("run_id", "=", runId).execute();
		});
	}
	return { deleted, locked };
}

async function requireWhole(ports: RemoveOldPorts, organizationId: string, siteId: string): Promise<void> {
	const { vault } = await ports.sites.open(organizationId, siteId);
	const { damage } = await vault.verify({ level: "structure" });
	if (damage.length === 0) return;
	throw new AppError("vault-damaged", "The vault is not whole where it lies now: the old place is kept", {
		hint: "Verify and repair the vault first.",
	});
}

async function requireAgreed(ports: RemoveOldPorts, principal: Principal, siteId: string, moves: string): Promise<void> {
	const taken = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		takeApproval(ports, scoped, principal, {
			deed: "key-change",
			permission: "keys.manage",
			target: { type: "old-store", id: `${siteId} ${moves}`.slice(0, 300) },
			label: "Remove the vault's objects from where it was before",
			siteId,
		}),
	);
	if (taken.state === "waiting") throw approvalRequired(taken.approvalId);
}

/** Keys first: what a crash leaves behind opens with nothing. What is neither the vault's nor ours beside it stays. */
async function empty(store: Store, location: StoreLocation): Promise<Removed> {
	const names: string[] = [];
	let others = 0;
	for await (const { name } of store.list("")) {
		if (isVaultObject(name) || besideVault.some((prefix) => name.startsWith(prefix))) names.push(name);
		else others += 1;
	}
	let [deleted, locked] = [0, 0];
	for (const name of names.toSorted((a, b) => Number(b.startsWith("keys/")) - Number(a.startsWith("keys/")))) {
		if ((await store.delete(name)) === "locked") locked += 1;
		else deleted += 1;
	}
	if (location.type === "folder" && locked === 0 && others === 0) rmSync(location.folder, { recursive: true, force: true });
	return { deleted, locked };
}
