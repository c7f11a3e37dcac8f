export { type BlindSpot, type KindCounts, readDescriptor, type SnapshotDescriptor } from "./backup/descriptor.ts";
export { type BackupOptions, type BackupPorts, type BackupProgress, type BackupResult, runBackup } from "./backup/run-backup.ts";
export { followVault } from "./catalog-follow/follow-vault.ts";
export type {
	ApiUsage,
	Connector,
	ConnectorPorts,
	FieldDifference,
	FieldValue,
	KindDefinition,
	LiveItem,
	SiteFacts,
	ToldChange,
	VisibleSpace,
} from "./connector/connector.ts";
export type { Fidelity, FidelityRow, FieldFidelity } from "./connector/fidelity.ts";
export type {
	ApplyContext,
	ApplyResult,
	CreatedThing,
	ItemPlan,
	KindRestore,
	MappedItem,
	PlanAction,
	ReceiptField,
	RestoreOptions,
	RestoreProblem,
	RestoreTarget,
	UndoneBeside,
} from "./connector/kind-restore.ts";
export type { BackupRequest, Cursors, Observation } from "./connector/observation.ts";
export type { StoredFile, StoredItem } from "./connector/stored-item.ts";
export { type DrillPlan, planDrill, planTrial } from "./drills/plan-drill.ts";
export { type DrillFault, type ReadOut, readOut } from "./drills/read-out.ts";
export { clearTrial, runTrial, type TrialCleared, type TrialResult } from "./drills/run-trial.ts";
export { restoreTime, scoreDrill } from "./drills/score-drill.ts";
export { isFilePart, readStoredItem, storedItemFrom } from "./items/read-stored-item.ts";
export { type BlastQuery, type BlastRadius, blastRadius } from "./restore/blast-radius.ts";
export { type Changers, findChangers } from "./restore/find-changers.ts";
export { type JournalRecord, memoryJournal, type RestoreJournal } from "./restore/journal.ts";
export { type PlannedItem, planRestore, type RestorePlan, type RestoreSelection } from "./restore/plan-restore.ts";
export type { ItemReceipt, RestoreReceipt } from "./restore/receipt.ts";
export type { PlanPorts } from "./restore/restore-ports.ts";
export { isResumable, type RestorePorts, type RestoreProgress, type RunRestoreOptions, runRestore } from "./restore/run-restore.ts";
export { type UndoneLine, type UndoOptions, type UndoReport, undoRestore } from "./restore/undo-restore.ts";
export { applyRetention, type RetentionResult } from "./retention/apply-retention.ts";
export { keepsAtLeast, rulesBeyond } from "./retention/compare-policies.ts";
export { estimateFreed } from "./retention/estimate-freed.ts";
export {
	planRetention,
	type RetainedSnapshot,
	type RetentionPlan,
	type RetentionPolicy,
	type RetentionVerdict,
} from "./retention/plan-retention.ts";
export { chooseDue, type DueSite, type Room } from "./schedule/choose-due.ts";
export { longestGap, nextDue, requireUsable, upcoming } from "./schedule/next-due.ts";
export { type Schedule, usualSchedule } from "./schedule/schedule.ts";
