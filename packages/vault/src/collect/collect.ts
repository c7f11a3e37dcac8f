import { AppError } from "@skyeworx/core";
import type { BlobReader } from "../blobs/blob-reader.ts";
import type { PackRecord } from "../log/operation.ts";
import { type CollectParts, requireCollecting } from "./collect-parts.ts";
import { condemn } from "./condemn.ts";
import { deleteCondemned, type Sum } from "./delete-condemned.ts";
import { extendLocks } from "./extend-locks.ts";
import type { LiveMarks } from "./live-marks.ts";
import { SnapshotMarker } from "./mark-snapshots.ts";
import { findOrphans, type Orphans } from "./orphans.ts";
import { planCollection } from "./plan-collection.ts";
import { purgeIndex } from "./purge-index.ts";
import { Rewriter, type Rewritten } from "./rewriter.ts";
import { storageNow } from "./storage-clock.ts";

const day = 24 * 60 * 60 * 1000;

export interface CollectOptions {
	/** Stored bytes that may be rewritten in this run; 5 % of the vault, but at least one pack (16 MB), when not given. */
	readonly budget?: number;
	/** Milliseconds by the store's clock that readers have between the announcement and the deletion; a day when not given. */
	readonly grace?: number;
	/** Milliseconds by the store's clock after which an object that no entry names is taken for left behind; 7 days when not given. */
	readonly orphanAge?: number;
	readonly signal?: AbortSignal;
	readonly onProgress?: (progress: CollectProgress) => void;
}

export interface CollectProgress {
	readonly phase: "deleting" | "marking" | "rewriting" | "locking";
	readonly done: number;
	readonly total: number;
}

/** What a collection did, in objects and stored bytes. */
export interface CollectReport {
	/** Gone from the store. */
	readonly freed: Sum;
	/** Condemned earlier, and kept by the store until a lock ends. */
	readonly locked: Sum;
	/** Condemned earlier, and deleted when readers had their time. */
	readonly waiting: Sum;
	/** Condemned by this run: will be freed. */
	readonly condemned: Sum;
	/** Of these, left behind by writers that died. */
	readonly orphans: Sum;
	/** Packs whose live contents were written anew, and the bytes written for them. */
	readonly rewritten: Sum;
	/** Garbage inside packs that stay: too little of each, or beyond the budget. */
	readonly garbage: number;
	/** Objects whose locks were extended. */
	readonly extended: number;
	/** Another collection or a merge of the index came first: nothing was condemned, the next run does it. */
	readonly overtaken: boolean;
}

/** Rounds of one collection that others may overtake. */
const maxAttempts = 3;
const none: Sum = { objects: 0, bytes: 0 };

/**
 * Frees what no snapshot reaches: deletes what earlier runs announced, then marks, rewrites sparse packs and announces what
 * is dead now. Safe beside any number of writers and collections, and wherever it dies.
 * @throws AppError `vault-damaged` when a snapshot can't be read wholly, `cancelled`
 */
export async function collectVault(parts: CollectParts, options: CollectOptions): Promise<CollectReport> {
	const { grace = day, orphanAge = 7 * day, onProgress = () => {} } = options;
	const say = (phase: CollectProgress["phase"]) => (done: number, total: number) => onProgress({ phase, done, total });
	let attempts = 0;
	requireCollecting(parts);
	await parts.log.refresh();
	const now = await storageNow(parts);
	const deletion = await deleteCondemned(parts, { now, grace, onProgress: say("deleting") });
	const orphans = await findOrphans(parts, { now, age: orphanAge });
	let round: Round;
	do round = await announce(parts, { options, now, orphans, say });
	while (round.overtaken && ++attempts < maxAttempts);
	const extended = await extendLocks(parts, { marks: round.marks, upTo: round.upTo, now, onProgress: say("locking") });
	await purgeIndex(parts, round.marks.gone());
	return { ...deletion, ...round.report, extended, overtaken: round.overtaken };
}

interface Round {
	readonly marks: LiveMarks;
	/** Newest entry whose snapshots are marked. */
	readonly upTo: number;
	readonly report: Pick<CollectReport, "condemned" | "orphans" | "rewritten" | "garbage">;
	readonly overtaken: boolean;
}

interface Announcement {
	readonly options: CollectOptions;
	readonly now: number;
	readonly orphans: Orphans;
	readonly say: (phase: CollectProgress["phase"]) => (done: number, total: number) => void;
}

/** Marks, rewrites and condemns once. */
async function announce(parts: CollectParts, { options, now, orphans, say }: Announcement): Promise<Round> {
	const { state } = parts.log;
	const basis = { seq: state.seq, lastCondemn: state.lastCondemn, quarantined: state.quarantined.size };
	const marker = await SnapshotMarker.begin(parts);
	const { marks } = marker;
	await marker.markAll(say("marking"));
	const plan = planCollection(await marks.tally(), { budget: options.budget, now });
	const touched = marks.watch();
	const { rewritten, sources } = await rewrite(parts, { marker, packs: plan.rewrite, say: say("rewriting") });
	const packs = [...plan.dead, ...sources];
	const done = await condemn(parts, { marker, basis, packs, rewritten, orphans, touched });
	if (done.outcome === "condemned") await parts.log.writeCheckpoint();
	const condemned = done.outcome === "condemned" ? done : { packs: [], orphans: none };
	return {
		marks,
		upTo: basis.seq,
		overtaken: done.outcome === "overtaken",
		report: {
			condemned: { objects: condemned.packs.length + condemned.orphans.objects, bytes: bytesOf(condemned.packs) + condemned.orphans.bytes },
			orphans: condemned.orphans,
			rewritten: done.outcome === "condemned" ? { objects: sources.length, bytes: bytesOf(rewritten.packs) } : none,
			garbage: plan.garbage,
		},
	};
}

function bytesOf(records: readonly PackRecord[]): number {
	return records.reduce((sum, { size }) => sum + size, 0);
}

interface Rewrite {
	readonly marker: SnapshotMarker;
	readonly packs: readonly PackRecord[];
	readonly say: (done: number, total: number) => void;
}

/** Writes the live contents of packs anew. A pack that can't be read stays as it is: a verification tells of it. */
async function rewrite(
	parts: CollectParts & { readonly blobs: BlobReader },
	{ marker, packs, say }: Rewrite,
): Promise<{ readonly rewritten: Rewritten; readonly sources: readonly PackRecord[] }> {
	if (packs.length === 0) return { rewritten: { packs: [], segments: [] }, sources: [] };
	const places = await marker.marks.livePlaces(new Set(packs.map(({ sha256 }) => sha256)));
	const rewriter = new Rewriter({ ...parts, promise: 0 });
	const sources: PackRecord[] = [];
	for (const [done, pack] of packs.entries()) {
		requireCollecting(parts);
		say(done, packs.length);
		try {
			await rewriter.copy(pack.class, await parts.blobs.pack(pack), places.get(pack.sha256) ?? new Float64Array(0));
			sources.push(pack);
		} catch (error) {
			if (!(error instanceof AppError) || (error.code !== "vault-damaged" && error.code !== "store-object-missing")) throw error;
			parts.report.warn("a pack was not rewritten because it can't be read", { object: pack.sha256, error: error.code });
		}
	}
	say(packs.length, packs.length);
	return { rewritten: await rewriter.finish(), sources };
}
