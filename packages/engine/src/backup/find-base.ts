import { type ItemRef, isAppError, itemRefText } from "@skyeworx/core";
import type { EntryKey, SnapshotInfo, SnapshotReader, Vault } from "@skyeworx/vault";
import { readDescriptor, type SnapshotDescriptor } from "./descriptor.ts";

/** What a run builds on. */
export interface Base {
	readonly parent: SnapshotReader | undefined;
	readonly descriptor: SnapshotDescriptor | undefined;
	/** Entries of the parent whose bytes were lost: read again from the source, whatever the cursors say. */
	readonly lost: readonly EntryKey[];
	/** A newer snapshot's tree was lost with a damaged pack: the cursors of this older one don't count. */
	readonly readAll: boolean;
}

/** The newest snapshot; after a damage that was set aside, the newest whose tree can be read wholly. */
export async function findBase(vault: Vault): Promise<Base> {
	let readAll = false;
	for (const info of vault.snapshots().toReversed()) {
		try {
			return { ...(await openBase(vault, info)), readAll };
		} catch (error) {
			// Damage that nobody looked at yet must be seen, not worked around.
			if (!isAppError(error, "vault-damaged") || vault.quarantined().length === 0) throw error;
			readAll = true;
		}
	}
	return { parent: undefined, descriptor: undefined, lost: [], readAll };
}

async function openBase(vault: Vault, { id }: SnapshotInfo): Promise<Omit<Base, "readAll">> {
	const parent = await vault.snapshot(id);
	const descriptor = await readDescriptor(parent);
	const lost: EntryKey[] = [];
	for await (const key of vault.lostEntries(id)) lost.push(key);
	return { parent, descriptor, lost };
}

/** Names a lost part. */
export function lostName({ kind, id, part }: EntryKey): string {
	return `${kind}\0${id}\0${part}`;
}

/** The items of entries, each once. */
export function itemsOf(entries: readonly EntryKey[]): readonly ItemRef[] {
	return [...new Map(entries.map(({ kind, id }) => [itemRefText({ kind, id }), { kind, id }])).values()];
}
