import type { JsonObject, JsonValue } from "@skyeworx/core";
import { idAt, idsAt, listAt, objectAt, textAt } from "../../record/json-access.ts";
import { optional, pagedList } from "../setting/reading.ts";
import type { Deed, Reading } from "../setting/setting-kind.ts";
import { ended, noteMoved, noteMoves, type StatusPair, spacesUsing } from "./noted-moves.ts";
import { foreseen, type MappedStatus, saidOf, sharedStatuses, standInFor } from "./status-mapping.ts";

const path = "/rest/api/3/workflowscheme";

/** Which workflow each type goes through, by the ids of workflows. */
interface Flows {
	readonly id: string;
	readonly defaultWorkflowId?: string;
	readonly workflowsForIssueTypes: readonly { readonly workflowId: string; readonly issueTypeIds: readonly string[] }[];
}

/** The ids of workflows that a scheme names; undefined for a workflow that the site does not have (yet). */
async function flowsOf(reading: Reading, id: string, tree: JsonObject): Promise<Flows | undefined> {
	const all = await pagedList(reading, { path: "/rest/api/3/workflows/search", size: 50 });
	const ids = new Map(all.map((workflow) => [textAt(workflow, "name") ?? "", idAt(workflow, "id") ?? ""]));
	const fallback = textAt(tree, "defaultWorkflow");
	const named = Object.entries(objectAt(tree, "issueTypeMappings")).map(([typeId, name]) => ({
		typeId,
		workflowId: ids.get(idAt(name) ?? ""),
	}));
	const defaultWorkflowId = fallback === undefined ? undefined : ids.get(fallback);
	// Jira's own workflow is what a scheme has that names none.
	if (
		named.some(({ workflowId }) => workflowId === undefined) ||
		(defaultWorkflowId === undefined && fallback !== undefined && fallback !== "jira")
	)
		return undefined;
	const workflowsForIssueTypes = [...Map.groupBy(named, ({ workflowId }) => workflowId ?? "")].map(([workflowId, types]) => ({
		workflowId,
		issueTypeIds: types.map(({ typeId }) => typeId),
	}));
	return { id, ...(defaultWorkflowId === undefined ? {} : { defaultWorkflowId }), workflowsForIssueTypes };
}

/** The workflow that work items of a type go through, by its id. */
export function workflowOf(flows: Flows, typeId: string): string {
	const own = flows.workflowsForIssueTypes.find(({ issueTypeIds }) => issueTypeIds.includes(typeId));
	return own?.workflowId ?? flows.defaultWorkflowId ?? "";
}

/** The flows of a scheme as it is now; undefined when it is not there. */
export async function flowsOfScheme(reading: Reading, id: string): Promise<Flows | undefined> {
	const scheme = await optional(schemeRecord(reading, id));
	if (scheme === undefined || idAt(scheme, "id") === undefined) return undefined;
	const fallback = idAt(scheme, "defaultWorkflow", "id");
	return {
		id,
		...(fallback === undefined || fallback === "" ? {} : { defaultWorkflowId: fallback }),
		workflowsForIssueTypes: listAt(scheme, "workflowsForIssueTypes").map((one) => ({
			workflowId: idAt(one, "workflow", "id") ?? "",
			issueTypeIds: idsAt(one, "issueTypeIds"),
		})),
	};
}

/** One status of the work items of a type, or of a workflow, that has to be given up for another. */
export interface Move {
	/** What Jira asked the mapping for. */
	readonly of: { readonly issueTypeId: string } | { readonly oldWorkflowId: string; readonly newWorkflowId: string };
	readonly from: MappedStatus;
	readonly to: MappedStatus;
}

const body = (flows: Flows): JsonObject => ({
	...flows,
	workflowsForIssueTypes: flows.workflowsForIssueTypes.map((one) => ({ ...one, issueTypeIds: [...one.issueTypeIds] })),
});

