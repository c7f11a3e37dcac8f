export {
	type AuditBreak,
	type AuditCheckpoint,
	type AuditContent,
	type AuditLink,
	type AuditNames,
	AuditWalk,
	auditChainStart,
	auditCheckpointBytes,
	auditEntryHash,
	auditNamesDigest,
	isCheckpointSigned,
} from "./audit-chain.ts";
export { canonicalBytes, canonicalJson, parseJson } from "./canonical-json.ts";
export { AppError, type ErrorCode, errorCodes, exitCodes, httpStatus, isAppError, isRetryable, toAppError } from "./errors.ts";
export type { Brand, OrganizationId, PlanId, RunId, SiteId } from "./ids.ts";
export type { AppName, ItemRef, KindId } from "./item.ts";
export { itemRefText, parseItemRef } from "./item.ts";
export type { JsonObject, JsonValue } from "./json.ts";
export { isJsonObject } from "./json.ts";
export type { Outcome } from "./outcome.ts";
export type { Clock, Log, LogFacts, Random } from "./ports.ts";
export { release } from "./release.ts";
export { jsonLog, quietLog, systemClock, systemRandom } from "./system/system.ts";
