import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { offsetPages } from "../../http/paging.ts";
import { at, idAt, listAt, objectAt, textAt } from "../../record/json-access.ts";
import { degraded, derived, exact, idRows, impossible, row } from "../setting/fidelity-rows.ts";
import { members } from "../setting/plain-write.ts";
import { pagedList, recordsFrom, withParts } from "../setting/reading.ts";
import type { Deed, Reading, SettingChange, SettingKind, SettingRecord } from "../setting/setting-kind.ts";
import { moveBack } from "./move-back.ts";
import { ended, noteMoved, noteMoves, spacesUsing } from "./noted-moves.ts";
import { ownOfSpace } from "./own-of-space.ts";
import { foreseen, saidOf, sharedStatuses, standInFor, statusesOf } from "./status-mapping.ts";

const configure = ["manage:jira-configuration"];

/** All workflows with transitions and rules; the statuses that they name stand beside the list and are kept with each. */
async function readWorkflows(reading: Reading): Promise<readonly SettingRecord[]> {
	const query = { expand: "values.transitions", maxResults: 50 };
	const call = { method: "GET", path: "/rest/api/3/workflows/search", query, signal: reading.signal } as const;
	const found: SettingRecord[] = [];
	for await (const page of offsetPages(reading.client, call)) {
		const statuses = new Map(listAt(page.answer, "statuses").map((status) => [textAt(status, "statusReference"), status]));
		for (const record of recordsFrom(page.items)) {
			const named = listAt(record.parts.get(""), "statuses").flatMap((one) => statuses.get(textAt(one, "statusReference")) ?? []);
			found.push(withParts(record, { mappings: named }));
		}
	}
	return found;
}

/** Names of statuses by the references that stand for them inside a workflow. */
function names(tree: JsonObject): ReadonlyMap<string, string> {
	return new Map(listAt(tree, "mappings").map((status) => [textAt(status, "statusReference") ?? "", textAt(status, "name") ?? ""]));
}

function rules(value: JsonValue | undefined): JsonValue {
	return listAt({ value: value ?? [] }, "value").map((rule) => ({
		name: textAt(rule, "ruleKey") ?? "",
		parameters: at(rule, "parameters") ?? {},
	}));
}

/** What a transition does, whatever numbers its rules have. */
function transitionEssence(transition: JsonValue, named: ReadonlyMap<string, string>): JsonValue {
	const status = (reference: string | undefined) => named.get(reference ?? "") ?? reference ?? "";
	const entries: Readonly<Record<string, JsonValue>> = {
		name: textAt(transition, "name") ?? "",
		type: textAt(transition, "type") ?? "",
		description: textAt(transition, "description") ?? "",
		to: status(textAt(transition, "toStatusReference")),
		from: listAt(transition, "links").map((link) => status(textAt(link, "fromStatusReference"))),
		conditions: at(transition, "conditions") ?? null,
		actions: rules(at(transition, "actions")),
		validators: rules(at(transition, "validators")),
		triggers: rules(at(transition, "triggers")),
		screen: at(transition, "transitionScreen", "parameters") ?? null,
		properties: at(transition, "properties") ?? {},
	};
	const says = ([, value]: readonly [string, JsonValue]) =>
		!(value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0));
	return Object.fromEntries(Object.entries(entries).filter(says));
}

type Statuses = Awaited<ReturnType<typeof sharedStatuses>>;

/** A status by its id if it is there, else by that of its name; without one Jira makes it. */
function declared(status: JsonValue, there: Statuses): JsonObject {
	const kept = isJsonObject(status) ? members(status, "name", "statusCategory", "description") : {};
	const id = idAt(status, "id") ?? "";
	const known = there.ids.has(id) ? id : there.byName.get((textAt(status, "name") ?? "").toLowerCase());
	return { ...kept, statusReference: textAt(status, "statusReference") ?? "", ...(known === undefined ? {} : { id: known }) };
}

/** A workflow as the calls that write it take it: every status by a reference that the call declares. */
function payload(tree: JsonObject, there: Statuses): { readonly statuses: readonly JsonObject[]; readonly workflow: JsonObject } {
	const statuses = listAt(tree, "mappings").map((status) => declared(status, there));
	const layouts = listAt(tree, "statuses").map((status) => ({
		statusReference: textAt(status, "statusReference") ?? "",
		properties: objectAt(status, "properties"),
		...(isJsonObject(status) ? members(status, "layout", "approvalConfiguration") : {}),
	}));
	const transitions = listAt(tree, "transitions").map((transition) => {
		const given = isJsonObject(transition) ? transition : {};
		const kept = [
			"id",
			"name",
			"type",
			"description",
			"toStatusReference",
			"links",
			"properties",
			"conditions",
			"transitionScreen",
			"customIssueEventId",
		];
		const withoutIds = (list: string) =>
			listAt(given, list).map((rule) => (isJsonObject(rule) ? members(rule, "ruleKey", "parameters") : rule));
		return {
			...members(given, ...kept),
			actions: withoutIds("actions"),
			validators: withoutIds("validators"),
			triggers: withoutIds("triggers"),
		};
	});
	const layout = members(tree, "startPointLayout", "loopedTransitionContainerLayout");
	return { statuses, workflow: { description: textAt(tree, "description") ?? "", statuses: layouts, transitions, ...layout } };
}

/** The statuses that go away with a change, each with the one that takes over its work items. */
function movesOf(live: JsonObject, wanted: JsonObject) {
	const left = statusesOf(wanted);
	const idsLeft = new Set(listAt(wanted, "mappings").map((status) => idAt(status, "id")));
	return listAt(live, "mappings").flatMap((status) => {
		const [lost] = statusesOf({ mappings: [status] });
		const to = lost === undefined ? undefined : standInFor(lost, left);
		if (lost === undefined || to === undefined || idsLeft.has(idAt(status, "id"))) return [];
		// Names of statuses are unique: one of the same name is the same status, whatever number it had.
		return lost.name.toLowerCase() === to.name.toLowerCase() ? [] : [{ from: lost, to, fromId: idAt(status, "id") ?? "" }];
	});
}

