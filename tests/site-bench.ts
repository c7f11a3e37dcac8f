import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, type Credential, openConnector } from "@skyeworx/atlassian";
import { openCatalog } from "@skyeworx/catalog";
import { isJsonObject, type JsonObject, type JsonValue, quietLog, type RunId, systemClock, systemRandom } from "@skyeworx/core";
import {
	followVault,
	memoryJournal,
	planRestore,
	type RestoreOptions,
	type RestoreReceipt,
	type RestoreSelection,
	readStoredItem,
	runBackup,
	runRestore,
	type StoredItem,
} from "@skyeworx/engine";
import { type RunningSimulator, startSimulator } from "@skyeworx/simulator";
import { createVault, memoryStore } from "@skyeworx/vault";

/** A simulated site with its connector, vault and catalog in this process: the engine through its front door. */
export interface SiteBench {
	readonly simulator: RunningSimulator;
	call(method: string, path: string, body?: unknown): Promise<JsonObject>;
	post(path: string, body: unknown): Promise<JsonObject>;
	/** Backs up, follows with the catalog, answers the snapshot's id. */
	backup(): Promise<number>;
	restore(selection: readonly RestoreSelection[], options: RestoreOptions): Promise<RestoreReceipt>;
	items(kind: string, snapshotId: number): Promise<Map<string, StoredItem>>;
	field(item: StoredItem | undefined, name: string): JsonValue | undefined;
	comments(item: StoredItem | undefined): readonly JsonValue[];
	storage(item: StoredItem | undefined): JsonValue | undefined;
	firstSpace(): Promise<string>;
	/** Requests and answers that break Atlassian's own documents. */
	violations(): readonly string[];
	close(): Promise<void>;
}

/** Starts a small site; requests and answers are held against Atlassian's documents where these are at hand. */
export async function siteBench(seed: "small" | number = 40): Promise<SiteBench> {
	const simulator = await startSimulator({ seed, validate: "collect" });
	const { email, apiToken, cloudId } = simulator.site;
	const credential: Credential = { type: "api-token", email, token: apiToken };
	const connection: Connection = { siteUrl: simulator.url, cloudId, authUrl: simulator.url, apiUrl: simulator.url, type: "api-token" };
	const ports = { clock: systemClock, random: systemRandom, log: quietLog };
	const credentials = {
		load: async () => credential,
		replace: async () => {},
		exclusive: async <T>(work: () => Promise<T>) => await work(),
	};
	const connector = openConnector({ connection, credentials, ports });
	const vault = await createVault({ ...ports, store: memoryStore(), slots: [{ type: "key-file", key: systemRandom.bytes(32) }] });
	const folder = mkdtempSync(join(tmpdir(), "skyeworx-bench-"));
	const catalog = openCatalog({ path: join(folder, "catalog.db"), key: vault.deriveKey("catalog") });
	const restorePorts = { ...ports, vault, catalog, connector, journal: memoryJournal() };
	const { signal } = new AbortController();
	const call = async (method: string, path: string, body?: unknown) => await callSite({ simulator, method, path, body });
	return {
		simulator,
		call,
		post: async (path, body) => await call("POST", path, body),
		async backup() {
			const result = await runBackup(restorePorts, { runId: systemRandom.uuid() as RunId, signal });
			if (result.outcome !== "complete")
				throw new Error(`the backup is partial: ${JSON.stringify([result.descriptor.failures, result.descriptor.again])}`);
			await followVault({ vault, catalog, kinds: connector.kinds, site: { url: simulator.url } });
			return result.snapshot.id;
		},
		async restore(selection, options) {
			const plan = await planRestore(restorePorts, selection, options);
			return await runRestore(restorePorts, { restoreId: systemRandom.uuid(), plan, signal });
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

async function callSite({ simulator, method, path, body }: SiteCall): Promise<JsonObject> {
	const { email, apiToken } = simulator.site;
	const headers: Record<string, string> = { authorization: `Basic ${Buffer.from(`${email}:${apiToken}`).toString("base64")}` };
	if (body !== undefined) headers["content-type"] = "application/json";
	const response = await fetch(simulator.url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
	const text = await response.text();
	if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
	return text === "" ? {} : (JSON.parse(text) as JsonObject);
}
