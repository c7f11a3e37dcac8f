import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, type Credential, openConnector } from "@skyeworx/atlassian";
import { type Catalog, openCatalog } from "@skyeworx/catalog";
import { type Clock, isJsonObject, type JsonObject, type JsonValue, quietLog, type RunId, systemClock, systemRandom } from "@skyeworx/core";
import {
	type BackupResult,
	type BlastQuery,
	type BlastRadius,
	blastRadius,
	type Connector,
	followVault,
	memoryJournal,
	planRestore,
	type RestoreJournal,
	type RestoreOptions,
	type RestorePlan,
	type RestoreReceipt,
	type RestoreSelection,
	readStoredItem,
	runBackup,
	runRestore,
	type StoredItem,
	type UndoReport,
	undoRestore,
} from "@skyeworx/engine";
import { type RunningSimulator, SimulatorClock, startSimulator } from "@skyeworx/simulator";
import { createVault, memoryStore } from "@skyeworx/vault";

/** A simulated site with its connector, vault and catalog in this process: the engine through its front door. */
export interface SiteBench {
	readonly simulator: RunningSimulator;
	readonly connector: Connector;
	readonly catalog: Catalog;
	call(method: string, path: string, body?: unknown): Promise<JsonObject>;
	post(path: string, body: unknown): Promise<JsonObject>;
	/** Deletes; what went with something else before is no error. */
	remove(path: string): Promise<void>;
	/** Backs up, follows with the catalog, answers the snapshot's id. */
	backup(): Promise<number>;
	/** Backs up and says how it ended, also when not everything could be read. */
	tryBackup(signal?: AbortSignal): Promise<BackupResult>;
	restore(selection: readonly RestoreSelection[], options: RestoreOptions): Promise<RestoreReceipt>;
	plan(selection: readonly RestoreSelection[], options: RestoreOptions): Promise<RestorePlan>;
	/** Restores what this site's vault holds to the site of another bench. */
	restoreTo(
		other: SiteBench,
		selection: readonly RestoreSelection[],
		options: RestoreOptions,
	): Promise<{ readonly plan: RestorePlan; readonly receipt: RestoreReceipt; undo(): Promise<UndoReport> }>;
	/** Lets time pass, on the site and for the engine; with a hasty bench at once. */
	wait(milliseconds: number): Promise<Date>;
	/** What an account changed between two times. */
	blastRadius(query: BlastQuery): Promise<BlastRadius>;
	/** Carries a plan out under an id: with the same id again, it goes on. */
	carryOut(restoreId: string, plan: RestorePlan, signal?: AbortSignal): Promise<RestoreReceipt>;
	undo(restoreId: string, plan: RestorePlan): Promise<UndoReport>;
	/**
	 * Cuts restores off once so many more records are in the journal, as kill -9 does between an answer of the site and the record
	 * of it; undefined lets them go on again.
	 */
	cutAfter(records: number | undefined): void;
	items(kind: string, snapshotId: number): Promise<Map<string, StoredItem>>;
	field(item: StoredItem | undefined, name: string): JsonValue | undefined;
	comments(item: StoredItem | undefined): readonly JsonValue[];
	storage(item: StoredItem | undefined): JsonValue | undefined;
	firstSpace(): Promise<string>;
	/** Requests and answers that break Atlassian's own documents. */
	violations(): readonly string[];
	close(): Promise<void>;
}

/** Waits cost no time: the site's clock moves with this one. */
function hastyClock(simulator: () => RunningSimulator | undefined): Clock {
	let ahead = 0;
	return {
		now: () => new Date(systemClock.now().getTime() + ahead),
		monotonic: () => systemClock.monotonic() + ahead,
		async sleep(milliseconds, signal) {
			await systemClock.sleep(0, signal);
			const whole = Math.ceil(milliseconds);
			ahead += whole;
			simulator()?.state.clock.advance(whole);
		},
	};
}

/** A clock that the site shares and that goes by its readings: what happens is the same however fast the machine is. */
function ownClock(site: SimulatorClock): Clock {
	return {
		now: () => new Date(site.now()),
		monotonic: () => site.now(),
		async sleep(milliseconds, signal) {
			await systemClock.sleep(0, signal);
			site.advance(Math.ceil(milliseconds));
		},
	};
}

/** When sites begin that have a time of their own. */
const beginning = Date.parse("2026-11-22T08:00:30.000Z");