/** Writes into the live workflow. Work items in a status that goes away are moved to another, and it is said. */
async function updateWorkflow(deed: Deed, { id, wanted, live }: SettingChange): Promise<void> {
	const there = await sharedStatuses(deed.reading);
	const { statuses, workflow } = payload(wanted, there);
	const moves = movesOf(live, wanted);
	const idNow = (reference: string) => idAt(statuses.find((one) => one.statusReference === reference) ?? null, "id") ?? "";
	const pairs = await noteMoves(deed, {
		pairs: moves.map(({ fromId, to }) => ({ from: fromId, to: idNow(to.id) })),
		spaceIds: () => spacesUsing(deed.reading, "workflowId", id),
	});
	const defaultStatusMappings = moves.map(({ from, to }) => ({ oldStatusReference: from.id, newStatusReference: to.id }));
	const version = members(objectAt(live, "version"), "id", "versionNumber");
	const body = { statuses, workflows: [{ ...workflow, id, version, defaultStatusMappings }] };
	const done = await deed.put("transitions", "workflow", { method: "POST", path: "/rest/api/3/workflows/update", body });
	if (pairs.length > 0) await ended(deed, async () => (await workflowTask(deed.reading, id)) === undefined);
	await noteMoved(deed);
	if (!done || deed.context.options.undoing === true) return;
	const toName = (to: string) => there.ids.get(to) ?? "";
	const foreknown = new Map(moves.map(({ from, to, fromId }) => [fromId, { from: from.name, to: to.name }]));
	for (const { from, to } of pairs)
		deed.problem("mappings", saidOf(foreknown.get(from) ?? { from: there.ids.get(from) ?? from, to: toName(to) }));
}

/** The task that still moves work items for a change of the workflow. */
async function workflowTask(reading: Reading, id: string): Promise<string | undefined> {
	const all = await pagedList(reading, { path: "/rest/api/3/workflows/search", size: 50 });
	return textAt(all.find((one) => idAt(one, "id") === id) ?? null, "taskId");
}

/** Workflows: statuses, transitions and their rules. */
export const workflows: SettingKind = {
	id: "jira.workflow",
	names: ["workflow", "workflows"],
	scopes: { read: configure, restore: configure },
	parts: ["mappings"],
	table: [
		...idRows(),
		row("name", "Name", impossible("Jira renames no workflow."), exact),
		row("description", "Description", exact),
		row("statuses", "Places of the statuses", exact),
		row(
			"mappings",
			"Statuses",
			degraded(
				"Work items in a status that goes away are moved to one of the same name, or else of the same category: the plan names them.",
			),
			exact,
		),
		row("transitions", "Transitions and rules", degraded("Written into the live workflow; rules of missing apps are refused.")),
		row("startPointLayout", "Place of the start", exact),
		row("loopedTransitionContainerLayout", "Place of the loop", exact),
		row("version", "Version", derived("its changes")),
		row("created", "Made on", derived("Jira")),
		row("updated", "Changed on", derived("its changes")),
		row("isEditable", "Can be changed", derived("Jira")),
		row("taskId", "Change under way", derived("Jira")),
		row("scope", "Whose it is", impossible("It belongs to one team-managed space.")),
	],
	points: [{ at: "mappings.*.id", kind: "jira.status" }],
	read: readWorkflows,
	essence(member, value, tree) {
		const named = names(tree);
		if (member === "transitions") return listAt({ value }, "value").map((one) => transitionEssence(one, named));
		if (member === "mappings")
			return listAt({ value }, "value")
				.map((status) => `${textAt(status, "name")} (${textAt(status, "statusCategory")})`)
				.toSorted();
		return member === "statuses"
			? listAt({ value }, "value").map((status) => ({
					name: named.get(textAt(status, "statusReference") ?? "") ?? "",
					layout: at(status, "layout") ?? {},
					properties: at(status, "properties") ?? {},
				}))
			: value;
	},
	facts(tree) {
		const named = names(tree);
		const transitions = listAt(tree, "transitions").map((one) => textAt(one, "name") ?? "");
		return { text: [textAt(tree, "description") ?? "", ...named.values(), ...transitions].join("\n").trim() };
	},
	write: {
		refusal(tree) {
			if (textAt(tree, "scope", "type") === "PROJECT") return ownOfSpace;
			return tree.isEditable === false ? "It is Jira's own workflow." : undefined;
		},
		async create(deed, tree) {
			const { statuses, workflow } = payload(tree, await sharedStatuses(deed.reading));
			const body = { scope: { type: "GLOBAL" }, statuses, workflows: [{ ...workflow, name: textAt(tree, "name") ?? "" }] };
			const { json } = await deed.client.call({ method: "POST", path: "/rest/api/3/workflows/create", body, signal: deed.context.signal });
			return idAt(listAt(json, "workflows")[0] ?? null, "id") ?? "";
		},
		async change(deed, change) {
			if (!change.isNew && change.rows.size > 0) await updateWorkflow(deed, change);
		},
		foresee: async (_reading, { live, wanted }) =>
			movesOf(live, wanted).map(({ from, to }) => foreseen("mappings", { from: from.name, to: to.name })),
		undoBeside: moveBack,
		remove: (id) => ({ method: "DELETE", path: "/rest/api/3/workflow/{entityId}", parameters: { entityId: id } }),
	},
};
