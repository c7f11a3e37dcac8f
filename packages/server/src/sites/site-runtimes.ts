import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Connection } from "@skyeworx/atlassian";
import { type Catalog, removeCatalog } from "@skyeworx/catalog";
import { isAppError, type Log } from "@skyeworx/core";
import { type Connector, followVault } from "@skyeworx/engine";
import type { Vault } from "@skyeworx/vault";
import type { Selectable } from "kysely";
import { noSuch } from "../access/principal.ts";
import { withOrganization } from "../data/database.ts";
import type { ConnectionRow, SiteRow } from "../data/tables.ts";
import { type ApiBudgets, settling } from "./api-budget.ts";
import type { SiteBackends, VaultPlace } from "./backends.ts";
import { type CredentialPorts, databaseCredentials } from "./credentials.ts";

export interface RuntimePorts extends CredentialPorts {
	readonly log: Log;
	readonly backends: SiteBackends;
	/** Holds `vaults/`, `catalogs/` and `cache/`. */
	readonly dataFolder: string;
	/** Whether other processes write into the vaults too. */
	readonly shared: boolean;
	/** Counts requests to sites over all processes; undefined counts nothing. */
	readonly budgets?: ApiBudgets | undefined;
}

/** One site, opened: its vault, its catalog and the way to the site itself. */
export interface SiteRuntime {
	readonly siteId: string;
	readonly organizationId: string;
	readonly url: string;
	readonly vault: Vault;
	readonly catalog: Catalog;
	/** Shared by previews and plans; another one after the credential was changed. */
	readonly live: Connector;
	/** One of its own, for a run that counts its requests; closed by the caller. */
	connect(): Connector;
	/** Takes in what the vault has and the catalog does not; one at a time. */
	follow(signal?: AbortSignal): Promise<void>;
	/** Remembers the vault's newest log entry outside the store, so that a rolled back store is noticed. */
	saveHead(): Promise<void>;
}

interface Opened {
	readonly runtime: SiteRuntime;
	/** Takes in what another process wrote, when the database knows of a newer log entry than this one. */
	readonly catchUp: (knownHead: number | undefined) => Promise<void>;
	readonly reconnect: () => Promise<void>;
	readonly close: () => Promise<void>;
}

/** Opens sites when they are first needed and keeps them open. */
export class SiteRuntimes {
	readonly #ports: RuntimePorts;
	readonly #open = new Map<string, Promise<Opened>>();

	constructor(ports: RuntimePorts) {
		this.#ports = ports;
	}

