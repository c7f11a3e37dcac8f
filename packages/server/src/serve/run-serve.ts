import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock, Log, Random } from "@skyeworx/core";
import type { Store } from "@skyeworx/vault";
import type { LocalSignIn } from "../access/local-password.ts";
import { createSignInCode } from "../access/sign-in-codes.ts";
import type { ServeConfig } from "../config/serve-config.ts";
import { importControl } from "../control-backup/import-control.ts";
import { keepControl } from "../control-backup/keep-control.ts";
import { lockDataFolder } from "../data/data-lock.ts";
import { startEmbeddedPostgres } from "../data/postgres/embedded-postgres.ts";
import { readCertificates } from "../data-rights/certificates.ts";
import { webFolder } from "../demo/web-build.ts";
import { loadMasterKey } from "../keys/master-key.ts";
import { deriveKey } from "../keys/seal.ts";
import { setPlan, type WantedPlan } from "../organizations/set-plan.ts";
import { rebuildAll } from "../rebuild/rebuild-all.ts";
import { type OpenPlatform, openPlatform, type ServeOptions, serve, serveJobs } from "../server.ts";
import type { SiteBackends } from "../sites/backends.ts";
import { firstApiKey } from "./first-api-key.ts";
import { firstOrganization } from "./first-organization.ts";
import { Opened, untilAborted } from "./opened.ts";
import { listenForOperations } from "./operations-listener.ts";

export interface ServePorts {
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
	readonly backends: SiteBackends;
	/** For people who start it: where it listens, and the first sign-in link. Never the log, for the link opens the server. */
	readonly say: (text: string) => void;
	/** Aborts when the process is asked to end. */
	readonly signal: AbortSignal;
	readonly version: string;
	/** The store at an address: a folder, `s3://…` or `azure://…`. */
	readonly openStore: (address: string) => Store;
	readonly readFile: (path: string) => string;
}

/** Serves until the signal aborts. @throws AppError when something does not start */
export async function runServe(config: ServeConfig, ports: ServePorts): Promise<void> {
	const opened = new Opened();
	try {
		const owned = await open(config, ports, opened);
		const { platform } = owned;
		if (config["restore-control"] !== undefined) return await restoreControl(ports, owned, config["restore-control"]);
		if (config.rebuild !== undefined) return await rebuildAll({ ...ports, ...platform }, config.rebuild, linkBase(config));
		if (config["set-plan"] !== undefined) return await changePlan(ports, owned, config["set-plan"]);
		if (config.deletions) {
			for (const entry of await readCertificates(owned.ownerUrl)) ports.say(JSON.stringify(entry));
			return;
		}
		if (config.signInLink) return ports.say(await signInLink(config, platform));
		if (config.apiKey) return ports.say(await firstApiKey(platform, config.organization));
		if (config["control-backup"] !== undefined && config.role !== "api") startControlBackup(config, ports, { opened, owned });
		await start(config, ports, { opened, platform });
		await untilAborted(ports.signal);
		ports.log.info("stopping");
	} finally {
		await opened.close(ports.log);
	}
	ports.log.info("stopped");
}

/** The platform, and what only the owner of the database and of the master key has. */
interface Owned {
	readonly platform: OpenPlatform;
	readonly ownerUrl: string;
	readonly masterKey: Uint8Array;
}

async function open(config: ServeConfig, ports: ServePorts, opened: Opened): Promise<Owned> {
	mkdirSync(config.data, { recursive: true, mode: 0o700 });
	opened.add(lockDataFolder(config.data, ports.clock), (lock) => lock.release());
	const embedded = config["database-url"] === undefined;
	const postgres = embedded ? await startEmbeddedPostgres({ folder: config.data, ...ports }) : undefined;
	if (postgres !== undefined) opened.add(postgres, (running) => running.stop());
	const key = config["master-key"];
	const ownerUrl = config["database-url"] ?? postgres?.url ?? "";
	const masterKey =
		key === undefined ? loadMasterKey(join(config.data, "keys", "master.key"), ports.random) : Uint8Array.from(Buffer.from(key, "hex"));
	const platform = await openPlatform({
		...ports,
		dataFolder: config.data,
		ownerUrl,
		masterKey,
		storageRoots: config["storage-roots"],
		privateStorage: config["private-storage"],
		siteAddresses: config["site-addresses"],
		vaultFolder: config["vault-folder"],
		shared: !embedded,
		limits: { pointsPerHour: config["points-per-hour"], requestsPerSecond: config["site-requests-per-second"] },
		notices: {
			smtpUrl: config["smtp-url"],
			mailFrom: config["mail-from"],
			privateWebhooks: config["private-webhooks"],
			publicUrl: config["public-url"],
		},
		role: config.role,
		version: ports.version,
	});
	// Closing twice is harmless, and a start that fails half-way leaves no connection open.
	opened.add(platform, (running) => running.close());
	return { platform, ownerUrl, masterKey };
}

