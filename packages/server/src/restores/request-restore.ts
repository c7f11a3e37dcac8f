import type { Consent, Restore } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { KindDefinition, RestorePlan } from "@skyeworx/engine";
import { noSuch, type Principal } from "../access/principal.ts";
import { isDuplicate, withOrganization } from "../data/database.ts";
import { approvalRequired, takeApproval } from "../organizations/approvals.ts";
import type { RequestPorts } from "../runs/request-run.ts";
import { actorColumns } from "../runs/run-body.ts";
import { consentFor } from "../sites/consent.ts";
import { failureOf } from "../sites/site-facts.ts";
import { places } from "./places.ts";
import type { StoredPlan } from "./plan-body.ts";
import { findPlan } from "./read-plans.ts";
import { readRestore } from "./read-restores.ts";

/** Puts a reviewed plan into its site's line. @throws AppError `plan-outdated`, `scope-missing`, `conflict` when it was used or is not ready */
export async function requestRestore(
	ports: RequestPorts & { readonly kinds: readonly KindDefinition[] },
	principal: Principal,
	input: { readonly planId: string; readonly reason?: string | undefined },
): Promise<Restore> {
	const { organizationId } = principal;
	const sealer = await ports.keys.sealer(organizationId);
	const id = ports.random.uuid();
	const now = ports.clock.now();
	const begun = await withOrganization(ports.database, organizationId, async (scoped) => {
		const row = await findPlan(scoped, principal, input.planId);
		const sealedPlan = requireReady(row, now);
		const plan = sealer.openJson<RestorePlan>(places.plan(row.id), sealedPlan);
		requireWork(plan);
		requireGranted(await consentFor(ports, scoped, { sealer, siteId: row.site_id, plan }));
		const approval = overwrites(plan)
			? await takeApproval(ports, scoped, principal, {
					deed: "overwrite",
					permission: "item.restore",
					target: { type: "plan", id: row.id },
					label: labelOf(plan),
					reason: input.reason,
					siteId: row.site_id,
					spaceNames: row.space_names,
					expiresAt: row.expires_at,
				})
			: undefined;
		if (approval?.state === "waiting") return approval;
		await scoped
			.insertInto("restores")
			.values({
				id,
				organization_id: organizationId,
				site_id: row.site_id,
				plan_id: row.id,
				status: "queued",
				...actorColumns(sealer, principal.actor),
				sealed_label: sealer.text(places.label(id), labelOf(plan)),
				sealed_reason: input.reason === undefined || input.reason === "" ? null : sealer.text(places.reason(id), input.reason),
				created_at: now,
				started_at: null,
				finished_at: null,
				total: plan.items.length,
				sealed_undo: null,
				error_code: null,
				sealed_error: null,
				space_names: row.space_names,
			})
			.execute();
		await scoped.updateTable("restore_plans").set({ status: "used", restore_id: id }).where("id", "=", row.id).execute();
		return { state: "begun" as const, siteId: row.site_id };
	}).catch((error: unknown) => {
		throw isDuplicate(error) ? usedAlready() : error;
	});
	if (begun.state === "waiting") throw approvalRequired(begun.approvalId);
	await ports.queue.send({ type: "restore", id, siteId: begun.siteId, organizationId });
	return await readRestore(ports, principal, id);
}

/** Whether something that is there now would be changed. */
function overwrites(plan: RestorePlan): boolean {
	return plan.items.some((item) => item.action === "change");
}

function requireReady(row: StoredPlan, now: Date): Buffer {
	if (row.status === "used") throw usedAlready();
	if (row.status !== "ready" || row.sealed_plan === null) {
		throw new AppError("conflict", row.status === "planning" ? "The plan is still being made" : "The plan could not be made", {
			hint: "Ask for the plan until it is ready, or make it again.",
		});
	}
	if (row.expires_at <= now) {
		throw new AppError("plan-outdated", "The plan is more than an hour old", { hint: "Make the plan again and review it." });
	}
	return row.sealed_plan;
}

