import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { SiteBench } from "../site-bench.ts";

/** Ids by kind: one thing of each. */
export type Made = Readonly<Record<string, string>>;

const api = "/rest/api/3";
const textType = "com.atlassian.jira.plugin.system.customfieldtypes";
const list = (value: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);

/** Makes one thing of each kind, each depending on others as far as it can. */
export async function makeOneOfEach(bench: SiteBench): Promise<Made> {
	const post = async (path: string, body: unknown, idName = "id"): Promise<string> =>
		String((await bench.post(`${api}/${path}`, body))[idName]);
	const group = await post("group", { name: "night-shift" }, "groupId");
	const someone = bench.simulator.site.accountId;
	await bench.post(`${api}/group/user?groupId=${group}`, { accountId: someone });
	const role = await post("role", { name: "Auditors", description: "They look and do not touch." });
	const type = await post("issuetype", { name: "Chore", description: "It has to be done.", hierarchyLevel: 0 });
	const statuses = (await bench.post(`${api}/statuses`, {
		scope: { type: "GLOBAL" },
		statuses: [
			{ name: "Waiting", statusCategory: "TODO", description: "For somebody." },
			{ name: "Checked", statusCategory: "DONE" },
		],
	})) as unknown as readonly JsonObject[];
	const [waiting = {}, checked = {}] = statuses;
	const field = await post("field", {
		name: "Floor",
		description: "Where it is.",
		type: `${textType}:cascadingselect`,
		searcherKey: `${textType}:cascadingselectsearcher`,
	});
	await addOptions(bench, field);
	const screen = await post("screens", { name: "Chore screen", description: "Little is asked." });
	const [tab] = (await bench.call("GET", `${api}/screens/${screen}/tabs`)) as unknown as readonly JsonObject[];
	await bench.post(`${api}/screens/${screen}/tabs/${tab?.id}/fields`, { fieldId: "summary" });
	await bench.post(`${api}/screens/${screen}/tabs/${tab?.id}/fields`, { fieldId: field });
	await bench.post(`${api}/screens/${screen}/tabs`, { name: "Second" });
	const screenScheme = await post("screenscheme", { name: "Chore screens", description: "", screens: { default: Number(screen) } });
	const workflow = await makeWorkflow(bench, waiting, checked);
	const priority = await post("priority", { name: "Urgent", description: "At once.", statusColor: "#aa0000", avatarId: 10_010 });
	const ids = ["1", "2", "3", "4", "5", priority].map(Number);
	const fieldScheme = await post("config/fieldschemes", { name: "Chore fields", description: "What a chore has." });
	await bench.call("PUT", `${api}/config/fieldschemes/fields`, {
		summary: [{ schemeIds: [Number(fieldScheme)] }],
		[field]: [{ schemeIds: [Number(fieldScheme)] }],
	});
	const holder = { type: "projectRole", parameter: role, value: role };
	return {
		"jira.group": group,
		"jira.role": role,
		"jira.issue-type": type,
		"jira.status": String(waiting.id),
		"jira.priority": priority,
		"jira.priority-scheme": await post("priorityscheme", {
			name: "Chore priorities",
			description: "Some are urgent.",
			priorityIds: ids,
			defaultPriorityId: Number(priority),
			projectIds: [10_002],
		}),
		"jira.resolution": await post("resolution", { name: "Postponed", description: "Some other day." }),
		"jira.link-type": await post("issueLinkType", { name: "Causes", inward: "is caused by", outward: "causes" }),
		"jira.space-category": await post("projectCategory", { name: "Internal", description: "For ourselves." }),
		"jira.field": field,
		"jira.screen": screen,
		"jira.screen-scheme": screenScheme,
		"jira.issue-type-screen-scheme": await post("issuetypescreenscheme", {
			name: "Chore type screens",
			description: "",
			issueTypeMappings: [
				{ issueTypeId: "default", screenSchemeId: screenScheme },
				{ issueTypeId: type, screenSchemeId: screenScheme },
			],
		}),
		"jira.issue-type-scheme": await post(
			"issuetypescheme",
			{ name: "Chores and tasks", description: "", issueTypeIds: ["10002", type], defaultIssueTypeId: type },
			"issueTypeSchemeId",
		),
		"jira.field-scheme": fieldScheme,
		"jira.workflow": workflow,
		"jira.workflow-scheme": await post("workflowscheme", {
			name: "Chore flow",
			description: "",
			defaultWorkflow: "Short way",
			issueTypeMappings: { [type]: "Short way" },
		}),
		"jira.permission-scheme": await post("permissionscheme", {
			name: "Closed",
			description: "Few may.",
			permissions: [
				{ permission: "BROWSE_PROJECTS", holder },
				{ permission: "CREATE_ISSUES", holder: { type: "group", parameter: "night-shift", value: group } },
			],
		}),
		"jira.notification-scheme": await post("notificationscheme", {
			name: "Quiet",
			description: "",
			notificationSchemeEvents: [
				{ event: { id: "1" }, notifications: [{ notificationType: "Reporter" }, { notificationType: "ProjectRole", parameter: role }] },
				{ event: { id: "3" }, notifications: [{ notificationType: "CurrentAssignee" }] },
			],
		}),
		"jira.security-scheme": await post("issuesecurityschemes", {
			name: "Night secrets",
			description: "",
			levels: [{ name: "Auditors only", description: "", isDefault: true, members: [{ type: "projectRole", parameter: role }] }],
		}),
	};
}

