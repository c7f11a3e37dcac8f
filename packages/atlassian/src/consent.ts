import { AppError, type Clock, parseJson } from "@skyeworx/core";
import type { KindDefinition } from "@skyeworx/engine";
import { parseToken, refusal } from "./http/authentication.ts";
import type { Connection, Credential } from "./http/connection.ts";
import { Transport, WireFailure } from "./http/transport.ts";
import { grantedResources } from "./missing-scopes.ts";

type OAuthCredential = Extract<Credential, { type: "oauth" }>;

const ownLogin = "https://auth.atlassian.com";

/** What a person is asked to agree to, once. */
export interface ConsentRound {
	readonly clientId: string;
	readonly scopes: readonly string[];
	/** Comes back as it was. */
	readonly state: string;
	/** Registered with the app in Atlassian's developer console. */
	readonly redirectUri: string;
	/** SHA-256 of the verifier, base64url (RFC 7636). */
	readonly challenge: string;
}

/** The address at Atlassian where a person agrees to scopes. The grant outlives the visit: `offline_access` is always among them. */
export function consentAddress({ authUrl }: Pick<Connection, "authUrl">, round: ConsentRound): string {
	const url = new URL(`${authUrl ?? ownLogin}/authorize`);
	url.search = new URLSearchParams({
		audience: "api.atlassian.com",
		client_id: round.clientId,
		scope: [...new Set([...round.scopes, "offline_access"])].join(" "),
		redirect_uri: round.redirectUri,
		state: round.state,
		response_type: "code",
		prompt: "consent",
		code_challenge: round.challenge,
		code_challenge_method: "S256",
	}).toString();
	return url.href;
}

interface TakenCode {
	readonly code: string;
	readonly redirectUri: string;
	readonly verifier: string;
}

/**
 * Turns the code that a person came back with into a credential of the same app. A code is good once: a lost answer means asking again.
 * @throws AppError `credential-rejected`, `credential-revoked` for a code that is no good, `site-unreachable`
 */
export async function takeConsent(
	{ clock }: { readonly clock: Clock },
	{ authUrl }: Pick<Connection, "authUrl">,
	{ clientId, clientSecret }: Pick<OAuthCredential, "clientId" | "clientSecret">,
	{ code, redirectUri, verifier }: TakenCode,
): Promise<OAuthCredential> {
	const url = new URL(`${authUrl ?? ownLogin}/oauth/token`);
	const body = JSON.stringify({
		grant_type: "authorization_code",
		client_id: clientId,
		client_secret: clientSecret,
		code,
		redirect_uri: redirectUri,
		code_verifier: verifier,
	});
	const transport = new Transport(1);
	const { signal } = new AbortController();
	try {
		const headers = { "content-type": "application/json", accept: "application/json" };
		const answer = await transport.send({ url, method: "POST", headers, body, timeout: 30_000, signal });
		const text = new TextDecoder().decode(await answer.bytes());
		if (answer.status >= 500 || answer.status === 429) throw unreachable();
		if (answer.status >= 400) throw refusal(answer.status, text);
		const fresh = parseToken(text);
		if (fresh.refresh_token === undefined) throw new AppError("site-answer-malformed", "Atlassian's login gave no refresh token");
		const expiresAt = clock.now().getTime() + fresh.expires_in * 1000;
		return { type: "oauth", clientId, clientSecret, refreshToken: fresh.refresh_token, accessToken: fresh.access_token, expiresAt };
	} catch (error) {
		throw error instanceof WireFailure ? unreachable(error) : error;
	} finally {
		await transport.close();
	}
}

/** One site that a person agreed to. */
export interface GrantedSite {
	readonly cloudId: string;
	readonly name: string;
	readonly url: string;
}

const ownGateway = "https://api.atlassian.com";

/** The sites that a fresh access token may reach, each once. @throws AppError `credential-revoked`, `site-unreachable`, `site-answer-malformed` */
export async function grantedSites({ apiUrl }: Pick<Connection, "apiUrl">, accessToken: string): Promise<readonly GrantedSite[]> {
	const url = new URL(`${apiUrl ?? ownGateway}/oauth/token/accessible-resources`);
	const transport = new Transport(1);
	const { signal } = new AbortController();
	try {
		const headers = { accept: "application/json", authorization: `Bearer ${accessToken}` };
		const answer = await transport.send({ url, method: "GET", headers, timeout: 30_000, signal });
		const text = new TextDecoder().decode(await answer.bytes());
		if (answer.status >= 500 || answer.status === 429) throw unreachable();
		if (answer.status >= 400) throw refusal(answer.status, text);
		const resources = grantedResources.safeParse(parseJson(text));
		if (!resources.success) throw new AppError("site-answer-malformed", "Atlassian's list of the grant's sites can't be read");
		return [...new Map(resources.data.map((one) => [one.id, { cloudId: one.id, name: one.name, url: one.url }])).values()];
	} catch (error) {
		throw error instanceof WireFailure ? unreachable(error) : error;
	} finally {
		await transport.close();
	}
}

function unreachable(cause?: unknown): AppError {
	return new AppError("site-unreachable", "Atlassian's login does not answer properly", { cause, hint: "Begin the consent again." });
}

/** Scopes that restoring items of these kinds needs and that a grant does not hold; none for credentials without scopes. */
export function scopesToRestore(
	kinds: readonly Pick<KindDefinition, "id" | "scopes">[],
	concerned: ReadonlySet<string>,
	granted: readonly string[] | undefined,
): readonly string[] {
	if (granted === undefined) return [];
	const needed = kinds.filter((kind) => concerned.has(kind.id)).flatMap((kind) => kind.scopes.restore);
	return [...new Set(needed)].filter((scope) => !granted.includes(scope)).sort();
}
