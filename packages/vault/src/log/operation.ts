import { z } from "zod";
import { damaged, unsupported } from "../damage.ts";
import { parseStored } from "../format/stored-json.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const blobId = z.string().regex(/^[0-9a-f]{40}$/);
const count = z.number().int().min(0);
const seq = z.number().int().min(1);

export const packSchema = z.object({ class: z.enum(["R", "A", "M"]), sha256: hash, size: count });
export const segmentSchema = z.object({ sha256: hash, size: count, entries: count });
export type PackRecord = z.infer<typeof packSchema>;
export type SegmentRecord = z.infer<typeof segmentSchema>;

/** Text of a person: never content of the source. */
const note = z.string().max(200);
const segmentChange = z.object({ remove: z.array(hash), add: z.array(segmentSchema) });
const featureSet = z.object({ read: z.array(z.string()), write: z.array(z.string()), gc: z.array(z.string()) });

export const snapshotSchema = z.object({
	parent: seq.nullable(),
	domain: count,
	/** Null: no entries. */
	root: blobId.nullable(),
	descriptor: blobId,
	complete: z.boolean(),
	entries: count,
	size: count,
	added: count,
	/** Promise to keep it at least so long; for retention and Object Lock. */
	keepUntil: z.iso.datetime().optional(),
	lockUntil: z.iso.datetime().optional(),
});
export type SnapshotRecord = z.infer<typeof snapshotSchema>;

const operationSchema = z.discriminatedUnion("op", [
	z.object({ op: z.literal("create") }),
	z.object({ op: z.literal("snapshot"), ...snapshotSchema.shape, packs: z.array(packSchema), segments: z.array(segmentSchema) }),
	z.object({ op: z.literal("forget"), snapshot: seq, reason: note }),
	z.object({ op: z.literal("pin"), snapshot: seq, label: note }),
	z.object({ op: z.literal("unpin"), snapshot: seq }),
	z.object({ op: z.literal("hold"), snapshot: seq, name: note.min(1) }),
	z.object({ op: z.literal("release"), snapshot: seq, name: note.min(1) }),
	z.object({ op: z.literal("condemn"), basis: seq, remove: z.array(hash), add: z.array(packSchema), segments: segmentChange }),
	z.object({ op: z.literal("deleted"), packs: z.array(hash), segments: z.array(hash) }),
	z.object({ op: z.literal("idx-replace"), segments: segmentChange }),
	z.object({ op: z.literal("slot"), action: z.enum(["added", "removed"]), slotId: z.string(), type: z.string() }),
	z.object({ op: z.literal("domain"), domain: count, generation: count }),
	z.object({ op: z.literal("shred"), domain: count }),
	z.object({ op: z.literal("feature"), needs: featureSet }),
	z.object({
		op: z.literal("verify-result"),
		level: z.enum(["log", "structure", "keyless", "data"]),
		damaged: count,
		packs: count,
		/** Packs that were read wholly and found sound. */
		checked: z.array(hash).optional(),
	}),
	/** Packs that can't be read wholly; what could be read of them lies in the added ones. They are never deleted. */
	z.object({ op: z.literal("quarantine"), packs: z.array(hash), add: z.array(packSchema), segments: segmentChange }),
	/** The locks of all that snapshots up to `basis` reach end no earlier than these snapshots promise. */
	z.object({ op: z.literal("locked"), basis: seq, objects: count }),
	/** A repair's word for the record; also the first entry after a log whose end was lost. */
	z.object({ op: z.literal("repaired"), packs: count, segments: count, snapshots: count }),
]);

/** A change of the vault's state: what one log entry does. */
export type Operation = z.infer<typeof operationSchema>;

const knownOperations = new Set<string>(operationSchema.options.map((option) => option.shape.op.value));

const envelopeSchema = z.looseObject({
	v: z.number(),
	txnId: z.uuid(),
	at: z.iso.datetime(),
	writer: z.uuid(),
	op: z.string(),
	/** An operation that an older reader may pass over. */
	ignorable: z.boolean().optional(),
});

export interface LogEntry {
	readonly txnId: string;
	/** By the writer's clock: for people; order comes from the sequence alone. */
	readonly at: string;
	readonly writer: string;
	/** Undefined: unknown to this version and declared ignorable. */
	readonly operation: Operation | undefined;
}

/**
 * Parses the opened body of a log entry.
 * @throws AppError `vault-unsupported` for an operation that this version does not know and must not pass over
 */
export function parseEntry(object: string, bytes: Uint8Array): LogEntry {
	const envelope = parseStored({ schema: envelopeSchema, bytes, object });
	if (envelope.v !== 1) throw unsupported(object, `its version is ${envelope.v}`);
	const { txnId, at, writer } = envelope;
	if (!knownOperations.has(envelope.op)) {
		if (envelope.ignorable !== true) throw unsupported(object, `it does "${envelope.op.slice(0, 40)}"`);
		return { txnId, at, writer, operation: undefined };
	}
	const parsed = operationSchema.safeParse(envelope);
	if (!parsed.success) {
		throw damaged({
			object,
			what: "schema",
			detail: `its field ${parsed.error.issues[0]?.path.join(".") ?? ""} is wrong`,
			cause: parsed.error,
		});
	}
	return { txnId, at, writer, operation: parsed.data };
}

/** The body of a log entry, before sealing. */
export function entryJson(entry: { readonly txnId: string; readonly at: string; readonly writer: string; readonly operation: Operation }) {
	const { operation, ...envelope } = entry;
	return { v: 1, ...envelope, ...operation };
}
