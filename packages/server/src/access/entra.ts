import { AppError } from "@skyeworx/core";
import {
	allowInsecureRequests,
	authorizationCodeGrant,
	buildAuthorizationUrl,
	type Configuration,
	calculatePKCECodeChallenge,
	discovery,
	randomNonce,
	randomPKCECodeVerifier,
	randomState,
} from "openid-client";
import { z } from "zod";

/** Our application in Microsoft Entra ID. */
export interface EntraApplication {
	/** `https://login.microsoftonline.com/organizations/v2.0`, or a tenant's id in place of `organizations`. */
	readonly authority: string;
	readonly clientId: string;
	readonly clientSecret: string;
}

/** What a sign-in remembers until the browser is back. */
interface EntraRound {
	readonly state: string;
	readonly nonce: string;
	readonly verifier: string;
}

/** Who has proven to be who. */
export interface EntraPerson {
	readonly tenantId: string;
	readonly objectId: string;
	readonly name: string;
	readonly email: string | null;
	/** Object ids of groups; undefined when there are too many to be told. */
	readonly groups: readonly string[] | undefined;
}

/** Signs people in with Microsoft Entra ID: OpenID Connect, authorization code with PKCE, state and nonce. */
export interface Entra {
	begin(origin: string): Promise<{ readonly url: string; readonly round: EntraRound }>;
	/** @throws AppError `sign-in-required` when the answer proves nothing */
	finish(origin: string, query: Readonly<Record<string, string | undefined>>, round: EntraRound): Promise<EntraPerson>;
}

const claims = z.object({
	iss: z.string(),
	tid: z.uuid(),
	oid: z.uuid(),
	name: z.string().max(300).optional(),
	email: z.string().max(300).optional(),
	preferred_username: z.string().max(300).optional(),
	groups: z.array(z.string().max(200)).max(1000).optional(),
	_claim_names: z.record(z.string(), z.string()).optional(),
});

function redirectUri(origin: string): string {
	return `${origin}/api/sign-in/entra/callback`;
}

/** Speaks with the authority when it is first needed. */
export function openEntra(application: EntraApplication): Entra {
	let known: Promise<Configuration> | undefined;
	const configuration = (): Promise<Configuration> => {
		known ??= discover(application);
		known.catch(() => {
			known = undefined;
		});
		return known;
	};
	return {
		async begin(origin) {
			const round = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
			const url = buildAuthorizationUrl(await configuration(), {
				redirect_uri: redirectUri(origin),
				scope: "openid profile email",
				state: round.state,
				nonce: round.nonce,
				code_challenge: await calculatePKCECodeChallenge(round.verifier),
				code_challenge_method: "S256",
			});
			return { url: url.href, round };
		},
		async finish(origin, query, round) {
			const back = new URL(redirectUri(origin));
			for (const [name, value] of Object.entries(query)) if (value !== undefined) back.searchParams.set(name, value);
			const config = await configuration();
			const tokens = await authorizationCodeGrant(config, back, {
				pkceCodeVerifier: round.verifier,
				expectedState: round.state,
				expectedNonce: round.nonce,
				idTokenExpected: true,
			}).catch((cause: unknown) => {
				throw proofless(cause);
			});
			return personOf(tokens.claims());
		},
	};
}

async function discover({ authority, clientId, clientSecret }: EntraApplication): Promise<Configuration> {
	const server = new URL(authority);
	// Plain HTTP is for a provider on this very machine: a test's.
	const isLocal = server.protocol === "http:" && ["127.0.0.1", "localhost"].includes(server.hostname);
	try {
		return await discovery(server, clientId, clientSecret, undefined, { execute: isLocal ? [allowInsecureRequests] : [] });
	} catch (cause) {
		throw new AppError("site-unreachable", "Microsoft Entra ID does not answer", { cause, hint: "Try again in a minute." });
	}
}

function personOf(token: unknown): EntraPerson {
	const parsed = claims.safeParse(token);
	// The tenant that issued the token must be the one that it speaks of.
	if (!parsed.success || !parsed.data.iss.endsWith(`/${parsed.data.tid}/v2.0`)) throw proofless(parsed.error);
	const { tid, oid, name, email, preferred_username, groups, _claim_names } = parsed.data;
	const address = email ?? preferred_username ?? null;
	return {
		tenantId: tid.toLowerCase(),
		objectId: oid.toLowerCase(),
		name: name ?? address ?? "Somebody",
		email: address,
		groups: _claim_names?.groups === undefined ? (groups ?? []) : undefined,
	};
}

function proofless(cause: unknown): AppError {
	return new AppError("sign-in-required", "Microsoft's answer does not prove who you are", { cause, hint: "Begin again." });
}
