import { createHmac } from "node:crypto";
import type { AuditLink, AuditNames } from "@skyeworx/core";
import type { Selectable } from "kysely";
import type { AuditEntryRow } from "../data/tables.ts";
import type { Sealer } from "../keys/organization-keys.ts";

/** Names the places that an entry's sealed values are bound to. */
export const auditPlaces = {
	actor: (seq: number) => `audit.actor/${seq}`,
	names: (seq: number) => `audit.names/${seq}`,
};

/** A row as a link of the chain. @see [Note: Audit chain] in core */
export function linkOf(row: Omit<Selectable<AuditEntryRow>, "sealed_private">): AuditLink {
	return {
		format: row.format,
		organization: row.organization_id,
		seq: row.seq,
		at: row.at.toISOString(),
		actorType: row.actor_type,
		actorId: row.actor_id,
		names: (row.format === 1 ? row.sealed_actor_name : row.private_digest)?.toString("hex") ?? "",
		ip: row.ip,
		action: row.action,
		targetType: row.target_type,
		targetId: row.target_id,
		outcome: row.outcome,
		errorCode: row.error_code,
		errorDetail: row.error_detail,
		facts: row.facts,
		request: row.request_id,
		previousHash: row.previous_hash.toString("hex"),
		hash: row.hash.toString("hex"),
	};
}

/** The names of an entry, opened. */
export function namesOf(sealer: Sealer, row: Selectable<AuditEntryRow>): AuditNames {
	if (row.sealed_private !== null) return sealer.openJson<AuditNames>(auditPlaces.names(row.seq), row.sealed_private);
	return { salt: "", actor: sealer.openText(auditPlaces.actor(row.seq), row.sealed_actor_name), target: null, reason: null };
}

/** Binds the newest entry to the organization's key, so that whoever can write the database can't cut the chain's end off. */
export function headMac(key: Uint8Array, head: { readonly seq: number; readonly hash: Buffer }): Buffer {
	return createHmac("sha256", key).update(`audit-head/${head.seq}/`).update(head.hash).digest();
}
