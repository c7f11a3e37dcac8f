import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { cursor, pageLimit, pageOf, uuid } from "../schemas/primitives.ts";
import { restore, restoreInput, restorePlan, restorePlanInput, restoreReceipt, restoreStatus, restoreSummary } from "../schemas/restore.ts";

const planParams = z.object({ planId: uuid });
const restoreParams = z.object({ restoreId: uuid });

/** Plan first, then restore, read back, undo. */
export const restoreEndpoints = {
	createRestorePlan: endpoint({
		method: "POST",
		path: "/sites/:siteId/restore-plans",
		tag: "Restores",
		summary: "Say what a restore would create, change, leave alone, and what can't come back; writes nothing",
		description: "201 with the finished plan, or 202 with status `planning` when it takes longer: ask for the plan until it is `ready`.",
		access: "item.restore",
		params: z.object({ siteId: uuid }),
		body: restorePlanInput,
		status: 201,
		laterStatus: 202,
		response: restorePlan,
		idempotent: true,
		audit: "restore.plan",
	}),
	getRestorePlan: endpoint({
		method: "GET",
		path: "/restore-plans/:planId",
		tag: "Restores",
		summary: "One plan",
		access: "item.restore",
		params: planParams,
		status: 200,
		response: restorePlan,
	}),
	createRestore: endpoint({
		method: "POST",
		path: "/restores",
		tag: "Restores",
		summary: "Carry out a plan as it stands",
		description: "Stops with `plan-outdated` when the plan has expired; an item that moved since the plan is not overwritten.",
		access: "item.restore",
		body: restoreInput,
		status: 202,
		response: restore,
		idempotent: true,
		audit: "restore.run",
	}),
	listRestores: endpoint({
		method: "GET",
		path: "/restores",
		tag: "Restores",
		summary: "List restores, newest first",
		access: "status.see",
		query: z.object({
			siteId: uuid.optional(),
			status: restoreStatus.optional(),
			cursor: cursor.optional(),
			limit: pageLimit(50, 200),
		}),
		status: 200,
		response: pageOf(restoreSummary),
	}),
	getRestore: endpoint({
		method: "GET",
		path: "/restores/:restoreId",
		tag: "Restores",
		summary: "One restore, item by item: outcome, what it is called now, where to open it",
		access: "item.preview",
		params: restoreParams,
		status: 200,
		response: restore,
	}),
	getRestoreReceipt: endpoint({
		method: "GET",
		path: "/restores/:restoreId/receipt",
		tag: "Restores",
		summary: "Every field read back: exact, degraded (why), impossible (why)",
		access: "item.preview",
		params: restoreParams,
		status: 200,
		response: restoreReceipt,
	}),
	undoRestore: endpoint({
		method: "POST",
		path: "/restores/:restoreId/undo",
		tag: "Restores",
		summary: "Take back what a restore did, except where somebody changed it since",
		access: "item.restore",
		params: restoreParams,
		status: 202,
		response: restore,
		idempotent: true,
		audit: "restore.undo",
	}),
} as const;
