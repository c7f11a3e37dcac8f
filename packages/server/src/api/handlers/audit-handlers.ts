import { keepCheckpoint, listCheckpoints } from "../../audit/checkpoints.ts";
import { exportAudit } from "../../audit/export.ts";
import { listAudit } from "../../audit/list.ts";
import { fingerprintOf, signingKey } from "../../audit/signing-key.ts";
import { verifyAudit } from "../../audit/verify.ts";
import { eventStream } from "../../live/event-stream.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

type Names =
	| "listAudit"
	| "verifyAudit"
	| "getAuditKey"
	| "listAuditCheckpoints"
	| "createAuditCheckpoint"
	| "exportAudit"
	| "streamEvents";

/** The audit log and the live stream. */
export function auditHandlers(platform: Platform): HandlersOf<Names> {
	return {
		listAudit: async ({ principal, query }) => ({ body: await listAudit(platform, principal.organizationId, query) }),
		verifyAudit: async ({ principal, query }) => ({ body: await verifyAudit(platform, principal.organizationId, query.depth) }),
		getAuditKey: async ({ principal }) => {
			const { publicKey } = await signingKey(platform, principal.organizationId);
			return { body: { organization: principal.organizationId, publicKey, fingerprint: fingerprintOf(publicKey) } };
		},
		listAuditCheckpoints: async ({ principal, query }) => ({ body: await listCheckpoints(platform, principal.organizationId, query) }),
		createAuditCheckpoint: async ({ principal }) => ({ body: await keepCheckpoint(platform, principal.organizationId) }),
		exportAudit: async ({ principal, query, note }) => {
			const { format, ...filter } = query;
			note.facts = { format, filtered: Object.keys(filter).join(",") };
			return await exportAudit(platform, principal.organizationId, query);
		},
		streamEvents: async ({ principal, signal }) => ({
			stream: eventStream(platform, principal, AbortSignal.any([signal, platform.closing])),
			headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache, no-transform", "x-accel-buffering": "no" },
		}),
	};
}
