import type { Actor, Approval, Permission } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import { type Selectable, sql } from "kysely";
import { maySeeSite, noSuch, type Principal, requirePermission } from "../access/principal.ts";
import type { AccessPorts } from "../access/sessions.ts";
import type { ApprovalRow } from "../data/access-tables.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { maySeeSpaces } from "../restores/space-limits.ts";

const dayMilliseconds = 86_400_000;

const places = {
	label: (id: string) => `approvals.label/${id}`,
	reason: (id: string) => `approvals.reason/${id}`,
	actor: (id: string) => `approvals.actor/${id}`,
	decider: (id: string) => `approvals.decider/${id}`,
};

/** What somebody is about to do. */
export interface WantedDeed {
	readonly deed: Approval["deed"];
	/** What the second person must be allowed to do themselves. */
	readonly permission: Permission;
	readonly target: { readonly type: string; readonly id: string };
	/** For people; kept sealed. */
	readonly label: string;
	readonly reason?: string | undefined;
	readonly siteId?: string;
	/** The spaces that it touches, where that is known. */
	readonly spaceNames?: readonly string[] | null;
	/** After a day when left out. */
	readonly expiresAt?: Date;
}

export type TakenApproval = { readonly state: "free" | "approved" } | { readonly state: "waiting"; readonly approvalId: string };

/**
 * Says whether a deed may be done now: free where no second person is needed, approved when one has agreed (which uses the agreement
 * up), or waiting, which asks for one. Runs in the transaction that does the deed, so that an agreement is used with it or not at all.
 */
export async function takeApproval(ports: AccessPorts, scoped: Scoped, principal: Principal, wanted: WantedDeed): Promise<TakenApproval> {
	const { organizationId, actor } = principal;
	if (!(await isNeeded(scoped, wanted.deed))) return { state: "free" };
	await sql`select pg_advisory_xact_lock(hashtextextended(${`approval/${organizationId}/${wanted.target.id}`}, 0))`.execute(scoped);
	const now = ports.clock.now();
	const known = await scoped
		.selectFrom("approvals")
		.select(["id", "status"])
		.where("deed", "=", wanted.deed)
		.where("target_type", "=", wanted.target.type)
		.where("target_id", "=", wanted.target.id)
		.where("actor_type", "=", actor.type)
		.where("actor_id", "=", actor.id)
		.where("status", "in", ["waiting", "approved"])
		.where("expires_at", ">", now)
		.orderBy("created_at", "desc")
		.limit(1)
		.executeTakeFirst();
	if (known?.status === "approved") {
		await scoped.updateTable("approvals").set({ status: "used" }).where("id", "=", known.id).execute();
		return { state: "approved" };
	}
	return { state: "waiting", approvalId: known?.id ?? (await ask(ports, scoped, principal, wanted)) };
}

async function isNeeded(scoped: Scoped, deed: WantedDeed["deed"]): Promise<boolean> {
	if (deed === "approval-settings") return true;
	const { approvals } = await scoped.selectFrom("organizations").select("approvals").executeTakeFirstOrThrow();
	return approvals.includes(deed);
}

async function ask(ports: AccessPorts, scoped: Scoped, principal: Principal, wanted: WantedDeed): Promise<string> {
	const id = ports.random.uuid();
	const sealer = await ports.keys.sealer(principal.organizationId);
	const now = ports.clock.now();
	await scoped
		.insertInto("approvals")
		.values({
			id,
			organization_id: principal.organizationId,
			deed: wanted.deed,
			permission: wanted.permission,
			target_type: wanted.target.type,
			target_id: wanted.target.id,
			site_id: wanted.siteId ?? null,
			space_names: wanted.spaceNames === undefined || wanted.spaceNames === null ? null : [...wanted.spaceNames],
			sealed_label: sealer.text(places.label(id), wanted.label),
			sealed_reason: wanted.reason === undefined || wanted.reason === "" ? null : sealer.text(places.reason(id), wanted.reason),
			actor_type: principal.actor.type,
			actor_id: principal.actor.id,
			sealed_actor_name: sealer.text(places.actor(id), principal.actor.name),
			behind: await personBehind(scoped, principal.actor),
			status: "waiting",
			created_at: now,
			expires_at: wanted.expiresAt ?? new Date(now.getTime() + dayMilliseconds),
			decided_at: null,
			decided_by: null,
			sealed_decider_name: null,
		})
		.execute();
	return id;
}

