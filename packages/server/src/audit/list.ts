import type { AuditEntry, CallInput, Endpoints } from "@skyeworx/contract";
import type { Selectable } from "kysely";
import { z } from "zod";
import { readCursor, writeCursor } from "../api/cursor.ts";
import { withOrganization } from "../data/database.ts";
import type { AuditEntryRow } from "../data/tables.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { namesOf } from "./chain.ts";
import type { AuditPorts } from "./record.ts";

export type AuditQuery = NonNullable<CallInput<Endpoints["listAudit"]>["query"]> & { readonly limit: number };

/** Pages through an organization's entries, newest first. */
export async function listAudit(
	ports: AuditPorts,
	organizationId: string,
	query: AuditQuery,
): Promise<{ readonly items: AuditEntry[]; readonly nextCursor: string | null }> {
	const sealer = await ports.keys.sealer(organizationId);
	const before = query.cursor === undefined ? undefined : readCursor(query.cursor, "audit", z.tuple([z.int().min(0)]));
	const rows = await withOrganization(ports.database, organizationId, async (scoped) => {
		let select = scoped.selectFrom("audit_entries").selectAll();
		if (query.action !== undefined) select = select.where("action", "=", query.action);
		if (query.outcome !== undefined) select = select.where("outcome", "=", query.outcome);
		if (query.actorId !== undefined) select = select.where("actor_id", "=", query.actorId);
		if (query.targetId !== undefined) select = select.where("target_id", "=", query.targetId);
		if (query.from !== undefined) select = select.where("at", ">=", new Date(query.from));
		if (query.to !== undefined) select = select.where("at", "<=", new Date(query.to));
		if (before !== undefined) select = select.where("seq", "<", before[0]);
		return await select
			.orderBy("seq", "desc")
			.limit(query.limit + 1)
			.execute();
	});
	const items = rows.slice(0, query.limit).map((row) => auditBody(sealer, row));
	const last = items.at(-1);
	return { items, nextCursor: rows.length > query.limit && last !== undefined ? writeCursor("audit", [last.seq]) : null };
}

/** An entry as the API shows it. */
export function auditBody(sealer: Sealer, row: Selectable<AuditEntryRow>): AuditEntry {
	const names = namesOf(sealer, row);
	return {
		seq: row.seq,
		at: row.at.toISOString(),
		actor: {
			type: row.actor_type as AuditEntry["actor"]["type"],
			id: row.actor_id,
			name: names.actor,
		},
		ip: row.ip,
		action: row.action,
		target: row.target_type === null || row.target_id === null ? null : { type: row.target_type, id: row.target_id, label: names.target },
		reason: names.reason,
		outcome: row.outcome,
		error: row.error_code === null ? null : { code: row.error_code, detail: row.error_detail ?? "" },
		facts: row.facts,
		requestId: row.request_id,
		hash: row.hash.toString("hex"),
		previousHash: row.previous_hash.toString("hex"),
	};
}
