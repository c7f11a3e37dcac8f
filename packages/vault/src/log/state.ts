import { canonicalBytes } from "@skyeworx/core";
import { z } from "zod";
import { damaged } from "../damage.ts";
import { parseStored } from "../format/stored-json.ts";
import {
	type LogEntry,
	type Operation,
	type PackRecord,
	packSchema,
	type SegmentRecord,
	type SnapshotRecord,
	segmentSchema,
	snapshotSchema,
} from "./operation.ts";

/** Log, packs, segments: what the entries up to `seq` add up to. Changed by {@link applyEntry} only. */
export interface VaultState {
	seq: number;
	readonly snapshots: Map<number, SnapshotRecord & { readonly at: string }>;
	/** Packs that are in the store, by their SHA-256. */
	readonly packs: Map<string, PackRecord>;
	/** Packs that will be deleted, and the entry that said so. They can still be read; nothing new may refer to them. */
	readonly condemned: Map<string, number>;
	/** Live index segments, newest first. */
	segments: readonly SegmentRecord[];
	readonly shredded: Set<number>;
	readonly needs: { readonly read: Set<string>; readonly write: Set<string>; readonly gc: Set<string> };
	/** The last entry that condemned packs; 0 when none did. */
	lastCondemn: number;
	/** The last entry that deleted packs; 0 when none did. */
	lastDeleted: number;
}

export function emptyState(): VaultState {
	return {
		seq: 0,
		snapshots: new Map(),
		packs: new Map(),
		condemned: new Map(),
		segments: [],
		shredded: new Set(),
		needs: { read: new Set(), write: new Set(), gc: new Set() },
		lastCondemn: 0,
		lastDeleted: 0,
	};
}

function replaceSegments(state: VaultState, change: { readonly remove: readonly string[]; readonly add: readonly SegmentRecord[] }): void {
	const removed = new Set(change.remove);
	// Merged segments stand last: newer ones, that no merge has seen, keep their precedence.
	state.segments = [...state.segments.filter((segment) => !removed.has(segment.sha256)), ...change.add];
}

function applySnapshot(state: VaultState, seq: number, at: string, operation: Extract<Operation, { op: "snapshot" }>): void {
	const { op: _op, packs, segments, ...record } = operation;
	state.snapshots.set(seq, { ...record, at });
	for (const pack of packs) state.packs.set(pack.sha256, pack);
	state.segments = [...segments.toReversed(), ...state.segments];
}

function applyOperation(state: VaultState, seq: number, at: string, operation: Operation): void {
	switch (operation.op) {
		case "snapshot":
			applySnapshot(state, seq, at, operation);
			return;
		case "forget":
			state.snapshots.delete(operation.snapshot);
			return;
		case "condemn":
			// Also packs that no entry named: what a writer left behind that is taken for dead.
			for (const name of operation.remove) state.condemned.set(name, seq);
			for (const pack of operation.add) state.packs.set(pack.sha256, pack);
			replaceSegments(state, operation.segments);
			state.lastCondemn = seq;
			return;
		case "deleted":
			for (const name of operation.packs) {
				if (!state.condemned.delete(name))
					throw damaged({ object: logName(seq), what: "state", detail: "it deletes a pack that was not condemned" });
				state.packs.delete(name);
			}
			state.lastDeleted = seq;
			return;
		case "idx-replace":
			replaceSegments(state, operation.segments);
			return;
		case "shred":
			state.shredded.add(operation.domain);
			return;
		case "feature":
			for (const use of ["read", "write", "gc"] as const) for (const name of operation.needs[use]) state.needs[use].add(name);
			return;
		case "create":
		case "slot":
		case "domain":
		case "verify-result":
			return;
	}
}

/** Applies the next entry. */
export function applyEntry(state: VaultState, seq: number, entry: LogEntry): void {
	if ((seq === 1) !== (entry.operation?.op === "create"))
		throw damaged({ object: logName(seq), what: "state", detail: "a vault is created once, first" });
	if (entry.operation !== undefined) applyOperation(state, seq, entry.at, entry.operation);
	state.seq = seq;
}

/** Name of the object that holds a log entry. */
export function logName(seq: number): string {
	return `log/${String(seq).padStart(16, "0")}`;
}

const stateSchema = z.object({
	v: z.literal(1),
	snapshots: z.array(z.object({ id: z.number().int(), at: z.iso.datetime(), ...snapshotSchema.shape })),
	packs: z.array(packSchema),
	condemned: z.array(z.object({ sha256: z.string(), seq: z.number().int() })),
	segments: z.array(segmentSchema),
	shredded: z.array(z.number().int()),
	needs: z.object({ read: z.array(z.string()), write: z.array(z.string()), gc: z.array(z.string()) }),
	lastCondemn: z.number().int(),
	lastDeleted: z.number().int(),
});

/** The body of a checkpoint: equal states give equal bytes. */
export function encodeState(state: VaultState): Uint8Array {
	const bySha = (a: { sha256: string }, b: { sha256: string }) => (a.sha256 < b.sha256 ? -1 : 1);
	return canonicalBytes({
		v: 1,
		snapshots: [...state.snapshots].map(([id, record]) => ({ id, ...record })) as never,
		packs: [...state.packs.values()].sort(bySha),
		condemned: [...state.condemned].map(([sha256, seq]) => ({ sha256, seq })).sort(bySha),
		segments: state.segments,
		shredded: [...state.shredded].sort((a, b) => a - b),
		needs: { read: [...state.needs.read].sort(), write: [...state.needs.write].sort(), gc: [...state.needs.gc].sort() },
		lastCondemn: state.lastCondemn,
		lastDeleted: state.lastDeleted,
	});
}

/** @throws AppError `vault-damaged` */
export function decodeState(object: string, seq: number, bytes: Uint8Array): VaultState {
	const stored = parseStored({ schema: stateSchema, bytes, object });
	return {
		seq,
		snapshots: new Map(stored.snapshots.map(({ id, ...record }) => [id, record])),
		packs: new Map(stored.packs.map((pack) => [pack.sha256, pack])),
		condemned: new Map(stored.condemned.map((item) => [item.sha256, item.seq])),
		segments: stored.segments,
		shredded: new Set(stored.shredded),
		needs: { read: new Set(stored.needs.read), write: new Set(stored.needs.write), gc: new Set(stored.needs.gc) },
		lastCondemn: stored.lastCondemn,
		lastDeleted: stored.lastDeleted,
	};
}
