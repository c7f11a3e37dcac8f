import type { Member, MemberPatch } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import { type Selectable, sql } from "kysely";
import {
	type HeldRole,
	heldRole,
	limitColumns,
	limitsBody,
	permittedWithin,
	requireHeld,
	requireLimits,
	roleColumns,
	type WantedLimits,
} from "../access/limits.ts";
import { noSuch, type Principal } from "../access/principal.ts";
import type { AccessPorts } from "../access/sessions.ts";
import type { UserRow } from "../data/access-tables.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { requireRole } from "./roles.ts";

/** Everybody who belongs to the organization, oldest first. */
export async function listMembers(ports: AccessPorts, principal: Principal): Promise<Member[]> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	return await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const rows = await scoped.selectFrom("users").selectAll().orderBy("created_at").orderBy("id").execute();
		return await Promise.all(rows.map(async (row) => await memberBody(scoped, sealer, row)));
	});
}

async function memberBody(scoped: Scoped, sealer: Sealer, row: Selectable<UserRow>): Promise<Member> {
	const role = await heldRole(scoped, sealer, row);
	const passkeys = await scoped
		.selectFrom("passkeys")
		.select((expression) => expression.fn.countAll<number>().as("count"))
		.where("user_id", "=", row.id)
		.executeTakeFirstOrThrow();
	return {
		id: row.id,
		name: sealer.openText(`users.name/${row.id}`, row.sealed_name),
		email: row.sealed_email === null ? null : sealer.openText(`users.email/${row.id}`, row.sealed_email),
		role: role.id,
		roleName: role.name,
		...limitsBody(row),
		roleFrom: row.role_from,
		active: row.active,
		passkeys: Number(passkeys.count),
		entra: row.entra_id !== null,
		createdAt: row.created_at.toISOString(),
		lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
	};
}

/**
 * What may be given: a role whose permissions the giver holds, within the giver's own limits.
 * @throws AppError `not-permitted`, `not-found`
 */
export async function requireGivable(
	scoped: Scoped,
	given: { readonly sealer: Sealer; readonly principal: Principal; readonly role: string; readonly limits: WantedLimits },
): Promise<HeldRole> {
	const role = await requireRole(scoped, given.sealer, given.role);
	requireHeld(given.principal, role.permissions);
	await requireLimits(scoped, given.principal, given.limits);
	return role;
}

/** Gives a member another role or other limits, at once. @throws AppError `not-permitted`, `not-found`, `conflict` for the last owner */
export async function changeMember(ports: AccessPorts, principal: Principal, memberId: string, patch: MemberPatch): Promise<Member> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	return await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const before = await requireMember(scoped, principal, { sealer, memberId });
		await requireGivable(scoped, { sealer, principal, role: patch.role, limits: patch });
		await scoped
			.updateTable("users")
			.set({ ...roleColumns(patch.role), ...limitColumns(patch), role_from: "given", updated_at: ports.clock.now() })
			.where("id", "=", memberId)
			.execute();
		await requireOwner(scoped);
		const after = await scoped.selectFrom("users").selectAll().where("id", "=", before.id).executeTakeFirstOrThrow();
		return await memberBody(scoped, sealer, after);
	});
}

/** Removes a member. @throws AppError `not-found`, `not-permitted`, `conflict` for the last owner */
export async function removeMember(ports: AccessPorts, principal: Principal, memberId: string): Promise<{ readonly keys: number }> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	return await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		await requireMember(scoped, principal, { sealer, memberId });
		const keys = await cutOff(ports, scoped, memberId);
		await scoped.deleteFrom("users").where("id", "=", memberId).execute();
		await requireOwner(scoped);
		return { keys };
	});
}

/** Ends everything that a person could act with: sessions, codes, passkeys and the keys that they made. */
export async function cutOff(ports: AccessPorts, scoped: Scoped, userId: string): Promise<number> {
	await scoped.deleteFrom("sessions").where("user_id", "=", userId).execute();
	await scoped.deleteFrom("sign_in_codes").where("user_id", "=", userId).execute();
	await scoped.deleteFrom("passkeys").where("user_id", "=", userId).execute();
	const revoked = await scoped
		.updateTable("api_keys")
		.set({ revoked_at: ports.clock.now() })
		.where("created_by", "=", userId)
		.where("revoked_at", "is", null)
		.executeTakeFirst();
	return Number(revoked.numUpdatedRows);
}

/** Nobody changes somebody who may do more than they. */
async function requireMember(
	scoped: Scoped,
	principal: Principal,
	{ sealer, memberId }: { readonly sealer: Sealer; readonly memberId: string },
): Promise<Selectable<UserRow>> {
	await sql`select pg_advisory_xact_lock(hashtextextended(${`members/${principal.organizationId}`}, 0))`.execute(scoped);
	const row = await scoped.selectFrom("users").selectAll().where("id", "=", memberId).executeTakeFirst();
	if (row === undefined) throw noSuch("member");
	const role = await heldRole(scoped, sealer, row);
	requireHeld(principal, [...permittedWithin(role.permissions, row)], "This member may do what you may not");
	return row;
}

/** @throws AppError `conflict` when no active owner without limits would be left */
export async function requireOwner(scoped: Scoped): Promise<void> {
	const owner = await scoped
		.selectFrom("users")
		.select("id")
		.where("role", "=", "owner")
		.where("active", "=", true)
		.where("site_ids", "is", null)
		.where("spaces", "is", null)
		.limit(1)
		.executeTakeFirst();
	if (owner !== undefined) return;
	throw new AppError("conflict", "An organization needs at least one owner without limits", { hint: "Make somebody else an owner first." });
}
