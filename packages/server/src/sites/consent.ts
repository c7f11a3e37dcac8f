import { createHash, timingSafeEqual } from "node:crypto";
import { type Connection, consentAddress, scopesToRestore } from "@skyeworx/atlassian";
import type { Consent } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { KindDefinition, RestorePlan } from "@skyeworx/engine";
import { type Attempt, openAttempt } from "../access/attempts.ts";
import type { PublicAddress } from "../access/cookies.ts";
import { noSuch, type Principal, requirePermission, requireSite } from "../access/principal.ts";
import { ownUser, principalOf } from "../access/sessions.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { type ChangePorts, storeCredential } from "./change-site.ts";
import { checkCredential } from "./connect-site.ts";
import { databaseCredentials } from "./credentials.ts";
import type { KeptFacts } from "./site-facts.ts";

export type ConsentPorts = ChangePorts & PublicAddress & { readonly kinds: readonly KindDefinition[] };
type ConsentAttempt = Extract<Attempt, { readonly type: "consent" }>;

const written: ReadonlySet<string> = new Set(["create", "change", "untrash"]);

/**
 * What a person has to agree to at Atlassian before a plan can be carried out: the connection of the site that it writes to was given
 * scopes to read only. Null when nothing is missing, as far as the site said when it was last asked.
 */
export async function consentFor(
	ports: { readonly kinds: readonly KindDefinition[] },
	scoped: Scoped,
	{ sealer, siteId, plan }: { readonly sealer: Sealer; readonly siteId: string; readonly plan: RestorePlan },
): Promise<Consent | null> {
	const { target } = plan.options;
	const writesTo = target.type === "copy" && target.siteId !== undefined ? target.siteId : siteId;
	const facts = await factsOf(scoped, sealer, writesTo);
	const kinds = new Set(plan.items.filter((item) => written.has(item.action)).map((item) => item.ref.kind));
	const scopes = scopesToRestore(ports.kinds, kinds, facts?.scopes);
	return scopes.length === 0 ? null : { siteId: writesTo, scopes: [...scopes] };
}

async function factsOf(scoped: Scoped, sealer: Sealer, siteId: string): Promise<KeptFacts | undefined> {
	const row = await scoped.selectFrom("sites").select("sealed_facts").where("id", "=", siteId).executeTakeFirst();
	return row === undefined ? undefined : sealer.openJson<KeptFacts>(`sites.facts/${siteId}`, row.sealed_facts);
}

interface ConnectedByOAuth {
	readonly connection: Connection;
	readonly cloudId: string;
	readonly scopes: readonly string[];
}

async function loadConnection(ports: ConsentPorts, organizationId: string, siteId: string): Promise<ConnectedByOAuth> {
	const sealer = await ports.keys.sealer(organizationId);
	const row = await withOrganization(ports.database, organizationId, async (scoped) => {
		const found = await scoped
			.selectFrom("sites")
			.innerJoin("connections", "connections.site_id", "sites.id")
			.select(["sites.url", "sites.cloud_id", "connections.type", "connections.address"])
			.where("sites.id", "=", siteId)
			.executeTakeFirst();
		return found === undefined ? undefined : { ...found, facts: await factsOf(scoped, sealer, siteId) };
	});
	if (row === undefined) throw noSuch("site");
	if (row.type !== "oauth") throw new AppError("conflict", "The site is connected by an API token, which has no scopes to agree to");
	const { authUrl, apiUrl } = row.address;
	const connection: Connection = {
		siteUrl: row.url,
		cloudId: row.cloud_id,
		type: "oauth",
		...(authUrl !== undefined && { authUrl }),
		...(apiUrl !== undefined && { apiUrl }),
	};
	return { connection, cloudId: row.cloud_id, scopes: row.facts?.scopes ?? [] };
}

async function appOf(ports: ConsentPorts, site: { readonly organizationId: string; readonly siteId: string }) {
	const credential = await databaseCredentials(ports, site).load();
	if (credential.type !== "oauth") throw new AppError("conflict", "The site is connected by an API token");
	return credential;
}

/** Where Atlassian sends browsers back to: an app has one such address, for whatever was begun. */
export function redirectUri(origin: string): string {
	return `${origin}/api/consent/callback`;
}

