import { type Role, rolePermissions } from "@skyeworx/contract";
import { AppError, type Clock, type Random } from "@skyeworx/core";
import { sql } from "kysely";
import { type Database, type Scoped, withOrganization } from "../data/database.ts";
import type { OrganizationKeys } from "../keys/organization-keys.ts";
import type { Principal } from "./principal.ts";
import { newSecret, secretHash } from "./secrets.ts";

export interface AccessPorts {
	readonly database: Database;
	readonly keys: OrganizationKeys;
	readonly clock: Clock;
	readonly random: Random;
}

export const sessionCookie = "skyeworx_session";
const sessionSeconds = 12 * 3600;
const codeSeconds = 24 * 3600;

export interface NewSession {
	readonly token: string;
	readonly seconds: number;
	readonly principal: Principal;
}

/** Makes a code that signs a user in once, within a day. */
export async function createSignInCode(
	ports: AccessPorts,
	user: { readonly organizationId: string; readonly userId: string },
): Promise<string> {
	const code = newSecret(ports.random, "");
	await withOrganization(ports.database, user.organizationId, async (scoped) => {
		await scoped
			.insertInto("sign_in_codes")
			.values({
				code_hash: secretHash(code),
				organization_id: user.organizationId,
				user_id: user.userId,
				expires_at: new Date(ports.clock.now().getTime() + codeSeconds * 1000),
				used_at: null,
			})
			.execute();
	});
	return code;
}

/** Uses up a code. @throws AppError `sign-in-required` when it is unknown, used or too old */
export async function signInWithCode(ports: AccessPorts, code: string): Promise<NewSession> {
	const hash = secretHash(code);
	const { rows } = await sql<{ organization_id: string; user_id: string }>`select * from find_sign_in_code(${hash})`.execute(
		ports.database,
	);
	const found = rows[0];
	if (found === undefined) throw codeRefused();
	await withOrganization(ports.database, found.organization_id, async (scoped) => {
		const used = await scoped
			.updateTable("sign_in_codes")
			.set({ used_at: ports.clock.now() })
			.where("code_hash", "=", hash)
			.where("used_at", "is", null)
			.where("expires_at", ">", ports.clock.now())
			.executeTakeFirst();
		if (used.numUpdatedRows === 0n) throw codeRefused();
	});
	return await startSession(ports, { organizationId: found.organization_id, userId: found.user_id });
}

function codeRefused(): AppError {
	return new AppError("sign-in-required", "This sign-in link was used before, or is too old", {
		hint: "Sign in with the password that the server printed, or start the server again for a new link.",
	});
}

/** Starts a session of a user who has proven who they are. */
export async function startSession(
	ports: AccessPorts,
	user: { readonly organizationId: string; readonly userId: string },
): Promise<NewSession> {
	const token = newSecret(ports.random, "");
	const now = ports.clock.now();
	const id = ports.random.uuid();
	const principal = await withOrganization(ports.database, user.organizationId, async (scoped) => {
		await scoped
			.insertInto("sessions")
			.values({
				id,
				organization_id: user.organizationId,
				user_id: user.userId,
				token_hash: secretHash(token),
				created_at: now,
				expires_at: new Date(now.getTime() + sessionSeconds * 1000),
			})
			.execute();
		return await principalOf(ports, scoped, { ...user, sessionId: id });
	});
	if (principal === undefined) throw new AppError("not-found", "There is no such user");
	return { token, seconds: sessionSeconds, principal };
}

/** Finds the session of a cookie; undefined when there is none any more. */
export async function findSession(ports: AccessPorts, token: string): Promise<Principal | undefined> {
	const { rows } = await sql<{
		id: string;
		organization_id: string;
		user_id: string;
		expires_at: Date;
	}>`select * from find_session(${secretHash(token)})`.execute(ports.database);
	const session = rows[0];
	if (session === undefined || session.expires_at <= ports.clock.now()) return undefined;
	const user = { organizationId: session.organization_id, userId: session.user_id, sessionId: session.id };
	return await withOrganization(ports.database, user.organizationId, (scoped) => principalOf(ports, scoped, user));
}

/** Ends a session, at once. */
export async function endSession(ports: AccessPorts, principal: Principal): Promise<void> {
	const { sessionId } = principal;
	if (sessionId === null) return;
	await withOrganization(ports.database, principal.organizationId, async (scoped) => {
		await scoped.deleteFrom("sessions").where("id", "=", sessionId).execute();
	});
}

interface Who {
	readonly organizationId: string;
	readonly userId: string;
	readonly sessionId: string;
}

async function principalOf(ports: AccessPorts, scoped: Scoped, who: Who): Promise<Principal | undefined> {
	const user = await scoped.selectFrom("users").selectAll().where("id", "=", who.userId).executeTakeFirst();
	if (user === undefined) return undefined;
	const sealer = await ports.keys.sealer(who.organizationId);
	const role = user.role as Role;
	return {
		organizationId: who.organizationId,
		actor: { type: "user", id: user.id, name: sealer.openText(`users.name/${user.id}`, user.sealed_name) },
		via: "session",
		role,
		email: user.sealed_email === null ? null : sealer.openText(`users.email/${user.id}`, user.sealed_email),
		permissions: new Set(rolePermissions[role]),
		siteIds: null,
		sessionId: who.sessionId,
	};
}
