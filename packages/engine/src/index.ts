export type {
	ApiUsage,
	Connector,
	ConnectorPorts,
	FieldDifference,
	FieldValue,
	KindDefinition,
	LiveItem,
	SiteFacts,
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
	RestoreTarget,
} from "./connector/kind-restore.ts";
export type { BackupRequest, Cursors, Observation } from "./connector/observation.ts";
export type { StoredFile, StoredItem } from "./connector/stored-item.ts";
