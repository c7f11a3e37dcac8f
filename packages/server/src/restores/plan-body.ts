import type { FieldDifferenceBody, RestorePlan as PlanBody, PlanItem, RestorePlanInput, RestoreTargetBody } from "@skyeworx/contract";
import type {
	BlastRadius,
	FieldDifference,
	FieldValue,
	PlannedItem,
	RestoreOptions,
	RestorePlan,
	RestoreSelection,
} from "@skyeworx/engine";
import type { Selectable } from "kysely";
import type { RestorePlanRow } from "../data/tables.ts";
import type { Sealer } from "../keys/organization-keys.ts";
import { actorOf } from "../runs/run-body.ts";
import { places } from "./places.ts";

export type StoredPlan = Selectable<RestorePlanRow> & { readonly site_sealed_name: Buffer };

/** What was asked for, as kept beside the plan. */
export interface PlanRequest {
	readonly selection: readonly RestoreSelection[];
	/** What an account changed and what is not taken back. */
	readonly kept?: BlastRadius["kept"];
	readonly target: RestoreTargetBody;
	readonly ifExists: NonNullable<RestorePlanInput["ifExists"]>;
	readonly fields?: readonly string[];
	readonly replayVersions?: boolean;
	readonly standIn?: string;
	readonly keepKeys?: boolean;
}

/** The engine's options of a request. */
export function optionsOf(request: PlanRequest): RestoreOptions {
	const { target, ifExists, fields, replayVersions, standIn, keepKeys } = request;
	return {
		target: targetOf(target),
		ifExists,
		...(fields !== undefined && { fields }),
		...(replayVersions === true && { replayVersions }),
		...(standIn !== undefined && { standIn }),
		...(keepKeys === true && { keepKeys }),
	};
}

function targetOf(target: RestoreTargetBody): RestoreOptions["target"] {
	if (target.type !== "copy") return { type: "in-place" };
	const { spaceId, siteId, unmarked } = target;
	return {
		type: "copy",
		...(spaceId !== undefined && { spaceId }),
		...(siteId !== undefined && { siteId }),
		...(unmarked === true && { unmarked }),
	};
}

const nothing: RestorePlan["totals"] = { create: 0, change: 0, untrash: 0, leave: 0, cannot: 0, requests: 0 };
/** Measured against Atlassian's limits: about four writes a second are allowed on one site. */
const secondsPerRequest = 0.25;

/** A plan as the API shows it. */
export function planBody(
	sealer: Sealer,
	row: StoredPlan,
	{ now, consent }: { readonly now: Date; readonly consent: PlanBody["consent"] },
): PlanBody {
	const request = sealer.openJson<PlanRequest>(places.request(row.id), row.sealed_request);
	const plan = row.sealed_plan === null ? undefined : sealer.openJson<RestorePlan>(places.plan(row.id), row.sealed_plan);
	const expired = row.status === "ready" && row.expires_at <= now;
	const totals = plan?.totals ?? nothing;
	return {
		id: row.id,
		siteId: row.site_id,
		siteName: sealer.openText(`sites.name/${row.site_id}`, row.site_sealed_name),
		status: expired ? "expired" : row.status,
		createdAt: row.created_at.toISOString(),
		expiresAt: row.expires_at.toISOString(),
		requestedBy: actorOf(sealer, row),
		target: request.target,
		ifExists: request.ifExists,
		fields: request.fields === undefined ? null : [...request.fields],
		replayVersions: request.replayVersions === true,
		progress: { done: row.done, total: row.total },
		totals: { ...totals },
		estimateSeconds: Math.ceil(totals.requests * secondsPerRequest),
		items: (plan?.items ?? []).map(itemBody),
		kept: (request.kept ?? []).map((one) => ({ ...one })),
		consent,
		command: `npx skyeworx restore run --plan ${row.id}`,
		restoreId: row.restore_id,
		error: planError(sealer, row),
	};
}

function planError(sealer: Sealer, row: StoredPlan): PlanBody["error"] {
	if (row.status !== "failed") return null;
	if (row.sealed_error !== null) return sealer.openJson(places.planError(row.id), row.sealed_error);
	return { code: row.error_code ?? "internal", detail: "The server ended while it made the plan", hint: "Make the plan again." };
}

function itemBody(item: PlannedItem): PlanItem {
	return {
		ref: item.ref,
		version: item.snapshotId,
		fields: item.fields === undefined ? null : [...item.fields],
		label: item.label,
		action: item.action,
		reason: item.reason ?? null,
		changes: item.changes.map(differenceBody),
		losses: item.losses.map((loss) => ({ ...loss })),
		after: [...item.after],
		requests: item.requests,
	};
}

/** One differing field as the API shows it. */
export function differenceBody({ field, label, before, after }: FieldDifference): FieldDifferenceBody {
	return { field, label, before: valueBody(before), after: valueBody(after) };
}

function valueBody(value: FieldValue | undefined): FieldDifferenceBody["before"] {
	if (value === undefined) return null;
	return value.type === "list" ? { type: "list", items: [...value.items] } : { ...value };
}
