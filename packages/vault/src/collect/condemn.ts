import type { Operation, PackRecord } from "../log/operation.ts";
import type { VaultState } from "../log/state.ts";
import { type CollectParts, requireCollecting } from "./collect-parts.ts";
import type { Sum } from "./delete-condemned.ts";
import type { SnapshotMarker } from "./mark-snapshots.ts";
import { type Orphans, stillOrphans } from "./orphans.ts";
import type { Rewritten } from "./rewriter.ts";

/** What a collection has decided, at the entry that it looked at. */
export interface Sentence {
	readonly marker: SnapshotMarker;
	/** The newest entry when marking began, and what then stood. */
	readonly basis: { readonly seq: number; readonly lastCondemn: number; readonly quarantined: number };
	/** Packs of which nothing is live, or all that is live was rewritten. */
	readonly packs: readonly PackRecord[];
	readonly rewritten: Rewritten;
	readonly orphans: Orphans;
	/** Noted since marking: packs in which later snapshots found something live. */
	readonly touched: ReadonlySet<string>;
}

/** What came of it. `overtaken`: another collection or a merge of the index came first, and nothing was condemned. */
type Condemned =
	| { readonly outcome: "condemned"; readonly packs: readonly PackRecord[]; readonly orphans: Sum }
	| { readonly outcome: "nothing" | "overtaken" };

/**
 * Announces that packs will go. Snapshots that were committed since the marking are marked first, and what they need is
 * spared; the entry is created behind the newest one, so that any commit after it sees it and checks itself.
 * docs/decisions/0008-collection.md has the whole argument.
 */
export async function condemn(parts: CollectParts, sentence: Sentence): Promise<Condemned> {
	let condemned: Condemned = { outcome: "nothing" };
	await parts.log.appendIf(async (state): Promise<Operation | undefined> => {
		condemned = { outcome: "overtaken" };
		if (!stillStands(state, sentence)) return undefined;
		await sentence.marker.markAll();
		requireCollecting(parts);
		const packs = sentence.packs.filter(({ sha256 }) => !sentence.touched.has(sha256) && state.packs.has(sha256));
		const orphans = stillOrphans(state, sentence.orphans);
		const left = [...orphans.packs, ...orphans.segments];
		condemned = { outcome: "nothing" };
		if (packs.length + left.length === 0) return undefined;
		condemned = {
			outcome: "condemned",
			packs,
			orphans: { objects: left.length, bytes: left.reduce((sum, { size }) => sum + size, 0) },
		};
		return {
			op: "condemn",
			basis: sentence.basis.seq,
			remove: [...packs, ...orphans.packs].map(({ sha256 }) => sha256),
			add: [...sentence.rewritten.packs],
			segments: { remove: orphans.segments.map(({ sha256 }) => sha256), add: [...sentence.rewritten.segments] },
		};
	});
	return condemned;
}

/** Marks hold only while the places that they name are the ones that stay. */
function stillStands(state: Readonly<VaultState>, { marker, basis }: Sentence): boolean {
	const live = new Set(state.segments.map(({ sha256 }) => sha256));
	return (
		state.lastCondemn === basis.lastCondemn &&
		state.quarantined.size === basis.quarantined &&
		marker.marks.segments.every(({ sha256 }) => live.has(sha256))
	);
}
