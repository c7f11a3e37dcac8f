import { AppError, type ItemRef } from "@skyeworx/core";
import { BlobReader } from "./blobs/blob-reader.ts";
import { compactIndex } from "./blobs/compact-index.ts";
import { LiveIndex } from "./blobs/live-index.ts";
import { type CollectOptions, type CollectReport, collectVault } from "./collect/collect.ts";
import type { CollectParts } from "./collect/collect-parts.ts";
import type { KeyRing } from "./crypto/key-ring.ts";
import type { DomainKeys, RootKeys } from "./crypto/vault-keys.ts";
import { packName } from "./format/pack-builder.ts";
import { storedKeys } from "./keys/stored-keys.ts";
import { type LogLine, logLines } from "./log/log-lines.ts";
import { movedAway } from "./log/state.ts";
import { type LogPorts, type VaultLog, wasMoved } from "./log/vault-log.ts";
import { compareSnapshots } from "./snapshots/compare.ts";
import { itemHistory } from "./snapshots/history.ts";
import { forgetSnapshot, holdSnapshot, pinSnapshot, releaseSnapshot, unpinSnapshot } from "./snapshots/keep-snapshots.ts";
import { RunWriter } from "./snapshots/run-writer.ts";
import type { EntryChange, EntryFacts, EntryKey, SnapshotId, SnapshotInfo, SnapshotStart, SnapshotWriter } from "./snapshots/snapshot.ts";
import { StoredSnapshot, snapshotInfo } from "./snapshots/stored-snapshot.ts";
import type { LogHead, Unlock, Vault, VaultKeys, VaultPorts, VaultStatistics, VerifyOptions, VerifyReport } from "./vault.ts";
import { lostEntries } from "./verify/lost-entries.ts";
import { type RepairOptions, type RepairReport, repairVault } from "./verify/repair.ts";
import { verifyVault } from "./verify/verify.ts";

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

type Use = "read" | "write" | "gc";

/** Features that this version knows, per use; a vault that needs another refuses that use. */
const knownFeatures: Readonly<Record<Use, ReadonlySet<string>>> = { read: new Set(), write: new Set(), gc: new Set() };

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
		return [...this.#parts.vaultLog.state.snapshots]
			.map(([id, record]) => snapshotInfo(id, record, this.#parts.vaultLog.state))
			.sort((a, b) => a.id - b.id);
	}

	async snapshot(id: SnapshotId): Promise<StoredSnapshot> {
		this.#requireOpen();
		const record = this.#parts.vaultLog.state.snapshots.get(id);
		if (record === undefined) throw new AppError("not-found", `There is no snapshot ${id} in the vault`, { facts: { snapshot: id } });
		return new StoredSnapshot({ info: snapshotInfo(id, record, this.#parts.vaultLog.state), record, blobs: this.#blobs });
	}

	async beginSnapshot({ parent, lockUntil, signal }: SnapshotStart): Promise<SnapshotWriter> {
		this.requireWritable();
		await this.refresh();
		this.requireWritable();
		const { store, random, vaultId, keys, vaultLog, sealing } = this.#parts;
		// Before the parent is looked up: while that waits, other tasks may read that it was forgotten and collected.
		const base = vaultLog.state.seq;
		return new RunWriter({
			store,
			random,
			vaultId,
			keys,
			sealing,
			retainUntil: lockUntil,
			base,
			parent: parent === undefined ? undefined : await this.snapshot(parent),
			blobs: this.#blobs,
			log: vaultLog,
			requireWritable: () => this.requireWritable(),
			ready: () => this.#parts.ring.contentReady(),
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
		await forgetSnapshot(this.#parts.vaultLog, id, reason);
	}

	async pin(id: SnapshotId, label: string): Promise<void> {
		this.requireWritable();
		await pinSnapshot(this.#parts.vaultLog, id, label);
	}

	async unpin(id: SnapshotId): Promise<void> {
		this.requireWritable();
		await unpinSnapshot(this.#parts.vaultLog, id);
	}

	async hold(id: SnapshotId, name: string): Promise<void> {
		this.requireWritable();
		await holdSnapshot(this.#parts.vaultLog, id, name);
	}

	async release(id: SnapshotId, name: string): Promise<void> {
		this.requireWritable();
		await releaseSnapshot(this.#parts.vaultLog, id, name);
	}

	async *log(): AsyncIterable<LogLine> {
		await this.refresh();
		yield* logLines(this.#parts.logPorts, this.head().seq);
	}

	async collect(options: CollectOptions = {}): Promise<CollectReport> {
		this.requireWritable();
		await this.refresh();
		this.#requireFeatures("gc");
		return this.#parts.ring.during(() => collectVault({ ...this.#collectParts(), signal: options.signal }, options));
	}

	async repair(options: RepairOptions = {}): Promise<RepairReport> {
		this.requireWritable();
		const { logPorts, roots } = this.#parts;
		const parts = { ...this.#collectParts(), logPorts, roots, signal: options.signal };
		return this.#parts.ring.during(() => repairVault(parts, options));
	}

	quarantined(): readonly string[] {
		const { packs, quarantined } = this.#parts.vaultLog.state;
		return [...packs.values()].filter(({ sha256 }) => quarantined.has(sha256)).map((record) => packName(record.class, record.sha256));
	}

	async *lostEntries(id: SnapshotId): AsyncIterable<EntryKey> {
		await this.refresh();
		if (this.#parts.vaultLog.state.quarantined.size > 0) yield* lostEntries(this.#blobs, await this.snapshot(id));
	}

	#collectParts(): CollectParts {
		const { store, random, vaultId, keys, vaultLog, logPorts, log } = this.#parts;
		const checkpointKey = () => logPorts.roots.checkpoint;
		return { store, random, vaultId, keys, log: vaultLog, checkpointKey, report: log, blobs: this.#blobs, index: this.#index };
	}

	async verify(options: VerifyOptions): Promise<VerifyReport> {
		this.#requireOpen();
		await this.refresh();
		const { logPorts, vaultLog, vaultId, keys, roots } = this.#parts;
		// What it finds with keys that were dropped meanwhile is no finding.
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

	movedAway(): boolean {
		return this.#parts.vaultLog.state.needs.write.has(movedAway);
	}

	async leave(expected: LogHead): Promise<boolean> {
		this.requireWritable();
		const needs = { read: [], write: [movedAway], gc: [movedAway] };
		const left = await this.#parts.vaultLog.appendIf((state) => (state.seq === expected.seq ? { op: "feature", needs } : undefined));
		return left !== undefined;
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

	#requireFeatures(use: Use): void {
		for (const feature of this.#parts.vaultLog.state.needs[use]) {
			if (knownFeatures[use].has(feature)) continue;
			if (feature === movedAway) throw wasMoved();
			throw new AppError("vault-unsupported", `To ${use === "gc" ? "collect in" : use} this vault a newer version of Skyeworx is needed`, {
				facts: { feature, use },
				hint: "Update Skyeworx and open the vault again.",
			});
		}
	}

	#requireOpen(): void {
		if (this.#closed) throw new AppError("internal", "The vault was closed");
	}
}
