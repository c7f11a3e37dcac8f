import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock, Log, Random } from "@skyeworx/core";
import { createSignInCode } from "../access/sign-in-codes.ts";
import type { DemoConfig } from "../config/demo-config.ts";
import { lockDataFolder } from "../data/data-lock.ts";
import { startEmbeddedPostgres } from "../data/postgres/embedded-postgres.ts";
import { loadMasterKey } from "../keys/master-key.ts";
import { Opened, untilAborted } from "../serve/opened.ts";
import { type OpenPlatform, openPlatform, serve } from "../server.ts";
import { realBackends } from "../sites/real-backends.ts";
import { type DemoAccount, ensureAccount, ownerOf, readAccount, saveAccount } from "./demo-account.ts";
import type { DemoOutput } from "./demo-output.ts";
import { ensureSite, firstBackup, needsFirstBackup } from "./demo-site.ts";
import { startSimulatorProcess } from "./simulator-process.ts";
import { buildWeb, isWebBuilt, webFolder } from "./web-build.ts";

export interface DemoPorts {
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
	readonly output: DemoOutput;
	/** Aborts when the user ends the program. */
	readonly signal: AbortSignal;
	readonly version: string;
}

/** For a machine of one's own: enough for a program that asks as fast as it can. */
const rateLimit = 30_000;
const concurrency = 4;

/** Runs everything in one go until the signal aborts. @throws AppError when something does not start */
export async function runDemo(config: DemoConfig, ports: DemoPorts): Promise<void> {
	const opened = new Opened();
	try {
		await start(config, ports, opened);
		await untilAborted(ports.signal);
		ports.output.step("Stopping …");
	} catch (error) {
		if (!ports.signal.aborted) throw error;
	} finally {
		await opened.close(ports.log);
	}
	ports.output.stopped();
}

async function start(config: DemoConfig, ports: DemoPorts, opened: Opened): Promise<void> {
	const { output, signal } = ports;
	opened.add(lockDataFolder(config.dataFolder, ports.clock), (lock) => lock.release());
	const webBuild = prepareWeb(output);
	webBuild.catch(() => {});
	output.step("Starting the database and the simulated site …");
	const known = readAccount(config.dataFolder);
	const [ownerUrl, simulator] = await both(database(config, ports, opened), simulatedSite(config, known, opened));
	signal.throwIfAborted();
	const platform = await open(config, ports, ownerUrl);
	let served = false;
	opened.add(platform, async () => {
		if (!served) await platform.close();
	});
	const account = await ensureAccount(platform);
	saveAccount(config.dataFolder, { ...account, simulatorPort: Number(new URL(simulator.url).port) });
	const owner = ownerOf(account);
	const site = await ensureSite(platform, owner, simulator);
	await webBuild;
	signal.throwIfAborted();
	const server = await serve(platform, {
		host: "127.0.0.1",
		port: config.port,
		version: ports.version,
		webFolder,
		rateLimit,
		trustProxy: false,
		local: account,
		simulatorUrl: simulator.url,
		concurrency,
		schedule: { atOnce: concurrency, pointsPerHour: 65_000 },
		alone: config.databaseUrl === undefined,
	});
	served = true;
	opened.add(server, (running) => running.stop());
	if (site.recoveryKit !== undefined) output.recoveryKit(site.recoveryKit);
	if (await needsFirstBackup(platform, owner, site.siteId)) {
		output.step("Taking the first backup …");
		const ended = firstBackup(platform, owner, site.siteId, (run) => output.progress(run));
		output.backedUp(await Promise.race([ended, rejectedWhenAborted(signal)]));
	}
	await announce(platform, { account, site: site.siteId, url: server.url, simulatorUrl: simulator.url, output });
}

/** Waits for both also when one fails: what the other one started must be known before everything is closed. */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
	await Promise.allSettled([first, second]);
	return await Promise.all([first, second]);
}

async function prepareWeb(output: DemoOutput): Promise<void> {
	if (isWebBuilt()) return;
	output.step("Building the web UI …");
	await buildWeb();
}

async function database(config: DemoConfig, ports: DemoPorts, opened: Opened): Promise<string> {
	if (config.databaseUrl !== undefined) return config.databaseUrl;
	const postgres = await startEmbeddedPostgres({ folder: config.dataFolder, ...ports });
	opened.add(postgres, (running) => running.stop());
	return postgres.url;
}

async function simulatedSite(config: DemoConfig, known: DemoAccount | undefined, opened: Opened) {
	const folder = join(config.dataFolder, "simulator");
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const port = config.simulatorPort === 0 ? (known?.simulatorPort ?? 0) : config.simulatorPort;
	const simulator = await startSimulatorProcess({ port, seed: config.seed, stateFile: join(folder, "site.state") });
	return opened.add(simulator, (running) => running.stop());
}

async function open(config: DemoConfig, ports: DemoPorts, ownerUrl: string): Promise<OpenPlatform> {
	return await openPlatform({
		dataFolder: config.dataFolder,
		ownerUrl,
		masterKey: loadMasterKey(join(config.dataFolder, "keys", "master.key"), ports.random),
		backends: realBackends(ports),
		storageRoots: [],
		siteAddresses: "any",
		clock: ports.clock,
		random: ports.random,
		log: ports.log,
	});
}

interface Announcement {
	readonly account: DemoAccount;
	readonly site: string;
	readonly url: string;
	readonly simulatorUrl: string;
	readonly output: DemoOutput;
}

async function announce(platform: OpenPlatform, { account, site, url, simulatorUrl, output }: Announcement): Promise<void> {
	const code = await createSignInCode(platform, account);
	output.ready({
		url,
		signInUrl: `${url}/sign-in?code=${code}`,
		simulatorUrl,
		apiKey: account.apiKey,
		password: account.password,
		site,
		dataFolder: platform.dataFolder,
	});
}

async function rejectedWhenAborted(signal: AbortSignal): Promise<never> {
	await untilAborted(signal);
	throw signal.reason;
}
