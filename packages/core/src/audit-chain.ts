import { createHash, createPublicKey, verify } from "node:crypto";
import { canonicalBytes, canonicalJson } from "./canonical-json.ts";
import type { JsonValue } from "./json.ts";

/*
 * [Note: Audit chain]
 * Each entry's hash is SHA-256 over the hash before it and the entry's canonical JSON: to change one entry is to change all after
 * it. Names and reasons are kept sealed, so entries of format 2 cover SHA-256 over them and a random salt instead: from the
 * database alone nobody learns or guesses them, and who holds an export, where they stand with the salt, can compute every hash
 * again without any key. Entries of format 1 cover the sealed name itself. A checkpoint is a signed statement that the chain of an
 * organization had a certain hash at a certain number; kept where nobody can take it back, it shows an end that was cut off.
 */

/** What the first entry of a chain follows. */
export const auditChainStart: string = "0".repeat(64);

/** Everything of an entry that its hash covers. */
export interface AuditContent {
	readonly format: number;
	readonly organization: string;
	readonly seq: number;
	/** RFC 3339 with milliseconds, UTC. */
	readonly at: string;
	readonly actorType: string;
	readonly actorId: string;
	/** Hex: of format 2 {@link auditNamesDigest}, of format 1 the sealed name of the actor. */
	readonly names: string;
	readonly ip: string | null;
	readonly action: string;
	readonly targetType: string | null;
	readonly targetId: string | null;
	readonly outcome: string;
	readonly errorCode: string | null;
	readonly errorDetail: string | null;
	readonly facts: Readonly<Record<string, string | number | boolean>>;
	readonly request: string | null;
}

/** What is kept sealed of an entry. */
export interface AuditNames {
	/** 16 random bytes, hex. */
	readonly salt: string;
	readonly actor: string;
	/** What the target is called. */
	readonly target: string | null;
	/** What somebody gave as the reason. */
	readonly reason: string | null;
}

/** Hex SHA-256 over an entry's names and their salt. */
export function auditNamesDigest({ salt, actor, target, reason }: AuditNames): string {
	return createHash("sha256").update(canonicalJson({ salt, actor, target, reason })).digest("hex");
}

/** Hex SHA-256 of an entry. @see [Note: Audit chain] */
export function auditEntryHash(previousHash: string, entry: AuditContent): string {
	const content: JsonValue = {
		organization: entry.organization,
		seq: entry.seq,
		at: entry.at,
		actor: [entry.actorType, entry.actorId, entry.names],
		ip: entry.ip,
		action: entry.action,
		target: [entry.targetType, entry.targetId],
		outcome: entry.outcome,
		error: [entry.errorCode, entry.errorDetail],
		facts: entry.facts,
		request: entry.request,
		...(entry.format !== 1 && { format: entry.format }),
	};
	return createHash("sha256").update(Buffer.from(previousHash, "hex")).update(canonicalJson(content)).digest("hex");
}

/** One entry with its place in the chain. */
export interface AuditLink extends AuditContent {
	readonly previousHash: string;
	readonly hash: string;
}

/** Where a chain is broken, and how. */
export interface AuditBreak {
	readonly seq: number;
	readonly what: string;
}

/** Walks a chain entry by entry. */
export class AuditWalk {
	/** The last entry that fits. */
	seq: number;
	hash: string;

	/** Begins at the start, or behind an entry that is known to be right. */
	constructor(after: { readonly seq: number; readonly hash: string } = { seq: 0, hash: auditChainStart }) {
		this.seq = after.seq;
		this.hash = after.hash;
	}

	/** Takes the next entry; says what is wrong with it, if anything is. */
	next(link: AuditLink): AuditBreak | undefined {
		if (link.seq > this.seq + 1) return { seq: this.seq + 1, what: "an entry is missing" };
		if (link.seq <= this.seq) return { seq: link.seq, what: "it stands twice, or in another order" };
		if (link.previousHash !== this.hash) return { seq: link.seq, what: "it does not follow the entry before" };
		if (auditEntryHash(link.previousHash, link) !== link.hash) return { seq: link.seq, what: "its content was changed" };
		this.seq = link.seq;
		this.hash = link.hash;
		return undefined;
	}
}

/** A statement that the chain had this hash at this number. */
export interface AuditCheckpoint {
	readonly organization: string;
	readonly seq: number;
	readonly hash: string;
	readonly at: string;
}

/** What is signed (Ed25519). */
export function auditCheckpointBytes({ organization, seq, hash, at }: AuditCheckpoint): Uint8Array {
	return canonicalBytes({ statement: "skyeworx audit checkpoint 1", organization, seq, hash, at });
}

/** Whether a checkpoint was signed by the holder of a key. `signature` is base64, `publicKey` PEM (SPKI); nonsense is not signed. */
export function isCheckpointSigned(checkpoint: AuditCheckpoint, signature: string, publicKey: string): boolean {
	try {
		const key = createPublicKey(publicKey);
		return key.asymmetricKeyType === "ed25519" && verify(null, auditCheckpointBytes(checkpoint), key, Buffer.from(signature, "base64"));
	} catch {
		return false;
	}
}