/** Begins a consent: where the browser goes, and the cookie in which it carries what it must bring back. @throws AppError `conflict` for API tokens */
export async function beginConsent(
	ports: ConsentPorts,
	principal: Principal,
	{
		siteId,
		back,
		scopes,
		origin,
	}: { readonly siteId: string; readonly back: string; readonly scopes: readonly string[]; readonly origin: string },
): Promise<{ readonly url: string; readonly cookie: string }> {
	const { organizationId } = principal;
	const userId = ownUser(principal);
	const { connection, scopes: granted } = await loadConnection(ports, organizationId, siteId);
	const { clientId } = await appOf(ports, { organizationId, siteId });
	const { state, verifier, challenge } = newRound(ports);
	const url = consentAddress(connection, { clientId, scopes: [...granted, ...scopes], state, redirectUri: redirectUri(origin), challenge });
	return { url, cookie: await openAttempt(ports, { type: "consent", state, verifier, organizationId, siteId, userId, back }) };
}

/** A state and a verifier of one's own for each visit to Atlassian (RFC 7636). */
export function newRound({ random }: Pick<ConsentPorts, "random">): {
	readonly state: string;
	readonly verifier: string;
	readonly challenge: string;
} {
	const secret = () => Buffer.from(random.bytes(32)).toString("base64url");
	const [state, verifier] = [secret(), secret()];
	return { state, verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** What a browser brings back from Atlassian. */
export interface CameBack {
	readonly origin: string;
	readonly code: string | undefined;
	readonly state: string | undefined;
	readonly error: string | undefined;
}

/**
 * Takes the grant with which a person came back, for the site and nothing less than the site had before: a backup must not turn partial
 * because somebody restored. Who began it must still be allowed to.
 * @throws AppError `sign-in-required` for what was not begun here, `not-permitted`, `conflict`; what Atlassian answers
 */
export async function finishConsent(ports: ConsentPorts, attempt: ConsentAttempt, came: CameBack): Promise<Principal> {
	const { organizationId, siteId, userId, verifier } = attempt;
	requireSameState(attempt, came);
	const principal = await withOrganization(ports.database, organizationId, (scoped) =>
		principalOf(ports, scoped, { organizationId, userId, sessionId: null }),
	);
	if (principal === undefined) throw noSuch("site");
	requirePermission(principal, "site.connect");
	requireSite(principal, siteId);
	const code = requireCode(came);
	const { connection, cloudId, scopes } = await loadConnection(ports, organizationId, siteId);
	const credentials = databaseCredentials(ports, { organizationId, siteId });
	const fresh = await ports.backends.takeConsent(connection, await appOf(ports, { organizationId, siteId }), {
		code,
		verifier,
		redirectUri: redirectUri(came.origin),
	});
	const checked = await checkCredential(ports, connection, fresh);
	const lost = scopes.filter((scope) => checked.facts.scopes?.includes(scope) !== true);
	if (lost.length > 0) {
		throw new AppError("conflict", `The new grant lacks scopes that the site has: ${lost.join(", ")}`, {
			hint: "Register them with the app in Atlassian's developer console, then begin again. The old grant is kept.",
		});
	}
	// Nobody renews the old grant's token while the new one takes its place: the loser of that race would be stored last.
	await credentials.exclusive(async () => {
		await storeCredential(ports, { organizationId, siteId, cloudId }, { connection, ...checked, expiresAt: null });
	});
	return principal;
}

/** @throws AppError `sign-in-required` for what was not begun here */
export function requireSameState(attempt: { readonly state: string }, { state }: CameBack): void {
	if (!sameSecret(state ?? "", attempt.state)) throw new AppError("sign-in-required", "This consent was not begun in this browser");
}

/** @throws AppError `credential-rejected` when the person did not agree */
export function requireCode({ code, error }: CameBack): string {
	if (code !== undefined) return code;
	const said = error === "access_denied" ? "The consent was refused at Atlassian" : "Atlassian gave no consent";
	throw new AppError("credential-rejected", said, { hint: "Begin again, as somebody who may grant access to the site." });
}

function sameSecret(one: string, other: string): boolean {
	const digest = (text: string) => createHash("sha256").update(text).digest();
	return timingSafeEqual(digest(one), digest(other));
}