function startControlBackup(
	config: ServeConfig,
	ports: ServePorts,
	{ opened, owned }: { readonly opened: Opened; readonly owned: Owned },
): void {
	const store = ports.openStore(config["control-backup"] ?? "");
	const options = { everyHours: config["control-backup-hours"], keep: config["control-backup-keep"] };
	const keeping = keepControl({ ...ports, ...controlPorts(owned), store }, options);
	opened.add(keeping, (running) => running.stop());
}

async function changePlan(ports: ServePorts, { platform, ownerUrl }: Owned, wanted: WantedPlan): Promise<void> {
	const before = await setPlan(platform, ownerUrl, wanted);
	ports.say(`The plan of ${wanted.organizationId} is ${wanted.plan} now; it was ${before}.`);
}

async function restoreControl(ports: ServePorts, owned: Owned, address: string): Promise<void> {
	const { at, parts } = await importControl({ ...controlPorts(owned), store: ports.openStore(address) });
	ports.say(`${parts.reduce((sum, part) => sum + part.rows, 0)} rows of ${at} were put back. Start the server as usual.`);
}

function controlPorts({ ownerUrl, masterKey }: Owned) {
	return { ownerUrl, key: deriveKey(masterKey, "control-backup") };
}

interface Started {
	readonly opened: Opened;
	readonly platform: OpenPlatform;
}

async function start(config: ServeConfig, ports: ServePorts, { opened, platform }: Started): Promise<void> {
	const alone = config["database-url"] === undefined;
	const schedule = { atOnce: config["scheduled-at-once"], pointsPerHour: config["points-per-hour"] };
	const work = {
		concurrency: config.role === "api" ? 0 : config.concurrency,
		alone,
		schedule: config.role === "api" ? undefined : schedule,
		drainSeconds: config["drain-seconds"],
	};
	if (config.role === "worker") {
		const running = await serveJobs(platform, work);
		opened.add(running, (one) => one.stop());
		await listenBeside(config, opened, { platform, ready: running.ready }, ports);
		ports.log.info("working", { role: config.role, version: ports.version });
		return;
	}
	const first = await firstOrganization(platform, config.organization);
	const server = await serve(platform, { ...serveOptions(config, ports, first), ...work });
	opened.add(server, (one) => one.stop());
	await listenBeside(config, opened, { platform, ready: server.ready }, ports);
	ports.say(`Skyeworx listens on ${server.url}`);
	if (first.isNew) ports.say(`Sign in once with ${await signInLink(config, platform, server.url)}`);
	ports.log.info("listening", { role: config.role, version: ports.version, url: server.url });
}

function serveOptions(
	config: ServeConfig,
	ports: ServePorts,
	first: Omit<LocalSignIn, "password">,
): Omit<ServeOptions, "concurrency" | "alone"> {
	const password = config["local-password"];
	return {
		host: config.host,
		port: config.port,
		version: ports.version,
		webFolder: existsSync(join(webFolder, "index.html")) ? webFolder : undefined,
		rateLimit: config["rate-limit"],
		trustProxy: config["trust-proxy"],
		publicUrl: config["public-url"],
		...config.applications,
		local: password === undefined ? undefined : { password, organizationId: first.organizationId, userId: first.userId },
		simulatorUrl: undefined,
	};
}

interface Beside {
	readonly platform: OpenPlatform;
	readonly ready: () => Promise<boolean>;
}

async function listenBeside(config: ServeConfig, opened: Opened, { platform, ready }: Beside, ports: ServePorts): Promise<void> {
	const port = config["ops-port"];
	if (port === undefined) return;
	const listener = await listenForOperations({ host: config["ops-host"], port, metrics: platform.metrics, ready });
	opened.add(listener, (one) => one.stop());
	ports.say(`Health and metrics on ${listener.url}`);
}

/** A link that signs the first owner in once, within a day. */
async function signInLink(config: ServeConfig, platform: OpenPlatform, url?: string): Promise<string> {
	const owner = await firstOrganization(platform, config.organization);
	return `${linkBase(config, url)}/sign-in?code=${await createSignInCode(platform, owner)}`;
}

/** Where people reach the server, as far as that is known. */
function linkBase(config: ServeConfig, url?: string): string {
	return (config["public-url"] ?? url ?? `http://${config.host}:${config.port}`).replace(/\/+$/, "");
}
