import type { VaultState } from "../log/state.ts";
import type { CollectParts } from "./collect-parts.ts";

/** Objects that no log entry names. */
export interface Orphans {
	readonly packs: readonly Orphan[];
	readonly segments: readonly Orphan[];
}

interface Orphan {
	readonly sha256: string;
	readonly size: number;
}

/**
 * Finds packs and segments that are in the store, in no log entry, and older than `age` by the store's own clock: left behind
 * by writers that died. A younger one may belong to a run that goes on.
 */
export async function findOrphans(parts: CollectParts, { now, age }: { readonly now: number; readonly age: number }): Promise<Orphans> {
	const old = async (kind: "packs" | "idx") => {
		const found: Orphan[] = [];
		for await (const { name, size, modifiedAt } of parts.store.list(`${kind}/`)) {
			const sha256 = name.slice(name.lastIndexOf("/") + 1);
			if (/^[0-9a-f]{64}$/.test(sha256) && now - modifiedAt.getTime() >= age) found.push({ sha256, size });
		}
		return found;
	};
	const listed = { packs: await old("packs"), segments: await old("idx") };
	// Listed first, asked for after: what is committed meanwhile is known then.
	await parts.log.refresh();
	return stillOrphans(parts.log.state, listed);
}

/** Those that are still orphans in this state. */
export function stillOrphans(state: Readonly<VaultState>, { packs, segments }: Orphans): Orphans {
	const { packs: live, condemned, retired } = state;
	const named = new Set(state.segments.map(({ sha256 }) => sha256));
	return {
		packs: packs.filter(({ sha256 }) => !live.has(sha256) && !condemned.has(sha256)),
		segments: segments.filter(({ sha256 }) => !named.has(sha256) && !retired.has(sha256)),
	};
}
