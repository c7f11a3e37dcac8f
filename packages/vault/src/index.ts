export { createVault } from "./create-vault.ts";
export { newRecoveryKit } from "./crypto/recovery-kit.ts";
export { seal, unseal } from "./crypto/seal.ts";
export type { Sealing } from "./format/sealing.ts";
export { sealingThread } from "./format/sealing-thread.ts";
export { openVault } from "./open-vault.ts";
export type {
	EntryChange,
	EntryFacts,
	EntryKey,
	PutEntry,
	SnapshotId,
	SnapshotInfo,
	SnapshotReader,
	SnapshotWriter,
} from "./snapshots/snapshot.ts";
export { folderStore } from "./stores/folder-store.ts";
export { type MemoryStore, type MemoryStoreOptions, memoryStore, type StoreCall, type StoreFault } from "./stores/memory-store.ts";
export type { ByteRange, ObjectFacts, PutOptions, Store } from "./stores/store.ts";
export type {
	CreateVaultOptions,
	Damage,
	LogHead,
	OpenVaultOptions,
	Unlock,
	Vault,
	VaultPorts,
	VaultStatistics,
	VerifyLevel,
	VerifyReport,
} from "./vault.ts";
