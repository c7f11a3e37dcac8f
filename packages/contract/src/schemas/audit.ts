import { z } from "zod";
import { moment } from "./primitives.ts";
import { actor } from "./run.ts";

/** One entry of the hash-chained log. */
export const auditEntry = z
	.object({
		seq: z.int(),
		at: moment,
		actor,
		ip: z.string().nullable(),
		/** `backup.run`, `session.create` ... */
		action: z.string(),
		/** `label` is what it was called then, where that is known. */
		target: z.object({ type: z.string(), id: z.string(), label: z.string().nullable() }).nullable(),
		/** What somebody gave as the reason: of a restore, of an approval. */
		reason: z.string().nullable(),
		outcome: z.enum(["success", "failure", "denied"]),
		/** For failures. */
		error: z.object({ code: z.string(), detail: z.string() }).nullable(),
		facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
		requestId: z.string().nullable(),
		hash: z.string(),
		previousHash: z.string(),
	})
	.meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof auditEntry>;

export const auditVerification = z
	.object({
		ok: z.boolean(),
		entries: z.int(),
		head: z.object({ seq: z.int(), hash: z.string() }).nullable(),
		/** The first entry that does not fit, and how. */
		broken: z.object({ seq: z.int(), what: z.string() }).nullable(),
		checkedAt: moment,
	})
	.meta({ id: "AuditVerification" });
export type AuditVerification = z.infer<typeof auditVerification>;
