import type { Actor, ApiUsageBody, BlindSpot, DrillDone, Failure, KindCounts, Run, UpkeepDone, Verification } from "@skyeworx/contract";
import type { Selectable } from "kysely";
import type { RunRow } from "../data/tables.ts";
import type { Sealer } from "../keys/organization-keys.ts";

/** What a run found and how it ended; kept sealed, for reasons may name what they speak of. */
export interface RunResult {
	readonly counts?: readonly KindCounts[];
	readonly blindSpots?: readonly BlindSpot[];
	readonly failedKinds?: readonly { readonly kinds: readonly string[]; readonly error: Failure }[];
	readonly bytesAdded?: number;
	readonly api?: ApiUsageBody;
	readonly verification?: Verification;
	readonly upkeep?: UpkeepDone;
	readonly drill?: DrillDone;
	readonly error?: Failure;
}

export type StoredRun = Selectable<RunRow> & { readonly site_sealed_name: Buffer };

/** Names the place that a run's sealed result is bound to. */
export function resultPlace(runId: string): string {
	return `runs.result/${runId}`;
}

/** A row of any table that says who asked. */
export function actorOf(
	sealer: Sealer,
	row: { readonly actor_type: string; readonly actor_id: string; readonly sealed_actor_name: Buffer },
): Actor {
	return { type: row.actor_type as Actor["type"], id: row.actor_id, name: sealer.openText(`actor/${row.actor_id}`, row.sealed_actor_name) };
}

/** The columns that say who asked. */
export function actorColumns(sealer: Sealer, actor: Actor) {
	return { actor_type: actor.type, actor_id: actor.id, sealed_actor_name: sealer.text(`actor/${actor.id}`, actor.name) };
}

/** A run as the API shows it. */
export function runBody(sealer: Sealer, row: StoredRun): Run {
	const result = row.sealed_result === null ? {} : sealer.openJson<RunResult>(resultPlace(row.id), row.sealed_result);
	return {
		id: row.id,
		siteId: row.site_id,
		siteName: sealer.openText(`sites.name/${row.site_id}`, row.site_sealed_name),
		type: row.type,
		status: row.status,
		trigger: row.trigger,
		requestedBy: actorOf(sealer, row),
		createdAt: row.created_at.toISOString(),
		startedAt: row.started_at?.toISOString() ?? null,
		finishedAt: row.finished_at?.toISOString() ?? null,
		progress: row.progress,
		phases: row.phases,
		snapshotId: row.snapshot_id,
		counts: [...(result.counts ?? [])],
		blindSpots: [...(result.blindSpots ?? [])],
		failedKinds: (result.failedKinds ?? []).map(({ kinds, error }) => ({ kinds: [...kinds], error })),
		bytesAdded: result.bytesAdded ?? null,
		api: result.api ?? null,
		verification: result.verification ?? null,
		upkeep: result.upkeep ?? null,
		drill: result.drill ?? null,
		error: result.error ?? null,
	};
}
