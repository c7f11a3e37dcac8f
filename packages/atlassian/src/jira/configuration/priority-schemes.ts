import type { JsonObject, JsonValue } from "@skyeworx/core";
import { at, idAt, listAt, numberAt, textAt, without } from "../../record/json-access.ts";
import { stable } from "../../record/stable-record.ts";
import { idIn } from "../setting/deed.ts";
import { degraded, derived, exact, idRows, row } from "../setting/fidelity-rows.ts";
import { texts } from "../setting/plain-write.ts";
import { pagedList, withParts } from "../setting/reading.ts";
import type { Deed, Reading, SettingKind, SettingRecord } from "../setting/setting-kind.ts";

const path = "/rest/api/3/priorityscheme";
const one = `${path}/{schemeId}`;

/** A list inside the answer, or all of it by its own address where it goes on. */
async function wholeList(reading: Reading, scheme: JsonValue, list: "priorities" | "projects"): Promise<readonly JsonValue[]> {
	const page = at(scheme, list);
	if (at(page, "isLast") !== false) return listAt(page, "values");
	return await pagedList(reading, { path: `${one}/${list}`, parameters: { schemeId: idAt(scheme, "id") ?? "" }, size: 50 });
}

const named = (entry: JsonValue): JsonObject => ({ id: idAt(entry, "id") ?? "", name: textAt(entry, "name") ?? "" });

async function readSchemes(reading: Reading): Promise<readonly SettingRecord[]> {
	const schemes = await pagedList(reading, { path, query: { expand: "priorities,projects" }, size: 50 });
	return await Promise.all(
		schemes.map(async (scheme) => {
			const main = without(stable(scheme) as JsonObject, "priorities", "projects");
			const priorities = (await wholeList(reading, scheme, "priorities")).map(named);
			const spaces = (await wholeList(reading, scheme, "projects")).map((space) => ({ ...named(space), key: textAt(space, "key") ?? "" }));
			return withParts({ id: idAt(scheme, "id") ?? "", parts: new Map([["", main]]) }, { priorities, projects: spaces });
		}),
	);
}

const idsOf = (tree: JsonObject, member: string): readonly string[] => listAt(tree, member).flatMap((entry) => idAt(entry, "id") ?? []);

const later = "Priorities that came later stay: there may be work items of them.";
const withItems = "A space is put back under the scheme where no work item of it has a priority that the scheme lacks.";

/** Puts spaces back under the scheme; one whose work items would lose their priorities is left where it is, and it is said. */
async function addSpaces(
	deed: Deed,
	id: string,
	{ wanted, live }: { readonly wanted: JsonObject; readonly live: JsonObject },
): Promise<void> {
	const there = new Set(idsOf(live, "projects"));
	const allowed = new Set([...idsOf(wanted, "priorities"), ...idsOf(live, "priorities")]);
	for (const space of listAt(wanted, "projects")) {
		const projectId = idAt(space, "id") ?? "";
		if (there.has(projectId)) continue;
		const jql = `project = ${projectId} AND priority not in (${[...allowed].join(", ")})`;
		const call = { method: "POST", path: "/rest/api/3/search/approximate-count", body: { jql }, idempotent: true } as const;
		const { json } = await deed.client.call({ ...call, signal: deed.context.signal });
		if ((numberAt(json, "count") ?? 1) > 0) {
			deed.problem(
				"projects",
				`Work items of the space "${textAt(space, "name") ?? projectId}" have priorities that the scheme lacks: give them others first.`,
			);
			continue;
		}
		const body = { projects: { add: { ids: [Number(projectId)] } } };
		await deed.put("projects", `space ${projectId}`, { method: "PUT", path: one, parameters: { schemeId: id }, body });
	}
}

/** Which priorities the spaces of a scheme may use. */
export const prioritySchemes: SettingKind = {
	id: "jira.priority-scheme",
	names: ["priority scheme", "priority schemes"],
	absence: "deleted",
	scopes: { read: ["manage:jira-configuration"], restore: ["manage:jira-configuration"] },
	parts: ["priorities", "projects"],
	table: [
		...idRows("self"),
		row("name", "Name", exact),
		row("description", "Description", exact),
		row("defaultPriorityId", "Priority at first", exact),
		row("priorities", "Priorities", degraded(later), exact),
		row("projects", "Spaces", degraded(withItems)),
		row("isDefault", "Default scheme", derived("Jira")),
		row("default", "Default scheme", derived("Jira")),
	],
	points: [
		{ at: "defaultPriorityId", kind: "jira.priority" },
		{ at: "priorities.*.id", kind: "jira.priority" },
		{ at: "projects.*.id", kind: "jira.space" },
	],
	read: readSchemes,
	write: {
		grows: ["priorities", "projects"],
		refusal: (tree) =>
			tree.isDefault === true ? "Jira's default scheme holds every priority and every space that has no other." : undefined,
		async create(deed, tree) {
			const body = {
				...texts(tree, "name", "description"),
				defaultPriorityId: Number(idAt(tree, "defaultPriorityId")),
				priorityIds: idsOf(tree, "priorities").map(Number),
			};
			return idIn((await deed.client.call({ method: "POST", path, body, signal: deed.context.signal })).json) ?? "";
		},
		async change(deed, { id, rows, wanted, live, isNew }) {
			const there = new Set(idsOf(live, "priorities"));
			const missing = rows.has("priorities") ? idsOf(wanted, "priorities").filter((priority) => !there.has(priority)) : [];
			const body: JsonObject = {
				...(rows.has("name") || rows.has("description") ? texts(wanted, "name", "description") : {}),
				...(missing.length > 0 ? { priorities: { add: { ids: missing.map(Number) } } } : {}),
				...(rows.has("defaultPriorityId") ? { defaultPriorityId: Number(idAt(wanted, "defaultPriorityId")) } : {}),
			};
			const [first] = Object.keys(body);
			if (first !== undefined && !isNew) await deed.put(first, "members", { method: "PUT", path: one, parameters: { schemeId: id }, body });
			if (rows.has("projects")) await addSpaces(deed, id, { wanted, live });
		},
		beforeRemoval(id, live) {
			const ids = idsOf(live, "projects").map(Number);
			return ids.length === 0
				? undefined
				: { method: "PUT", path: one, parameters: { schemeId: id }, body: { projects: { remove: { ids } } } };
		},
		remove: (id) => ({ method: "DELETE", path: one, parameters: { schemeId: id } }),
	},
};
