export { type AnyInput, type CallInput, type CallOutput, type Calls, callPath } from "./client/call.ts";
export { type Client, type ClientOptions, createClient } from "./client/client.ts";
export { everySite } from "./client/every-site.ts";
export { type Endpoint, endpoint, type Method } from "./endpoint.ts";
export { apiPrefix, type EndpointName, type Endpoints, endpoints } from "./endpoints.ts";
export { type OpenApiOptions, openApiDocument } from "./openapi.ts";
export {
	type Access,
	organizationPermissions,
	type Permission,
	permission,
	permissionNames,
	permissions,
	type Role,
	role,
	roleNames,
	rolePermissions,
	spacePermissions,
} from "./permissions.ts";
export { ApiError, type Failure, failure, type Problem, problem } from "./problem.ts";
export {
	type AuditEntry,
	type AuditExportLine,
	type AuditVerification,
	auditCheckpoint,
	auditExportLine,
	type SignedCheckpoint,
} from "./schemas/audit.ts";
export { auditActionName, auditActionNames } from "./schemas/audit-names.ts";
export type { AccountChanges, ChangersBody, TouchedItem } from "./schemas/changers.ts";
export type { KindCoverage } from "./schemas/coverage.ts";
export type { Deletion } from "./schemas/data-rights.ts";
export { type DrillDone, type DrillRule, type Drills, noDrills } from "./schemas/drill.ts";
export { type LiveEvent, liveEvent } from "./schemas/event.ts";
export type { Grant, GrantWays, OwnApp, Setup, SetupStep } from "./schemas/grant.ts";
export { anomalyNames, type Insights } from "./schemas/insights.ts";
export type {
	Absence,
	FieldDifferenceBody,
	FieldValueBody,
	ItemDetail,
	ItemDiff,
	ItemFile,
	ItemHit,
	ItemPage,
	ItemSummary,
	ItemVersion,
	ItemVersionInfo,
	RelatedItem,
	Space,
	VersionName,
} from "./schemas/item.ts";
export type { Limits, SpaceLimit } from "./schemas/limits.ts";
export type { Invitation, InvitationInput, InvitationOffer, Member, MemberPatch, RoleBody, RoleId } from "./schemas/member.ts";
export { type Notice, type NoticeRule, type NoticeTarget, type NoticeTargetInput, noticeRuleNames } from "./schemas/notice.ts";
export { type Approval, type ApprovalDeed, approvalDeeds, type Organization } from "./schemas/organization.ts";
export type { Attention, Overview, OverviewSite, StripDay } from "./schemas/overview.ts";
export type { Policy, ScheduleBody } from "./schemas/policy.ts";
export type { ItemRefBody } from "./schemas/primitives.ts";
export {
	type Consent,
	maxPlanItems,
	type PlanActionName,
	type PlanItem,
	type Restore,
	type RestoreInput,
	type RestoreItem,
	type RestorePlan,
	type RestorePlanInput,
	type RestoreReceipt,
	type RestoreStatus,
	type RestoreSummary,
	type RestoreTargetBody,
} from "./schemas/restore.ts";
export type { Retention, RetentionPreview, RetentionRules } from "./schemas/retention.ts";
export type { Actor, ApiUsageBody, BlindSpot, KindCounts, Progress, Run, RunStatus, UpkeepDone, Verification } from "./schemas/run.ts";
export type { ApiKey, ApiKeyInput, Me, Session } from "./schemas/session.ts";
export type { GroupRole, Identity, Passkey, PasskeyAnswer, ScimToken, SignInWays } from "./schemas/sign-in.ts";
export type { ConnectionInput, RecoveryKit, Site, SiteCoverage, SiteCreated, SiteDetail, SiteInput, SitePatch } from "./schemas/site.ts";
export type { Snapshot, SnapshotChange, SnapshotDetail } from "./schemas/snapshot.ts";
export type {
	SiteStorage,
	StorageChange,
	StorageSettings,
	StorageTest,
	StoreBody,
	StoreInput,
	VaultKeyBody,
	VaultKeyInput,
} from "./schemas/storage.ts";
export type { DamagedObject, Upkeep } from "./schemas/upkeep.ts";
