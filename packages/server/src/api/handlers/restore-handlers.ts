import { createPlan } from "../../restores/create-plan.ts";
import { readPlan } from "../../restores/read-plans.ts";
import { listRestores, readReceipt, readRestore } from "../../restores/read-restores.ts";
import { requestCancel, requestRestore, requestUndo } from "../../restores/request-restore.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

type Names =
	| "createRestorePlan"
	| "getRestorePlan"
	| "createRestore"
	| "listRestores"
	| "getRestore"
	| "getRestoreReceipt"
	| "cancelRestore"
	| "undoRestore";

/** Plan first, then restore, read back, undo. */
export function restoreHandlers(platform: Platform): HandlersOf<Names> {
	return {
		createRestorePlan: async ({ principal, params, body, note }) => {
			const plan = await createPlan(platform, principal, params.siteId, body);
			note.target = { type: "plan", id: plan.id };
			note.facts = { site: params.siteId, items: plan.progress.total };
			return { body: plan, status: plan.status === "planning" ? 202 : 201 };
		},
		getRestorePlan: async ({ principal, params }) => ({ body: await readPlan(platform, principal, params.planId) }),
		createRestore: async ({ principal, body, note }) => {
			note.target = { type: "plan", id: body.planId };
			if (body.reason !== undefined && body.reason !== "") note.reason = body.reason;
			const restore = await requestRestore(platform, principal, body);
			note.target = { type: "restore", id: restore.id };
			note.label = restore.label;
			note.facts = { plan: body.planId, items: restore.progress.total };
			return { body: restore };
		},
		listRestores: async ({ principal, query }) => ({ body: await listRestores(platform, principal, query) }),
		getRestore: async ({ principal, params }) => ({ body: await readRestore(platform, principal, params.restoreId) }),
		getRestoreReceipt: async ({ principal, params }) => ({ body: await readReceipt(platform, principal, params.restoreId) }),
		cancelRestore: async ({ principal, params }) => ({ body: await requestCancel(platform, principal, params.restoreId) }),
		undoRestore: async ({ principal, params }) => ({ body: await requestUndo(platform, principal, params.restoreId) }),
	};
}