async function addOptions(bench: SiteBench, field: string): Promise<void> {
	const [context] = list((await bench.call("GET", `${api}/field/${field}/context`)).values);
	const path = `${api}/field/${field}/context/${context?.id}/option`;
	const made = list((await bench.post(path, { options: [{ value: "Cellar" }, { value: "Roof", disabled: true }] })).options);
	await bench.post(path, { options: [{ value: "Left" }, { value: "Right" }].map((one) => ({ ...one, optionId: made[0]?.id })) });
	const own = { name: "For operations", description: "Other floors.", projectIds: ["10002"], issueTypeIds: [] };
	const second = await bench.post(`${api}/field/${field}/context`, own);
	await bench.post(`${api}/field/${field}/context/${second.id}/option`, { options: [{ value: "Hall" }] });
}

async function makeWorkflow(bench: SiteBench, waiting: JsonObject, checked: JsonObject): Promise<string> {
	const statuses = [waiting, checked].map(({ id, name, statusCategory }) => ({ id, name, statusCategory, statusReference: id }));
	const places = [waiting, checked].map(({ id }, index) => ({ statusReference: id, layout: { x: index * 100, y: 50 }, properties: {} }));
	const transitions = [
		{ id: "1", type: "INITIAL", name: "Create", toStatusReference: waiting.id, links: [] },
		{
			id: "11",
			type: "DIRECTED",
			name: "Check",
			description: "Look at it.",
			toStatusReference: checked.id,
			links: [{ fromStatusReference: waiting.id, fromPort: 0, toPort: 1 }],
		},
	];
	const body = {
		scope: { type: "GLOBAL" },
		statuses,
		workflows: [{ name: "Short way", description: "Two steps.", statuses: places, transitions }],
	};
	const [workflow] = list((await bench.post(`${api}/workflows/create`, body)).workflows);
	return String(workflow?.id);
}

/** Deletes them all, those that others need last. */
export async function removeAll(bench: SiteBench, made: Made): Promise<void> {
	const of = (kind: string) => made[`jira.${kind}`] ?? "";
	const paths = [
		`issuesecurityschemes/${of("security-scheme")}`,
		`notificationscheme/${of("notification-scheme")}`,
		`permissionscheme/${of("permission-scheme")}`,
		`workflowscheme/${of("workflow-scheme")}`,
		`workflow/${of("workflow")}`,
		`statuses?id=${of("status")}`,
		`config/fieldschemes/${of("field-scheme")}`,
		`issuetypescheme/${of("issue-type-scheme")}`,
		`issuetypescreenscheme/${of("issue-type-screen-scheme")}`,
		`screenscheme/${of("screen-scheme")}`,
		`screens/${of("screen")}`,
		`projectCategory/${of("space-category")}`,
		`issueLinkType/${of("link-type")}`,
		`issuetype/${of("issue-type")}`,
		`role/${of("role")}`,
		`group?groupId=${of("group")}`,
	];
	await bench.call("PUT", `${api}/priorityscheme/${of("priority-scheme")}`, { projects: { remove: { ids: [10_002] } } });
	for (const path of [...paths, `priorityscheme/${of("priority-scheme")}`]) await bench.remove(`${api}/${path}`);
	// These are deleted by a task of their own: the answer points to it.
	for (const path of [`field/${of("field")}`, `priority/${of("priority")}`, `resolution/${of("resolution")}?replaceWith=10000`]) {
		await bench.remove(`${api}/${path}`).catch(() => undefined);
	}
}

