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
	/** Index segments that no reader of the newest state needs, and the entry that said so: deleted like condemned packs. */
	readonly retired: Map<string, number>;
	/** Packs that can't be read wholly, and the entry that said so: looked into last, counted as lost by writers, never deleted. */
	readonly quarantined: Map<string, number>;
	/** Snapshots that retention passes over, and the label that a person gave. */
	readonly pins: Map<number, string>;
	/** Snapshots that can't be forgotten, and for what each is held. */
	readonly holds: Map<number, ReadonlySet<string>>;
	/** The last entry that tells of a pack that it was read wholly and found sound. */
	readonly verified: Map<string, number>;
	/** Live index segments, newest first. */
	segments: readonly SegmentRecord[];
	readonly shredded: Set<number>;
	/** Slots that no longer open the vault, even where their object is still there. */
	readonly removedSlots: Set<string>;
	/** By domain, the newest generation of its key; none means 0. */
	readonly generations: Map<number, number>;
	readonly needs: { readonly read: Set<string>; readonly write: Set<string>; readonly gc: Set<string> };
	/** The last entry that condemned packs; 0 when none did. */
	lastCondemn: number;
	/** The last entry that deleted packs; 0 when none did. */
	lastDeleted: number;
	/** Snapshots up to this one have the locks that they promise. */
	lockedUpTo: number;
}

export function emptyState(): VaultState {
	return {
		seq: 0,
		snapshots: new Map(),
		packs: new Map(),
		condemned: new Map(),
		retired: new Map(),
		quarantined: new Map(),
		pins: new Map(),
		holds: new Map(),
		verified: new Map(),
		segments: [],
		shredded: new Set(),
		removedSlots: new Set(),
		generations: new Map(),
		needs: { read: new Set(), write: new Set(), gc: new Set() },
		lastCondemn: 0,
		lastDeleted: 0,
		lockedUpTo: 0,
	};
}

interface SegmentChange {
	readonly remove: readonly string[];
	readonly add: readonly SegmentRecord[];
}

function replaceSegments(state: VaultState, seq: number, change: SegmentChange): void {
	const removed = new Set(change.remove);
	// Also segments that no entry named: left behind by a writer that is taken for dead.
	for (const name of removed) state.retired.set(name, seq);
	// Merged segments stand last: newer ones, that no merge has seen, keep their precedence.
	state.segments = [...state.segments.filter((segment) => !removed.has(segment.sha256)), ...change.add];
}

function applySnapshot(state: VaultState, seq: number, at: string, operation: Extract<Operation, { op: "snapshot" }>): void {
	const { op: _op, packs, segments, ...record } = operation;
	state.snapshots.set(seq, { ...record, at });
	for (const pack of packs) state.packs.set(pack.sha256, pack);
	state.segments = [...segments.toReversed(), ...state.segments];
}

function applyHold(state: VaultState, { op, snapshot, name }: Extract<Operation, { op: "hold" | "release" }>): void {
	const names = new Set(state.holds.get(snapshot));
	if (op === "hold" && state.snapshots.has(snapshot)) names.add(name);
	if (op === "release") names.delete(name);
	if (names.size === 0) state.holds.delete(snapshot);
	else state.holds.set(snapshot, names);
}

