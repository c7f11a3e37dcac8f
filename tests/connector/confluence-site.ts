import { type ItemRef, itemRefText, type JsonValue, parseJson, quietLog, systemClock, systemRandom } from "@skyeworx/core";
import type { BackupRequest, Observation, StoredFile, StoredItem } from "@skyeworx/engine";
import { openConfluence } from "../../packages/atlassian/src/confluence/index.ts";
import { createHttpClient } from "../../packages/atlassian/src/http/client.ts";
import type { Credential } from "../../packages/atlassian/src/index.ts";
import { type RunningSimulator, startSimulator } from "../../packages/simulator/src/index.ts";

/** A store of one credential, as a test needs it. */
function credentialStore(first: Credential) {
	let credential = first;
	return {
		load: async () => credential,
		replace: async (_previous: Credential, next: Credential) => {
			credential = next;
		},
		exclusive: async <T>(work: () => Promise<T>) => await work(),
	};
}

/** What a backup would have put into a vault: every part of every item, files as bytes. */
export class Kept {
	readonly items = new Map<
		string,
		{ readonly ref: ItemRef; readonly parts: Map<string, JsonValue>; readonly files: Map<string, Uint8Array> }
	>();
	cursors: Record<string, JsonValue> = {};
	readonly blindSpots: Extract<Observation, { type: "blind-spot" }>[] = [];
	/** Refs of items that a read said something about. */
	readonly touched: string[] = [];

	item(kind: string, id: string): StoredItem {
		const held = this.items.get(`${kind}/${id}`);
		if (held === undefined) throw new Error(`${kind}/${id} is not kept`);
		const files: StoredFile[] = [...held.files].map(([part, bytes]) => ({
			part,
			size: bytes.length,
			async *open() {
				yield bytes;
			},
		}));
		return { ref: held.ref, parts: held.parts, files };
	}

	of(kind: string): readonly ItemRef[] {
		return [...this.items.values()].map(({ ref }) => ref).filter((ref) => ref.kind === kind);
	}

	request(over: Partial<BackupRequest> = {}): BackupRequest {
		return {
			cursors: this.cursors,
			resume: {},
			known: async (ref, part) => {
				const held = this.items.get(itemRefText(ref));
				return held?.files.has(part) === true ? "file" : held?.parts.get(part);
			},
			knownIds: (kind) => iterate(this.of(kind).map((ref) => ref.id)),
			...over,
		};
	}

	/** Takes in a read as the engine would. */
	async take(observations: AsyncIterable<Observation>): Promise<void> {
		const census = new Map<string, Set<string>>();
		this.touched.length = 0;
		this.blindSpots.length = 0;
		for await (const one of observations) await this.takeOne(one, census);
	}

	private async takeOne(one: Observation, census: Map<string, Set<string>>): Promise<void> {
		if (one.type === "failed") throw one.error;
		if (one.type === "blind-spot") this.blindSpots.push(one);
		if (one.type === "cursor") this.cursors = { ...this.cursors, [one.name]: one.value };
		if (one.type === "gone") this.items.delete(itemRefText(one.ref));
		if (one.type === "item") this.takeItem(one);
		if (one.type === "file") await this.takeFile(one);
		if (one.type === "census") {
			const ids = census.get(one.kind) ?? new Set();
			census.set(one.kind, ids);
			for (const id of one.ids) ids.add(id);
			if (one.last) for (const ref of this.of(one.kind)) if (!ids.has(ref.id)) this.items.delete(itemRefText(ref));
		}
	}

	private takeItem(one: Extract<Observation, { type: "item" }>): void {
		const name = itemRefText(one.ref);
		const held = this.items.get(name) ?? { ref: one.ref, parts: new Map(), files: new Map() };
		if (!held.parts.has("") && !one.parts.has("")) throw new Error(`${name} has parts before it has a main record`);
		this.items.set(name, held);
		this.touched.push(name);
		const covered = (part: string) =>
			!one.parts.has(part) &&
			!(one.keeps ?? []).includes(part) &&
			one.covers.some((cover) => part === cover || (cover.endsWith("/") && part.startsWith(cover)));
		for (const part of [...held.parts.keys()].filter(covered)) held.parts.delete(part);
		if (one.keeps !== undefined) for (const part of [...held.files.keys()].filter(covered)) held.files.delete(part);
		for (const [part, value] of one.parts)
			held.parts.set(part, value instanceof Uint8Array ? parseJson(new TextDecoder().decode(value)) : structuredClone(value));
	}

	private async takeFile(one: Extract<Observation, { type: "file" }>): Promise<void> {
		const chunks: Uint8Array[] = [];
		for await (const chunk of await one.open()) chunks.push(chunk);
		const bytes = Buffer.concat(chunks);
		if (one.size !== undefined && bytes.length !== one.size) throw new Error(`${one.part} has ${bytes.length} of ${one.size} bytes`);
		const held = this.items.get(itemRefText(one.ref));
		if (held === undefined) throw new Error(`${itemRefText(one.ref)} has a file before it has a main record`);
		held.files.set(one.part, bytes);
		this.touched.push(itemRefText(one.ref));
	}
}

async function* iterate<T>(items: readonly T[]): AsyncGenerator<T> {
	yield* items;
}

/** A simulated site and the Confluence half of the connector on it. */
export async function confluenceSite(options: Parameters<typeof startSimulator>[0] = { seed: "small" }) {
	const simulator: RunningSimulator = await startSimulator({ validate: "collect", ...options });
	const { email, apiToken } = simulator.site;
	const ports = { clock: systemClock, random: systemRandom, log: quietLog };
	const credentials = credentialStore({ type: "api-token", email, token: apiToken });
	const client = createHttpClient({ connection: { siteUrl: simulator.url, type: "api-token" }, credentials, ports });
	const reader = openConfluence({ client, ports, siteUrl: simulator.url, credential: "api-token" });
	return {
		simulator,
		client,
		reader,
		kind: (id: string) => {
			const kind = reader.kinds.find((one) => one.id === id);
			if (kind === undefined) throw new Error(`no kind ${id}`);
			return kind;
		},
		async backup(kept: Kept, over: Partial<BackupRequest> = {}): Promise<number> {
			const before = client.usage().requests;
			await kept.take(reader.read(kept.request(over)));
			return client.usage().requests - before;
		},
		/** The connector opened anew: it asks again what it may do. */
		again() {
			const fresh = openConfluence({ client, ports, siteUrl: simulator.url, credential: "api-token" });
			return { reader: fresh, backup: async (kept: Kept) => await kept.take(fresh.read(kept.request())) };
		},
		async stop() {
			await client.close();
			await simulator.stop();
		},
	};
}