/** Scopes to write are granted at restore time: said before anything is begun, not by the site in the middle of it. */
function requireGranted(consent: Consent | null): void {
	if (consent === null) return;
	throw new AppError("scope-missing", `The site's connection may read only; it lacks ${consent.scopes.join(", ")}`, {
		hint: "Open the plan in the web UI and grant it at Atlassian, or connect the site again with these scopes.",
	});
}

function usedAlready(): AppError {
	return new AppError("conflict", "This plan was carried out already", { hint: "Look at its restore, or make a new plan." });
}

function requireWork(plan: RestorePlan): void {
	if (plan.items.some((item) => item.action !== "leave" && item.action !== "cannot")) return;
	throw new AppError("bad-input", "There is nothing to do in this plan: every item is as it was, or can't come back", {
		hint: "The plan says why, item by item.",
	});
}

function labelOf(plan: RestorePlan): string {
	const [first] = plan.items;
	return plan.items.length === 1 && first !== undefined ? first.label : `${plan.items.length} items`;
}

/** Puts the undoing of a restore into its site's line. @throws AppError `conflict` when there is nothing to take back now */
export async function requestUndo(ports: RequestPorts, principal: Principal, restoreId: string): Promise<Restore> {
	const { organizationId } = principal;
	const before = await readRestore(ports, principal, restoreId);
	if (!before.undoable) {
		throw new AppError("conflict", `A restore that is ${before.status} can't be undone`, {
			hint: before.status === "undone" ? "It was undone already." : "Wait until it has ended.",
		});
	}
	const deed = before.items.some((item) => item.action === "create") ? "delete" : "overwrite";
	const taken = await withOrganization(ports.database, organizationId, async (scoped) => {
		const row = await scoped.selectFrom("restores").select("space_names").where("id", "=", restoreId).executeTakeFirst();
		const approval = await takeApproval(ports, scoped, principal, {
			deed,
			permission: "item.restore",
			target: { type: "restore", id: restoreId },
			label: before.label,
			siteId: before.siteId,
			spaceNames: row?.space_names ?? null,
		});
		if (approval.state === "waiting") return approval;
		const changed = await scoped
			.updateTable("restores")
			.set({ status: "undoing", error_code: null, sealed_error: null })
			.where("id", "=", restoreId)
			.where("status", "=", before.status)
			.executeTakeFirst();
		if (changed.numUpdatedRows === 0n) throw noSuch("restore that could be undone");
		return approval;
	});
	if (taken.state === "waiting") throw approvalRequired(taken.approvalId);
	await ports.queue.send({ type: "undo", id: restoreId, siteId: before.siteId, organizationId });
	return await readRestore(ports, principal, restoreId);
}

/**
 * Stops a restore: at once while it waits; while it runs, at its next safe point, and then what it did is taken back.
 * @throws AppError `conflict` when it has ended
 */
export async function requestCancel(ports: RequestPorts, principal: Principal, restoreId: string): Promise<Restore> {
	const { organizationId } = principal;
	const before = await readRestore(ports, principal, restoreId);
	const sealer = await ports.keys.sealer(organizationId);
	const failure = failureOf(new AppError("cancelled", "It was cancelled"));
	const reason = { error_code: failure.code, sealed_error: sealer.json(places.error(restoreId), failure) };
	const now = await withOrganization(ports.database, organizationId, async (scoped) => {
		const waiting = await scoped
			.updateTable("restores")
			.set({ ...reason, status: "cancelled", finished_at: ports.clock.now() })
			.where("id", "=", restoreId)
			.where("status", "=", "queued")
			.executeTakeFirst();
		if (waiting.numUpdatedRows === 1n) return "cancelled";
		const running = await scoped
			.updateTable("restores")
			.set({ ...reason, status: "undoing" })
			.where("id", "=", restoreId)
			.where("status", "=", "running")
			.executeTakeFirst();
		return running.numUpdatedRows === 1n ? "undoing" : "ended";
	});
	if (now === "ended") throw new AppError("conflict", `The restore has already ended (${before.status})`, { hint: "Undo it instead." });
	if (now === "undoing") {
		// The site's line is strict: the undoing begins once the interrupted restore has let go.
		await ports.bus.cancel(restoreId);
		await ports.queue.send({ type: "undo", id: restoreId, siteId: before.siteId, organizationId });
	}
	return await readRestore(ports, principal, restoreId);
}
