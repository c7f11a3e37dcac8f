import type { Me } from "@skyeworx/contract";
import { AppError, toAppError } from "@skyeworx/core";
import { sql } from "kysely";
import { createApiKey, listApiKeys, revokeApiKey } from "../../access/api-keys.ts";
import { signInWithPassword } from "../../access/local-password.ts";
import type { Principal } from "../../access/principal.ts";
import { endSession, type NewSession, sessionCookie, signInWithCode } from "../../access/sessions.ts";
import { recordAudit } from "../../audit/record.ts";
import { withOrganization } from "../../data/database.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

type Names = "getHealth" | "createSession" | "deleteSession" | "getMe" | "listApiKeys" | "createApiKey" | "deleteApiKey";

/** Who is asking. */
export function sessionHandlers(platform: Platform): HandlersOf<Names> {
	return {
		getHealth: async () => ({ body: await healthBody(platform) }),
		createSession: async ({ body, ip, requestId }) => {
			const made = await signIn(platform, body, { ip, requestId });
			const cookie = `${sessionCookie}=${made.token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${made.seconds}`;
			return { body: await meBody(platform, made.principal), headers: { "set-cookie": cookie } };
		},
		deleteSession: async ({ principal }) => {
			await endSession(platform, principal);
			return { headers: { "set-cookie": `${sessionCookie}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0` } };
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

/** Signs in and keeps that in the audit log, also when it was refused. */
async function signIn(
	platform: Platform,
	input: SignIn,
	request: { readonly ip: string; readonly requestId: string },
): Promise<NewSession> {
	const method = "code" in input ? "link" : "password";
	const about = { action: "session.create", ...request, facts: { method } };
	try {
		const made =
			"code" in input ? await signInWithCode(platform, input.code) : await signInWithPassword(platform, platform.local, input.password);
		await recordAudit(platform, {
			...about,
			organizationId: made.principal.organizationId,
			actor: made.principal.actor,
			outcome: "success",
		});
		return made;
	} catch (error) {
		const { code, message } = toAppError(error);
		if (platform.local !== undefined && error instanceof AppError) {
			const actor = { type: "system" as const, id: "anonymous", name: "Somebody" };
			const { organizationId } = platform.local;
			await recordAudit(platform, { ...about, organizationId, actor, outcome: "denied", error: { code, detail: message } });
		}
		throw error;
	}
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
		permissions: [...principal.permissions],
		siteIds: principal.siteIds === null ? null : [...principal.siteIds],
		organization: {
			id: principal.organizationId,
			name: sealer.openText(`organizations.name/${principal.organizationId}`, organization.sealed_name),
		},
		simulatorUrl: platform.simulatorUrl ?? null,
		version: platform.version,
	};
}
