import { AppError, type ItemRef, isAppError, toAppError } from "@skyeworx/core";
import type { EntryFacts, SnapshotReader } from "@skyeworx/vault";
import type { PlanPorts } from "../restore/restore-ports.ts";

/** Something that a drill found not to be as it should. Names ids and codes, no content. */
export interface DrillFault {
	readonly ref: ItemRef;
	/** A part of the stored item (`unreadable`), or a field of the restored one (`field`). */
	readonly field?: string;
	readonly what: "unreadable" | "unplannable" | "not-restored" | "field";
	readonly code: string;
}

/** What came out of the vault: every byte was held against the address under which it lies. */
export interface ReadOut {
	/** Those that are whole. */
	readonly items: readonly ItemRef[];
	readonly parts: number;
	readonly bytes: number;
	readonly damagedParts: number;
	readonly milliseconds: number;
	readonly faults: readonly DrillFault[];
	/** Whether it stopped before all were read. */
	readonly gaveWay: boolean;
}

export interface ReadOutOptions {
	readonly snapshotId: number;
	readonly refs: readonly ItemRef[];
	readonly signal: AbortSignal;
	/** Asked after each item: whether somebody else wants the site. */
	readonly isWanted: () => Promise<boolean>;
	readonly onProgress?: (done: number, total: number) => void;
}

/** Reads items out of the vault, every part and file to the last byte. */
export async function readOut(ports: Pick<PlanPorts, "vault" | "clock">, options: ReadOutOptions): Promise<ReadOut> {
	const { refs, signal } = options;
	const snapshot = await ports.vault.snapshot(options.snapshotId);
	const began = ports.clock.monotonic();
	const whole: ItemRef[] = [];
	const faults: DrillFault[] = [];
	const sum = { parts: 0, bytes: 0, damagedParts: 0 };
	let gaveWay = false;
	for (const [index, ref] of refs.entries()) {
		if (signal.aborted) throw new AppError("cancelled", "The drill was cancelled");
		options.onProgress?.(index, refs.length);
		const found = await readItem(snapshot, ref, signal);
		sum.parts += found.parts;
		sum.bytes += found.bytes;
		sum.damagedParts += found.faults.length;
		if (found.faults.length === 0) whole.push(ref);
		else faults.push(...found.faults);
		gaveWay = index < refs.length - 1 && (await options.isWanted());
		if (gaveWay) break;
	}
	return { items: whole, ...sum, milliseconds: ports.clock.monotonic() - began, faults, gaveWay };
}

async function readItem(snapshot: SnapshotReader, ref: ItemRef, signal: AbortSignal) {
	const faults: DrillFault[] = [];
	let parts = 0;
	let bytes = 0;
	try {
		for await (const facts of snapshot.entries({ kind: ref.kind, id: ref.id })) {
			parts += 1;
			const read = await sizeOf(snapshot, facts, signal).catch((error: unknown) => damageOf(error));
			if (typeof read === "number") bytes += read;
			if (read !== facts.size) faults.push({ ref, field: facts.part, what: "unreadable", code: typeof read === "number" ? "size" : read });
		}
	} catch (error) {
		faults.push({ ref, what: "unreadable", code: damageOf(error) });
	}
	// The catalog named it: a snapshot that does not hold it has lost it.
	if (parts === 0 && faults.length === 0) faults.push({ ref, what: "unreadable", code: "not-found" });
	return { parts: Math.max(parts, faults.length), bytes, faults };
}

async function sizeOf(snapshot: SnapshotReader, facts: EntryFacts, signal: AbortSignal): Promise<number> {
	let size = 0;
	for await (const chunk of snapshot.stream(facts, { signal })) size += chunk.length;
	return size;
}

/** The code of what is damaged; a store that can't be reached, or a key that is gone, says nothing about an item. */
function damageOf(error: unknown): string {
	if (isAppError(error, "vault-damaged") || isAppError(error, "store-object-missing")) return toAppError(error).code;
	throw error;
}
