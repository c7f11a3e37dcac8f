import { AppError, canonicalBytes, type ItemRef, itemRefText } from "@skyeworx/core";
import type { SnapshotInfo, SnapshotWriter } from "@skyeworx/vault";
import { readDescriptor, type SnapshotDescriptor } from "../backup/descriptor.ts";
import { FileFetcher } from "../backup/fetch-files.ts";
import type { StoredItem } from "../connector/stored-item.ts";
import { lineageEntry } from "./lineage.ts";
import type { PlanPorts } from "./restore-ports.ts";

export interface LiveRecordOptions {
	readonly type: "safety" | "restore";
	readonly restoreId: string;
	readonly signal: AbortSignal;
}

/** An item that came back under a new id. */
export interface NewIncarnation {
	readonly from: ItemRef;
	readonly to: ItemRef;
}

/** Commits a snapshot that is the newest one with these items as they are on the site now. @see LiveRecord */
export async function recordLive(
	ports: PlanPorts,
	options: LiveRecordOptions & { readonly items: readonly StoredItem[] },
): Promise<SnapshotInfo> {
	const record = await LiveRecord.begin(ports, options);
	record.add(options.items);
	return await record.commit(options.items, []);
}

/**
 * A snapshot in the making: the newest one with items as they are on the site now. Their files are fetched from the moment they are
 * added, beside whatever else is read. Cursors stay those of the newest backup, so the next backup still reads everything that changed
 * since.
 */
export class LiveRecord {
	readonly #ports: PlanPorts;
	readonly #options: LiveRecordOptions;
	readonly #newest: SnapshotInfo;
	readonly #base: SnapshotDescriptor;
	readonly #writer: SnapshotWriter;
	readonly #files: FileFetcher;
	readonly #stop = new AbortController();
	readonly #added = new Map<string, ItemRef>();
	#fetching: Promise<void> = Promise.resolve();
	#aborted: Promise<void> | undefined;

	private constructor(
		ports: PlanPorts,
		options: LiveRecordOptions,
		begun: { readonly newest: SnapshotInfo; readonly base: SnapshotDescriptor; readonly writer: SnapshotWriter },
	) {
		this.#ports = ports;
		this.#options = options;
		this.#newest = begun.newest;
		this.#base = begun.base;
		this.#writer = begun.writer;
		this.#files = new FileFetcher({
			signal: AbortSignal.any([options.signal, this.#stop.signal]),
			store: async ({ ref, part }, content) => void (await begun.writer.putStream({ ...ref, part }, content)),
			failed: async (_file, error) => {
				throw error;
			},
		});
	}

	/** @throws AppError `not-found` when the vault holds no snapshot to build on */
	static async begin(ports: PlanPorts, options: LiveRecordOptions): Promise<LiveRecord> {
		await ports.vault.refresh();
		const newest = ports.vault.snapshots().at(-1);
		if (newest === undefined) throw new AppError("not-found", "This vault holds no snapshot yet", { hint: "Back the site up first." });
		const base = await readDescriptor(await ports.vault.snapshot(newest.id));
		const writer = await ports.vault.beginSnapshot({ parent: newest.id, signal: options.signal });
		return new LiveRecord(ports, options, { newest, base, writer });
	}

	/** Begins to fetch the files of items; what that throws, {@link LiveRecord.commit} throws. */
	add(items: readonly StoredItem[]): void {
		for (const { ref } of items) this.#added.set(itemRefText(ref), ref);
		this.#fetching = this.#fetching.then(async () => await this.#fetch(items));
		this.#fetching.catch(() => {});
	}

	async #fetch(items: readonly StoredItem[]): Promise<void> {
		for (const { ref, files } of items) {
			for (const { part, size, open } of files) {
				if ((await this.#writer.facts({ ...ref, part })) !== undefined) continue;
				// A size of zero may be one that the site did not tell.
				await this.#files.add({ type: "file", ref, part, size: size === 0 ? undefined : size, open: async (stop) => open(stop) });
			}
		}
	}

	/** Publishes items whose files were fetched, with the lineage of those that came back under a new id. */
	async commit(items: readonly StoredItem[], lineage: readonly NewIncarnation[]): Promise<SnapshotInfo> {
		const writer = this.#writer;
		try {
			await this.#fetching;
			await this.#files.drain();
			// The writer takes one thing at a time, so these wait for the files.
			for (const item of items) {
				for (const [part, record] of item.parts) await writer.put({ ...item.ref, part }, canonicalBytes(record));
				await removeAbsent(writer, item);
				this.#added.delete(itemRefText(item.ref));
			}
			await this.#dropVanished();
			for (const { from, to } of lineage) {
				const { key, record } = lineageEntry(from, to, this.#options.restoreId);
				await writer.put(key, canonicalBytes(record));
			}
			return await writer.commit({ descriptor: this.#descriptor(), complete: this.#newest.complete });
		} catch (error) {
			await this.abort();
			throw error;
		}
	}

	/** What was added and went again is not there for its files' sake: no census would ever find those. */
	async #dropVanished(): Promise<void> {
		for (const ref of this.#added.values()) {
			if ((await this.#writer.facts({ ...ref, part: "" })) === undefined) await this.#writer.removeItem(ref);
		}
	}

	/** Forgets the work, once what is under way has ended. */
	abort(): Promise<void> {
		this.#aborted ??= this.#endAll();
		return this.#aborted;
	}

	async #endAll(): Promise<void> {
		this.#stop.abort();
		await this.#fetching.catch(() => {});
		await this.#files.drain().catch(() => {});
		await this.#writer.abort();
	}

	#descriptor(): SnapshotDescriptor {
		const now = this.#ports.clock.now().toISOString();
		const { type, restoreId } = this.#options;
		return { ...this.#base, type, runId: restoreId, startedAt: now, finishedAt: now, counts: {}, requests: 0, points: 0 };
	}
}

/** What the newest backup held of an item and is not there any more: put back, it would be something new. */
async function removeAbsent(writer: SnapshotWriter, { ref, parts, covers = [] }: StoredItem): Promise<void> {
	const absent = new Set(covers.filter((part) => !parts.has(part)));
	if (absent.size === 0 || writer.parent === undefined) return;
	for await (const facts of writer.parent.entries({ kind: ref.kind, id: ref.id })) if (absent.has(facts.part)) await writer.remove(facts);
}
