import { z } from "zod";
import { moment, typedText, uuid } from "./primitives.ts";
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

/** A signed statement that the chain had this hash at this number; kept beside the vaults, under WORM where the store has it. */
export const auditCheckpoint = z
	.object({
		organization: uuid,
		seq: z.int(),
		hash: z.string(),
		at: moment,
		/** Ed25519, base64. */
		signature: z.string(),
	})
	.meta({ id: "AuditCheckpoint" });
export type SignedCheckpoint = z.infer<typeof auditCheckpoint>;

/** With what anybody can check the signatures. */
export const auditKey = z
	.object({
		organization: uuid,
		/** PEM (SPKI, Ed25519). */
		publicKey: z.string(),
		/** SHA-256 of the key, hex: to compare over another way. */
		fingerprint: z.string(),
	})
	.meta({ id: "AuditKey" });

export const auditVerification = z
	.object({
		ok: z.boolean(),
		/** `recent` begins at the newest signed checkpoint, `all` at the first entry. */
		depth: z.enum(["recent", "all"]),
		/** Entries that were computed again. */
		entries: z.int(),
		head: z.object({ seq: z.int(), hash: z.string() }).nullable(),
		/** The first entry that does not fit, and how. */
		broken: z.object({ seq: z.int(), what: z.string() }).nullable(),
		/** Signed checkpoints that fit, and the newest of them. */
		checkpoints: z.object({ checked: z.int(), newest: z.object({ seq: z.int(), at: moment }).nullable() }),
		/**
		 * The same in the organization's own store (no `siteId`) and in the sites' stores; `problem` says why one could not be read,
		 * which proves nothing.
		 */
		stores: z.array(z.object({ siteId: uuid.nullable(), checked: z.int(), newest: z.int().nullable(), problem: z.string().nullable() })),
		checkedAt: moment,
	})
	.meta({ id: "AuditVerification" });
export type AuditVerification = z.infer<typeof auditVerification>;

/** Which entries are meant. */
export const auditFilter = {
	action: typedText(100).optional(),
	outcome: z.enum(["success", "failure", "denied"]).optional(),
	actorId: typedText(200).optional(),
	targetId: typedText(300).optional(),
	from: moment.optional(),
	to: moment.optional(),
};

const hex = z.string().regex(/^[0-9a-f]*$/);

/** One line of an export as JSON lines: a header, the entries oldest first with checkpoints between them, and an end. */
export const auditExportLine = z.discriminatedUnion("type", [
	z.object({
		type: z.literal("header"),
		format: z.literal("skyeworx-audit-1"),
		organization: uuid,
		exportedAt: moment,
		/** Whether it holds every entry from the first on: only then the chain can be computed again. */
		complete: z.boolean(),
		publicKey: z.string(),
	}),
	z.object({
		type: z.literal("entry"),
		format: z.int(),
		...auditEntry.shape,
		/** Of format 2: the salt of the names' digest. Of format 1: the sealed name of the actor. */
		salt: hex,
	}),
	z.object({ type: z.literal("checkpoint"), ...auditCheckpoint.shape }),
	z.object({ type: z.literal("end"), entries: z.int(), checkpoint: auditCheckpoint.nullable() }),
]);
export type AuditExportLine = z.infer<typeof auditExportLine>;
