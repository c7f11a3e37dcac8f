import type { Run } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import { requireSuitableStore } from "@skyeworx/vault";
import { noSuch, type Principal } from "../access/principal.ts";
import { isDuplicate, withOrganization } from "../data/database.ts";
import type { SiteStorage } from "../data/storage-tables.ts";
import { approvalRequired, takeApproval } from "../organizations/approvals.ts";
import { readRun } from "../runs/read-runs.ts";
import { insertRunRow, publishRun, type RequestPorts } from "../runs/request-run.ts";
import { isChosen } from "./read-storage.ts";
import { loadChosen, locateVault, storageFor } from "./stored-choice.ts";
import type { TryPorts } from "./test-storage.ts";

export interface MovePorts extends RequestPorts, TryPorts {}

/**
 * Puts the move of a site's vault into the store that its organization has chosen into the site's line.
 * @throws AppError `conflict` when it lies there or moves already, `store-unsuitable`, `store-unreachable`, `approval-required`
 */
export async function requestMove(ports: MovePorts, principal: Principal, siteId: string): Promise<Run> {
	const { organizationId } = principal;
	const sealer = await ports.keys.sealer(organizationId);
	const chosen = await loadChosen(ports, organizationId);
	const id = ports.random.uuid();
	// A folder of its own for each move: what an earlier vault of the site left in the store is never mixed with this one.
	const target = storageFor(chosen, `${siteId}-${id.slice(0, 8)}`, ports);
	const prepared = await withOrganization(ports.database, organizationId, async (scoped) => {
		const site = await scoped.selectFrom("sites").select("storage").where("id", "=", siteId).executeTakeFirst();
		if (site === undefined) throw noSuch("site");
		if (isChosen(site.storage, chosen, ports)) throw alreadyThere();
		return { old: site.storage, location: await locateVault(scoped, sealer, target) };
	});
	await requireSuitableStore(ports.backends.openStore(prepared.location), ports);
	const about = { id, siteId, principal, old: prepared.old, target };
	const taken = await insertMove(ports, about).catch((error: unknown) => {
		throw isDuplicate(error, "runs_one_move_at_a_time") ? alreadyMoving() : error;
	});
	if (taken !== undefined) throw approvalRequired(taken);
	await ports.queue.send({ type: "move", id, siteId, organizationId });
	const run = await readRun(ports, principal, id);
	await publishRun(ports, organizationId, run);
	return run;
}

interface NewMove {
	readonly id: string;
	readonly siteId: string;
	readonly principal: Principal;
	readonly old: SiteStorage;
	readonly target: SiteStorage;
}

/** The id of the approval that is waited for, if one is. */
async function insertMove(ports: MovePorts, { id, siteId, principal, old, target }: NewMove): Promise<string | undefined> {
	const { organizationId } = principal;
	const sealer = await ports.keys.sealer(organizationId);
	return await withOrganization(ports.database, organizationId, async (scoped) => {
		const approval = await takeApproval(ports, scoped, principal, {
			deed: "key-change",
			permission: "keys.manage",
			target: { type: "move", id: `${siteId} ${target.type === "store" ? target.storeId : "folder"}` },
			label: `Move the vault to: ${target.type === "store" ? target.description : target.folder}`,
			siteId,
		});
		if (approval.state === "waiting") return approval.approvalId;
		const wanted = { siteId, type: "move" as const, trigger: "manual" as const };
		await insertRunRow(scoped, { id, wanted, principal, sealer, createdAt: ports.clock.now() });
		await scoped
			.insertInto("vault_moves")
			.values({
				run_id: id,
				organization_id: organizationId,
				site_id: siteId,
				old_storage: JSON.stringify(old),
				new_storage: JSON.stringify(target),
				switched_at: null,
				removed_at: null,
			})
			.execute();
		return undefined;
	});
}

function alreadyThere(): AppError {
	return new AppError("conflict", "The vault lies in the chosen store already", {
		hint: "Choose another store first: PATCH /api/storage.",
	});
}

function alreadyMoving(): AppError {
	return new AppError("conflict", "The vault is being moved already", { hint: "Wait until the run has ended, or cancel it." });
}
