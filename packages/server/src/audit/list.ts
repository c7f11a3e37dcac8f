import type { AuditEntry, CallInput, Endpoints } from "@skyeworx/contract";
import type { Selectable, SelectQueryBuilder } from "kysely";
import { z } from "zod";
import { readCursor, writeCursor } from "../api/cursor.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
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
		return await (await selectPage(scoped, query, before?.[0])).execute();
	});
	const items = rows.slice(0, query.limit).map((row) => auditBody(sealer, row));
	const last = items.at(-1);
	return { items, nextCursor: rows.length > query.limit && last !== undefined ? writeCursor("audit", [last.seq]) : null };
}

/** One page of the log below a number, and one entry more, which tells whether there is another page. */
export async function selectPage(scoped: Scoped, query: Omit<AuditQuery, "cursor">, below: number | undefined): Promise<Select> {
	const select = filtered(scoped.selectFrom("audit_entries").selectAll(), query, await numbersOf(scoped, query));
	return (below === undefined ? select : select.where("seq", "<", below)).orderBy("seq", "desc").limit(query.limit + 1);
}

/** Which entries are meant; all when nothing is said. */
export type AuditFilter = Omit<AuditQuery, "cursor" | "limit">;

type Select = SelectQueryBuilder<Tables, "audit_entries", Selectable<AuditEntryRow>>;

/** The numbers between which everything lies that a span of time means; both ends are outside. */
interface Numbers {
	readonly after: number | undefined;
	readonly before: number | undefined;
}

/** Processes that write one log may disagree about the time by so much. */
const clocksDiffer = 6 * 3_600_000;

/**
 * Turns a span of time into numbers of entries. Every index of the log ends with the number, so that any filter reads only its own
 * entries of that span, however long the log is and however long ago that was.
 */
export async function numbersOf(scoped: Scoped, { from, to }: Pick<AuditFilter, "from" | "to">): Promise<Numbers> {
	const at = (text: string, difference: number) => new Date(Date.parse(text) + difference);
	const entries = scoped.selectFrom("audit_entries").select("seq").limit(1);
	const [first, last] = [
		from === undefined ? undefined : await entries.where("at", "<", at(from, -clocksDiffer)).orderBy("at", "desc").executeTakeFirst(),
		to === undefined ? undefined : await entries.where("at", ">", at(to, clocksDiffer)).orderBy("at").executeTakeFirst(),
	];
	return { after: first?.seq, before: last?.seq };
}

/** Leaves out the entries that a filter does not mean. @see numbersOf */
export function filtered(select: Select, filter: AuditFilter, { after, before }: Numbers): Select {
	const { action, outcome, actorId, targetId, from, to } = filter;
	let fitting = select;
	if (after !== undefined) fitting = fitting.where("seq", ">", after);
	if (before !== undefined) fitting = fitting.where("seq", "<", before);
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
