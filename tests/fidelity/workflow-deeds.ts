import type { JsonObject, JsonValue } from "@skyeworx/core";
import type { RestorePlan } from "@skyeworx/engine";
import type { SiteBench } from "../site-bench.ts";

const api = "/rest/api/3";

/** The objects of a list. */
export const list = (value: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : []);

/** Ids of the work items that stand in a status. */
export function issuesIn(bench: SiteBench, statusId: string): readonly number[] {
	return [...bench.simulator.state.jira.issues.values()].filter((issue) => issue.statusId === statusId).map(({ id }) => id);
}

/** What a plan says of work items that its changes would move. */
export function foreseen(plan: RestorePlan) {
	return plan.items.flatMap(({ losses }) => losses.filter(({ label }) => label === "Status of work items"));
}

/** Makes a status that all spaces may use; answers its id. */
export async function newStatus(bench: SiteBench, name: string, statusCategory: string): Promise<string> {
	const body = { scope: { type: "GLOBAL" }, statuses: [{ name, statusCategory }] };
	const [made] = (await bench.post(`${api}/statuses`, body)) as unknown as JsonObject[];
	return String(made?.id);
}

const categories = { 2: "TODO", 4: "IN_PROGRESS", 3: "DONE" } as const;

/** Gives a live workflow other statuses or transitions. */
export async function rewrite(bench: SiteBench, name: string, change: (workflow: JsonObject) => Record<string, unknown>): Promise<void> {
	const search = await bench.call("GET", `${api}/workflows/search?expand=values.transitions`);
	const workflow = list(search.values).find((one) => one.name === name) ?? {};
	const changed = change(workflow);
	const inside = list(changed.statuses as JsonValue).map((one) => String(one.statusReference));
	const statuses = [...bench.simulator.state.jira.statuses.values()].map((status) => ({
		id: status.id,
		name: status.name,
		statusCategory: categories[status.category],
		statusReference: status.id,
	}));
	const places = inside.map((statusReference) => ({ statusReference, properties: {}, layout: { x: 1, y: 1 } }));
	const transitions = list(changed.transitions as JsonValue).map(({ actions: _actions, ...one }) => one);
	await bench.post(`${api}/workflows/update`, {
		statuses,
		workflows: [{ id: workflow.id, version: workflow.version, ...changed, statuses: places, transitions }],
	});
}

/** The workflow with one status more, to which everything leads. */
export const withStatus = (id: string) => (workflow: JsonObject) => ({
	statuses: [...list(workflow.statuses), { statusReference: id }],
	transitions: [...list(workflow.transitions), { id: "99", type: "GLOBAL", name: "Stop", toStatusReference: id, links: [] }],
});

/** Makes a workflow, "Short way", of two statuses of its own, between which every work item may go as it likes. */
export async function shortWay(bench: SiteBench): Promise<{ readonly open: string; readonly shut: string }> {
	const [open, shut] = [await newStatus(bench, "Open", "TODO"), await newStatus(bench, "Shut", "DONE")];
	const statuses = [open, shut].map((id, index) => ({
		id,
		name: ["Open", "Shut"][index],
		statusCategory: ["TODO", "DONE"][index],
		statusReference: id,
	}));
	const transitions = [
		{ id: "1", type: "INITIAL", name: "Create", toStatusReference: open, links: [] },
		{ id: "11", type: "GLOBAL", name: "Shut", toStatusReference: shut, links: [] },
		{ id: "21", type: "GLOBAL", name: "Open", toStatusReference: open, links: [] },
	];
	const places = statuses.map(({ statusReference }) => ({ statusReference, properties: {}, layout: { x: 0, y: 0 } }));
	await bench.post(`${api}/workflows/create`, {
		scope: { type: "GLOBAL" },
		statuses,
		workflows: [{ name: "Short way", description: "", statuses: places, transitions }],
	});
	return { open, shut };
}
