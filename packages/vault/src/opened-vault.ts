import { AppError, type ItemRef } from "@skyeworx/core";
import { BlobReader } from "./blobs/blob-reader.ts";
import { compactIndex } from "./blobs/compact-index.ts";
import { LiveIndex } from "./blobs/live-index.ts";
import type { KeyRing } from "./crypto/key-ring.ts";
import type { DomainKeys, RootKeys } from "./crypto/vault-keys.ts";
import { storedKeys } from "./keys/stored-keys.ts";
import type { LogPorts, VaultLog } from "./log/vault-log.ts";
import { compareSnapshots } from "./snapshots/compare.ts";
import { itemHistory } from "./snapshots/history.ts";
import { RunWriter } from "./snapshots/run-writer.ts";
import type { EntryChange, EntryFacts, SnapshotId, SnapshotInfo, SnapshotWriter } from "./snapshots/snapshot.ts";
import { StoredSnapshot, snapshotInfo } from "./snapshots/stored-snapshot.ts";
import type { LogHead, Unlock, Vault, VaultKeys, VaultPorts, VaultStatistics, VerifyReport } from "./vault.ts";
import { type VerifyOptions, verifyVault } from "./verify/verify.ts";

export interface OpenedVaultParts extends VaultPorts {
	readonly vaultId: string;
	readonly ring: KeyRing;
	readonly useUnlock: (unlock: Unlock) => void;
	/** Live views of the ring: they throw once its keys are gone. */
	readonly roots: RootKeys;
	readonly keys: DomainKeys;
	readonly vaultLog: VaultLog;
	readonly logPorts: LogPorts;
}

/** Features that this version knows, per use; a vault that needs another refuses that use. */
const knownFeatures: Readonly<Record<"read" | "write", ReadonlySet<string>>> = { read: new Set(), write: new Set() };

/** A vault whose keys are in memory. */
export class OpenedVault implements Vault {
	readonly id: string;
	readonly keys: VaultKeys;
	readonly #parts: OpenedVaultParts;
	readonly #blobs: BlobReader;
	readonly #index: LiveIndex;
	#closed = false;

	constructor(parts: OpenedVaultParts) {
		this.id = parts.vaultId;
		this.#parts = parts;
		const { vaultId, keys, store, vaultLog, ring } = parts;
		const ports = {
			vaultId,
			keys,
			state: () => vaultLog.state,
			readRange: (object: string) => (offset: number, length: number) => store.read(object, { offset, length }),
		};
		this.#index = new LiveIndex(ports);
		this.#blobs = new BlobReader({ ...ports, index: this.#index, refresh: () => this.refresh(), ready: () => ring.contentReady() });
		this.keys = storedKeys({ ...parts, requireWritable: () => this.requireWritable(), close: () => this.close() });
		ring.onDrop(() => {
			this.#blobs.clear();
			this.#index.clear();
		});
	}

	head(): LogHead {
		return this.#parts.vaultLog.head();
	}

	snapshots(): readonly SnapshotInfo[] {
		return [...this.#parts.vaultLog.state.snapshots].map(([id, record]) => snapshotInfo(id, record)).sort((a, b) => a.id - b.id);
	}

	async snapshot(id: SnapshotId): Promise<StoredSnapshot> {
		this.#requireOpen();
		const record = this.#parts.vaultLog.state.snapshots.get(id);
		if (record === undefined) throw new AppError("not-found", `There is no snapshot ${id} in the vault`, { facts: { snapshot: id } });
		return new StoredSnapshot({ info: snapshotInfo(id, record), record, blobs: this.#blobs });
	}

	async beginSnapshot({
		parent,
		signal,
	}: {
		readonly parent: SnapshotId | undefined;
		readonly signal?: AbortSignal;
	}): Promise<SnapshotWriter> {
		this.requireWritable();
		await this.refresh();
		this.requireWritable();
		const { store, random, vaultId, keys, vaultLog, sealing } = this.#parts;
		return new RunWriter({
			store,
			random,
			vaultId,
			keys,
			sealing,
			parent: parent === undefined ? undefined : await this.snapshot(parent),
			blobs: this.#blobs,
			log: vaultLog,
			requireWritable: () => this.requireWritable(),
			published: () =>
				compactIndex({
					store,
					random,
					vaultId,
					keys,
					log: vaultLog,
					report: this.#parts.log,
					open: (record) => this.#index.segment(record),
				}),
			signal,
		});
	}

	async *compare(from: SnapshotId | undefined, to: SnapshotId): AsyncIterable<EntryChange> {
		yield* compareSnapshots(from === undefined ? undefined : await this.snapshot(from), await this.snapshot(to));
	}

	async *history(ref: ItemRef): AsyncIterable<{ readonly snapshot: SnapshotInfo; readonly entries: readonly EntryFacts[] }> {
		yield* itemHistory(
			this.snapshots().map(
				({ id }) =>
					() =>
						this.snapshot(id),
			),
			ref,
		);
	}

	async forget(id: SnapshotId, reason: string): Promise<void> {
		this.requireWritable();
		await this.#parts.vaultLog.append((state) => {
			if (!state.snapshots.has(id)) throw new AppError("not-found", `There is no snapshot ${id} in the vault`, { facts: { snapshot: id } });
			return { op: "forget", snapshot: id, reason: reason.slice(0, 200) };
		});
	}

	async verify(options: VerifyOptions): Promise<VerifyReport> {
		this.#requireOpen();
		await this.refresh();
		const { logPorts, vaultLog, vaultId, keys, roots } = this.#parts;
		// Its ports are copies of the keys of this moment: what it finds with keys that were dropped meanwhile is no finding.
		return this.#parts.ring.during(() => verifyVault({ ...logPorts, vaultLog, vaultId, keys, roots }, options));
	}

	async statistics(): Promise<VaultStatistics> {
		this.#requireOpen();
		const { packs, segments, snapshots } = this.#parts.vaultLog.state;
		const stored = [...packs.values(), ...segments].reduce((sum, object) => sum + object.size, 0);
		return { packs: packs.size, stored, logical: this.snapshots().at(-1)?.size ?? 0, snapshots: snapshots.size };
	}

	async refresh(): Promise<void> {
		this.#requireOpen();
		await this.#parts.vaultLog.refresh();
		this.requireReadable();
	}

	deriveKey(purpose: string): Uint8Array {
		this.#requireOpen();
		return this.#parts.roots.purpose(purpose);
	}

	async requireKeys(): Promise<void> {
		this.#requireOpen();
		await this.#parts.ring.contentReady();
	}

	async close(): Promise<void> {
		this.#closed = true;
		this.#parts.ring.close();
	}

	/** @throws AppError `vault-unsupported` when reading needs a feature that this version lacks */
	requireReadable(): void {
		this.#requireFeatures("read");
	}

	/** @throws AppError `vault-unsupported` when writing needs a feature that this version lacks */
	requireWritable(): void {
		this.#requireOpen();
		this.#requireFeatures("read");
		this.#requireFeatures("write");
	}

	#requireFeatures(use: "read" | "write"): void {
		for (const feature of this.#parts.vaultLog.state.needs[use]) {
			if (knownFeatures[use].has(feature)) continue;
			throw new AppError("vault-unsupported", `To ${use} this vault a newer version of Skyeworx is needed`, {
				facts: { feature, use },
				hint: "Update Skyeworx and open the vault again.",
			});
		}
	}

	#requireOpen(): void {
		if (this.#closed) throw new AppError("internal", "The vault was closed");
	}
}
