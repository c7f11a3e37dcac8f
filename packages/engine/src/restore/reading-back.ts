import { type ItemRef, itemRefText, type KindId } from "@skyeworx/core";
import type { SnapshotInfo } from "@skyeworx/vault";
import type { LiveItem } from "../connector/connector.ts";
import type { StoredItem } from "../connector/stored-item.ts";
import { readLiveInOrder } from "./plan-restore.ts";
import { LiveRecord, type NewIncarnation } from "./record-live.ts";
import { type PlanPorts, restorableKind } from "./restore-ports.ts";

/** So many are read together at least while others are still written. */
const fewest = 100;

/**
 * Reads restored items back and records what it finds. Items of kinds that can confirm what was read of them are read as soon as they
 * are written, beside the writing of others: each operation of a site has a limit of its own.
 */
export class ReadingBack {
	readonly #ports: PlanPorts;
	readonly #options: { readonly restoreId: string; readonly recorded: boolean; readonly signal: AbortSignal };
	readonly #written: ItemRef[] = [];
	readonly #early = new Map<string, LiveItem>();
	#record: Promise<LiveRecord> | undefined;
	#reading: Promise<void> | undefined;

	/** @param options.recorded whether what is found becomes a snapshot */
	constructor(ports: PlanPorts, options: { readonly restoreId: string; readonly recorded: boolean; readonly signal: AbortSignal }) {
		this.#ports = ports;
		this.#options = options;
	}

	/** Says that nothing more is written to an item, unless {@link ReadingBack.touched} says otherwise. */
	written(ref: ItemRef): void {
		if (restorableKind(this.#ports.connector, ref.kind).restore.confirm === undefined) return;
		this.#written.push(ref);
		if (this.#reading === undefined && this.#written.length >= fewest) this.#readSome();
	}

	/** Says that an item was written to again: what was read of it counts no more. */
	async touched(ref: ItemRef): Promise<void> {
		await this.#quiet();
		const at = this.#written.findIndex((other) => itemRefText(other) === itemRefText(ref));
		if (at !== -1) this.#written.splice(at, 1);
		this.#early.delete(itemRefText(ref));
	}

	#readSome(): void {
		const refs = this.#written.splice(0);
		const read = async () => {
			const live = await this.#read(refs);
			for (const item of live) this.#early.set(itemRefText(item.ref), item);
		};
		this.#reading = read()
			// Whatever it was: these are read once more at the end.
			.catch(() => {})
			.finally(() => {
				this.#reading = undefined;
				if (this.#written.length >= fewest && !this.#options.signal.aborted) this.#readSome();
			});
	}

	/** Waits until nothing is read any more: the end of one reading may begin the next. */
	async #quiet(): Promise<void> {
		while (this.#reading !== undefined) await this.#reading;
	}

	async #read(refs: readonly ItemRef[]): Promise<readonly LiveItem[]> {
		const record = await this.#begun();
		return await readLiveInOrder(this.#ports, refs, this.#options.signal, (batch) => record?.add(livingOf(batch)));
	}

	#begun(): Promise<LiveRecord> | undefined {
		const { restoreId, recorded, signal } = this.#options;
		if (recorded) this.#record ??= LiveRecord.begin(this.#ports, { type: "restore", restoreId, signal });
		return this.#record;
	}

	/** What was read early and is still so. */
	async #confirmed(): Promise<ReadonlyMap<string, LiveItem>> {
		await this.#quiet();
		const confirmed = new Map<string, LiveItem>();
		for (const [kind, items] of Map.groupBy(livingOf([...this.#early.values()]), ({ ref }): KindId => ref.kind)) {
			const { confirm } = restorableKind(this.#ports.connector, kind).restore;
			for (const item of (await confirm?.(items, this.#options.signal)) ?? []) {
				confirmed.set(itemRefText(item.ref), { ref: item.ref, state: "live", item });
			}
		}
		return confirmed;
	}

	/** All of these as they are now, in order; those that were read early are confirmed, the others read. */
	async all(refs: readonly ItemRef[]): Promise<readonly LiveItem[]> {
		if (refs.length === 0) return [];
		const confirmed = await this.#confirmed();
		const record = await this.#begun();
		record?.add(livingOf([...confirmed.values()]));
		const others = await this.#read(refs.filter((ref) => !confirmed.has(itemRefText(ref))));
		const found = new Map([...confirmed, ...others.map((item) => [itemRefText(item.ref), item] as const)]);
		return refs.map((ref) => found.get(itemRefText(ref)) ?? { ref, state: "absent" });
	}

	/** Publishes the snapshot with exactly these items; undefined where none is to be. */
	async commit(items: readonly StoredItem[], lineage: readonly NewIncarnation[]): Promise<SnapshotInfo | undefined> {
		const record = await this.#record;
		if (record === undefined || items.length > 0) return await record?.commit(items, lineage);
		await record.abort();
		return undefined;
	}

	/** Forgets everything, once what is under way has ended. */
	async abort(): Promise<void> {
		await this.#quiet();
		const record = await this.#record?.catch(() => undefined);
		await record?.abort();
	}
}

/** The items of those that are there. */
export function livingOf(live: readonly LiveItem[]): readonly StoredItem[] {
	return live.flatMap((item) => (item.state === "live" ? [item.item] : []));
}
