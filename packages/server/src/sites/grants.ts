import { type Connection, type Credential, consentAddress, type GrantedSite } from "@skyeworx/atlassian";
import type { Grant, GrantWays, OwnApp } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import { type Attempt, openAttempt } from "../access/attempts.ts";
import type { PublicAddress } from "../access/cookies.ts";
import { noSuch, type Principal, requirePermission } from "../access/principal.ts";
import { ownUser, principalOf } from "../access/sessions.ts";
import { withOrganization } from "../data/database.ts";
import { type ConnectedSite, type ConnectPorts, connectWith, requireAllowed } from "./connect-site.ts";
import { type CameBack, type ConsentPorts, newRound, redirectUri, requireCode, requireSameState } from "./consent.ts";

export interface GrantPorts extends ConsentPorts, ConnectPorts {
	/** Our own OAuth app at Atlassian; without one each person names theirs. */
	readonly atlassianApp: OwnApp | undefined;
}

type GrantAttempt = Extract<Attempt, { readonly type: "grant" }>;
type OAuthCredential = Extract<Credential, { readonly type: "oauth" }>;

/** Sealed in the row: first the app alone, then what the person came back with. */
interface KeptGrant {
	readonly app: OwnApp;
	readonly credential?: OAuthCredential;
	readonly sites?: readonly GrantedSite[];
}

/** Less than the hour that an access token lives: a grant that is used in time needs no new token. */
const grantMinutes = 50;

function grantPlace(id: string): string {
	return `site-grants.grant/${id}`;
}

function readScopes({ kinds }: Pick<ConsentPorts, "kinds">): string[] {
	return [...new Set(kinds.flatMap((kind) => kind.scopes.read))].sort();
}

/** How a site can be connected without pasting a token. */
export function grantWays(ports: Pick<GrantPorts, "kinds" | "atlassianApp">, origin: string): GrantWays {
	return { hasApp: ports.atlassianApp !== undefined, callbackUrl: redirectUri(origin), scopes: readScopes(ports) };
}

interface Beginning {
	readonly app: OwnApp | undefined;
	readonly origin: string;
}

/** Begins a grant: where the browser goes, and the cookie in which it carries what it must bring back. @throws AppError `bad-input` without an app */
export async function beginGrant(
	ports: GrantPorts & PublicAddress,
	principal: Principal,
	{ app: named, origin }: Beginning,
): Promise<{ readonly url: string; readonly cookie: string; readonly scopes: readonly string[] }> {
	const app = ports.atlassianApp ?? named;
	if (app === undefined)
		throw new AppError("bad-input", "This server is no OAuth app of its own", { hint: "Name the client id and secret of yours." });
	if (named !== undefined && ports.atlassianApp === undefined) requireOwnAddresses(ports, named);
	const { organizationId } = principal;
	const userId = ownUser(principal);
	const id = ports.random.uuid();
	const now = ports.clock.now();
	const sealer = await ports.keys.sealer(organizationId);
	await withOrganization(ports.database, organizationId, async (scoped) => {
		await scoped.deleteFrom("site_grants").where("expires_at", "<", now).execute();
		await scoped
			.insertInto("site_grants")
			.values({
				id,
				organization_id: organizationId,
				user_id: userId,
				sealed_grant: sealer.json(grantPlace(id), { app } satisfies KeptGrant),
				expires_at: new Date(now.getTime() + grantMinutes * 60_000),
			})
			.execute();
	});
	const { state, verifier, challenge } = newRound(ports);
	const scopes = readScopes(ports);
	const round = { clientId: app.clientId, scopes, state, redirectUri: redirectUri(origin), challenge };
	const cookie = await openAttempt(ports, { type: "grant", state, verifier, organizationId, userId, grantId: id });
	return { url: consentAddress(addressesOf(app), round), cookie, scopes };
}

function addressesOf({ authUrl, apiUrl }: Pick<OwnApp, "authUrl" | "apiUrl">): Pick<Connection, "authUrl" | "apiUrl"> {
	return { ...(authUrl !== undefined && { authUrl }), ...(apiUrl !== undefined && { apiUrl }) };
}

function requireOwnAddresses(ports: GrantPorts, { authUrl, apiUrl, clientId, clientSecret }: OwnApp): void {
	const connection = { type: "oauth" as const, clientId, clientSecret, refreshToken: "", ...addressesOf({ authUrl, apiUrl }) };
	requireAllowed(ports, { url: "https://any.atlassian.net", connection });
}

