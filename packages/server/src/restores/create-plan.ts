import type { RestorePlan as PlanBody, RestorePlanInput } from "@skyeworx/contract";
import type { Clock, Log, Random } from "@skyeworx/core";
import { type KindDefinition, planRestore } from "@skyeworx/engine";
import type { Principal } from "../access/principal.ts";
import { withOrganization } from "../data/database.ts";
import { viewOf } from "../items/site-view.ts";
import type { EventBus } from "../live/event-bus.ts";
import type { ReadPorts } from "../runs/read-runs.ts";
import { actorColumns } from "../runs/run-body.ts";
import { failureOf } from "../sites/site-facts.ts";
import { saveProblem } from "../sites/site-problem.ts";
import type { SiteRuntime, SiteRuntimes } from "../sites/site-runtimes.ts";
import { places } from "./places.ts";
import { optionsOf, type PlanRequest } from "./plan-body.ts";
import { readPlan } from "./read-plans.ts";
import { selectItems } from "./select-items.ts";
import { requireLiveWithin, requireSelectable, spaceNamesOf } from "./space-limits.ts";
import { targetFor, targetRuntime } from "./target-site.ts";

export interface PlanningPorts extends ReadPorts {
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
	readonly bus: EventBus;
	readonly sites: SiteRuntimes;
	readonly kinds: readonly KindDefinition[];
}

const planMinutes = 60;
/** A caller waits so long for a plan; after that it asks for it. */
const patienceMilliseconds = 8000;

/** Starts making a plan and waits a while for it; larger ones go on and are asked for. */
export async function createPlan(ports: PlanningPorts, principal: Principal, siteId: string, input: RestorePlanInput): Promise<PlanBody> {
	const runtime = await ports.sites.open(principal.organizationId, siteId);
	const view = viewOf(runtime, principal);
	const request: PlanRequest = {
		...(await selectItems(view, input)),
		target: targetFor(principal, siteId, input.target ?? { type: "in-place" }),
		ifExists: input.ifExists ?? "overwrite",
		...(input.fields !== undefined && { fields: input.fields }),
		...(input.replayVersions === true && { replayVersions: true }),
		...(input.standIn !== undefined && { standIn: input.standIn }),
		...(input.keepKeys === true && { keepKeys: true }),
	};
	requireSelectable(view, request);
	const planId = await insertPlan(ports, principal, runtime, request);
	const planning = finishPlan(ports, { organizationId: principal.organizationId, siteId, planId, request, within: view.within });
	const patience = new AbortController();
	const enough = ports.clock.sleep(patienceMilliseconds, patience.signal).catch(() => {});
	await Promise.race([planning, enough]);
	patience.abort();
	return await readPlan(ports, principal, planId);
}

async function insertPlan(ports: PlanningPorts, principal: Principal, runtime: SiteRuntime, request: PlanRequest): Promise<string> {
	const { organizationId } = principal;
	const sealer = await ports.keys.sealer(organizationId);
	const id = ports.random.uuid();
	const now = ports.clock.now();
	await withOrganization(ports.database, organizationId, async (scoped) => {
		await scoped
			.insertInto("restore_plans")
			.values({
				id,
				organization_id: organizationId,
				site_id: runtime.siteId,
				status: "planning",
				...actorColumns(sealer, principal.actor),
				created_at: now,
				expires_at: new Date(now.getTime() + planMinutes * 60_000),
				total: request.selection.length,
				sealed_request: sealer.json(places.request(id), request),
				sealed_plan: null,
				restore_id: null,
				error_code: null,
				sealed_error: null,
				space_names: spaceNamesOf(runtime, request.selection),
			})
			.execute();
	});
	return id;
}

interface Planning {
	readonly organizationId: string;
	readonly siteId: string;
	readonly planId: string;
	readonly request: PlanRequest;
	/** The spaces that the caller may see; null for all. */
	readonly within: ReadonlySet<string> | null;
}

/** Never throws: what goes wrong is kept with the plan. */
async function finishPlan(ports: PlanningPorts, planning: Planning): Promise<void> {
	const { organizationId, siteId, planId, request } = planning;
	const total = request.selection.length;
	try {
		const sealer = await ports.keys.sealer(organizationId);
		const runtime = await ports.sites.open(organizationId, siteId);
		const { vault, catalog } = runtime;
		const { live } = await targetRuntime(ports.sites, organizationId, runtime, request.target);
		await requireLiveWithin(ports, runtime, planning.within, request.selection);
		const made = await planRestore(
			{ vault, catalog, connector: live, clock: ports.clock, log: ports.log },
			request.selection,
			optionsOf(request),
		);
		await save(ports, planning, { status: "ready", done: total, sealed_plan: sealer.json(places.plan(planId), made) });
		await publish(ports, planning, "ready");
	} catch (error) {
		ports.log.info("a plan could not be made", { plan: planId, code: failureOf(error).code });
		const keep = async () => {
			const sealer = await ports.keys.sealer(organizationId);
			const failure = failureOf(error);
			await save(ports, planning, {
				status: "failed",
				error_code: failure.code,
				sealed_error: sealer.json(places.planError(planId), failure),
			});
			await saveProblem(ports, planning, error);
			await publish(ports, planning, "failed");
		};
		await keep().catch((cause: unknown) => ports.log.error("a failed plan could not be kept", { plan: planId, cause: String(cause) }));
	}
}

async function save(ports: PlanningPorts, { organizationId, planId }: Planning, values: Record<string, unknown>): Promise<void> {
	await withOrganization(ports.database, organizationId, async (scoped) => {
		await scoped.updateTable("restore_plans").set(values).where("id", "=", planId).execute();
	});
}

async function publish(
	ports: PlanningPorts,
	{ organizationId, siteId, planId, request }: Planning,
	status: "ready" | "failed",
): Promise<void> {
	const total = request.selection.length;
	const at = ports.clock.now().toISOString();
	await ports.bus.publish(organizationId, {
		type: "plan.progress",
		at,
		siteId,
		planId,
		status,
		done: status === "ready" ? total : 0,
		total,
	});
}
