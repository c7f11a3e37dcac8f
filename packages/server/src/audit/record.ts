import type { Actor } from "@skyeworx/contract";
import type { Clock } from "@skyeworx/core";
import { sql } from "kysely";
import { type Database, withOrganization } from "../data/database.ts";
import type { OrganizationKeys } from "../keys/organization-keys.ts";
import { deriveKey } from "../keys/seal.ts";
import { chainStart, entryHash, headMac } from "./chain.ts";

export interface AuditPorts {
	readonly database: Database;
	readonly keys: OrganizationKeys;
	readonly clock: Clock;
}

/** One thing that was done, or refused. Facts hold ids, counts and codes, never content. */
export interface AuditRecord {
	readonly organizationId: string;
	readonly actor: Actor;
	readonly action: string;
	readonly target?: { readonly type: string; readonly id: string };
	readonly outcome: "success" | "failure" | "denied";
	readonly error?: { readonly code: string; readonly detail: string };
	readonly facts?: Readonly<Record<string, string | number | boolean>>;
	readonly ip?: string;
	readonly requestId?: string;
}

/** Appends to the organization's chain; entries of one organization wait for each other. */
export async function recordAudit(ports: AuditPorts, record: AuditRecord): Promise<void> {
	const { organizationId } = record;
	const sealer = await ports.keys.sealer(organizationId);
	await withOrganization(ports.database, organizationId, async (scoped) => {
		await sql`select pg_advisory_xact_lock(hashtextextended(${`audit/${organizationId}`}, 0))`.execute(scoped);
		const head = await scoped.selectFrom("audit_heads").select(["seq", "hash"]).executeTakeFirst();
		const seq = (head?.seq ?? 0) + 1;
		const facts = record.facts ?? {};
		const entry = {
			organization_id: organizationId,
			seq,
			at: ports.clock.now(),
			actor_type: record.actor.type,
			actor_id: record.actor.id,
			sealed_actor_name: sealer.text(`audit.actor/${seq}`, record.actor.name),
			ip: record.ip ?? null,
			action: record.action,
			target_type: record.target?.type ?? null,
			target_id: record.target?.id ?? null,
			outcome: record.outcome,
			error_code: record.error?.code ?? null,
			error_detail: record.error?.detail ?? null,
			request_id: record.requestId ?? null,
			previous_hash: head?.hash ?? chainStart,
		};
		const hash = entryHash({ ...entry, facts });
		await scoped
			.insertInto("audit_entries")
			.values({ ...entry, facts: JSON.stringify(facts), hash })
			.execute();
		const next = { seq, hash, mac: headMac(deriveKey(sealer.key, "audit"), { seq, hash }) };
		await scoped
			.insertInto("audit_heads")
			.values({ organization_id: organizationId, ...next })
			.onConflict((conflict) => conflict.column("organization_id").doUpdateSet(next))
			.execute();
	});
}