/** Who made a key would agree with themselves. */
async function personBehind(scoped: Scoped, actor: Actor): Promise<string | null> {
	if (actor.type !== "api-key") return null;
	const key = await scoped.selectFrom("api_keys").select("created_by").where("id", "=", actor.id).executeTakeFirst();
	return key?.created_by ?? null;
}

/** What the one hears who has to wait. */
export function approvalRequired(approvalId: string): AppError {
	return new AppError("approval-required", "This needs the agreement of a second person", {
		facts: { approvalId },
		hint: "Somebody else with the same permission agrees under Approvals; then do it again.",
	});
}

/** What waits, or waited, as far as it concerns the caller. */
export async function listApprovals(ports: AccessPorts, principal: Principal): Promise<Approval[]> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	const rows = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped.selectFrom("approvals").selectAll().orderBy("created_at", "desc").orderBy("id").limit(500).execute(),
	);
	return rows.filter((row) => concerns(principal, row)).map((row) => approvalBody(ports, sealer, principal, row));
}

/** One's own, or what one could do oneself. */
function concerns(principal: Principal, row: Selectable<ApprovalRow>): boolean {
	return isOwn(principal, row) || mayDo(principal, row);
}

function isOwn({ actor }: Principal, row: Selectable<ApprovalRow>): boolean {
	return (actor.type === row.actor_type && actor.id === row.actor_id) || (actor.type === "user" && actor.id === row.behind);
}

function mayDo(principal: Principal, row: Selectable<ApprovalRow>): boolean {
	if (!principal.permissions.has(row.permission as Permission)) return false;
	if (row.site_id === null) return true;
	return maySeeSite(principal, row.site_id) && maySeeSpaces(principal, { site_id: row.site_id, space_names: row.space_names });
}

/**
 * A second person agrees, or does not.
 * @throws AppError `not-found`, `not-permitted` for the one who asked and for programs, `conflict` when it is decided or too late
 */
export async function decideApproval(
	ports: AccessPorts,
	principal: Principal,
	approvalId: string,
	status: "approved" | "rejected",
): Promise<Approval> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	const row = await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const known = await scoped.selectFrom("approvals").selectAll().where("id", "=", approvalId).forUpdate().executeTakeFirst();
		if (known === undefined || !concerns(principal, known)) throw noSuch("approval");
		requirePermission(principal, known.permission as Permission);
		if (principal.via !== "session" || isOwn(principal, known)) throw notYours(principal);
		if (known.status !== "waiting" || known.expires_at <= ports.clock.now()) throw tooLate();
		return await scoped
			.updateTable("approvals")
			.set({
				status,
				decided_at: ports.clock.now(),
				decided_by: principal.actor.id,
				sealed_decider_name: sealer.text(places.decider(approvalId), principal.actor.name),
			})
			.where("id", "=", approvalId)
			.returningAll()
			.executeTakeFirstOrThrow();
	});
	return approvalBody(ports, sealer, principal, row);
}

function notYours({ via }: Principal): AppError {
	const whom = via === "session" ? "You asked for this yourself" : "A key is no second person";
	return new AppError("not-permitted", whom, { hint: "Somebody else has to agree, signed in as themselves." });
}

function tooLate(): AppError {
	return new AppError("conflict", "This was decided already, or it is too late", { hint: "Who wants to do it asks again." });
}

function approvalBody(ports: Pick<AccessPorts, "clock">, sealer: Sealer, principal: Principal, row: Selectable<ApprovalRow>): Approval {
	const isOpen = row.status === "waiting" || row.status === "approved";
	const expired = isOpen && row.expires_at <= ports.clock.now();
	return {
		id: row.id,
		deed: row.deed as Approval["deed"],
		permission: row.permission as Permission,
		target: { type: row.target_type, id: row.target_id },
		siteId: row.site_id,
		label: sealer.openText(places.label(row.id), row.sealed_label),
		reason: row.sealed_reason === null ? null : sealer.openText(places.reason(row.id), row.sealed_reason),
		requestedBy: {
			type: row.actor_type as Actor["type"],
			id: row.actor_id,
			name: sealer.openText(places.actor(row.id), row.sealed_actor_name),
		},
		status: expired ? "expired" : row.status,
		createdAt: row.created_at.toISOString(),
		expiresAt: row.expires_at.toISOString(),
		decidedAt: row.decided_at?.toISOString() ?? null,
		decidedBy: row.sealed_decider_name === null ? null : sealer.openText(places.decider(row.id), row.sealed_decider_name),
		mayDecide: row.status === "waiting" && !expired && principal.via === "session" && !isOwn(principal, row) && mayDo(principal, row),
	};
}
