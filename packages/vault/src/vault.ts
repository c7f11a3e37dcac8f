import type { Clock, ItemRef, Log, Random } from "@skyeworx/core";
import type { Sealing } from "./format/sealing.ts";
import type { EntryChange, EntryFacts, SnapshotId, SnapshotInfo, SnapshotReader, SnapshotWriter } from "./snapshots/snapshot.ts";
import type { Store } from "./stores/store.ts";

/** What opens a key slot. `key` is 32 bytes from a key file or the recovery kit. */
export type Unlock =
	| { readonly type: "passphrase"; readonly passphrase: string }
	| { readonly type: "key-file"; readonly key: Uint8Array }
	| { readonly type: "recovery-kit"; readonly code: string };

export interface VaultPorts {
	readonly store: Store;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
	/** A local folder for spooling; only ciphertext is written there. */
	readonly cacheFolder?: string;
	/** Where packs are sealed: on the calling thread when not given, or on one beside ({@link sealingThread}). */
	readonly sealing?: Sealing;
}

/** Remembered outside the store, so that a rolled back log is noticed. */
export interface LogHead {
	readonly seq: number;
	readonly sha256: string;
}

export type VerifyLevel = "log" | "structure" | "keyless" | "data";

export interface Damage {
	readonly object: string;
	/** `missing`, `size`, `hash`, `tag`, `chain`, `toc`, `reference`, ... one word. */
	readonly what: string;
	readonly detail: string;
	/** Entries of snapshots that can't be read because of it; capped at 1,000, `lostCount` is exact. */
	readonly lost: readonly { readonly snapshot: SnapshotId; readonly kind: string; readonly id: string; readonly part: string }[];
	readonly lostCount: number;
}

export interface VerifyReport {
	readonly level: VerifyLevel;
	readonly snapshots: number;
	readonly packs: number;
	readonly bytesRead: number;
	readonly entries: number;
	readonly damage: readonly Damage[];
}

export interface VaultStatistics {
	readonly packs: number;
	/** Bytes in the store. */
	readonly stored: number;
	/** Bytes of plaintext before deduplication and compression, newest snapshot. */
	readonly logical: number;
	readonly snapshots: number;
}

/**
 * The encrypted store of one site. All reads verify; all writes are create-only and published by one log entry.
 * @see docs/vault-format.md
 */
export interface Vault {
	readonly id: string;
	head(): LogHead;
	/** Committed snapshots that are still kept, oldest first; checkpoints (complete: false) included. */
	snapshots(): readonly SnapshotInfo[];
	snapshot(id: SnapshotId): Promise<SnapshotReader>;
	beginSnapshot(options: { readonly parent: SnapshotId | undefined; readonly signal?: AbortSignal }): Promise<SnapshotWriter>;
	/** What differs, in tree order; the cost follows the difference. `from` undefined means everything in `to`. */
	compare(from: SnapshotId | undefined, to: SnapshotId): AsyncIterable<EntryChange>;
	/** For one item, each snapshot at which any of its parts changed, oldest first; empty `entries` means absent there. */
	history(ref: ItemRef): AsyncIterable<{ readonly snapshot: SnapshotInfo; readonly entries: readonly EntryFacts[] }>;
	/** Drops a snapshot from the list (its data goes with the next collection). */
	forget(id: SnapshotId, reason: string): Promise<void>;
	verify(options: {
		readonly level: VerifyLevel;
		readonly signal?: AbortSignal;
		readonly onProgress?: (done: number, total: number) => void;
	}): Promise<VerifyReport>;
	statistics(): Promise<VaultStatistics>;
	/** Reads log entries that other writers added since. */
	refresh(): Promise<void>;
	/** 32 bytes bound to this vault and the purpose: for the catalog, sealed labels, journals. */
	deriveKey(purpose: string): Uint8Array;
	/** Adds another way to open the vault; several may exist. */
	addSlot(unlock: Unlock): Promise<string>;
	close(): Promise<void>;
}

export interface CreateVaultOptions extends VaultPorts {
	/** At least one; a recovery kit beside the daily key is strongly advised. */
	readonly slots: readonly Unlock[];
}

export interface OpenVaultOptions extends VaultPorts {
	readonly unlock: Unlock;
	/** @throws AppError `vault-rolled-back` from open when the log does not contain it */
	readonly expectHead?: LogHead;
}
