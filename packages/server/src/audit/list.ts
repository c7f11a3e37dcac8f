import type { AuditEntry, CallInput, Endpoints } from "@skyeworx/contract";
import type { Selectable, SelectQueryBuilder } from "kysely";
import { z } from "zod";
import { readCursor, writeCursor } from "../api/cursor.ts";
import { withOrganization } from "../data/database.ts";
import type { AuditEntryRow, Tables } from "../data/tables.ts";
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
		let select = filtered(scoped.selectFrom("audit_entries").selectAll(), query);
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

/** Which entries are meant; all when nothing is said. */
export type AuditFilter = Omit<AuditQuery, "cursor" | "limit">;

type Select = SelectQueryBuilder<Tables, "audit_entries", Selectable<AuditEntryRow>>;

/** Leaves out the entries that a filter does not mean. */
export function filtered(select: Select, filter: AuditFilter): Select {
	const { action, outcome, actorId, targetId, from, to } = filter;
	let fitting = select;
	if (action !== undefined) fitting = fitting.where("action", "=", action);
	if (outcome !== undefined) fitting = fitting.where("outcome", "=", outcome);
	if (actorId !== undefined) fitting = fitting.where("actor_id", "=", actorId);
	if (targetId !== undefined) fitting = fitting.where("target_id", "=", targetId);
	if (from !== undefined) fitting = fitting.where("at", ">=", new Date(from));
	if (to !== undefined) fitting = fitting.where("at", "<=", new Date(to));
	return fitting;
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
