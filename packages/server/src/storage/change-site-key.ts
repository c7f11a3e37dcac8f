import { AppError } from "@skyeworx/core";
import type { SlotInfo, Unlock, Vault } from "@skyeworx/vault";
import { noSuch, type Principal } from "../access/principal.ts";
import { withOrganization } from "../data/database.ts";
import type { SiteLeases } from "../jobs/site-leases.ts";
import { approvalRequired, takeApproval } from "../organizations/approvals.ts";
import { keepSiteCard } from "../rebuild/site-card.ts";
import type { RemoveOldPorts } from "./remove-old-store.ts";
import { keyBody, unlockOf } from "./service-key.ts";
import { type Chosen, loadChosen, secretPlaces, unlockOfSite } from "./stored-choice.ts";

export interface ChangeKeyPorts extends RemoveOldPorts {
	readonly leases: SiteLeases;
}

/**
 * Puts the organization's key in the place of the one that opens a site's vault: the new slot is added and proven, the server goes
 * over to it, and the old slot is taken away. Killed in the middle, it is called again and goes on.
 * @throws AppError `conflict` while a run works on the site, what the key service refuses with, `approval-required`
 */
export async function changeSiteKey(ports: ChangeKeyPorts, principal: Principal, siteId: string): Promise<void> {
	const { organizationId } = principal;
	const chosen = await loadChosen(ports, organizationId);
	const before = await keyNow(ports, organizationId, siteId);
	const lease = await takeSite(ports, siteId);
	try {
		await requireAgreed(ports, principal, { siteId, chosen });
		const { vault, saveHead } = await ports.sites.open(organizationId, siteId);
		if (before.keyServiceId !== (chosen.key?.id ?? null)) await goOver(ports, { organizationId, siteId, chosen, vault, saveHead });
		await ports.sites.forget(organizationId, siteId);
		const reopened = await ports.sites.open(organizationId, siteId);
		for (const slot of await reopened.vault.keys.slots()) {
			if (isLeftOver(slot, await keyNow(ports, organizationId, siteId))) await reopened.vault.keys.removeSlot(slot.slotId);
		}
		await reopened.saveHead();
		await keepSiteCard(ports, organizationId, siteId);
	} finally {
		await lease.release();
	}
}

/** A run that has just ended lets go of its site a moment later. @throws AppError `conflict` */
export async function takeSite({ leases, clock }: ChangeKeyPorts, siteId: string) {
	for (let tries = 1; ; tries += 1) {
		const lease = await leases.take(siteId, () => {});
		if (lease !== undefined) return lease;
		if (tries === 20) throw new AppError("conflict", "A run works on the site", { hint: "Wait until it has ended, then try again." });
		await clock.sleep(250);
	}
}

interface KeyNow {
	readonly keyServiceId: string | null;
	readonly unlock: Unlock;
}

async function keyNow(ports: ChangeKeyPorts, organizationId: string, siteId: string): Promise<KeyNow> {
	const sealer = await ports.keys.sealer(organizationId);
	return await withOrganization(ports.database, organizationId, async (scoped) => {
		const row = await scoped.selectFrom("site_keys").select("key_service_id").where("site_id", "=", siteId).executeTakeFirst();
		if (row === undefined) throw noSuch("site");
		return { keyServiceId: row.key_service_id, unlock: await unlockOfSite(scoped, sealer, siteId) };
	});
}

interface GoingOver {
	readonly organizationId: string;
	readonly siteId: string;
	readonly chosen: Chosen;
	readonly vault: Vault;
	readonly saveHead: () => Promise<void>;
}

async function goOver(ports: ChangeKeyPorts, { organizationId, siteId, chosen, vault, saveHead }: GoingOver): Promise<void> {
	const sealer = await ports.keys.sealer(organizationId);
	const file = ports.random.bytes(32);
	const unlock: Unlock = chosen.key === undefined ? { type: "key-file", key: file } : unlockOf(chosen.key, chosen.externalId);
	await vault.keys.addSlot(ports.backends.throughOurs(unlock));
	await saveHead();
	await withOrganization(ports.database, organizationId, async (scoped) => {
		await scoped
			.updateTable("site_keys")
			.set({
				sealed_key: chosen.key === undefined ? sealer.bytes(secretPlaces.siteKey(siteId), file) : null,
				key_service_id: chosen.key?.id ?? null,
			})
			.where("site_id", "=", siteId)
			.execute();
	});
}

/** What the server opened the vault with before; the recovery kit and passphrases are people's and stay. */
function isLeftOver(slot: SlotInfo, { unlock }: KeyNow): boolean {
	if (slot.type === "key-file") return unlock.type !== "key-file";
	if (slot.type !== "kms-aws" && slot.type !== "kms-azure") return false;
	if (unlock.type === "kms-aws") return slot.keyId !== unlock.keyArn;
	if (unlock.type === "kms-azure") return slot.keyId?.startsWith(unlock.keyId) !== true;
	return true;
}

async function requireAgreed(
	ports: ChangeKeyPorts,
	principal: Principal,
	{ siteId, chosen }: { readonly siteId: string; readonly chosen: Chosen },
): Promise<void> {
	const taken = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		takeApproval(ports, scoped, principal, {
			deed: "key-change",
			permission: "keys.manage",
			target: { type: "site-key", id: `${siteId} ${chosen.key?.id ?? "built-in"}` },
			label: `Open the vault with: ${keyBody(chosen.key?.key).keyId ?? "the built-in key"}`,
			siteId,
		}),
	);
	if (taken.state === "waiting") throw approvalRequired(taken.approvalId);
}
