import { openView } from "../../items/site-view.ts";
import { listRuns, readRun } from "../../runs/read-runs.ts";
import { cancelRun, requestRun } from "../../runs/request-run.ts";
import { listChanges, listSnapshots, snapshotDetail } from "../../runs/snapshots.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

type Names =
	| "createBackup"
	| "createVerification"
	| "listRuns"
	| "getRun"
	| "cancelRun"
	| "listSnapshots"
	| "getSnapshot"
	| "listSnapshotChanges";

/** Backups, verifications and the snapshots that they leave. */
export function runHandlers(platform: Platform): HandlersOf<Names> {
	const open = (principal: { readonly organizationId: string }, siteId: string) => platform.sites.open(principal.organizationId, siteId);
	return {
		createBackup: async ({ principal, params, note }) => {
			const run = await requestRun(platform, principal, { siteId: params.siteId, type: "backup", trigger: "manual" });
			note.facts = { run: run.id };
			return { body: run };
		},
		createVerification: async ({ principal, params, body, note }) => {
			const run = await requestRun(platform, principal, { siteId: params.siteId, type: "verify", trigger: "manual", level: body.level });
			note.facts = { run: run.id, level: body.level };
			return { body: run };
		},
		listRuns: async ({ principal, query }) => ({ body: await listRuns(platform, principal, query) }),
		getRun: async ({ principal, params }) => ({ body: await readRun(platform, principal, params.runId) }),
		cancelRun: async ({ principal, params }) => ({ body: await cancelRun(platform, principal, params.runId) }),
		listSnapshots: async ({ principal, params, query }) => ({ body: await listSnapshots(await open(principal, params.siteId), query) }),
		getSnapshot: async ({ principal, params }) => ({
			body: await snapshotDetail(await open(principal, params.siteId), params.snapshotId),
		}),
		listSnapshotChanges: async ({ principal, params, query }) => {
			const view = await openView(platform.sites, principal, params.siteId);
			return { body: await listChanges(view, { to: params.snapshotId, since: query.since }, query) };
		},
	};
}
