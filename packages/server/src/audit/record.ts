import type { Actor } from "@skyeworx/contract";
import { type AuditNames, auditChainStart, auditEntryHash, auditNamesDigest, type Clock, type Random } from "@skyeworx/core";
import { sql } from "kysely";
import { type Database, withOrganization } from "../data/database.ts";
import type { OrganizationKeys } from "../keys/organization-keys.ts";
import { deriveKey } from "../keys/seal.ts";
import { auditPlaces, headMac, linkOf } from "./chain.ts";

export interface AuditPorts {
	readonly database: Database;
	readonly keys: OrganizationKeys;
	readonly clock: Clock;
}

export interface RecordPorts extends AuditPorts {
	readonly random: Random;
}

/** One thing that was done, or refused. Facts hold ids, counts and codes, never content. */
export interface AuditRecord {
	readonly organizationId: string;
	readonly actor: Actor;
	readonly action: string;
	readonly target?: { readonly type: string; readonly id: string };
	/** What the target is called; kept sealed. */
	readonly label?: string;
	/** What somebody gave as the reason; kept sealed. */
	readonly reason?: string;
	readonly outcome: "success" | "failure" | "denied";
	readonly error?: { readonly code: string; readonly detail: string };
	readonly facts?: Readonly<Record<string, string | number | boolean>>;
	readonly ip?: string;
	readonly requestId?: string;
}

/** Appends to the organization's chain; entries of one organization wait for each other. */
export async function recordAudit(ports: RecordPorts, record: AuditRecord): Promise<void> {
	const { organizationId } = record;
	const sealer = await ports.keys.sealer(organizationId);
	await withOrganization(ports.database, organizationId, async (scoped) => {
		await sql`select pg_advisory_xact_lock(hashtextextended(${`audit/${organizationId}`}, 0))`.execute(scoped);
		const head = await scoped.selectFrom("audit_heads").select(["seq", "hash"]).executeTakeFirst();
		const seq = (head?.seq ?? 0) + 1;
		const names: AuditNames = {
			salt: Buffer.from(ports.random.bytes(16)).toString("hex"),
			actor: record.actor.name,
			target: record.label ?? null,
			reason: record.reason ?? null,
		};
		const entry = {
			organization_id: organizationId,
			seq,
			at: ports.clock.now(),
			actor_type: record.actor.type,
			actor_id: record.actor.id,
			sealed_actor_name: sealer.text(auditPlaces.actor(seq), record.actor.name),
			ip: record.ip ?? null,
			action: record.action,
			target_type: record.target?.type ?? null,
			target_id: record.target === undefined ? null : storable(record.target.id),
			outcome: record.outcome,
			error_code: record.error?.code ?? null,
			error_detail: record.error === undefined ? null : storable(record.error.detail),
			request_id: record.requestId ?? null,
			previous_hash: head?.hash ?? Buffer.from(auditChainStart, "hex"),
			format: 2,
			private_digest: Buffer.from(auditNamesDigest(names), "hex"),
		};
		const facts = record.facts ?? {};
		const link = linkOf({ ...entry, facts, hash: Buffer.alloc(0) });
		const hash = Buffer.from(auditEntryHash(link.previousHash, link), "hex");
		await scoped
			.insertInto("audit_entries")
			.values({ ...entry, sealed_private: sealer.json(auditPlaces.names(seq), names), facts: JSON.stringify(facts), hash })
			.execute();
		const next = { seq, hash, mac: headMac(deriveKey(sealer.key, "audit"), { seq, hash }) };
		await scoped
			.insertInto("audit_heads")
			.values({ organization_id: organizationId, ...next })
			.onConflict((conflict) => conflict.column("organization_id").doUpdateSet(next))
			.execute();
	});
}

/** An address that was refused before it was looked at may hold what PostgreSQL can't keep: U+0000, halves of characters. */
function storable(text: string): string {
	return text.toWellFormed().replaceAll("\u0000", "\ufffd");
}
