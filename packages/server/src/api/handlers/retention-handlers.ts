import type { Principal } from "../../access/principal.ts";
import { keepSiteCard } from "../../rebuild/site-card.ts";
import { requestRun } from "../../runs/request-run.ts";
import { snapshotDetail } from "../../runs/snapshots.ts";
import { changeRetention, holdSite, releaseSite, rulesText } from "../../upkeep/change-retention.ts";
import { keepSnapshot, type SnapshotDeed } from "../../upkeep/keep-snapshots.ts";
import { previewRetention, readRetention } from "../../upkeep/read-retention.ts";
import { readUpkeep } from "../../upkeep/read-upkeep.ts";
import type { AuditNote, HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

type Names =
	| "getRetention"
	| "previewRetention"
	| "updateRetention"
	| "holdSite"
	| "releaseSite"
	| "pinSnapshot"
	| "unpinSnapshot"
	| "holdSnapshot"
	| "releaseSnapshot"
	| "forgetSnapshot"
	| "getUpkeep"
	| "createUpkeep";

/** How long restore points are kept, what keeps single ones, and how the vaults are looked after. */
export function retentionHandlers(platform: Platform): HandlersOf<Names> {
	const keep = async (principal: Principal, note: AuditNote, wanted: SnapshotDeed) => {
		note.target = { type: "snapshot", id: String(wanted.snapshotId) };
		note.facts = { site: wanted.siteId };
		if (wanted.word !== "") note.reason = wanted.word;
		await keepSnapshot(platform, principal, wanted);
	};
	const kept = async (principal: Principal, note: AuditNote, wanted: SnapshotDeed) => {
		await keep(principal, note, wanted);
		return { body: await snapshotDetail(await platform.sites.open(principal.organizationId, wanted.siteId), wanted.snapshotId) };
	};
	return {
		getRetention: async ({ principal, params }) => ({ body: await readRetention(platform, principal, params.siteId) }),
		previewRetention: async ({ principal, params, body, signal }) => ({
			body: await previewRetention(platform, principal, params.siteId, { rules: body.rules, signal }),
		}),
		updateRetention: async ({ principal, params, body, note }) => {
			const { rules, verifyWithinDays, reason } = body;
			if (reason !== undefined) note.reason = reason;
			note.facts = { ...(rules !== undefined && { rules: rulesText(rules) }), ...(verifyWithinDays !== undefined && { verifyWithinDays }) };
			await changeRetention(platform, principal, params.siteId, body);
			await keepSiteCard(platform, principal.organizationId, params.siteId);
			return { body: await readRetention(platform, principal, params.siteId) };
		},
		holdSite: async ({ principal, params, body, note }) => {
			note.reason = body.name;
			await holdSite(platform, principal, params.siteId, body.name);
			await keepSiteCard(platform, principal.organizationId, params.siteId);
			return { body: await readRetention(platform, principal, params.siteId) };
		},
		releaseSite: async ({ principal, params }) => {
			await releaseSite(platform, principal, params.siteId);
			await keepSiteCard(platform, principal.organizationId, params.siteId);
			return { body: await readRetention(platform, principal, params.siteId) };
		},
		pinSnapshot: async ({ principal, params, body, note }) => await kept(principal, note, { ...params, deed: "pin", word: body.label }),
		unpinSnapshot: async ({ principal, params, note }) => await kept(principal, note, { ...params, deed: "unpin", word: "" }),
		holdSnapshot: async ({ principal, params, body, note }) => await kept(principal, note, { ...params, deed: "hold", word: body.name }),
		releaseSnapshot: async ({ principal, params, body, note }) =>
			await kept(principal, note, { ...params, deed: "release", word: body.name }),
		forgetSnapshot: async ({ principal, params, body, note }) => {
			await keep(principal, note, { ...params, deed: "forget", word: body.reason });
			return { body: { siteId: params.siteId, snapshotId: params.snapshotId } };
		},
		getUpkeep: async ({ principal, params }) => ({ body: await readUpkeep(platform, principal, params.siteId) }),
		createUpkeep: async ({ principal, params, note }) => {
			const run = await requestRun(platform, principal, { siteId: params.siteId, type: "upkeep", trigger: "manual" });
			note.facts = { run: run.id };
			return { body: run };
		},
	};
}
