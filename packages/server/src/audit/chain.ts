import { createHash, createHmac } from "node:crypto";
import { canonicalJson, type JsonValue } from "@skyeworx/core";
import type { AuditEntryRow } from "../data/tables.ts";

/** What the first entry of a chain follows. */
export const chainStart = Buffer.alloc(32);

/** The part of an entry that its hash covers: everything but the hash. */
export type HashedEntry = Omit<AuditEntryRow, "hash" | "facts"> & { readonly facts: Readonly<Record<string, string | number | boolean>> };

/** SHA-256 over the hash before and the entry's canonical JSON: to change one entry is to change all after it. */
export function entryHash(entry: HashedEntry): Buffer {
	const content: JsonValue = {
		organization: entry.organization_id,
		seq: entry.seq,
		at: entry.at.toISOString(),
		actor: [entry.actor_type, entry.actor_id, entry.sealed_actor_name.toString("hex")],
		ip: entry.ip,
		action: entry.action,
		target: [entry.target_type, entry.target_id],
		outcome: entry.outcome,
		error: [entry.error_code, entry.error_detail],
		facts: entry.facts,
		request: entry.request_id,
	};
	return createHash("sha256").update(entry.previous_hash).update(canonicalJson(content)).digest();
}

/** Binds the newest entry to the organization's key, so that whoever can write the database can't cut the chain's end off. */
export function headMac(key: Uint8Array, head: { readonly seq: number; readonly hash: Buffer }): Buffer {
	return createHmac("sha256", key).update(`audit-head/${head.seq}/`).update(head.hash).digest();
}
