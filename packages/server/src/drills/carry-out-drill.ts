import type { DrillDone, DrillRule } from "@skyeworx/contract";
import { AppError, type ItemRef } from "@skyeworx/core";
import {
	type DrillFault,
	planDrill,
	planTrial,
	type RestorePorts,
	readOut,
	restoreTime,
	runTrial,
	scoreDrill,
	type TrialResult,
} from "@skyeworx/engine";
import { spaceName } from "../access/limits.ts";
import { restoreWaits } from "../jobs/others-wait.ts";
import type { JobContext, WorkPorts } from "../jobs/work-ports.ts";
import { writesName } from "../restores/hold-target.ts";
import type { RunRecord } from "../runs/run-record.ts";
import { givingWay } from "./give-way.ts";
import { keepTrial } from "./trials.ts";

/** What a drill has found so far. */
export type DrillSoFar = { -readonly [Name in keyof DrillDone]: DrillDone[Name] };

/** A drill that has not begun. */
export function nothingFound(): DrillSoFar {
	return {
		snapshotId: null,
		sampled: [],
		read: null,
		plan: null,
		trial: null,
		noTrial: null,
		cleared: { undone: 0, kept: 0, left: 0 },
		score: null,
		time: null,
		faults: [],
		faultCount: 0,
	};
}

export interface Drilling {
	readonly rule: DrillRule;
	readonly restoring: RestorePorts;
	readonly record: RunRecord;
	/** Filled in step by step: what a drill that breaks off found until then stays. */
	readonly done: DrillSoFar;
}

const shownFaults = 200;

/** Draws a sample of the newest restore point, reads it out of the vault, plans its restore, and makes copies where the rule names a drill space. */
export async function carryOutDrill(ports: WorkPorts, context: JobContext, drilling: Drilling): Promise<void> {
	const { restoring, record, done } = drilling;
	const { signal } = context;
	record.phase("Drawing a sample");
	const { snapshotId, refs } = drawSample(ports, drilling);
	done.snapshotId = snapshotId;
	done.sampled = [...Map.groupBy(refs, (ref) => ref.kind)].map(([kind, own]) => ({ kind, items: own.length }));
	const read = await readOut(restoring, {
		snapshotId,
		refs,
		signal,
		isWanted: async () => await restoreWaits(ports, context),
		onProgress: (count, total) => record.phase("Reading out of the vault", { done: count, total, kinds: [] }),
	});
	const faults: DrillFault[] = [...read.faults];
	done.read = { items: read.items.length, parts: read.parts, bytes: read.bytes, damagedParts: read.damagedParts };
	noteFaults(done, faults);
	record.phase("Planning");
	const planned = await planDrill(restoring, { snapshotId, refs: read.items, signal });
	faults.push(...planned.faults);
	done.plan = { ...planned.actions };
	const results = read.gaveWay ? [] : await tryOut(ports, context, drilling, { snapshotId, refs: read.items });
	if (read.gaveWay) done.noTrial = "gave-way";
	const scored = scoreDrill(read, results);
	noteFaults(done, [...faults, ...scored.faults]);
	done.score = scored.score;
	const seconds = results.reduce((sum, { milliseconds }) => sum + milliseconds / 1000, 0);
	done.trial =
		results.length === 0 ? null : { restored: scored.restored, notRestored: scored.notRestored, fields: { ...scored.fields }, seconds };
	const items = Object.values(planned.actions).reduce((sum, count) => sum + count, 0);
	const held = Object.fromEntries(Object.entries(restoring.catalog.counts()).map(([kind, { live }]) => [kind, live]));
	done.time = restoreTime({ read, trials: results, planned: { requests: planned.requests, items }, held }) ?? null;
}

function noteFaults(done: DrillSoFar, faults: readonly DrillFault[]): void {
	done.faultCount = faults.length;
	done.faults = faults
		.slice(0, shownFaults)
		.map(({ ref, field, what, code }) => ({ kind: ref.kind, id: ref.id, field: field ?? null, what, code }));
}

