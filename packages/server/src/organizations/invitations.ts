import type { Invitation, InvitationInput, InvitationOffer } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import { type Selectable, sql } from "kysely";
import { heldRole, limitColumns, limitsBody, roleColumns } from "../access/limits.ts";
import { noSuch, type Principal } from "../access/principal.ts";
import { newSecret, secretHash } from "../access/secrets.ts";
import { type AccessPorts, type NewSession, type SigningIn, startSession } from "../access/sessions.ts";
import type { InvitationRow } from "../data/access-tables.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { requireGivable } from "./members.ts";

const places = {
	name: (id: string) => `invitations.name/${id}`,
	email: (id: string) => `invitations.email/${id}`,
};

/** Makes an invitation and its one link's secret. @throws AppError `not-permitted` for a role that the inviter could not hold */
export async function createInvitation(
	ports: AccessPorts,
	principal: Principal,
	input: InvitationInput,
): Promise<{ readonly invitation: Invitation; readonly token: string }> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	const id = ports.random.uuid();
	const token = newSecret(ports.random, "");
	const now = ports.clock.now();
	return await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		await requireGivable(scoped, { sealer, principal, role: input.role, limits: input });
		const row = await scoped
			.insertInto("invitations")
			.values({
				id,
				organization_id: principal.organizationId,
				token_hash: secretHash(token),
				sealed_name: sealer.text(places.name(id), input.name),
				sealed_email: sealer.text(places.email(id), input.email),
				...roleColumns(input.role),
				...limitColumns(input),
				created_by: principal.actor.id,
				created_at: now,
				expires_at: new Date(now.getTime() + input.expiresInHours * 3_600_000),
				accepted_at: null,
				revoked_at: null,
			})
			.returningAll()
			.executeTakeFirstOrThrow();
		return { invitation: await invitationBody(scoped, sealer, row, now), token };
	});
}

/** Invitations, newest first. */
export async function listInvitations(ports: AccessPorts, principal: Principal): Promise<Invitation[]> {
	const sealer = await ports.keys.sealer(principal.organizationId);
	const now = ports.clock.now();
	return await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		const rows = await scoped.selectFrom("invitations").selectAll().orderBy("created_at", "desc").limit(500).execute();
		return await Promise.all(rows.map(async (row) => await invitationBody(scoped, sealer, row, now)));
	});
}

/** @throws AppError `not-found` also when it was accepted already */
export async function revokeInvitation(ports: AccessPorts, principal: Principal, invitationId: string): Promise<void> {
	const revoked = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped
			.updateTable("invitations")
			.set({ revoked_at: ports.clock.now() })
			.where("id", "=", invitationId)
			.where("accepted_at", "is", null)
			.where("revoked_at", "is", null)
			.executeTakeFirst(),
	);
	if (revoked.numUpdatedRows === 0n) throw noSuch("open invitation");
}

interface Found {
	readonly id: string;
	readonly organization_id: string;
}

async function findInvitation(ports: AccessPorts, token: string): Promise<Found> {
	const { rows } = await sql<Found>`select * from find_invitation(${secretHash(token)})`.execute(ports.database);
	if (rows[0] === undefined) throw worthless();
	return rows[0];
}

function worthless(): AppError {
	return new AppError("sign-in-required", "This invitation was used, revoked, or is too old", { hint: "Ask for a new one." });
}

function requireOpen(row: Selectable<InvitationRow> | undefined, now: Date): Selectable<InvitationRow> {
	if (row === undefined || row.accepted_at !== null || row.revoked_at !== null || row.expires_at <= now) throw worthless();
	return row;
}

/** What a link offers; looking uses nothing up. @throws AppError `sign-in-required` when it is worthless */
export async function readInvitation(ports: AccessPorts, token: string): Promise<InvitationOffer> {
	const found = await findInvitation(ports, token);
	const sealer = await ports.keys.sealer(found.organization_id);
	return await withOrganization(ports.database, found.organization_id, async (scoped) => {
		const known = await scoped.selectFrom("invitations").selectAll().where("id", "=", found.id).executeTakeFirst();
		const row = requireOpen(known, ports.clock.now());
		const organization = await scoped.selectFrom("organizations").select("sealed_name").executeTakeFirstOrThrow();
		return {
			organization: sealer.openText(`organizations.name/${found.organization_id}`, organization.sealed_name),
			name: sealer.openText(places.name(row.id), row.sealed_name),
			email: sealer.openText(places.email(row.id), row.sealed_email),
			roleName: (await heldRole(scoped, sealer, row)).name,
			expiresAt: row.expires_at.toISOString(),
		};
	});
}

/** Uses the link up: the member is made and signed in. @throws AppError `sign-in-required` when it is worthless */
export async function acceptInvitation(ports: AccessPorts, token: string, browser: Pick<SigningIn, "ip" | "agent">): Promise<NewSession> {
	const found = await findInvitation(ports, token);
	const sealer = await ports.keys.sealer(found.organization_id);
	const now = ports.clock.now();
	const userId = ports.random.uuid();
	await withOrganization(ports.database, found.organization_id, async (scoped) => {
		// Locked: of two who follow the link at once only one becomes a member.
		const known = await scoped.selectFrom("invitations").selectAll().where("id", "=", found.id).forUpdate().executeTakeFirst();
		const row = requireOpen(known, now);
		await scoped.updateTable("invitations").set({ accepted_at: now }).where("id", "=", row.id).execute();
		await scoped
			.insertInto("users")
			.values({
				id: userId,
				organization_id: found.organization_id,
				sealed_name: sealer.text(`users.name/${userId}`, sealer.openText(places.name(row.id), row.sealed_name)),
				sealed_email: sealer.text(`users.email/${userId}`, sealer.openText(places.email(row.id), row.sealed_email)),
				role: row.role,
				role_id: row.role_id,
				site_ids: row.site_ids,
				spaces: row.spaces,
				created_at: now,
			})
			.execute();
	});
	return await startSession(ports, { organizationId: found.organization_id, userId, method: "invitation", ...browser });
}

async function invitationBody(scoped: Scoped, sealer: Sealer, row: Selectable<InvitationRow>, now: Date): Promise<Invitation> {
	const role = await heldRole(scoped, sealer, row);
	return {
		id: row.id,
		name: sealer.openText(places.name(row.id), row.sealed_name),
		email: sealer.openText(places.email(row.id), row.sealed_email),
		role: role.id,
		roleName: role.name,
		...limitsBody(row),
		createdAt: row.created_at.toISOString(),
		expiresAt: row.expires_at.toISOString(),
		status: row.accepted_at !== null ? "accepted" : row.revoked_at !== null ? "revoked" : row.expires_at <= now ? "expired" : "open",
	};
}