function applyOperation(state: VaultState, seq: number, at: string, operation: Operation): void {
	switch (operation.op) {
		case "snapshot":
			applySnapshot(state, seq, at, operation);
			return;
		case "forget":
			// Who wrote it checked that; a hold must stand even against one who did not.
			if (!state.pins.has(operation.snapshot) && !state.holds.has(operation.snapshot)) state.snapshots.delete(operation.snapshot);
			return;
		case "pin":
			if (state.snapshots.has(operation.snapshot)) state.pins.set(operation.snapshot, operation.label);
			return;
		case "unpin":
			state.pins.delete(operation.snapshot);
			return;
		case "hold":
		case "release":
			applyHold(state, operation);
			return;
		case "condemn":
			// Also packs that no entry named: what a writer left behind that is taken for dead.
			for (const name of operation.remove) state.condemned.set(name, seq);
			for (const pack of operation.add) state.packs.set(pack.sha256, pack);
			replaceSegments(state, seq, operation.segments);
			state.lastCondemn = seq;
			return;
		case "deleted":
			for (const name of operation.packs) {
				if (!state.condemned.delete(name))
					throw damaged({ object: logName(seq), what: "state", detail: "it deletes a pack that was not condemned" });
				state.packs.delete(name);
				state.verified.delete(name);
			}
			for (const name of operation.segments) state.retired.delete(name);
			state.lastDeleted = seq;
			return;
		case "idx-replace":
			replaceSegments(state, seq, operation.segments);
			return;
		case "quarantine":
			for (const name of operation.packs) state.quarantined.set(name, seq);
			for (const pack of operation.add) state.packs.set(pack.sha256, pack);
			replaceSegments(state, seq, operation.segments);
			return;
		case "verify-result":
			for (const name of operation.checked ?? []) if (state.packs.has(name)) state.verified.set(name, seq);
			return;
		case "locked":
			state.lockedUpTo = Math.max(state.lockedUpTo, operation.basis);
			return;
		case "shred":
			state.shredded.add(operation.domain);
			return;
		case "feature":
			for (const use of ["read", "write", "gc"] as const) for (const name of operation.needs[use]) state.needs[use].add(name);
			return;
		case "slot":
			if (operation.action === "removed") state.removedSlots.add(operation.slotId);
			return;
		case "domain":
			state.generations.set(operation.domain, Math.max(operation.generation, state.generations.get(operation.domain) ?? 0));
			return;
		case "create":
		case "repaired":
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

/** What a vault needs of its writers after it was moved to another store: nobody has it, so that nobody writes here any more. */
export const movedAway = "moved";

/** Name of the object that holds a log entry. */
export function logName(seq: number): string {
	return `log/${String(seq).padStart(16, "0")}`;
}

/*
 * [Note: Versions of a checkpoint]
 * Version 1 knows neither retired segments nor pins, holds, quarantine and verification. It is read, so that a checkpoint of
 * then can be held against the log, but nothing is loaded from it: what it lacks is in the log entries before it.
 */

/** The version that is written; older ones are only compared. */
export const checkpointVersion = 2;

const hashAt = z.object({ sha256: z.string(), seq: z.number().int() });

const firstSchema = z.object({
	v: z.literal(1),
	snapshots: z.array(z.object({ id: z.number().int(), at: z.iso.datetime(), ...snapshotSchema.shape })),
	packs: z.array(packSchema),
	condemned: z.array(hashAt),
	segments: z.array(segmentSchema),
	shredded: z.array(z.number().int()),
	removedSlots: z.array(z.string()).optional(),
	generations: z.array(z.object({ domain: z.number().int(), generation: z.number().int() })).optional(),
	needs: z.object({ read: z.array(z.string()), write: z.array(z.string()), gc: z.array(z.string()) }),
	lastCondemn: z.number().int(),
	lastDeleted: z.number().int(),
});

const secondSchema = z.object({
	...firstSchema.shape,
	v: z.literal(2),
	retired: z.array(hashAt),
	quarantined: z.array(hashAt),
	verified: z.array(hashAt),
	pins: z.array(z.object({ snapshot: z.number().int(), label: z.string() })),
	holds: z.array(z.object({ snapshot: z.number().int(), names: z.array(z.string()) })),
	lockedUpTo: z.number().int(),
});

const stateSchema = z.discriminatedUnion("v", [firstSchema, secondSchema]);

const bySha = (a: { readonly sha256: string }, b: { readonly sha256: string }) => (a.sha256 < b.sha256 ? -1 : 1);
const bySnapshot = (a: { readonly snapshot: number }, b: { readonly snapshot: number }) => a.snapshot - b.snapshot;

function listOf(hashes: ReadonlyMap<string, number>) {
	return [...hashes].map(([sha256, seq]) => ({ sha256, seq })).sort(bySha);
}

function mapOf(list: readonly { readonly sha256: string; readonly seq: number }[]): Map<string, number> {
	return new Map(list.map(({ sha256, seq }) => [sha256, seq]));
}

function byDomain(generations: ReadonlyMap<number, number>) {
	return [...generations].map(([domain, generation]) => ({ domain, generation })).sort((a, b) => a.domain - b.domain);
}

/** The body of a checkpoint: equal states give equal bytes. */
export function encodeState(state: VaultState, version: 1 | 2 = checkpointVersion): Uint8Array {
	const first = {
		v: version,
		snapshots: [...state.snapshots].map(([id, record]) => ({ id, ...record })) as never,
		packs: [...state.packs.values()].sort(bySha),
		condemned: listOf(state.condemned),
		segments: state.segments,
		shredded: [...state.shredded].sort((a, b) => a - b),
		// Absent where there is nothing to say: checkpoints from before these fields stay what the log adds up to.
		...(state.removedSlots.size === 0 ? {} : { removedSlots: [...state.removedSlots].sort() }),
		...(state.generations.size === 0 ? {} : { generations: byDomain(state.generations) }),
		needs: { read: [...state.needs.read].sort(), write: [...state.needs.write].sort(), gc: [...state.needs.gc].sort() },
		lastCondemn: state.lastCondemn,
		lastDeleted: state.lastDeleted,
	};
	if (version === 1) return canonicalBytes(first);
	return canonicalBytes({
		...first,
		retired: listOf(state.retired),
		quarantined: listOf(state.quarantined),
		verified: listOf(state.verified),
		pins: [...state.pins].map(([snapshot, label]) => ({ snapshot, label })).sort(bySnapshot),
		holds: [...state.holds].map(([snapshot, names]) => ({ snapshot, names: [...names].sort() })).sort(bySnapshot),
		lockedUpTo: state.lockedUpTo,
	});
}

/** @throws AppError `vault-damaged` */
export function decodeState(object: string, seq: number, bytes: Uint8Array): { readonly version: 1 | 2; readonly state: VaultState } {
	const stored = parseStored({ schema: stateSchema, bytes, object });
	const state: VaultState = {
		...emptyState(),
		seq,
		snapshots: new Map(stored.snapshots.map(({ id, ...record }) => [id, record])),
		packs: new Map(stored.packs.map((pack) => [pack.sha256, pack])),
		condemned: mapOf(stored.condemned),
		segments: stored.segments,
		shredded: new Set(stored.shredded),
		removedSlots: new Set(stored.removedSlots),
		generations: new Map(stored.generations?.map(({ domain, generation }) => [domain, generation])),
		needs: { read: new Set(stored.needs.read), write: new Set(stored.needs.write), gc: new Set(stored.needs.gc) },
		lastCondemn: stored.lastCondemn,
		lastDeleted: stored.lastDeleted,
	};
	if (stored.v === 1) return { version: 1, state };
	return {
		version: 2,
		state: {
			...state,
			retired: mapOf(stored.retired),
			quarantined: mapOf(stored.quarantined),
			verified: mapOf(stored.verified),
			pins: new Map(stored.pins.map(({ snapshot, label }) => [snapshot, label])),
			holds: new Map(stored.holds.map(({ snapshot, names }) => [snapshot, new Set(names)])),
			lockedUpTo: stored.lockedUpTo,
		},
	};
}
