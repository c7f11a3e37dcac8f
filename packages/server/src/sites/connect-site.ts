import type { Connection, Credential } from "@skyeworx/atlassian";
import type { SiteInput } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";
import type { SiteFacts } from "@skyeworx/engine";
import type { Principal } from "../access/principal.ts";
import { isDuplicate, withOrganization } from "../data/database.ts";
import { type MadeVault, type MakePorts, makeVault } from "../storage/make-vault.ts";
import { credentialPlace, memoryCredentials } from "./credentials.ts";
import { beginSetup } from "./setup.ts";
import { keptFacts } from "./site-facts.ts";
import type { RuntimePorts } from "./site-runtimes.ts";

export interface ConnectPorts extends MakePorts {
	/** Whether sites may lie anywhere (a simulated one) or at Atlassian's addresses only. */
	readonly siteAddresses: "atlassian" | "any";
}

export interface ConnectedSite {
	readonly siteId: string;
	readonly keyFile: MadeVault["keyFile"];
	readonly recoveryKit: MadeVault["recoveryKit"];
}

/** A day between two runs, and two hours for the run itself, its turn, and the night that is an hour longer. */
const usualPromiseSeconds = 26 * 3600;

/**
 * Connects a site: checks the credential, makes the vault under a new key, stores everything sealed.
 * @throws AppError what the site answers to the credential; `conflict` when the site is connected already
 */
export async function connectSite(ports: ConnectPorts, principal: Principal, input: SiteInput): Promise<ConnectedSite> {
	requireAllowed(ports, input);
	const { name, promiseSeconds, storage } = input;
	const expiresAt = expiryOf(input.connection);
	return await connectWith(ports, principal, { ...splitConnection(input), name, promiseSeconds, folder: storage?.folder, expiresAt });
}

/** A site as it is connected, with what opens it. */
interface NewConnection {
	readonly connection: Connection;
	readonly credential: Credential;
	/** Taken from the site when left out. */
	readonly name?: string | undefined;
	readonly promiseSeconds?: number | undefined;
	/** Instead of the store that the organization has chosen. */
	readonly folder?: string | undefined;
	/** When the token ends, as far as somebody said so. */
	readonly expiresAt?: Date | null;
}

/** Connects a site whose addresses were looked at. @throws AppError as {@link connectSite} */
export async function connectWith(ports: ConnectPorts, principal: Principal, input: NewConnection): Promise<ConnectedSite> {
	const { connection, credential } = input;
	const checked = await checkCredential(ports, connection, credential);
	await refuseSecond(ports, principal, checked.facts.cloudId);
	const siteId = ports.random.uuid();
	const { organizationId } = principal;
	const made = await makeVault(ports, { organizationId, siteId, url: checked.facts.url, folder: input.folder });
	try {
		await store(ports, principal, { siteId, input, ...checked, made });
	} catch (error) {
		await made.discard();
		throw isDuplicate(error) ? alreadyConnected() : error;
	} finally {
		await made.vault.close();
	}
	return { siteId, keyFile: made.keyFile, recoveryKit: made.recoveryKit };
}

/** Parts what is secret from what is not. */
export function splitConnection(input: Pick<SiteInput, "url" | "connection">): {
	readonly connection: Connection;
	readonly credential: Credential;
} {
	const siteUrl = new URL(input.url).origin;
	const { type, apiUrl } = input.connection;
	const base = { siteUrl, type, ...gateway(siteUrl, apiUrl) };
	if (input.connection.type === "api-token") {
		const { email, token } = input.connection;
		return { connection: base, credential: { type: "api-token", email, token } };
	}
	const { clientId, clientSecret, refreshToken, authUrl, cloudId } = input.connection;
	return {
		connection: { ...base, ...(authUrl !== undefined && { authUrl }), ...(cloudId !== undefined && { cloudId }) },
		credential: { type: "oauth", clientId, clientSecret, refreshToken },
	};
}

/** When a token ends, as far as whoever connected the site said so. */
export function expiryOf(input: SiteInput["connection"]): Date | null {
	return input.type === "api-token" && input.expiresAt !== undefined ? new Date(input.expiresAt) : null;
}

/** A simulated site is its own gateway: what belongs to it must not be sent to Atlassian's. */
function gateway(siteUrl: string, apiUrl: string | undefined): { readonly apiUrl?: string } {
	if (apiUrl !== undefined) return { apiUrl };
	return isLoopback(siteUrl) ? { apiUrl: siteUrl } : {};
}