	/**
	 * Opens a site as it is now, also where another process wrote it. `knownHead` is the newest log entry of the site's row, for
	 * whoever has just read that; otherwise it is asked for.
	 * @throws AppError `not-found`, or what opening the vault throws
	 */
	async open(organizationId: string, siteId: string, knownHead?: number | null): Promise<SiteRuntime> {
		const name = `${organizationId}/${siteId}`;
		let opened = this.#open.get(name);
		if (opened === undefined) {
			opened = openSite(this.#ports, organizationId, siteId);
			this.#open.set(name, opened);
			opened.catch(() => this.#open.delete(name));
			return (await opened).runtime;
		}
		const { runtime, catchUp } = await opened;
		if (this.#ports.shared) await catchUp(knownHead ?? undefined);
		return runtime;
	}

	/** Goes to a site with the connection that is stored now. What runs goes on with the one that it began with. */
	async reconnect(organizationId: string, siteId: string): Promise<void> {
		await (await this.#open.get(`${organizationId}/${siteId}`))?.reconnect();
	}

	/** Closes a site, so that it is opened anew with what is stored now. */
	async forget(organizationId: string, siteId: string): Promise<void> {
		const name = `${organizationId}/${siteId}`;
		const opened = this.#open.get(name);
		this.#open.delete(name);
		await (await opened)?.close();
	}

	async close(): Promise<void> {
		const all = [...this.#open.values()];
		this.#open.clear();
		await Promise.allSettled(all.map(async (opened) => await (await opened).close()));
	}
}

async function openSite(ports: RuntimePorts, organizationId: string, siteId: string): Promise<Opened> {
	const stored = await loadSite(ports, organizationId, siteId);
	const { site } = stored;
	const expectHead = site.head_seq === null || site.head_sha256 === null ? undefined : { seq: site.head_seq, sha256: site.head_sha256 };
	const unlock = { type: "key-file" as const, key: stored.key };
	const vault = await ports.backends.openVault(vaultPlace(ports.dataFolder, site.id, site.storage.folder), unlock, expectHead);
	let catalog = openCatalogOf(ports, siteId, vault);
	let connection = connectionOf(site, stored.connection);
	const credentials = databaseCredentials(ports, { organizationId, siteId });
	const connect = () => {
		const budget = ports.budgets?.of(connection, credentials);
		const connector = ports.backends.connect(connection, credentials, budget);
		return budget === undefined ? connector : settling(connector, budget);
	};
	let live = connect();
	let following: Promise<void> = Promise.resolve();
	const runtime: SiteRuntime = {
		siteId,
		organizationId,
		url: site.url,
		vault,
		get catalog() {
			return catalog;
		},
		get live() {
			return live;
		},
		connect,
		follow(signal) {
			const follow = () =>
				followVault({ vault, catalog, kinds: ports.backends.kinds, site: { url: site.url }, ...(signal !== undefined && { signal }) });
			following = following.then(follow, follow);
			return following;
		},
		saveHead: async () => await saveHead(ports, { organizationId, siteId, vault }),
	};
	try {
		await runtime.follow();
	} catch (error) {
		if (!isOfCatalog(error)) throw error;
		catalog.close();
		removeCatalog(catalogPath(ports, siteId));
		ports.log.warn("a damaged catalog is rebuilt from its vault", { site: siteId });
		catalog = openCatalogOf(ports, siteId, vault);
		await runtime.follow();
	}
	const catchUp = async (knownHead: number | undefined) => {
		const newest = knownHead ?? (await newestHead(ports, organizationId, siteId));
		if (newest === undefined || newest <= vault.head().seq) return;
		await vault.refresh();
		await runtime.follow();
	};
	const reconnect = async () => {
		const now = await loadSite(ports, organizationId, siteId);
		const before = live;
		connection = connectionOf(now.site, now.connection);
		live = connect();
		await before.close();
	};
	const close = async () => {
		await following.catch(() => {});
		await live.close();
		catalog.close();
		await vault.close();
	};
	return { runtime, catchUp, reconnect, close };
}

interface StoredSite {
	readonly site: Selectable<SiteRow>;
	readonly connection: Selectable<ConnectionRow>;
	readonly key: Uint8Array;
}

async function loadSite(ports: RuntimePorts, organizationId: string, siteId: string): Promise<StoredSite> {
	const sealer = await ports.keys.sealer(organizationId);
	const rows = await withOrganization(ports.database, organizationId, async (scoped) => ({
		site: await scoped.selectFrom("sites").selectAll().where("id", "=", siteId).executeTakeFirst(),
		connection: await scoped.selectFrom("connections").selectAll().where("site_id", "=", siteId).executeTakeFirst(),
		key: await scoped.selectFrom("site_keys").select("sealed_key").where("site_id", "=", siteId).executeTakeFirst(),
	}));
	if (rows.site === undefined || rows.connection === undefined || rows.key === undefined) throw noSuch("site");
	return { site: rows.site, connection: rows.connection, key: sealer.openBytes(siteKeyPlace(siteId), rows.key.sealed_key) };
}

/** Names the place that a site's sealed vault key is bound to. */
export function siteKeyPlace(siteId: string): string {
	return `site_keys.key/${siteId}`;
}

/** Where a vault's objects and its spooled ciphertext lie. */
export function vaultPlace(dataFolder: string, siteId: string, folder: string): VaultPlace {
	const cacheFolder = join(dataFolder, "cache", siteId);
	mkdirSync(cacheFolder, { recursive: true, mode: 0o700 });
	return { folder, cacheFolder };
}

function catalogPath(ports: RuntimePorts, siteId: string): string {
	return join(ports.dataFolder, "catalogs", `${siteId}.db`);
}

/** A catalog is a projection: one that another version made, or that is damaged, is thrown away and made again from the vault. */
function openCatalogOf(ports: RuntimePorts, siteId: string, vault: Vault): Catalog {
	const path = catalogPath(ports, siteId);
	mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
	const options = { path, key: vault.deriveKey("catalog") };
	try {
		return ports.backends.openCatalog(options);
	} catch (error) {
		if (!isAppError(error) || !rebuilt.has(error.code)) throw error;
		ports.log.warn("a catalog that can't be used is rebuilt from its vault", { site: siteId, code: error.code });
		removeCatalog(path);
		return ports.backends.openCatalog(options);
	}
}

const rebuilt: ReadonlySet<string> = new Set(["vault-damaged", "vault-unsupported", "vault-key-wrong"]);

/** Tells a damaged catalog from a damaged vault: SQLite's own code stands in the facts. */
function isOfCatalog(error: unknown): boolean {
	return isAppError(error, "vault-damaged") && String(error.facts.code).startsWith("SQLITE_");
}

async function newestHead(ports: RuntimePorts, organizationId: string, siteId: string): Promise<number | undefined> {
	const row = await withOrganization(ports.database, organizationId, (scoped) =>
		scoped.selectFrom("sites").select("head_seq").where("id", "=", siteId).executeTakeFirst(),
	);
	if (row === undefined) throw noSuch("site");
	return row.head_seq ?? undefined;
}

/** What the connector is told of a stored site. */
function connectionOf(site: { readonly url: string; readonly cloud_id: string }, row: Selectable<ConnectionRow>): Connection {
	return {
		siteUrl: site.url,
		cloudId: site.cloud_id,
		type: row.type as Connection["type"],
		...(row.address.authUrl !== undefined && { authUrl: row.address.authUrl }),
		...(row.address.apiUrl !== undefined && { apiUrl: row.address.apiUrl }),
	};
}

async function saveHead(
	ports: RuntimePorts,
	{ organizationId, siteId, vault }: { readonly organizationId: string; readonly siteId: string; readonly vault: Vault },
): Promise<void> {
	const head = vault.head();
	await withOrganization(ports.database, organizationId, async (scoped) => {
		await scoped.updateTable("sites").set({ head_seq: head.seq, head_sha256: head.sha256 }).where("id", "=", siteId).execute();
	});
}
