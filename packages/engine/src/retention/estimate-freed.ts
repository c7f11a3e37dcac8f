import type { EntryChange, SnapshotId, SnapshotInfo, Vault } from "@skyeworx/vault";

type Kept = Pick<SnapshotInfo, "id" | "size" | "added">;

/** What looking at a vault needs of it. */
export type ComparableVault = Pick<Vault, "compare"> & { snapshots(): readonly Kept[] };

/**
 * Estimates the stored bytes that go when snapshots are forgotten: of what each of them added, the part that no kept snapshot has.
 * The cost follows the differences between the snapshots that go and their neighbours. It is an estimate: packs go as a whole or are
 * written anew, later collections find what lay scattered, and contents that several items share are counted with the first.
 */
export async function estimateFreed(vault: ComparableVault, forget: ReadonlySet<SnapshotId>, signal?: AbortSignal): Promise<number> {
	let freed = 0;
	let before: Kept | undefined;
	let run: Kept[] = [];
	for (const snapshot of vault.snapshots().toSorted((a, b) => a.id - b.id)) {
		if (forget.has(snapshot.id)) {
			run.push(snapshot);
			continue;
		}
		freed += await freedOfRun(vault, { before, run, after: snapshot }, signal);
		before = snapshot;
		run = [];
	}
	return Math.round(freed + (await freedOfRun(vault, { before, run, after: undefined }, signal)));
}

interface Run {
	readonly before: Kept | undefined;
	/** Snapshots that go, one after the other. */
	readonly run: readonly Kept[];
	readonly after: Kept | undefined;
}

/** Plaintext that one snapshot brought in, and how much of it is needed no more. */
interface Born {
	total: number;
	dead: number;
}

async function freedOfRun(vault: ComparableVault, { before, run, after }: Run, signal: AbortSignal | undefined): Promise<number> {
	const [first] = run;
	if (first === undefined) return 0;
	// Behind the newest there is nobody who could need it.
	if (after === undefined) return run.reduce((sum, { added }) => sum + added, 0);
	const born = new Map<SnapshotId, Born>(run.map(({ id }) => [id, { total: 0, dead: 0 }]));
	/** By entry, which snapshot of the run brought in what it holds now. */
	const origin = new Map<string, SnapshotId>();
	// All that the oldest snapshot holds came in with it; to list it would cost as much as it holds.
	if (before === undefined) born.set(first.id, { total: first.size, dead: 0 });
	const steps = [...(before === undefined ? [] : [before]), ...run, after];
	for (const [index, to] of steps.entries()) {
		const from = steps[index - 1];
		if (from === undefined) continue;
		for await (const change of vault.compare(from.id, to.id)) {
			signal?.throwIfAborted();
			note(change, { to: to.id, born, origin, oldest: before === undefined ? first.id : undefined });
		}
	}
	return run.reduce((sum, { id, added }) => {
		const { total, dead } = born.get(id) ?? { total: 0, dead: 0 };
		return sum + (total === 0 ? 0 : added * Math.min(1, dead / total));
	}, 0);
}

interface Noting {
	readonly to: SnapshotId;
	readonly born: ReadonlyMap<SnapshotId, Born>;
	readonly origin: Map<string, SnapshotId>;
	/** What has no known origin came in with this one; undefined: with a snapshot that stays. */
	readonly oldest: SnapshotId | undefined;
}

function note({ key, before, after }: EntryChange, { to, born, origin, oldest }: Noting): void {
	const name = `${key.kind}\0${key.id}\0${key.part}`;
	const from = origin.get(name) ?? oldest;
	const old = from === undefined ? undefined : born.get(from);
	if (before !== undefined && old !== undefined) old.dead += before.size;
	const here = born.get(to);
	if (after !== undefined && here !== undefined) here.total += after.size;
	origin.set(name, to);
}
