import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import type { OwnApp } from "@skyeworx/contract";
import { AppError, type Clock, type Log, type Random } from "@skyeworx/core";
import { sql } from "kysely";
import { type EntraApplication, openEntra } from "./access/entra.ts";
import type { LocalSignIn } from "./access/local-password.ts";
import { createApp } from "./api/app.ts";
import { createHandlers } from "./api/handlers/handlers.ts";
import type { Platform } from "./api/handlers/platform.ts";
import { openDatabase } from "./data/database.ts";
import { migrate } from "./data/migrate.ts";
import { startQueue } from "./jobs/queue.ts";
import { databaseLeases } from "./jobs/site-leases.ts";
import type { CollectTimes } from "./jobs/work-ports.ts";
import { resumeJobs, startWorker } from "./jobs/worker.ts";
import { organizationKeys } from "./keys/organization-keys.ts";
import { deriveKey } from "./keys/seal.ts";
import { openEventBus } from "./live/event-bus.ts";
import { readFleetFigures } from "./metrics/fleet-figures.ts";
import { createMetrics, type Metrics } from "./metrics/metrics.ts";
import type { NoticeSettings } from "./notify/deliver.ts";
import { startNotices } from "./notify/start-notices.ts";
import { type SchedulerOptions, startScheduler } from "./schedule/scheduler.ts";
import { type BudgetLimits, databaseBudgets } from "./sites/api-budget.ts";
import type { SiteBackends } from "./sites/backends.ts";
import { SiteRuntimes } from "./sites/site-runtimes.ts";

export interface PlatformOptions {
	readonly dataFolder: string;
	/** PostgreSQL, as the database's owner. */
	readonly ownerUrl: string;
	/** Seals the organizations' keys; also the source of the application role's password. */
	readonly masterKey: Uint8Array;
	readonly backends: SiteBackends;
	readonly storageRoots: readonly string[];
	/** Whether stores and key services may lie in private networks; not when left out. */
	readonly privateStorage?: boolean | undefined;
	readonly siteAddresses: "atlassian" | "any";
	/** Where new vaults lie; `vaults/` of the data folder when left out. Several processes need the same. */
	readonly vaultFolder?: string | undefined;
	/** Whether other processes work on the same database and vaults. */
	readonly shared?: boolean;
	/** What Atlassian allows over all processes; nothing is counted when left out. */
	readonly limits?: BudgetLimits | undefined;
	/** Times of collections; a day and a week when left out. */
	readonly collecting?: CollectTimes | undefined;
	/** How notices are sent; by webhook to public addresses when left out. */
	readonly notices?: NoticeSettings | undefined;
	/** `all` when left out; a label of the metrics. */
	readonly role?: string;
	readonly version?: string;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
}

/** Everything but the HTTP server: what handlers and jobs work with. */
export type OpenPlatform = Omit<Platform, "local" | "publicUrl" | "entra" | "atlassianApp" | "simulatorUrl" | "version" | "closing"> & {
	readonly metrics: Metrics;
	readonly collecting: CollectTimes | undefined;
	close(): Promise<void>;
};

const databaseConnections = 20;

/** Migrates the database and opens what the server works with. Nothing runs yet. */
export async function openPlatform(options: PlatformOptions): Promise<OpenPlatform> {
	const { clock, random, log, backends, dataFolder } = options;
	const appPassword = Buffer.from(deriveKey(options.masterKey, "database-role")).toString("hex");
	await migrate({ ownerUrl: options.ownerUrl, appPassword, log });
	const url = appUrl(options.ownerUrl, appPassword);
	const database = openDatabase(url, {
		connections: databaseConnections,
		onError: (error) => log.warn("a database connection broke", { cause: error.message }),
	});
	const keys = organizationKeys(database, options.masterKey);
	const bus = await openEventBus({ database, url, clock, log });
	const queue = await startQueue({ ownerUrl: options.ownerUrl, log });
	const budgets = options.limits === undefined ? undefined : databaseBudgets({ database, clock, log }, options.limits);
	const shared = options.shared ?? false;
	const sites = new SiteRuntimes({ database, keys, clock, log, backends, dataFolder, shared, budgets });
	const leases = databaseLeases({ url, log });
	const metrics = createMetrics({ version: options.version ?? "", role: options.role ?? "all" });
	const noticeSettings = options.notices ?? {
		smtpUrl: undefined,
		mailFrom: "skyeworx@localhost",
		privateWebhooks: false,
		publicUrl: undefined,
	};
	metrics.watch(() => readFleetFigures({ database, clock }));
	let closed = false;
	return {
		database,
		keys,
		clock,
		random,
		log,
		bus,
		queue,
		sites,
		leases,
		metrics,
		noticeSettings,
		collecting: options.collecting,
		backends,
		dataFolder,
		shared,
		vaultFolder: options.vaultFolder ?? join(resolve(dataFolder), "vaults"),
		pointsPerHour: options.limits?.pointsPerHour,
		kinds: backends.kinds,
		storageRoots: options.storageRoots,
		privateStorage: options.privateStorage ?? false,
		siteAddresses: options.siteAddresses,
		async close() {
			if (closed) return;
			closed = true;
			await queue.stop();
			await leases.close();
			await sites.close();
			await bus.close();
			await database.destroy();
		},
	};
}

