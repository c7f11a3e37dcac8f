import { setImmediate as nextTurn } from "node:timers/promises";
import { canonicalBytes, type ItemRef, isAppError, itemRefText, release, toAppError } from "@skyeworx/core";
import type { SnapshotInfo, SnapshotWriter } from "@skyeworx/vault";
import type { Cursors, Observation } from "../connector/observation.ts";
import { isFilePart } from "../items/read-stored-item.ts";
import { IdSet } from "./census.ts";
import { confirmDeleted } from "./confirm-deleted.ts";
import type { BlindSpot, SnapshotDescriptor } from "./descriptor.ts";
import { FileFetcher, type FileObservation } from "./fetch-files.ts";
import { type Base, itemsOf, lostName } from "./find-base.ts";
import type { BackupOptions, BackupPorts, BackupProgress } from "./run-backup.ts";
import { Tally } from "./tally.ts";

export interface RecorderOptions extends BackupPorts {
	readonly startedAt: Date;
	readonly base: Base;
	readonly resuming: boolean;
	readonly cursors: Cursors;
	readonly options: BackupOptions;
}

/** Milliseconds that recording keeps the process to itself: the site answers the calls in flight in about as many. */
const longestStretch = 2;
const dayMilliseconds = 86_400_000;
const defaultCheckpoint = { records: 20_000, milliseconds: 60_000 };

type ItemObservation = Extract<Observation, { type: "item" }>;

/** Puts what a connector says into a snapshot writer, in order, and commits: checkpoints on the way, the snapshot at the end. */
export class BackupRecorder {
	readonly #setup: RecorderOptions;
	readonly #tally: Tally;
	readonly #files: FileFetcher;
	#writer: SnapshotWriter;
	#recordsSinceCheckpoint = 0;
	#lastCheckpoint: number;
	#cursors: Record<string, Cursors[string]>;
	#resume: Record<string, Cursors[string]>;
	readonly #blindSpots: BlindSpot[] = [];
	readonly #failures: SnapshotDescriptor["failures"] = [];
	readonly #again = new Map<string, ItemRef>();
	readonly #beside: ReadonlyMap<string, readonly string[] | undefined>;
	readonly #census = new Map<string, IdSet>();
	readonly #kinds: Record<string, { done: number; total: number | undefined }> = {};
	#lastTurn = 0;
	#bytes = 0;
	#fileCount = 0;