/** Changes all of them: names, texts, lists. */
export async function spoilAll(bench: SiteBench, made: Made): Promise<void> {
	const of = (kind: string) => made[`jira.${kind}`] ?? "";
	const put = async (path: string, body: unknown) => await bench.call("PUT", `${api}/${path}`, body);
	const spoilt = { name: "Spoilt", description: "Nothing of the old text." };
	const group = bench.simulator.state.groups.get(of("group"));
	const named = [
		"issuetype/issue-type",
		"resolution/resolution",
		"projectCategory/space-category",
		"role/role",
		"field/field",
		"issuetypescreenscheme/issue-type-screen-scheme",
	];
	for (const pair of [
		...named,
		"config/fieldschemes/field-scheme",
		"issuetypescheme/issue-type-scheme",
		"issuesecurityschemes/security-scheme",
		"screens/screen",
	]) {
		const cut = pair.lastIndexOf("/");
		await put(`${pair.slice(0, cut)}/${of(pair.slice(cut + 1))}`, spoilt);
	}
	await put(`statuses`, { statuses: [{ id: of("status"), ...spoilt, statusCategory: "IN_PROGRESS" }] });
	await put(`priority/${of("priority")}`, { ...spoilt, statusColor: "#00aa00" });
	await put(`priorityscheme/${of("priority-scheme")}`, {
		...spoilt,
		defaultPriorityId: 3,
		priorities: { remove: { ids: [Number(of("priority"))] } },
		projects: { remove: { ids: [10_002] } },
	});
	await put(`issueLinkType/${of("link-type")}`, { name: "Spoilt", inward: "a", outward: "b" });
	await put(`screenscheme/${of("screen-scheme")}`, { ...spoilt, screens: { edit: "10000" } });
	await put(`workflowscheme/${of("workflow-scheme")}`, { ...spoilt, defaultWorkflow: "Review workflow" });
	await put(`permissionscheme/${of("permission-scheme")}`, {
		...spoilt,
		permissions: [{ permission: "BROWSE_PROJECTS", holder: { type: "anyone" } }],
	});
	await put(`notificationscheme/${of("notification-scheme")}`, spoilt);
	const [tab] = (await bench.call("GET", `${api}/screens/${of("screen")}/tabs`)) as unknown as readonly JsonObject[];
	await bench.remove(`${api}/screens/${of("screen")}/tabs/${tab?.id}/fields/${of("field")}`);
	const [context] = list((await bench.call("GET", `${api}/field/${of("field")}/context`)).values);
	const path = `${api}/field/${of("field")}/context/${context?.id}/option`;
	const roof = list((await bench.call("GET", path)).values).find((one) => one.value === "Roof");
	await bench.call("PUT", path, { options: [{ id: roof?.id, value: "Spire", disabled: false }] });
	await spoilWorkflow(bench, of("workflow"));
	group?.members.clear();
}

async function spoilWorkflow(bench: SiteBench, id: string): Promise<void> {
	const search = await bench.call("GET", `${api}/workflows/search?expand=values.transitions`);
	const workflow = list(search.values).find((one) => one.id === id) ?? {};
	const inside = new Set(list(workflow.statuses).map((one) => one.statusReference));
	const statuses = list(search.statuses).filter((one) => inside.has(one.statusReference ?? ""));
	const entry = ({ id: statusId, name, statusCategory, statusReference }: JsonObject) => ({
		id: statusId,
		name,
		statusCategory,
		statusReference,
	});
	const transitions = list(workflow.transitions).filter((one) => one.type === "INITIAL");
	const places = list(workflow.statuses).map(({ statusReference, layout }) => ({ statusReference, layout, properties: {} }));
	const changed = { id, version: workflow.version, description: "Spoilt", statuses: places, transitions };
	await bench.post(`${api}/workflows/update`, { statuses: statuses.map(entry), workflows: [changed] });
}