function appUrl(ownerUrl: string, password: string): string {
	const url = new URL(ownerUrl);
	url.username = "skyeworx_app";
	url.password = password;
	return url.href;
}

export interface ServeOptions {
	readonly host: string;
	/** 0 takes any free one. */
	readonly port: number;
	readonly version: string;
	readonly webFolder: string | undefined;
	readonly rateLimit: number;
	readonly trustProxy: boolean;
	readonly local: LocalSignIn | undefined;
	/** Where browsers reach this server; with `https` its cookies go over TLS only. The address that was asked when left out. */
	readonly publicUrl?: string | undefined;
	/** Our application in Microsoft Entra ID; without one nobody signs in with Microsoft. */
	readonly entra?: EntraApplication | undefined;
	/** Our OAuth app at Atlassian; without one people name theirs when they connect a site. */
	readonly atlassianApp?: OwnApp | undefined;
	/** Tries to sign in a minute and address; few when left out. */
	readonly signInLimit?: number;
	readonly simulatorUrl: string | undefined;
	/** Sites that are worked on at once; 0 leaves the work to other processes. */
	readonly concurrency: number;
	/** Whether this is the only server on its database: then work that was cut off is taken up again at once. */
	readonly alone: boolean;
	/** Begins scheduled backups; undefined leaves that to other processes. */
	readonly schedule?: SchedulerOptions | undefined;
	/** How long {@link RunningServer.stop} waits for jobs to reach a safe point; 20 when left out. */
	readonly drainSeconds?: number;
}

export interface RunningServer {
	/** `http://127.0.0.1:7070` */
	readonly url: string;
	/** Whether requests and jobs may be given to it. */
	ready(): Promise<boolean>;
	/** Ends requests and streams, interrupts jobs at a safe point, closes everything. */
	stop(): Promise<void>;
}

const standardSignInLimit = 20;
const usualDrainSeconds = 20;

/** Starts the worker and listens. */
export async function serve(platform: OpenPlatform, options: ServeOptions): Promise<RunningServer> {
	const closing = new AbortController();
	const { version, local, simulatorUrl, publicUrl, signInLimit = standardSignInLimit } = options;
	const entra = options.entra === undefined ? undefined : openEntra(options.entra);
	const handlers = createHandlers({
		...platform,
		version,
		local,
		simulatorUrl,
		publicUrl,
		entra,
		atlassianApp: options.atlassianApp,
		closing: closing.signal,
	});
	const ready = async () => !closing.signal.aborted && (await databaseAnswers(platform));
	const app = await createApp({ ...platform, ...options, publicUrl, signInLimit, handlers, ready });
	await listen(app, options);
	const working = await startWork(platform, options);
	const { port } = app.server.address() as AddressInfo;
	return {
		url: `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`,
		ready,
		async stop() {
			closing.abort();
			await working.stop();
			await app.close();
			await platform.close();
		},
	};
}

type WorkOptions = Pick<ServeOptions, "concurrency" | "alone" | "schedule" | "drainSeconds">;

/** Works without listening for requests. */
export async function serveJobs(platform: OpenPlatform, options: WorkOptions): Promise<Omit<RunningServer, "url">> {
	const working = await startWork(platform, options);
	let stopping = false;
	return {
		ready: async () => !stopping && (await databaseAnswers(platform)),
		async stop() {
			stopping = true;
			await working.stop();
			await platform.close();
		},
	};
}

async function startWork(platform: OpenPlatform, options: WorkOptions) {
	if (options.alone) await resumeJobs(platform, await organizationIds(platform));
	const worker = options.concurrency > 0 ? await startWorker(platform, options.concurrency) : undefined;
	if (options.concurrency > 0) await startNotices(platform);
	const scheduler = options.schedule === undefined ? undefined : startScheduler(platform, options.schedule);
	return {
		async stop() {
			await scheduler?.stop();
			const came = (await worker?.stop(options.drainSeconds ?? usualDrainSeconds)) ?? true;
			if (!came) platform.log.warn("jobs did not reach a safe point in time; another process takes them up");
		},
	};
}

async function databaseAnswers(platform: Pick<OpenPlatform, "database">): Promise<boolean> {
	return await sql`select 1`.execute(platform.database).then(
		() => true,
		() => false,
	);
}

async function listen(app: Awaited<ReturnType<typeof createApp>>, { host, port }: ServeOptions): Promise<void> {
	try {
		await app.listen({ host, port });
	} catch (cause) {
		const code = (cause as NodeJS.ErrnoException).code;
		if (code === "EADDRINUSE")
			throw new AppError("conflict", `Port ${port} is in use`, { cause, hint: "Choose another with --port, or 0 for any free one." });
		if (code === "EACCES")
			throw new AppError("not-permitted", `Port ${port} may not be used by this user`, {
				cause,
				hint: "Choose one above 1023 with --port.",
			});
		throw cause;
	}
}

/** Every organization's id, for work that goes over all of them. */
async function organizationIds(platform: Pick<OpenPlatform, "database">): Promise<string[]> {
	const { rows } = await sql<{ organization_ids: string }>`select organization_ids()`.execute(platform.database);
	return rows.map((row) => row.organization_ids);
}
