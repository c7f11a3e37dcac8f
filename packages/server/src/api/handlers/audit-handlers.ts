import { listAudit } from "../../audit/list.ts";
import { verifyAudit } from "../../audit/verify.ts";
import { eventStream } from "../../live/event-stream.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

/** The audit log and the live stream. */
export function auditHandlers(platform: Platform): HandlersOf<"listAudit" | "verifyAudit" | "streamEvents"> {
	return {
		listAudit: async ({ principal, query }) => ({ body: await listAudit(platform, principal.organizationId, query) }),
		verifyAudit: async ({ principal }) => ({ body: await verifyAudit(platform, principal.organizationId) }),
		streamEvents: async ({ principal, signal }) => ({
			stream: eventStream(platform, principal, AbortSignal.any([signal, platform.closing])),
			headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache, no-transform", "x-accel-buffering": "no" },
		}),
	};
}