	private constructor(setup: RecorderOptions, writer: SnapshotWriter) {
		this.#setup = setup;
		this.#writer = writer;
		this.#lastCheckpoint = setup.clock.monotonic();
		this.#tally = new Tally(setup.resuming ? setup.base.descriptor?.counts : {});
		this.#cursors = { ...setup.cursors };
		this.#beside = new Map(setup.connector.kinds.map(({ id, beside }) => [id, beside]));
		this.#resume = setup.resuming ? { ...setup.base.descriptor?.resume } : {};
		for (const ref of setup.base.descriptor?.again ?? []) this.#again.set(itemRefText(ref), ref);
		this.#files = new FileFetcher({
			signal: setup.options.signal,
			store: async (file, content) => await this.#storeFile(file, content),
			failed: async (file, error) => await this.#fileFailed(file, error),
		});
	}

	static async begin(setup: RecorderOptions): Promise<BackupRecorder> {
		return new BackupRecorder(setup, await beginWriter(setup, setup.base.parent?.info.id));
	}

	/** Takes in one observation. @throws what the vault throws */
	async record(observation: Observation): Promise<void> {
		switch (observation.type) {
			case "item":
				return await this.#item(observation);
			case "file":
				return await this.#files.add(observation);
			case "gone":
				return await this.#gone(observation.ref);
			case "unreadable":
				return await this.#unreadable(observation.ref);
			case "census":
				return await this.#takeCensus(observation);
			case "blind-spot": {
				const { kind, reason, cause, count } = observation;
				this.#blindSpots.push({ kind, reason, cause, ...(count === undefined ? {} : { count }) });
				return;
			}
			case "cursor":
				this.#cursors[observation.name] = observation.value;
				delete this.#resume[observation.name];
				return await this.#checkpointIfDue();
			case "resume-point":
				this.#resume[observation.name] = observation.value;
				return await this.#checkpointIfDue();
			case "failed": {
				if (isAppError(observation.error, "cancelled")) throw observation.error;
				const error = toAppError(observation.error);
				const { code, message, hint } = error;
				this.#failures.push({ kinds: [...observation.kinds], code, message, ...(hint === undefined ? {} : { hint }) });
				return;
			}
			case "progress":
				this.#kinds[observation.kind] = { done: observation.done, total: observation.total };
				return this.#say("reading");
		}
	}

	/** Reads items again that an earlier run could not: their change may be older than the cursors. */
	async rereadUnfinished(refs: readonly ItemRef[]): Promise<void> {
		await this.#reread(
			refs.filter((ref) => this.#again.has(itemRefText(ref))),
			async (ref, part) => (await this.#heldFile(ref, part)) === undefined,
		);
	}

	/** Reads items again of which the vault lost something: equal bytes make every snapshot whole that has them. */
	async rereadLost(): Promise<void> {
		const { lost } = this.#setup.base;
		const names = new Set(lost.map(lostName));
		await this.#reread(itemsOf(lost), async (ref, part) => names.has(lostName({ ...ref, part })));
	}

	async #reread(refs: readonly ItemRef[], isWanted: (ref: ItemRef, file: string) => Promise<boolean>): Promise<void> {
		for (let start = 0; start < refs.length; start += 100) {
			for (const live of await this.#setup.connector.readLive(refs.slice(start, start + 100), this.#setup.options.signal)) {
				this.#again.delete(itemRefText(live.ref));
				if (live.state !== "live") await this.#gone(live.ref);
				else {
					await this.#item({ type: "item", ref: live.ref, parts: live.item.parts, covers: [] });
					for (const { part, size, open } of live.item.files) {
						if (await isWanted(live.ref, part)) {
							await this.#files.add({ type: "file", ref: live.ref, part, size, open: async (signal) => open(signal) });
						}
					}
				}
			}
		}
	}

	/** Commits the finished snapshot. */
	async complete(): Promise<{ readonly snapshot: SnapshotInfo; readonly descriptor: SnapshotDescriptor }> {
		await this.#files.drain();
		this.#say("committing");
		const failedKinds = new Set(this.#failures.flatMap((failure) => failure.kinds));
		if (failedKinds.size === 0) this.#resume = {};
		const descriptor = this.#descriptor();
		const snapshot = await this.#writer.commit({ descriptor, complete: true });
		return { snapshot, descriptor };
	}

	async abandon(): Promise<void> {
		await this.#files.drain().catch(() => {});
		await this.#writer.abort();
	}

	/** Lets the event loop turn: the answers that came meanwhile are what the site waits for to get the next requests. */
	async #giveWay(): Promise<void> {
		const { clock } = this.#setup;
		if (clock.monotonic() - this.#lastTurn < longestStretch) return;
		await nextTurn();
		this.#lastTurn = clock.monotonic();
	}

	async #item(observation: ItemObservation): Promise<void> {
		const { ref, parts, updatedAt } = observation;
		await this.#giveWay();
		let isNew = (await this.#setup.base.parent?.facts({ ...ref, part: "" })) === undefined;
		for (const [part, record] of parts) {
			const bytes = record instanceof Uint8Array ? record : canonicalBytes(record);
			this.#bytes += bytes.length;
			const result = await this.#writer.put({ ...ref, part, ...(updatedAt === undefined ? {} : { updatedAt }) }, bytes);
			release(bytes);
			if (part === "") {
				this.#tally.seen(ref.kind);
				isNew ||= result === "new";
				if (result === "new") this.#tally.created(ref.kind);
			}
			if (result !== "same" && !isNew && this.#isContent(ref, part)) this.#tally.changed(ref);
		}
		if (!isNew) await this.#removeUncovered(observation);
		this.#again.delete(itemRefText(ref));
		this.#recordsSinceCheckpoint += 1;
		if (this.#recordsSinceCheckpoint % 500 === 0) this.#say("reading");
	}

	async #removeUncovered({ ref, parts, covers, keeps }: ItemObservation): Promise<void> {
		const parent = this.#writer.parent;
		if (parent === undefined || covers.length === 0) return;
		const kept = new Set(keeps ?? []);
		for await (const facts of parent.entries({ kind: ref.kind, id: ref.id })) {
			if (isFilePart(facts.part) && keeps === undefined) continue;
			if (parts.has(facts.part) || kept.has(facts.part)) continue;
			if (!covers.some((cover) => facts.part === cover || (cover.endsWith("/") && facts.part.startsWith(cover)))) continue;
			await this.#writer.remove(facts);
			if (this.#isContent(ref, facts.part)) this.#tally.changed(ref);
		}
	}

	/** Whether a change of this part changes the item. */
	#isContent({ kind }: ItemRef, part: string): boolean {
		return this.#beside.get(kind)?.includes(part) !== true;
	}

	async #gone(ref: ItemRef): Promise<void> {
		this.#again.delete(itemRefText(ref));
		if ((await this.#writer.facts({ ...ref, part: "" })) === undefined) return;
		await this.#writer.removeItem(ref);
		this.#tally.deleted(ref.kind);
	}

	async #unreadable(ref: ItemRef): Promise<void> {
		if ((await this.#writer.facts({ ...ref, part: "" })) !== undefined) await this.#writer.markStale({ ...ref, part: "" });
		this.#tally.unreadable(ref.kind);
		this.#again.set(itemRefText(ref), ref);
	}

	async #takeCensus({ kind, ids, last }: Extract<Observation, { type: "census" }>): Promise<void> {
		let set = this.#census.get(kind);
		if (set === undefined) {
			set = new IdSet();
			this.#census.set(kind, set);
		}
		for (const id of ids) set.add(id);
		if (!last) return;
		this.#census.delete(kind);
		for await (const ref of confirmDeleted({
			...this.#setup,
			signal: this.#setup.options.signal,
			census: set,
			parent: this.#writer.parent,
			kind,
		})) {
			await this.#gone(ref);
		}
	}

	async #heldFile(ref: ItemRef, part: string) {
		return await this.#writer.facts({ ...ref, part });
	}

	async #storeFile(file: FileObservation, content: AsyncIterable<Uint8Array>): Promise<void> {
		const result = await this.#writer.putStream({ ...file.ref, part: file.part }, content);
		this.#bytes += file.size ?? 0;
		this.#fileCount += 1;
		this.#recordsSinceCheckpoint += 1;
		const wasThere = (await this.#setup.base.parent?.facts({ ...file.ref, part: "" })) !== undefined;
		if (result !== "same" && wasThere) this.#tally.changed(file.ref);
	}

	async #fileFailed(file: FileObservation, error: unknown): Promise<void> {
		const cause = toAppError(error);
		if (cause.code === "cancelled") throw cause;
		this.#setup.log.warn("a file could not be read", { kind: file.ref.kind, id: file.ref.id, part: file.part, code: cause.code });
		await this.#unreadable(file.ref);
	}

	async #checkpointIfDue(): Promise<void> {
		const { clock, options } = this.#setup;
		const due = options.checkpoint ?? defaultCheckpoint;
		const late = clock.monotonic() - this.#lastCheckpoint >= due.milliseconds;
		if (this.#recordsSinceCheckpoint === 0 || (this.#recordsSinceCheckpoint < due.records && !late)) return;
		await this.#files.drain();
		const checkpoint = await this.#writer.commit({ descriptor: this.#descriptor(), complete: false });
		this.#writer = await beginWriter(this.#setup, checkpoint.id);
		this.#recordsSinceCheckpoint = 0;
		this.#lastCheckpoint = clock.monotonic();
	}

	#descriptor(): SnapshotDescriptor {
		const { clock, options, startedAt, connector } = this.#setup;
		const usage = connector.usage();
		return {
			version: 1,
			type: "backup",
			runId: options.runId,
			startedAt: startedAt.toISOString(),
			finishedAt: clock.now().toISOString(),
			cursors: this.#cursors,
			resume: this.#resume,
			counts: this.#tally.counts(),
			blindSpots: this.#blindSpots,
			failures: this.#failures,
			again: [...this.#again.values()],
			requests: usage.requests,
			points: usage.points,
		};
	}

	#say(phase: BackupProgress["phase"]): void {
		const requests = this.#setup.connector.usage().requests;
		this.#setup.options.onProgress?.({ phase, kinds: { ...this.#kinds }, requests, bytes: this.#bytes, files: this.#fileCount });
	}
}

async function beginWriter(setup: RecorderOptions, parent: number | undefined): Promise<SnapshotWriter> {
	const { vault, startedAt, options } = setup;
	const lockUntil = options.lockDays === undefined ? undefined : new Date(startedAt.getTime() + options.lockDays * dayMilliseconds);
	return await vault.beginSnapshot({ parent, lockUntil, signal: options.signal });
}
