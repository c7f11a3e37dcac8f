import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Connection } from "@skyeworx/atlassian";
import { type Catalog, removeCatalog } from "@skyeworx/catalog";
import { isAppError, type Log } from "@skyeworx/core";
import { type Connector, followVault } from "@skyeworx/engine";
import type { Unlock, Vault } from "@skyeworx/vault";
import { type Selectable, sql } from "kysely";
import { noSuch } from "../access/principal.ts";
import { type Scoped, withOrganization } from "../data/database.ts";
import type { SiteStorage } from "../data/storage-tables.ts";
import type { ConnectionRow, SiteRow } from "../data/tables.ts";
import { locateVault, lockDaysOf, unlockOfSite } from "../storage/stored-choice.ts";
import { type ApiBudgets, settling } from "./api-budget.ts";
import type { SiteBackends, StoreLocation, VaultPlace } from "./backends.ts";
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
	/** For so many days a backup is promised to be kept, where the store has locks. */
	readonly lockDays: number | undefined;
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
	/** Whether the vault still lies where it was opened, under the key that opened it. */
	readonly isAsOpened: () => Promise<boolean>;
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
		const { runtime, catchUp, isAsOpened } = await opened;
		if (this.#ports.shared) {
			// Another process may have moved the vault, or changed what opens it.
			if (knownHead === undefined && !(await isAsOpened())) {
				await this.forget(organizationId, siteId);
				return await this.open(organizationId, siteId);
			}
			await catchUp(knownHead ?? undefined);
		}
		// What was opened while the key was good must not be served once it is gone.
		await runtime.vault.requireKeys();
		return runtime;
	}

	/** Goes to a site with the connection that is stored now. What runs goes on with the one that it began with. */
	async reconnect(organizationId: string, siteId: string): Promise<void> {
		await (await this.#open.get(`${organizationId}/${siteId}`))?.reconnect();
	}

	/** The way to a site alone, without its vault and its catalog; closed by the caller. @throws AppError `not-found` */
	async connect(organizationId: string, siteId: string): Promise<Connector> {
		const { site, connection } = await loadSite(this.#ports, organizationId, siteId);
		return connectTo(this.#ports, { organizationId, siteId }, connectionOf(site, connection));
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
	const vault = await ports.backends.openVault(vaultPlace(ports.dataFolder, site.id, stored.location), stored.unlock, expectHead);
	let catalog = openCatalogOf(ports, siteId, vault);
	let connection = connectionOf(site, stored.connection);
	const connect = () => connectTo(ports, { organizationId, siteId }, connection);
	let live = connect();
	let following: Promise<void> = Promise.resolve();
	const runtime: SiteRuntime = {
		siteId,
		organizationId,
		url: site.url,
		lockDays: stored.lockDays,
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
		saveHead: async () => await saveHead(ports, { organizationId, siteId, vault, storage: site.storage }),
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
	const isAsOpened = async () => (await wayOf(ports, organizationId, siteId)) === stored.way;
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
	return { runtime, catchUp, isAsOpened, reconnect, close };
}

function connectTo(
	ports: RuntimePorts,
	about: { readonly organizationId: string; readonly siteId: string },
	connection: Connection,
): Connector {
	const credentials = databaseCredentials(ports, about);
	const budget = ports.budgets?.of(connection, credentials);
	const connector = ports.backends.connect(connection, credentials, budget);
	return budget === undefined ? connector : settling(connector, budget);
}

interface StoredSite {
	readonly site: Selectable<SiteRow>;
	readonly connection: Selectable<ConnectionRow>;
	readonly location: StoreLocation;
	readonly lockDays: number | undefined;
	readonly unlock: Unlock;
	/** Names the place and the key: another one means that the vault is to be opened anew. */
	readonly way: string;
}

async function loadSite(ports: RuntimePorts, organizationId: string, siteId: string): Promise<StoredSite> {
	const sealer = await ports.keys.sealer(organizationId);
	return await withOrganization(ports.database, organizationId, async (scoped) => {
		const site = await scoped.selectFrom("sites").selectAll().where("id", "=", siteId).executeTakeFirst();
		const connection = await scoped.selectFrom("connections").selectAll().where("site_id", "=", siteId).executeTakeFirst();
		if (site === undefined || connection === undefined) throw noSuch("site");
		return {
			site,
			connection,
			location: await locateVault(scoped, sealer, site.storage),
			lockDays: await lockDaysOf(scoped, sealer, site.storage),
			unlock: await unlockOfSite(scoped, sealer, siteId),
			way: await readWay(scoped, siteId),
		};
	});
}

async function wayOf(ports: RuntimePorts, organizationId: string, siteId: string): Promise<string> {
	return await withOrganization(ports.database, organizationId, (scoped) => readWay(scoped, siteId));
}

async function readWay(scoped: Scoped, siteId: string): Promise<string> {
	const row = await scoped
		.selectFrom("sites")
		.leftJoin("site_keys", "site_keys.site_id", "sites.id")
		.select(["sites.storage", "site_keys.key_service_id"])
		.where("sites.id", "=", siteId)
		.executeTakeFirst();
	return JSON.stringify(row ?? null);
}

/** Where a vault's objects and its spooled ciphertext lie. */
export function vaultPlace(dataFolder: string, siteId: string, location: StoreLocation): VaultPlace {
	const cacheFolder = join(dataFolder, "cache", siteId);
	mkdirSync(cacheFolder, { recursive: true, mode: 0o700 });
	return { location, cacheFolder };
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

interface NewHead {
	readonly organizationId: string;
	readonly siteId: string;
	readonly vault: Vault;
	readonly storage: SiteStorage;
}

/** Only while the site's vault is this one: a head of the place before a move would make the new place look rolled back. */
async function saveHead(ports: RuntimePorts, { organizationId, siteId, vault, storage }: NewHead): Promise<void> {
	const head = vault.head();
	await withOrganization(ports.database, organizationId, async (scoped) => {
		await scoped
			.updateTable("sites")
			.set({ head_seq: head.seq, head_sha256: head.sha256 })
			.where("id", "=", siteId)
			.where("storage", "=", sql<SiteStorage>`${JSON.stringify(storage)}::jsonb`)
			.execute();
	});
}
