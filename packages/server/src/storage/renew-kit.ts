import { noSuch, type Principal } from "../access/principal.ts";
import { withOrganization } from "../data/database.ts";
import { approvalRequired, takeApproval } from "../organizations/approvals.ts";
import { keepSiteCard } from "../rebuild/site-card.ts";
import { type ChangeKeyPorts, takeSite } from "./change-site-key.ts";
import { type KitCheck, makeKitCheck } from "./kit-proof.ts";
import { type MadeVault, writeKit } from "./make-vault.ts";
import { secretPlaces } from "./stored-choice.ts";

/**
 * Makes another recovery kit. One that nobody has ever proven to have stops opening the vault at once; one that was proven goes on
 * until the new one is proven, so that at every moment a kit that somebody has kept opens it.
 * @throws AppError `conflict` while a run works on the site, `approval-required`
 */
export async function renewKit(ports: ChangeKeyPorts, principal: Principal, siteId: string): Promise<MadeVault["recoveryKit"]> {
	const { organizationId } = principal;
	const before = await withOrganization(ports.database, organizationId, async (scoped) => {
		const row = await scoped.selectFrom("sites").select(["sites.url", "sites.storage"]).where("sites.id", "=", siteId).executeTakeFirst();
		if (row === undefined) throw noSuch("site");
		const taken = await takeApproval(ports, scoped, principal, {
			deed: "key-change",
			permission: "keys.manage",
			target: { type: "recovery-kit", id: siteId },
			label: "Make another recovery kit",
			siteId,
		});
		return { ...row, waiting: taken.state === "waiting" ? taken.approvalId : undefined };
	});
	if (before.waiting !== undefined) throw approvalRequired(before.waiting);
	const lease = await takeSite(ports, siteId);
	try {
		const { vault, saveHead } = await ports.sites.open(organizationId, siteId);
		const code = ports.backends.newRecoveryKit();
		const old = (await vault.keys.slots()).filter((slot) => slot.type === "recovery-kit");
		const slotId = await vault.keys.addSlot({ type: "recovery-kit", code });
		const check = { ...makeKitCheck(ports.random, code), slotId };
		const replaced = await replaceCheck(ports, organizationId, { siteId, check });
		for (const slot of old) if (isUnkept(replaced, slot.slotId)) await vault.keys.removeSlot(slot.slotId);
		await saveHead();
		await keepSiteCard(ports, organizationId, siteId);
		const text = await writeKit(ports, { organizationId, storage: before.storage, url: before.url, vaultId: vault.id, code });
		return { code, text, proofGroup: check.group };
	} finally {
		await lease.release();
	}
}

/** What was known of the kit before; undefined for a vault whose kit was handed out before anybody asked for it. */
interface ReplacedCheck {
	readonly check: KitCheck | undefined;
	readonly proven: boolean;
}

async function replaceCheck(
	ports: ChangeKeyPorts,
	organizationId: string,
	{ siteId, check }: { readonly siteId: string; readonly check: KitCheck },
): Promise<ReplacedCheck> {
	const sealer = await ports.keys.sealer(organizationId);
	const place = secretPlaces.kitCheck(siteId);
	return await withOrganization(ports.database, organizationId, async (scoped) => {
		const row = await scoped
			.selectFrom("site_keys")
			.select(["sealed_kit_check", "kit_proven_at"])
			.where("site_id", "=", siteId)
			.forUpdate()
			.executeTakeFirstOrThrow();
		const values = { sealed_kit_check: sealer.json(place, check), kit_proven_at: null };
		await scoped.updateTable("site_keys").set(values).where("site_id", "=", siteId).execute();
		const known = row.sealed_kit_check === null ? undefined : sealer.openJson<KitCheck>(place, row.sealed_kit_check);
		return { check: known, proven: row.kit_proven_at !== null };
	});
}

/** Whether nobody can have kept the kit of a slot: it was the one that was asked for, and never proven. */
function isUnkept({ check, proven }: ReplacedCheck, slotId: string): boolean {
	return check !== undefined && !proven && (check.slotId === undefined || check.slotId === slotId);
}

/** Once a kit is proven that took the place of others, these open the vault no more. */
export async function dropOlderKits(
	ports: ChangeKeyPorts,
	{ organizationId }: Principal,
	{ siteId, slotId }: { readonly siteId: string; readonly slotId: string },
): Promise<void> {
	const lease = await takeSite(ports, siteId);
	try {
		const { vault, saveHead } = await ports.sites.open(organizationId, siteId);
		const kits = (await vault.keys.slots()).filter((slot) => slot.type === "recovery-kit");
		// Without the new one in the vault the old ones stay, whatever the database says.
		if (!kits.some((slot) => slot.slotId === slotId)) return;
		for (const slot of kits) if (slot.slotId !== slotId) await vault.keys.removeSlot(slot.slotId);
		await saveHead();
	} finally {
		await lease.release();
	}
}