/** Asks Jira which statuses would be lost, and finds one for each. */
export async function movesFor(reading: Reading, flows: Flows): Promise<readonly Move[]> {
	const call = { method: "POST", path: `${path}/update/mappings`, body: body(flows), idempotent: true, signal: reading.signal } as const;
	const { json } = await reading.client.call(call);
	const known = new Map(
		listAt(json, "statuses").map((status) => {
			const id = idAt(status, "id") ?? "";
			return [id, { id, name: textAt(status, "name") ?? id, category: textAt(status, "category") ?? "" }] as const;
		}),
	);
	const statusesIn = (workflowId: string): readonly MappedStatus[] =>
		listAt(
			listAt(json, "statusesPerWorkflow").find((one) => idAt(one, "workflowId") === workflowId),
			"statuses",
		).flatMap((id) => known.get(idAt(id) ?? "") ?? []);
	const moves = (of: Move["of"], workflowId: string, statusIds: readonly JsonValue[]): Move[] =>
		statusIds.flatMap((one): Move[] => {
			const id = idAt(one) ?? "";
			const from = known.get(id) ?? { id, name: id, category: "" };
			const to = standInFor(from, statusesIn(workflowId));
			return to === undefined ? [] : [{ of, from, to }];
		});
	return [
		...listAt(json, "statusMappingsByIssueTypes").flatMap((one) => {
			const issueTypeId = idAt(one, "issueTypeId") ?? "";
			return moves({ issueTypeId }, workflowOf(flows, issueTypeId), listAt(one, "statusIds"));
		}),
		...listAt(json, "statusMappingsByWorkflows").flatMap((one) => {
			const [oldWorkflowId, newWorkflowId] = [idAt(one, "sourceWorkflowId") ?? "", idAt(one, "targetWorkflowId") ?? ""];
			return moves({ oldWorkflowId, newWorkflowId }, newWorkflowId, listAt(one, "statusIds"));
		}),
	];
}

/** Each pair of statuses once, in words. */
export function told(moves: readonly Move[]): readonly { readonly from: string; readonly to: string }[] {
	const pairs = new Map(moves.map(({ from, to }) => [`${from.id} ${to.id}`, { from: from.name, to: to.name }]));
	return [...pairs.values()];
}

const flowRows = ["defaultWorkflow", "issueTypeMappings"];

/** What changing a scheme's workflows would do to work items; nothing where that is not known before its workflows are there. */
export async function foreseeMoves(
	reading: Reading,
	change: { readonly id: string; readonly rows: ReadonlySet<string>; readonly wanted: JsonObject },
) {
	if (!flowRows.some((row) => change.rows.has(row))) return [];
	const flows = await flowsOf(reading, change.id, change.wanted);
	return flows === undefined ? [] : told(await movesFor(reading, flows)).map((move) => foreseen("issueTypeMappings", move));
}

/** Changes the workflows of a scheme under the work items that go through them; each status that goes away is mapped to another. */
export async function migrateScheme(
	deed: Deed,
	{ id, rows, wanted }: { readonly id: string; readonly rows: ReadonlySet<string>; readonly wanted: JsonObject },
) {
	const field = flowRows.find((row) => rows.has(row));
	if (field === undefined) return;
	const flows = await flowsOf(deed.reading, id, wanted);
	if (flows === undefined) {
		deed.problem(field, "A workflow that it names is not there: restore that with it.");
		return;
	}
	const moves = await movesFor(deed.reading, flows);
	const pairs = await noteMoves(deed, {
		pairs: moves.map(({ from, to }) => ({ from: from.id, to: to.id })),
		spaceIds: () => spacesUsing(deed.reading, "workflowSchemeId", id),
	});
	const now = await schemeRecord(deed.reading, id);
	const update: JsonObject = {
		...body(flows),
		name: textAt(now, "name") ?? "",
		description: textAt(now, "description") ?? "",
		version: objectAt(now, "version"),
		statusMappingsByIssueTypeOverride: mappings(moves, "issueTypeId"),
		statusMappingsByWorkflows: mappings(moves, "newWorkflowId"),
	};
	if (!(await deed.put(field, "workflows", { method: "POST", path: `${path}/update`, body: update }))) return;
	await ended(deed, async () => textAt(await schemeRecord(deed.reading, id), "taskId") === undefined);
	await noteMoved(deed);
	await sayMoved(deed, field, pairs);
}

/** Says between which statuses work items were moved, each pair once. */
export async function sayMoved(deed: Deed, field: string, pairs: readonly StatusPair[]): Promise<void> {
	// An undo tells it of each work item.
	if (pairs.length === 0 || deed.context.options.undoing === true) return;
	const { ids } = await sharedStatuses(deed.reading);
	for (const { from, to } of pairs) deed.problem(field, saidOf({ from: ids.get(from) ?? from, to: ids.get(to) ?? to }));
}

/** A scheme with its version, and whether Jira still moves work items for it. */
async function schemeRecord({ client, signal }: Pick<Reading, "client" | "signal">, id: string): Promise<JsonObject> {
	const call = { method: "POST", path: `${path}/read`, body: { workflowSchemeIds: [id] }, idempotent: true, signal } as const;
	return objectAt(listAt((await client.call(call)).json)[0]);
}

function mappings(moves: readonly Move[], by: "issueTypeId" | "newWorkflowId"): readonly JsonObject[] {
	const concerned = moves.filter(({ of }) => by in of);
	return [...Map.groupBy(concerned, ({ of }) => JSON.stringify(of)).values()].map((group) => ({
		...group[0]?.of,
		statusMappings: group.map(({ from, to }) => ({ oldStatusId: from.id, newStatusId: to.id })),
	}));
}
