import type { PackClass } from "../format/pack-sealer.ts";
import type { PackRecord } from "../log/operation.ts";
import type { PackTally } from "./live-marks.ts";

/** A pack of which less than this share is live is written anew. */
const sparseBelow = 0.6;
/** So many small packs of about one size are merged into one. */
const mergeAt = 8;
const smallestTier = 64 * 1024;
/** Packs from this size on are large enough: 60 % of a full one. */
const largeEnough = 0.6 * 16 * 1024 * 1024;
/** A run may always rewrite one full pack: a small vault would never get anything done otherwise. */
const leastBudget = 16 * 1024 * 1024;
const budgetShare = 0.05;

export interface CollectionLimits {
	/** Stored bytes that may be rewritten; 5 % of what is stored when not given. */
	readonly budget?: number | undefined;
	/** The store's clock, epoch milliseconds. */
	readonly now: number;
}

/** What a collection will do: pure, so that it can be shown and tested. */
export interface CollectionPlan {
	/** Nothing in them is live. */
	readonly dead: readonly PackRecord[];
	/** What is live in them is written anew, then they go. */
	readonly rewrite: readonly PackRecord[];
	/** Sparse packs that wait: the budget is used up, or a lock keeps them anyway. */
	readonly postponed: readonly PackRecord[];
	/** Stored bytes of live contents in {@link rewrite}, estimated. */
	readonly rewritten: number;
	/** Stored bytes of garbage that stays inside of packs, estimated. */
	readonly garbage: number;
}

function sparse({ total, live }: PackTally): boolean {
	return live < total * sparseBelow;
}

/** Stored bytes of what is live, taking everything in a pack for equally compressible. */
function liveStored({ record, total, live }: PackTally): number {
	return total === 0 ? 0 : Math.ceil((record.size * live) / total);
}

/** Chooses dead packs, then the sparsest within the budget, then groups of small ones. */
export function planCollection(packs: readonly PackTally[], { budget, now }: CollectionLimits): CollectionPlan {
	const stored = packs.reduce((sum, { record }) => sum + record.size, 0);
	let left = budget ?? Math.max(leastBudget, stored * budgetShare);
	const dead = packs.filter(({ live }) => live === 0);
	const used = packs.filter(({ live }) => live > 0);
	const rewrite: PackTally[] = [];
	const take = (group: readonly PackTally[]): boolean => {
		const cost = group.reduce((sum, pack) => sum + liveStored(pack), 0);
		if (cost > left) return false;
		left -= cost;
		rewrite.push(...group);
		return true;
	};
	const postponed: PackRecord[] = [];
	const sparsest = used.filter(sparse).sort((a, b) => a.live / a.total - b.live / b.total || (a.record.sha256 < b.record.sha256 ? -1 : 1));
	// A pack under a lock would stay beside its copy.
	for (const pack of sparsest) if (pack.promise > now || !take([pack])) postponed.push(pack.record);
	for (const group of smallGroups(used.filter((pack) => !sparse(pack) && pack.promise <= now))) take(group);
	const taken = new Set(rewrite);
	return {
		dead: dead.map(({ record }) => record),
		rewrite: rewrite.map(({ record }) => record),
		postponed,
		rewritten: rewrite.reduce((sum, pack) => sum + liveStored(pack), 0),
		garbage: used.filter((pack) => !taken.has(pack)).reduce((sum, pack) => sum + pack.record.size - liveStored(pack), 0),
	};
}

/** Small packs of one class and about one size, where there are enough of them; growing sizes keep a blob from being rewritten daily. */
function smallGroups(packs: readonly PackTally[]): readonly (readonly PackTally[])[] {
	const groups = new Map<string, PackTally[]>();
	for (const pack of packs) {
		const { size, class: cls } = pack.record;
		if (size >= largeEnough) continue;
		const tier = Math.max(0, Math.floor(Math.log(Math.max(1, size / smallestTier)) / Math.log(mergeAt)));
		const name = `${cls satisfies PackClass}${tier}`;
		groups.set(name, [...(groups.get(name) ?? []), pack]);
	}
	return [...groups.values()].filter((group) => group.length >= mergeAt);
}