function isLoopback(url: string): boolean {
	return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);
}

/**
 * On a server for many, callers may name Atlassian's addresses only: everything else would let them reach into its network.
 * @throws AppError `bad-input`
 */
export function requireAllowed(ports: Pick<ConnectPorts, "siteAddresses">, input: Pick<SiteInput, "url" | "connection">): void {
	if (ports.siteAddresses === "any") return;
	const { connection } = input;
	const addresses = [input.url, connection.apiUrl, connection.type === "oauth" ? connection.authUrl : undefined];
	for (const address of addresses) if (address !== undefined && !isAtlassian(new URL(address))) throw notAtlassian();
}

function isAtlassian({ protocol, hostname, port }: URL): boolean {
	const ours = [".atlassian.net", ".atlassian.com", ".jira.com"].some((suffix) => hostname.endsWith(suffix));
	return protocol === "https:" && port === "" && ours;
}

function notAtlassian(): AppError {
	return new AppError("bad-input", "That is not the address of an Atlassian Cloud site", {
		hint: "Give an address like https://acme.atlassian.net.",
	});
}

/** Asks the site; the credential that comes back may have been rotated by asking. */
export async function checkCredential(
	ports: Pick<RuntimePorts, "backends">,
	connection: Connection,
	credential: Credential,
): Promise<{ readonly facts: SiteFacts; readonly credential: Credential }> {
	const credentials = memoryCredentials(credential);
	const connector = ports.backends.connect(connection, credentials);
	try {
		const facts = await connector.inspect();
		return { facts, credential: await credentials.load() };
	} finally {
		await connector.close();
	}
}

async function refuseSecond(ports: ConnectPorts, principal: Principal, cloudId: string): Promise<void> {
	const known = await withOrganization(ports.database, principal.organizationId, (scoped) =>
		scoped.selectFrom("sites").select("id").where("cloud_id", "=", cloudId).executeTakeFirst(),
	);
	if (known !== undefined) throw alreadyConnected();
}

function alreadyConnected(): AppError {
	return new AppError("conflict", "This site is connected already", {
		hint: "Replace its credential in the site's settings, or with skyeworx site credential.",
	});
}

interface NewSite {
	readonly siteId: string;
	readonly input: NewConnection;
	readonly credential: Credential;
	readonly facts: SiteFacts;
	readonly made: Pick<MadeVault, "vault" | "storage" | "keys">;
}

async function store(ports: ConnectPorts, principal: Principal, made: NewSite): Promise<void> {
	const { organizationId } = principal;
	const { siteId, facts } = made;
	const { connection } = made.input;
	const { vault, storage, keys } = made.made;
	const head = vault.head();
	const sealer = await ports.keys.sealer(organizationId);
	const now = ports.clock.now();
	await withOrganization(ports.database, organizationId, async (scoped) => {
		await scoped
			.insertInto("sites")
			.values({
				id: siteId,
				organization_id: organizationId,
				sealed_name: sealer.text(`sites.name/${siteId}`, made.input.name ?? facts.name),
				url: facts.url,
				cloud_id: facts.cloudId,
				time_zone: facts.timeZone,
				apps: [...facts.apps],
				paused: false,
				promise_seconds: made.input.promiseSeconds ?? usualPromiseSeconds,
				storage: JSON.stringify(storage),
				vault_id: vault.id,
				head_seq: head.seq,
				head_sha256: head.sha256,
				last_good_snapshot_id: null,
				last_good_at: null,
				sealed_facts: sealer.json(`sites.facts/${siteId}`, keptFacts(facts)),
				checked_at: now,
				problem_code: null,
				sealed_problem: null,
				created_at: now,
			})
			.execute();
		const { authUrl, apiUrl } = connection;
		const address = { ...(authUrl !== undefined && { authUrl }), ...(apiUrl !== undefined && { apiUrl }), cloudId: facts.cloudId };
		await scoped
			.insertInto("connections")
			.values({
				site_id: siteId,
				organization_id: organizationId,
				type: connection.type,
				address: JSON.stringify(address),
				sealed_credential: sealer.json(credentialPlace(siteId), made.credential),
				updated_at: now,
				expires_at: made.input.expiresAt ?? null,
			})
			.execute();
		await scoped
			.insertInto("site_keys")
			.values({ site_id: siteId, organization_id: organizationId, ...keys, kit_proven_at: null })
			.execute();
		await beginSetup(scoped, principal, siteId);
	});
}
