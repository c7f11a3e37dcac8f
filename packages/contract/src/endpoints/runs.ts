import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { cursor, pageLimit, pageOf, snapshotId, uuid } from "../schemas/primitives.ts";
import { run, runQuery, verifyLevel } from "../schemas/run.ts";
import { snapshot, snapshotChange, snapshotDetail } from "../schemas/snapshot.ts";

const siteParams = z.object({ siteId: uuid });
const runParams = z.object({ runId: uuid });
const snapshotParams = z.object({ siteId: uuid, snapshotId: z.coerce.number<number | string>().int().min(0) });
const snapshotQuery = z.coerce.number<number | string>().pipe(snapshotId);

/** Backups, verifications and the snapshots that they leave. */
export const runEndpoints = {
	createBackup: endpoint({
		method: "POST",
		path: "/sites/:siteId/backups",
		tag: "Runs",
		summary: "Back up a site now",
		description: "While a backup of the site is waiting or running, that one is the answer.",
		access: "backup.run",
		params: siteParams,
		status: 202,
		response: run,
		idempotent: true,
		audit: "backup.run",
	}),
	createVerification: endpoint({
		method: "POST",
		path: "/sites/:siteId/verifications",
		tag: "Runs",
		summary: "Verify a site's vault, down to every byte with level data",
		access: "backup.run",
		params: siteParams,
		body: z.object({ level: verifyLevel.default("structure") }),
		status: 202,
		response: run,
		idempotent: true,
		audit: "vault.verify",
	}),
	listRuns: endpoint({
		method: "GET",
		path: "/runs",
		tag: "Runs",
		summary: "List runs, newest first",
		access: "status.see",
		query: z.object({ ...runQuery, cursor: cursor.optional(), limit: pageLimit(50, 200) }),
		status: 200,
		response: pageOf(run),
	}),
	getRun: endpoint({
		method: "GET",
		path: "/runs/:runId",
		tag: "Runs",
		summary: "One run with phases, counts, progress, blind spots and its error",
		access: "status.see",
		params: runParams,
		status: 200,
		response: run,
	}),
	cancelRun: endpoint({
		method: "POST",
		path: "/runs/:runId/cancel",
		tag: "Runs",
		summary: "Stop a run at its next safe point; what it stored is used by the next one",
		access: "backup.run",
		params: runParams,
		status: 200,
		response: run,
		audit: "run.cancel",
	}),
	listSnapshots: endpoint({
		method: "GET",
		path: "/sites/:siteId/snapshots",
		tag: "Snapshots",
		summary: "List a site's restore points, newest first",
		access: "status.see",
		params: siteParams,
		query: z.object({ cursor: cursor.optional(), limit: pageLimit(50, 500) }),
		status: 200,
		response: pageOf(snapshot),
	}),
	getSnapshot: endpoint({
		method: "GET",
		path: "/sites/:siteId/snapshots/:snapshotId",
		tag: "Snapshots",
		summary: "One restore point with its counts and blind spots",
		access: "status.see",
		params: snapshotParams,
		status: 200,
		response: snapshotDetail,
	}),
	listSnapshotChanges: endpoint({
		method: "GET",
		path: "/sites/:siteId/snapshots/:snapshotId/changes",
		tag: "Snapshots",
		summary: "List the items that differ from an earlier snapshot (the one before, when `since` is left out)",
		access: "item.preview",
		params: snapshotParams,
		query: z.object({ since: snapshotQuery.optional(), cursor: cursor.optional(), limit: pageLimit(100, 500) }),
		status: 200,
		response: pageOf(snapshotChange),
	}),
} as const;
