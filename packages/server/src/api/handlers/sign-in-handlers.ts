import type { Endpoints } from "@skyeworx/contract";
import { AppError, toAppError } from "@skyeworx/core";
import { closedAttempt, openAttempt, useAttempt } from "../../access/attempts.ts";
import { sessionCookie } from "../../access/cookies.ts";
import type { Entra } from "../../access/entra.ts";
import {
	createPasskey,
	deletePasskey,
	listPasskeys,
	newPasskeyOptions,
	ownerOfPasskey,
	passkeyProblem,
	passkeySignInOptions,
	refused,
	signInWithPasskey,
} from "../../access/passkeys.ts";
import { type NewSession, ownUser } from "../../access/sessions.ts";
import { linkEntra, organizationOfTenant, signInWithEntra } from "../../organizations/entra-sign-in.ts";
import { changeIdentity, readIdentity, unlinkTenant } from "../../organizations/identity.ts";
import { scimPrefix } from "../../scim/register-scim.ts";
import { createScimToken, listScimTokens, revokeScimToken } from "../../scim/tokens.ts";
import type { Call, HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";
import { signedIn, somebody } from "./session-handlers.ts";

type EntraNames = "startEntraSignIn" | "finishEntraSignIn" | "linkEntra";
type PasskeyNames = "startPasskeySignIn" | "finishPasskeySignIn" | "listPasskeys" | "startPasskey" | "createPasskey" | "deletePasskey";
type IdentityNames = "getSignInWays" | "getIdentity" | "updateIdentity" | "unlinkTenant" | ScimNames;
type ScimNames = "listScimTokens" | "createScimToken" | "deleteScimToken";

/** Proving who one is. */
export function signInHandlers(platform: Platform): HandlersOf<EntraNames | PasskeyNames | IdentityNames> {
	return {
		...entraHandlers(platform),
		...passkeyHandlers(platform),
		getSignInWays: async ({ origin }) => ({
			body: {
				entra: platform.entra !== undefined,
				passkeyProblem: passkeyProblem(origin) ?? null,
				password: platform.local !== undefined,
			},
		}),
		getIdentity: async ({ principal }) => ({ body: await readIdentity(platform, principal) }),
		updateIdentity: async ({ principal, body, note }) => {
			note.facts = { groups: body.groupRoles.length, defaultRole: body.defaultRole ?? "none" };
			return { body: await changeIdentity(platform, principal, body) };
		},
		listScimTokens: async ({ principal }) => ({ body: { items: await listScimTokens(platform, principal) } }),
		createScimToken: async ({ principal, origin, note }) => {
			const made = await createScimToken(platform, principal);
			note.target = { type: "scimToken", id: made.token.id };
			return { body: { ...made, url: `${origin}${scimPrefix}` } };
		},
		deleteScimToken: async ({ principal, params }) => {
			await revokeScimToken(platform, principal, params.scimTokenId);
			return {};
		},
		unlinkTenant: async ({ principal }) => {
			await unlinkTenant(platform, principal);
			return {};
		},
	};
}

function requireEntra(platform: Platform): Entra {
	if (platform.entra !== undefined) return platform.entra;
	throw new AppError("not-found", "This server has no sign-in with Microsoft Entra ID", {
		hint: "The operator sets SKYEWORX_ENTRA_CLIENT_ID and SKYEWORX_ENTRA_CLIENT_SECRET.",
	});
}

/** A path of our own pages, and nothing that leads elsewhere. */
function ownPath(path: string | undefined): string {
	return path !== undefined && /^\/(?![/\\])[^\p{Cc}\\]*$/u.test(path) ? path : "/";
}

function entraHandlers(platform: Platform): HandlersOf<EntraNames> {
	return {
		startEntraSignIn: async ({ origin, query }) => {
			const { url, round } = await requireEntra(platform).begin(origin);
			const cookie = await openAttempt(platform, { type: "entra", ...round, next: ownPath(query.next) });
			return { status: 302, headers: { location: url, "set-cookie": cookie } };
		},
		// Whoever comes here is a person's browser on its way: it is sent on, also when nothing came of it.
		finishEntraSignIn: async (call) => {
			call.note.facts = { method: "entra" };
			const closed = closedAttempt(platform);
			try {
				const { next, session } = await finishEntra(platform, call);
				const cookies = session === undefined ? closed : [closed, sessionCookie(platform, session)];
				return { status: 302, headers: { location: next, "set-cookie": cookies } };
			} catch (error) {
				call.note.failed = error;
				const { code } = toAppError(error);
				return { status: 302, headers: { location: `/sign-in?refused=${code}`, "set-cookie": closed } };
			}
		},
		linkEntra: async ({ principal, origin }) => {
			const { url, round } = await requireEntra(platform).begin(origin);
			const who = { organizationId: principal.organizationId, userId: ownUser(principal) };
			const mayClaim = principal.permissions.has("members.manage");
			const cookie = await openAttempt(platform, { type: "entra-link", ...round, ...who, mayClaim });
			return { body: { url }, headers: { "set-cookie": cookie } };
		},
	};
}

/** @throws AppError when the sign-in proves nothing, or the organization does not let the person in */
async function finishEntra(
	platform: Platform,
	call: Pick<Call<Endpoints["finishEntraSignIn"]>, "cookies" | "origin" | "query" | "ip" | "agent" | "note">,
): Promise<{ readonly next: string; readonly session?: NewSession }> {
	const { note, ip, agent } = call;
	const entra = requireEntra(platform);
	const attempt = await useAttempt(platform, call.cookies, ["entra", "entra-link"]);
	if (attempt.type === "entra-link") note.by = somebody(attempt.organizationId);
	const person = await entra.finish(call.origin, call.query, attempt);
	if (attempt.type === "entra-link") {
		note.facts = { method: "entra", linked: true };
		await linkEntra(platform, attempt, person);
		return { next: "/settings/sign-in" };
	}
	const organizationId = await organizationOfTenant(platform, person.tenantId);
	if (organizationId === undefined) throw foreignTenant();
	note.by = somebody(organizationId);
	const session = await signInWithEntra(platform, organizationId, person, { ip, agent });
	note.by = session.principal;
	return { next: attempt.next, session };
}

function foreignTenant(): AppError {
	return new AppError("not-permitted", "No organization here belongs to your Microsoft tenant", {
		hint: "An administrator links the tenant under Settings, Sign-in.",
	});
}

function passkeyHandlers(platform: Platform): HandlersOf<PasskeyNames> {
	return {
		startPasskeySignIn: async ({ origin }) => {
			const options = await passkeySignInOptions(origin);
			const cookie = await openAttempt(platform, { type: "passkey", challenge: options.challenge });
			return { body: { options: { ...options } }, headers: { "set-cookie": cookie } };
		},
		finishPasskeySignIn: async ({ body, cookies, origin, ip, agent, note }) => {
			note.facts = { method: "passkey" };
			const { challenge } = await useAttempt(platform, cookies, ["passkey"]);
			const owner = await ownerOfPasskey(platform, body);
			if (owner === undefined) throw refused();
			note.by = somebody(owner.organizationId);
			const made = await signInWithPasskey(platform, owner, { answer: body, challenge, origin }, { ip, agent });
			return await signedIn(platform, made, note);
		},
		listPasskeys: async ({ principal }) => ({ body: { items: await listPasskeys(platform, principal) } }),
		startPasskey: async ({ principal, origin }) => {
			const options = await newPasskeyOptions(platform, principal, origin);
			const cookie = await openAttempt(platform, { type: "new-passkey", challenge: options.challenge, userId: ownUser(principal) });
			return { body: { options: { ...options } }, headers: { "set-cookie": cookie } };
		},
		createPasskey: async ({ principal, body, cookies, origin, note }) => {
			const { challenge, userId } = await useAttempt(platform, cookies, ["new-passkey"]);
			if (userId !== ownUser(principal)) throw refused();
			const made = await createPasskey(platform, principal, { ...body, challenge, origin });
			note.target = { type: "passkey", id: made.id };
			return { body: made };
		},
		deletePasskey: async ({ principal, params }) => {
			await deletePasskey(platform, principal, params.passkeyId);
			return {};
		},
	};
}
