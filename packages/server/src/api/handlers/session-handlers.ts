import type { Me } from "@skyeworx/contract";
import { sql } from "kysely";
import { createApiKey, listApiKeys, revokeApiKey } from "../../access/api-keys.ts";
import { sessionCookie } from "../../access/cookies.ts";
import { limitsBody, ownLimits } from "../../access/limits.ts";
import { checkPassword } from "../../access/local-password.ts";
import type { Principal } from "../../access/principal.ts";
import { endSession, listSessions, type NewSession, revokeSession, type SigningIn, startSession } from "../../access/sessions.ts";
import { useSignInCode } from "../../access/sign-in-codes.ts";
import { withOrganization } from "../../data/database.ts";
import type { AuditNote, HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

type Names =
	| "getHealth"
	| "createSession"
	| "deleteSession"
	| "listSessions"
	| "revokeSession"
	| "getMe"
	| "listApiKeys"
	| "createApiKey"
	| "deleteApiKey";

/** Who is asking. */
export function sessionHandlers(platform: Platform): HandlersOf<Names> {
	return {
		getHealth: async () => ({ body: await healthBody(platform) }),
		createSession: async ({ body, ip, agent, note }) => {
			note.facts = { method: "code" in body ? "link" : "password" };
			if (platform.local !== undefined) note.by = somebody(platform.local.organizationId);
			return await signedIn(platform, await signIn(platform, body, { ip, agent }), note);
		},
		deleteSession: async ({ principal }) => {
			await endSession(platform, principal);
			return { headers: { "set-cookie": sessionCookie(platform, undefined) } };
		},
		listSessions: async ({ principal }) => ({ body: { items: await listSessions(platform, principal) } }),
		revokeSession: async ({ principal, params }) => {
			await revokeSession(platform, principal, params.sessionId);
			return {};
		},
		getMe: async ({ principal }) => ({ body: await meBody(platform, principal) }),
		listApiKeys: async ({ principal }) => ({ body: { items: [...(await listApiKeys(platform, principal))] } }),
		createApiKey: async ({ principal, body, note }) => {
			const made = await createApiKey(platform, principal, body);
			note.target = { type: "apiKey", id: made.apiKey.id };
			return { body: made };
		},
		deleteApiKey: async ({ principal, params }) => {
			await revokeApiKey(platform, principal, params.apiKeyId);
			return {};
		},
	};
}

async function healthBody(platform: Platform) {
	const at = platform.clock.now().toISOString();
	try {
		await sql`select 1`.execute(platform.database);
		return { status: "ok" as const, version: platform.version, database: "ok" as const, at };
	} catch {
		return { status: "degraded" as const, version: platform.version, database: "unreachable" as const, at };
	}
}

type SignIn = { readonly code: string } | { readonly password: string };
type Browser = Pick<SigningIn, "ip" | "agent">;

async function signIn(platform: Platform, input: SignIn, browser: Browser): Promise<NewSession> {
	if ("code" in input) return await startSession(platform, { ...(await useSignInCode(platform, input.code)), method: "link", ...browser });
	const { organizationId, userId } = checkPassword(platform.local, input.password);
	return await startSession(platform, { organizationId, userId, method: "password", ...browser });
}

/** Whoever tried to sign in and was refused. */
export function somebody(organizationId: string): NonNullable<AuditNote["by"]> {
	return { organizationId, actor: { type: "system", id: "anonymous", name: "Somebody" } };
}

/** Answers a sign-in: who it is, and the cookie; and tells the audit log. */
export async function signedIn(platform: Platform, made: NewSession, note: AuditNote) {
	note.by = made.principal;
	return { body: await meBody(platform, made.principal), headers: { "set-cookie": sessionCookie(platform, made) } };
}

async function meBody(platform: Platform, principal: Principal): Promise<Me> {
	const sealer = await platform.keys.sealer(principal.organizationId);
	const organization = await withOrganization(platform.database, principal.organizationId, (scoped) =>
		scoped.selectFrom("organizations").select("sealed_name").executeTakeFirstOrThrow(),
	);
	return {
		via: principal.via,
		name: principal.actor.name,
		email: principal.email,
		role: principal.role,
		roleName: principal.roleName,
		permissions: [...principal.permissions],
		...limitsBody(ownLimits(principal)),
		organization: {
			id: principal.organizationId,
			name: sealer.openText(`organizations.name/${principal.organizationId}`, organization.sealed_name),
		},
		simulatorUrl: platform.simulatorUrl ?? null,
		version: platform.version,
	};
}
