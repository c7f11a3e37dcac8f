export type { AwsAccess, AwsKeyPair } from "./aws/aws-access.ts";
export type { CollectOptions, CollectProgress, CollectReport } from "./collect/collect.ts";
export { createVault } from "./create-vault.ts";
export type { AzureAccess } from "./crypto/key-services/azure-key-service.ts";
export { parseKeyAddress } from "./crypto/key-services/key-address.ts";
export type { KeyServiceUnlock } from "./crypto/key-services/key-service.ts";
export { probeKey } from "./crypto/key-services/probe-key.ts";
export { newRecoveryKit } from "./crypto/recovery-kit.ts";
export { seal, unseal } from "./crypto/seal.ts";
export { isVaultObject } from "./format/object-names.ts";
export type { Sealing } from "./format/sealing.ts";
export { sealingThread } from "./format/sealing-thread.ts";
export type { LogLine } from "./log/log-lines.ts";
export { type CopyOptions, type CopyReport, copyVault } from "./move/copy-vault.ts";
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
export { parseStoreAddress, type StoreAddress } from "./stores/address.ts";
export { azureBlobStore } from "./stores/azure/azure-blob-store.ts";
export type { AzureCredentials, AzurePlace } from "./stores/azure/azure-place.ts";
export type { LockRule } from "./stores/bucket/lock-length.ts";
export { folderStore } from "./stores/folder-store.ts";
export { type MemoryStore, type MemoryStoreOptions, memoryStore, type StoreCall, type StoreFault } from "./stores/memory-store.ts";
export { type OpenStorePorts, openStore } from "./stores/open-store.ts";
export { probeStore, requireSuitableStore, type StoreFinding, type StoreNeed } from "./stores/probe-store.ts";
export type { S3Place } from "./stores/s3/s3-place.ts";
export { s3Store } from "./stores/s3/s3-store.ts";
export type { ByteRange, ObjectFacts, PutOptions, Store } from "./stores/store.ts";
export type {
	CreateVaultOptions,
	Damage,
	KeysDestroyed,
	LogHead,
	OpenVaultOptions,
	SlotInfo,
	Unlock,
	Vault,
	VaultKeys,
	VaultPorts,
	VaultStatistics,
	VerifyLevel,
	VerifyOptions,
	VerifyReport,
} from "./vault.ts";
export type { Quarantined, RepairOptions, RepairReport } from "./verify/repair.ts";
