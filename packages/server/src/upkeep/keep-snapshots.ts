import { AppError } from "@skyeworx/core";
import type { Vault } from "@skyeworx/vault";
import type { Principal } from "../access/principal.ts";
import { withOrganization } from "../data/database.ts";
import { approvalRequired } from "../organizations/approvals.ts";
import type { SiteRuntimes } from "../sites/site-runtimes.ts";
import { agreed, type ChangeRetentionPorts } from "./change-retention.ts";
import { loadUpkeep, lockRules } from "./upkeep-row.ts";

export interface KeepPorts extends ChangeRetentionPorts {
	readonly sites: SiteRuntimes;
}

/** What is done to one restore point; `word` is the label, the name of the hold, or the reason. */
export interface SnapshotDeed {
	readonly siteId: string;
	readonly snapshotId: number;
	readonly deed: "pin" | "unpin" | "hold" | "release" | "forget";
	readonly word: string;
}

const act: Readonly<Record<SnapshotDeed["deed"], (vault: Vault, id: number, word: string) => Promise<void>>> = {
	pin: (vault, id, label) => vault.pin(id, label),
	unpin: (vault, id) => vault.unpin(id),
	hold: (vault, id, name) => vault.hold(id, name),
	release: (vault, id, name) => vault.release(id, name),
	forget: (vault, id, reason) => vault.forget(id, reason),
};

/** What lets go of a restore point, at once or by the next upkeep, needs a second person where deletions do. */
const lettingGo: Readonly<Partial<Record<SnapshotDeed["deed"], (id: number, word: string) => string>>> = {
	unpin: (id) => `Unpin restore point ${id}`,
	release: (id, name) => `Release restore point ${id} from: ${name}`,
	forget: (id) => `Forget restore point ${id}`,
};

/**
 * Pins, holds or forgets one restore point.
 * @throws AppError `not-found`, `approval-required`, `conflict` for forgetting the newest, a pinned or a held one, or one of a held site
 */
export async function keepSnapshot(ports: KeepPorts, principal: Principal, wanted: SnapshotDeed): Promise<void> {
	const { organizationId } = principal;
	const { siteId, snapshotId, deed, word } = wanted;
	const runtime = await ports.sites.open(organizationId, siteId);
	await runtime.vault.refresh();
	requireRestorePoint(runtime.vault, snapshotId);
	const waiting = await withOrganization(ports.database, organizationId, async (scoped) => {
		await lockRules(scoped, siteId, "reading");
		if (deed === "forget") requireForgettable(runtime.vault, snapshotId, { ...(await loadUpkeep(scoped, siteId)), now: ports.clock.now() });
		const label = lettingGo[deed]?.(snapshotId, word);
		if (label !== undefined) {
			const target = { type: "snapshot", id: `${siteId}/${snapshotId}/${deed}` };
			const reason = deed === "forget" ? word : undefined;
			const approval = await agreed(ports, scoped, principal, { target, label, reason, siteId });
			if (approval !== undefined) return approval;
		}
		// Within the transaction: an agreement is used with the deed or not at all, and no hold of the site comes in between.
		await act[deed](runtime.vault, snapshotId, word);
		return undefined;
	});
	if (waiting !== undefined) throw approvalRequired(waiting);
	await runtime.saveHead();
	if (deed === "forget") await runtime.follow();
	await ports.bus.publish(organizationId, { type: "site.changed", at: ports.clock.now().toISOString(), siteId });
}

function requireRestorePoint(vault: Vault, id: number): void {
	if (vault.snapshots().some((snapshot) => snapshot.id === id && snapshot.complete)) return;
	throw new AppError("not-found", `There is no snapshot ${id}`, { hint: "List the site's snapshots to see which there are." });
}

function requireForgettable(
	vault: Vault,
	id: number,
	site: { readonly sealed_hold: Buffer | null; readonly lastGoodSnapshotId: number | null; readonly now: Date },
): void {
	if (site.sealed_hold !== null)
		throw new AppError("conflict", "The site is held: nothing of it can be forgotten", { hint: "End the hold of the site first." });
	const newest = vault.snapshots().findLast((snapshot) => snapshot.complete);
	if (newest?.id === id || site.lastGoodSnapshotId === id)
		throw new AppError("conflict", "The newest restore point can't be forgotten", {
			hint: "Back the site up first; then there is a newer one.",
		});
	const lockUntil = vault.snapshots().find((snapshot) => snapshot.id === id)?.lockUntil;
	// Its bytes stay until then anyhow; a restore point that nobody can reach and nobody can remove helps no one.
	if (lockUntil !== undefined && lockUntil > site.now)
		throw new AppError("conflict", `The restore point is locked until ${lockUntil.toISOString()}`);
}
