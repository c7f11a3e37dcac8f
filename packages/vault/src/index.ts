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
