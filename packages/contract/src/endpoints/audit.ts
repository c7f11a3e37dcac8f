import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { auditCheckpoint, auditEntry, auditFilter, auditKey, auditVerification } from "../schemas/audit.ts";
import { cursor, pageLimit, pageOf } from "../schemas/primitives.ts";

/** The audit log and the live stream. */
export const auditEndpoints = {
	listAudit: endpoint({
		method: "GET",
		path: "/audit",
		tag: "Audit",
		summary: "List audit entries, newest first",
		access: "audit.read",
		query: z.object({
			...auditFilter,
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
		summary: "Compute the hash chain again, compare it with the signed checkpoints, and say where it breaks, if it does",
		access: "audit.read",
		query: z.object({ depth: z.enum(["recent", "all"]).default("all") }),
		status: 200,
		response: auditVerification,
	}),
	getAuditKey: endpoint({
		method: "GET",
		path: "/audit/key",
		tag: "Audit",
		summary: "The public key that signs the organization's checkpoints",
		access: "audit.read",
		status: 200,
		response: auditKey,
	}),
	listAuditCheckpoints: endpoint({
		method: "GET",
		path: "/audit/checkpoints",
		tag: "Audit",
		summary: "List signed checkpoints, newest first",
		access: "audit.read",
		query: z.object({ cursor: cursor.optional(), limit: pageLimit(100, 500) }),
		status: 200,
		response: pageOf(auditCheckpoint),
	}),
	createAuditCheckpoint: endpoint({
		method: "POST",
		path: "/audit/checkpoints",
		tag: "Audit",
		summary: "Sign the newest entry now and write the signature into every site's store; each backup does so too",
		access: "audit.read",
		status: 201,
		response: auditCheckpoint,
	}),
	exportAudit: endpoint({
		method: "GET",
		path: "/audit/export",
		tag: "Audit",
		summary: "Export entries, oldest first, as CSV or as JSON lines that `skyeworx audit verify` can check without any server",
		access: "audit.read",
		query: z.object({ format: z.enum(["csv", "jsonl"]), ...auditFilter }),
		status: 200,
		response: "bytes",
		audit: "audit.export",
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
