import type { CollectOptions, CollectReport } from "./collect/collect.ts";
import type { LogLine } from "./log/log-lines.ts";
import type { EntryKey, SnapshotId } from "./snapshots/snapshot.ts";
import type { RepairOptions, RepairReport } from "./verify/repair.ts";

/** What keeps a vault small, whole and as its owner wants it. Every method is safe beside any number of other writers. */
export interface VaultUpkeep {
	/**
	 * Frees what no snapshot reaches: announces it first and deletes it in a later run, when readers had their time.
	 * @throws AppError `vault-damaged` when a snapshot can't be read wholly: then nobody knows what it needs
	 */
	collect(options?: CollectOptions): Promise<CollectReport>;
	/** Mends what can be derived anew, sets damaged packs aside and saves what they still hold. */
	repair(options?: RepairOptions): Promise<RepairReport>;
	/** Names of packs that were found damaged and set aside; empty in a sound vault. */
	quarantined(): readonly string[];
	/**
	 * Entries of a snapshot whose bytes lie in packs that were set aside: the next backup reads them again from the source, and
	 * identical bytes make older snapshots whole too. Nothing, at no cost, in a sound vault.
	 * @throws AppError `vault-damaged` when the tree itself is lost
	 */
	lostEntries(id: SnapshotId): AsyncIterable<EntryKey>;
	/** Every change of the vault, oldest first. */
	log(): AsyncIterable<LogLine>;
	/** Keeps a snapshot from retention until it is unpinned; again to change the label. */
	pin(id: SnapshotId, label: string): Promise<void>;
	unpin(id: SnapshotId): Promise<void>;
	/** Holds a snapshot under a name (of a case, of a request): it can't be forgotten before each of its holds is released. */
	hold(id: SnapshotId, name: string): Promise<void>;
	/** @throws AppError `not-found` when it is not held under this name */
	release(id: SnapshotId, name: string): Promise<void>;
}