/** Starts a small site; requests and answers are held against Atlassian's documents where these are at hand. */
export async function siteBench(seed: "small" | number = 40, pace: "real" | "hasty" | "own" = "real"): Promise<SiteBench> {
	const time = pace === "own" ? new SimulatorClock({ start: beginning, tick: 1 }) : undefined;
	const simulator = await startSimulator({ seed, validate: "collect", ...(time === undefined ? {} : { clock: time }) });
	const { email, apiToken, cloudId } = simulator.site;
	const credential: Credential = { type: "api-token", email, token: apiToken };
	const connection: Connection = { siteUrl: simulator.url, cloudId, authUrl: simulator.url, apiUrl: simulator.url, type: "api-token" };
	const clock = time !== undefined ? ownClock(time) : pace === "real" ? systemClock : hastyClock(() => simulator);
	const ports = { clock, random: systemRandom, log: quietLog };
	const credentials = {
		load: async () => credential,
		replace: async () => {},
		exclusive: async <T>(work: () => Promise<T>) => await work(),
	};
	const connector = openConnector({ connection, credentials, ports });
	const vault = await createVault({ ...ports, store: memoryStore(), slots: [{ type: "key-file", key: systemRandom.bytes(32) }] });
	const folder = mkdtempSync(join(tmpdir(), "skyeworx-bench-"));
	const catalog = openCatalog({ path: join(folder, "catalog.db"), key: vault.deriveKey("catalog") });
	const journal = cuttableJournal();
	const restorePorts = { ...ports, vault, catalog, connector, journal };
	const call = async (method: string, path: string, body?: unknown) => await callSite({ simulator, method, path, body });
	const forever = new AbortController().signal;
	const tryBackup = async (stop: AbortSignal = forever) => {
		const result = await runBackup(restorePorts, { runId: systemRandom.uuid() as RunId, signal: stop });
		await followVault({ vault, catalog, kinds: connector.kinds, site: { url: simulator.url } });
		return result;
	};
	return {
		simulator,
		connector,
		catalog,
		call,
		post: async (path, body) => await call("POST", path, body),
		async remove(path) {
			const { status } = await answerOf({ simulator, method: "DELETE", path, body: undefined });
			if (status >= 300 && status !== 404) throw new Error(`DELETE ${path}: ${status}`);
		},
		async backup() {
			const result = await tryBackup();
			if (result.outcome !== "complete")
				throw new Error(`the backup is partial: ${JSON.stringify([result.descriptor.failures, result.descriptor.again])}`);
			return result.snapshot.id;
		},
		tryBackup,
		plan: async (selection, options) => await planRestore(restorePorts, selection, options),
		async wait(milliseconds) {
			await clock.sleep(milliseconds);
			return clock.now();
		},
		blastRadius: async (query) => await blastRadius({ vault, catalog, kinds: connector.kinds }, query),
		async restoreTo(other, selection, options) {
			const there = { ...restorePorts, connector: other.connector };
			const plan = await planRestore(there, selection, options);
			const restoreId = systemRandom.uuid();
			const receipt = await runRestore(there, { restoreId, plan, signal: forever });
			return { plan, receipt, undo: async () => await undoRestore(there, { restoreId, plan, signal: forever }) };
		},
		carryOut: async (restoreId, plan, stop = forever) => await runRestore(restorePorts, { restoreId, plan, signal: stop }),
		undo: async (restoreId, plan) => await undoRestore(restorePorts, { restoreId, plan, signal: forever }),
		cutAfter: journal.cutAfter,
		async restore(selection, options) {
			const plan = await planRestore(restorePorts, selection, options);
			return await runRestore(restorePorts, { restoreId: systemRandom.uuid(), plan, signal: forever });
		},
		async items(kind, snapshotId) {
			const reader = await vault.snapshot(snapshotId);
			const items = new Map<string, StoredItem>();
			for await (const facts of reader.entries({ kind })) {
				if (facts.part !== "") continue;
				const item = await readStoredItem(reader, { kind, id: facts.id });
				if (item !== undefined) items.set(facts.id, item);
			}
			return items;
		},
		field: (item, name) => objectAt(item?.parts.get(""), "fields")[name],
		comments: (item) => (item?.parts.get("comments") as readonly JsonValue[] | undefined) ?? [],
		storage: (item) => objectAt(objectAt(item?.parts.get(""), "body"), "storage").value,
		async firstSpace() {
			const { results } = await call("GET", "/wiki/api/v2/spaces?limit=1");
			return String(((results as readonly JsonObject[])[0] as JsonObject).id);
		},
		violations: () => simulator.violations.map((violation) => JSON.stringify(violation)),
		async close() {
			await connector.close();
			catalog.close();
			await vault.close();
			await simulator.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

function cuttableJournal(): RestoreJournal & Pick<SiteBench, "cutAfter"> {
	const journal = memoryJournal();
	let left = Number.POSITIVE_INFINITY;
	return {
		...journal,
		cutAfter(records) {
			left = records ?? Number.POSITIVE_INFINITY;
		},
		async append(restoreId, record) {
			if (left <= 0) throw new Error("killed");
			left -= 1;
			await journal.append(restoreId, record);
		},
	};
}

function objectAt(value: JsonValue | undefined, name: string): JsonObject {
	const member = isJsonObject(value) ? value[name] : undefined;
	return isJsonObject(member) ? member : {};
}

interface SiteCall {
	readonly simulator: RunningSimulator;
	readonly method: string;
	readonly path: string;
	readonly body: unknown;
}

async function answerOf({ simulator, method, path, body }: SiteCall): Promise<Response> {
	const { email, apiToken } = simulator.site;
	const headers: Record<string, string> = { authorization: `Basic ${Buffer.from(`${email}:${apiToken}`).toString("base64")}` };
	if (body !== undefined) headers["content-type"] = "application/json";
	return await fetch(simulator.url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

async function callSite(call: SiteCall): Promise<JsonObject> {
	const response = await answerOf(call);
	const text = await response.text();
	if (!response.ok) throw new Error(`${call.method} ${call.path}: ${response.status} ${text.slice(0, 300)}`);
	return text === "" ? {} : (JSON.parse(text) as JsonObject);
}
