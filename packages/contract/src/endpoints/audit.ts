import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { auditEntry, auditVerification } from "../schemas/audit.ts";
import { cursor, moment, pageLimit, pageOf, typedText } from "../schemas/primitives.ts";

/** The audit log and the live stream. */
export const auditEndpoints = {
	listAudit: endpoint({
		method: "GET",
		path: "/audit",
		tag: "Audit",
		summary: "List audit entries, newest first",
		access: "audit.read",
		query: z.object({
			action: typedText(100).optional(),
			outcome: z.enum(["success", "failure", "denied"]).optional(),
			actorId: typedText(200).optional(),
			targetId: typedText(300).optional(),
			from: moment.optional(),
			to: moment.optional(),
			cursor: cursor.optional(),
			limit: pageLimit(100, 500),
		}),
		status: 200,
		response: pageOf(auditEntry),
	}),
	verifyAudit: endpoint({
		method: "GET",
		path: "/audit/verify",
		tag: "Audit",
		summary: "Compute the hash chain again and say where it breaks, if it does",
		access: "audit.read",
		status: 200,
		response: auditVerification,
	}),
	streamEvents: endpoint({
		method: "GET",
		path: "/events",
		tag: "Events",
		summary: "Live events of the organization (server-sent events)",
		access: "status.see",
		status: 200,
		response: "events",
	}),
} as const;
