import type { Clock, ItemRef, Log, Random } from "@skyeworx/core";
import type { AwsAccess } from "./aws/aws-access.ts";
import type { AzureAccess } from "./crypto/key-services/azure-key-service.ts";
import type { Sealing } from "./format/sealing.ts";
import type {
	EntryChange,
	EntryFacts,
	SnapshotId,
	SnapshotInfo,
	SnapshotReader,
	SnapshotStart,
	SnapshotWriter,
} from "./snapshots/snapshot.ts";
import type { Store } from "./stores/store.ts";
import type { VaultUpkeep } from "./upkeep.ts";

/**
 * What opens a key slot. `key` is 32 bytes from a key file; `keyArn` is a KMS key's own ARN (its region is the key's), `keyId` a
 * key identifier of Azure Key Vault with or without its version.
 */
export type Unlock =
	| { readonly type: "passphrase"; readonly passphrase: string }
	| { readonly type: "key-file"; readonly key: Uint8Array }
	| { readonly type: "recovery-kit"; readonly code: string }
	| { readonly type: "kms-aws"; readonly keyArn: string; readonly aws?: AwsAccess }
	| { readonly type: "kms-azure"; readonly keyId: string; readonly azure?: AzureAccess };

/** One way to open a vault, as its store has it. */
export interface SlotInfo {
	readonly slotId: string;
	/** `unreadable`: its object is damaged, or another vault's. */
	readonly type: Unlock["type"] | "kms-google" | "unreadable";
	readonly createdAt?: Date;
	/** The key service's key. */
	readonly keyId?: string;
	/** Whether it opens the vault without a key service: at least one such slot always stays. */
	readonly offline: boolean;
}

/** What destroying keys found and left behind. */
export interface KeysDestroyed {
	/** Key objects that were deleted, with all their versions. */
	readonly deleted: readonly string[];
}

/** A vault's keys: who may open it, under which key new objects are sealed, and how all of it ends. @see docs/keys.md */
export interface VaultKeys {
	/** The slots that open this vault, oldest first. */
	slots(): Promise<readonly SlotInfo[]>;
	/** Adds another way to open the vault, and proves that it does, before it counts; several may exist. */
	addSlot(unlock: Unlock): Promise<string>;
	/** @throws AppError `conflict` for the last slot and the last one that needs no key service, `not-found` */
	removeSlot(slotId: string): Promise<void>;
	/** Puts another slot in the place of one: the same key service after its key was changed, a new passphrase for an old one. */
	rotateSlot(slotId: string, unlock: Unlock): Promise<string>;
	/** Seals what is new under a new random key; what is old stays readable under the old ones. Answers the new generation. */
	rotateDomainKey(): Promise<number>;
	/**
	 * Destroys the key of all contents, in every version that the store has of it, and proves that nothing opens it any more.
	 * Snapshots, items and attachments can never be read again; the log and its history stay readable.
	 * Calling it again ends what was interrupted.
	 * @throws AppError `conflict` when the store keeps a version of a key, `facts.object` names it
	 */
	shredDomain(): Promise<KeysDestroyed>;
	/** Shreds, then destroys every slot too: nobody opens this vault any more. The vault is closed. */
	destroyKeys(): Promise<KeysDestroyed>;
}

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

export interface VerifyOptions {
	readonly level: VerifyLevel;
	/** Rolling: reads only every so manieth pack, those first that were verified longest ago. */
	readonly share?: number;
	/** Writes the result into the vault's log, so that the next rolling run goes on there. */
	readonly record?: boolean;
	readonly signal?: AbortSignal;
	readonly onProgress?: (done: number, total: number) => void;
}

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
	/** Packs that were looked at. */
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
export interface Vault extends VaultUpkeep {
	readonly id: string;
	head(): LogHead;
	/** Committed snapshots that are still kept, oldest first; checkpoints (complete: false) included. */
	snapshots(): readonly SnapshotInfo[];
	snapshot(id: SnapshotId): Promise<SnapshotReader>;
	beginSnapshot(start: SnapshotStart): Promise<SnapshotWriter>;
	/** What differs, in tree order; the cost follows the difference. `from` undefined means everything in `to`. */
	compare(from: SnapshotId | undefined, to: SnapshotId): AsyncIterable<EntryChange>;
	/** For one item, each snapshot at which any of its parts changed, oldest first; empty `entries` means absent there. */
	history(ref: ItemRef): AsyncIterable<{ readonly snapshot: SnapshotInfo; readonly entries: readonly EntryFacts[] }>;
	/** Drops a snapshot from the list (its data goes with the next collections). @throws AppError `conflict` while it is pinned or held */
	forget(id: SnapshotId, reason: string): Promise<void>;
	verify(options: VerifyOptions): Promise<VerifyReport>;
	statistics(): Promise<VaultStatistics>;
	/** Reads log entries that other writers added since. */
	refresh(): Promise<void>;
	/** 32 bytes bound to this vault and the purpose: for the catalog, sealed labels, journals. */
	deriveKey(purpose: string): Uint8Array;
	readonly keys: VaultKeys;
	/** Whether the vault was moved to another store: it can still be read here, and never again be written. */
	movedAway(): boolean;
	/**
	 * Ends all writing here, for ever, once the vault was copied elsewhere up to this head; the last step of a move. False when
	 * somebody wrote since: then nothing was done, and the copy lacks something.
	 */
	leave(expected: LogHead): Promise<boolean>;
	/**
	 * Unwraps the root key anew when its time is over, and answers at once otherwise: for whoever serves what came out of the vault
	 * earlier. @throws AppError `vault-key-revoked`, `vault-key-unavailable`, `vault-shredded`
	 */
	requireKeys(): Promise<void>;
	close(): Promise<void>;
}

interface KeyLifetime {
	/**
	 * Milliseconds for which an unwrapped root key is used before the slot is asked again; without end when left out. Keys and
	 * plaintext in memory are dropped then, unless the slot still opens.
	 */
	readonly keyLifetime?: number;
}

export interface CreateVaultOptions extends VaultPorts, KeyLifetime {
	/** At least one that needs no key service; the first is the one that this process goes on with. */
	readonly slots: readonly Unlock[];
}

export interface OpenVaultOptions extends VaultPorts, KeyLifetime {
	readonly unlock: Unlock;
	/** @throws AppError `vault-rolled-back` from open when the log does not contain it */
	readonly expectHead?: LogHead;
	/** For a repair: goes on from the newest checkpoint although the end of the log was lost. Then repair before anything else. */
	readonly lostLogEnd?: boolean;
}