/** Takes what a person came back with. @throws AppError `sign-in-required`, `not-permitted`, `not-found`; what Atlassian answers */
export async function finishGrant(ports: GrantPorts, attempt: GrantAttempt, came: CameBack): Promise<Principal> {
	const { organizationId, userId, grantId, verifier } = attempt;
	requireSameState(attempt, came);
	const principal = await withOrganization(ports.database, organizationId, (scoped) =>
		principalOf(ports, scoped, { organizationId, userId, sessionId: null }),
	);
	if (principal === undefined) throw noSuch("grant");
	requirePermission(principal, "site.connect");
	const code = requireCode(came);
	const { app } = await loadGrant(ports, principal, grantId);
	const credential = await ports.backends.takeConsent(addressesOf(app), app, { code, verifier, redirectUri: redirectUri(came.origin) });
	const sites = await ports.backends.grantedSites(addressesOf(app), credential.accessToken ?? "");
	const sealer = await ports.keys.sealer(organizationId);
	await withOrganization(ports.database, organizationId, async (scoped) => {
		const kept: KeptGrant = { app, credential, sites };
		await scoped
			.updateTable("site_grants")
			.set({ sealed_grant: sealer.json(grantPlace(grantId), kept), granted: true })
			.where("id", "=", grantId)
			.execute();
	});
	return principal;
}

/** @throws AppError `not-found` for another person's, one that was used, or one that is too old */
async function loadGrant(ports: GrantPorts, principal: Principal, grantId: string): Promise<KeptGrant & { readonly expiresAt: Date }> {
	// What is no person has no grant.
	if (principal.actor.type !== "user" || principal.via !== "session") throw noSuch("grant");
	const sealer = await ports.keys.sealer(principal.organizationId);
	const row = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped
			.selectFrom("site_grants")
			.select(["sealed_grant", "expires_at"])
			.where("id", "=", grantId)
			.where("user_id", "=", ownUser(principal))
			.where("used_at", "is", null)
			.where("expires_at", ">", ports.clock.now())
			.executeTakeFirst(),
	);
	if (row === undefined) throw noSuch("grant");
	return { ...sealer.openJson<KeptGrant>(grantPlace(grantId), row.sealed_grant), expiresAt: row.expires_at };
}

/** The sites that a person agreed to. @throws AppError `not-found` */
export async function readGrant(ports: GrantPorts, principal: Principal, grantId: string): Promise<Grant> {
	const { sites, expiresAt } = await loadGrant(ports, principal, grantId);
	if (sites === undefined) throw noSuch("grant");
	const known = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped.selectFrom("sites").select("cloud_id").execute(),
	);
	const connected = new Set(known.map((row) => row.cloud_id));
	return {
		id: grantId,
		sites: sites.map((site) => ({ ...site, connected: connected.has(site.cloudId) })),
		expiresAt: expiresAt.toISOString(),
	};
}

interface Chosen {
	readonly grantId: string;
	readonly cloudId: string;
	readonly name: string | undefined;
}

/**
 * Connects one of a grant's sites and uses the grant up: two sites that renewed the same token would lock each other out.
 * @throws AppError `not-found`, `bad-input` for a site that is not of the grant, `conflict` for one that is connected
 */
export async function connectGranted(ports: GrantPorts, principal: Principal, { grantId, cloudId, name }: Chosen): Promise<ConnectedSite> {
	const { app, credential, sites } = await loadGrant(ports, principal, grantId);
	const site = sites?.find((one) => one.cloudId === cloudId);
	if (credential === undefined || site === undefined)
		throw new AppError("bad-input", "The grant does not cover that site", { hint: "Agree again at Atlassian, and choose it there." });
	if (!(await claim(ports, principal, { grantId, free: true }))) throw noSuch("grant");
	try {
		const connection: Connection = {
			siteUrl: new URL(site.url).origin,
			type: "oauth",
			cloudId,
			...addressesOf(app),
		};
		return await connectWith(ports, principal, { connection, credential, name });
	} catch (error) {
		await claim(ports, principal, { grantId, free: false });
		throw error;
	}
}

interface Claim {
	readonly grantId: string;
	/** Takes it when it is free; otherwise lets go of it. */
	readonly free: boolean;
}

async function claim(ports: GrantPorts, { organizationId }: Principal, { grantId, free }: Claim): Promise<boolean> {
	const done = await withOrganization(ports.database, organizationId, (scoped) =>
		scoped
			.updateTable("site_grants")
			.set({ used_at: free ? ports.clock.now() : null })
			.where("id", "=", grantId)
			.where("used_at", free ? "is" : "is not", null)
			.executeTakeFirst(),
	);
	return done.numUpdatedRows === 1n;
}