interface Sample {
	readonly snapshotId: number;
	readonly refs: readonly ItemRef[];
}

const familyOf = (kind: string) => (kind.startsWith("confluence.") ? ("confluence" as const) : ("jira" as const));
const namesOf = (spaces: DrillRule["drillSpaces"]) => spaces.map(({ app, spaceId }) => spaceName(app, spaceId));

/** Of the sample, what can be copied where copies are made: a site has more settings than anybody would ever miss at once. */
const copiedShare = 0.8;

/** What lies in a drill space is no part of it: copies of copies say nothing. */
function drawSample(ports: WorkPorts, { rule, restoring }: Drilling): Sample {
	const { catalog, connector } = restoring;
	const snapshotId = catalog.position();
	const restorable = connector.kinds.filter((kind) => kind.restore !== undefined);
	const draw = (kinds: typeof restorable, count: number) => {
		const wanted = { kinds: kinds.map((kind) => kind.id), without: namesOf(rule.drillSpaces), count };
		return catalog.sample(rule.spaces === null ? wanted : { ...wanted, within: namesOf(rule.spaces) }, ports.random);
	};
	const apps = rule.drillSpaces.map(({ app }) => app);
	const copied = restorable.filter((kind) => kind.restore?.goesIntoSpaces === true && apps.includes(familyOf(kind.id)));
	const copies = copied.length === 0 ? [] : draw(copied, Math.ceil(rule.items * copiedShare));
	const others = restorable.filter((kind) => !copied.includes(kind));
	const refs = [...copies, ...draw(others, rule.items - copies.length)];
	if (snapshotId !== undefined && refs.length > 0) return { snapshotId, refs };
	throw new AppError("not-found", "There is nothing that a restore could be tried out with", {
		hint: "Back the site up first, or let the rule take more spaces.",
	});
}

/** Makes copies in each drill space; says why there are none. */
async function tryOut(ports: WorkPorts, context: JobContext, drilling: Drilling, sample: Sample): Promise<readonly TrialResult[]> {
	const { rule, done } = drilling;
	if (rule.drillSpaces.length === 0) {
		done.noTrial = "no-drill-space";
		return [];
	}
	const lease = await ports.leases.take(writesName(context.siteId), () => {});
	if (lease === undefined) {
		done.noTrial = "gave-way";
		return [];
	}
	try {
		const results: TrialResult[] = [];
		for (const space of rule.drillSpaces) {
			const refs = sample.refs.filter(({ kind }) => familyOf(kind) === space.app);
			const tried = await givingWay(ports, context, (signal) =>
				tryIn(ports, { ...context, signal }, drilling, { ...sample, refs, spaceId: space.spaceId }),
			);
			if (tried.gaveWay) {
				done.noTrial = "gave-way";
				return [];
			}
			if (tried.value !== undefined) results.push(tried.value);
		}
		if (results.length === 0) done.noTrial = "nothing-to-copy";
		return results;
	} finally {
		await lease.release();
	}
}

/** Undefined when nothing of the sample can be copied into the space. */
async function tryIn(
	ports: WorkPorts,
	context: JobContext,
	{ restoring, record }: Drilling,
	sample: Sample & { readonly spaceId: string },
): Promise<TrialResult | undefined> {
	const { signal } = context;
	record.phase("Planning copies");
	const plan = await planTrial(restoring, { ...sample, signal });
	if (plan === undefined) return undefined;
	if (signal.aborted || (await restoreWaits(ports, context))) throw new AppError("cancelled", "A restore waits for the site");
	const restoreId = await keepTrial(ports, context, plan);
	const onProgress = (done: number, total: number) => record.phase("Restoring copies", { done, total, kinds: [] });
	return await runTrial(restoring, { restoreId, plan, signal, onProgress });
}
