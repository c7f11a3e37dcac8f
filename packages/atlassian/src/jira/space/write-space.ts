import { canonicalJson, type JsonObject, type JsonValue } from "@skyeworx/core";
import { at, idAt, listAt, numberAt, textAt } from "../../record/json-access.ts";
import { moveBack } from "../configuration/move-back.ts";
import { idIn } from "../setting/deed.ts";
import { pairEntries } from "../setting/essence.ts";
import { answer } from "../setting/reading.ts";
import type { Deed, DeedCall, SettingChange, SettingWrite } from "../setting/setting-kind.ts";
import { actorsOf } from "./actors.ts";
import { foreseeSchemes, switchSecurityScheme, switchWorkflowScheme } from "./switch-scheme.ts";
import { holdsWorkItems } from "./work-items-left.ts";
import { componentParts, versionParts, writeParts } from "./write-parts.ts";

/** Members that one call writes, with the name that the call has for each. */
const plainMembers: Readonly<Record<string, (tree: JsonObject) => readonly [string, JsonValue]>> = {
	key: (tree) => ["key", tree.key ?? ""],
	name: (tree) => ["name", tree.name ?? ""],
	description: (tree) => ["description", tree.description ?? ""],
	url: (tree) => ["url", tree.url ?? ""],
	lead: (tree) => ["leadAccountId", textAt(tree, "lead", "accountId") ?? ""],
	assigneeType: (tree) => ["assigneeType", tree.assigneeType ?? "UNASSIGNED"],
	// -1 takes the category away, says Atlassian's document.
	projectCategory: (tree) => ["categoryId", Number(idAt(tree, "projectCategory", "id") ?? -1)],
	permissionScheme: (tree) => ["permissionScheme", schemeId(tree, "permissionScheme") ?? 0],
	notificationScheme: (tree) => ["notificationScheme", schemeId(tree, "notificationScheme") ?? -1],
	issueSecurityScheme: (tree) => ["issueSecurityScheme", schemeId(tree, "issueSecurityScheme") ?? -1],
};

function schemeId(tree: JsonObject, name: string): number | undefined {
	const id = idAt(tree, name, "id");
	return id === undefined || !/^\d+$/.test(id) ? undefined : Number(id);
}

const templates: Readonly<Record<string, string>> = {
	software: "com.pyxis.greenhopper.jira:gh-simplified-agility-kanban",
	service_desk: "com.atlassian.servicedesk:next-gen-it-service-desk",
};

function isTeamManaged(tree: JsonObject): boolean {
	return tree.simplified === true || tree.style === "next-gen";
}

/** What the creating call carries: the key, so that work items can follow, and the schemes that are still there. */
function creation(tree: JsonObject): JsonObject {
	const schemes = [
		"issueTypeScheme",
		"issueTypeScreenScheme",
		"workflowScheme",
		"fieldScheme",
		"permissionScheme",
		"notificationScheme",
		"issueSecurityScheme",
	];
	const given = schemes.flatMap((name) => {
		const id = schemeId(tree, name);
		return id === undefined ? [] : [[name, id] as const];
	});
	const category = idAt(tree, "projectCategory", "id");
	const [key, name] = [textAt(tree, "key") ?? "", textAt(tree, "name") ?? ""];
	return {
		key,
		name,
		projectTypeKey: textAt(tree, "projectTypeKey") ?? "software",
		...(textAt(tree, "lead", "accountId") === undefined ? {} : { leadAccountId: textAt(tree, "lead", "accountId") ?? "" }),
		...(textAt(tree, "assigneeType") === undefined ? {} : { assigneeType: textAt(tree, "assigneeType") ?? "" }),
		...(textAt(tree, "description") ? { description: textAt(tree, "description") ?? "" } : {}),
		...(textAt(tree, "url") ? { url: textAt(tree, "url") ?? "" } : {}),
		...(category === undefined ? {} : { categoryId: Number(category) }),
		...(isTeamManaged(tree) ? { projectTemplateKey: templates[textAt(tree, "projectTypeKey") ?? ""] ?? "" } : Object.fromEntries(given)),
	};
}

/** How spaces are written: in place, out of Jira's trash, or created again under their key. */
export const spaceWrite: SettingWrite = {
	identity: ["key"],
	grows: ["components", "versions", "properties", "features"],
	refusal(tree) {
		if (!isTeamManaged(tree) || templates[textAt(tree, "projectTypeKey") ?? ""] !== undefined) return undefined;
		return "Jira's API makes no team-managed space of this type.";
	},
	async create(deed, tree) {
		const call = { method: "POST", path: "/rest/api/3/project", body: creation(tree), signal: deed.context.signal } as const;
		return idIn((await deed.client.call(call)).json) ?? "";
	},
	async change(deed, change) {
		await writePlain(deed, change);
		await writeSchemes(deed, change);
		if (change.rows.has("roles")) await writeRoles(deed, change);
		if (change.rows.has("components")) await writeParts(deed, change, componentParts);
		if (change.rows.has("versions")) await writeParts(deed, change, versionParts);
		if (change.rows.has("properties")) await writeProperties(deed, change);
		if (change.rows.has("features")) await writeFeatures(deed, change);
	},
	remove: (id) => ({ method: "DELETE", path: project, parameters: { projectIdOrKey: id }, query: { enableUndo: true } }),
	removePart: (_id, part, partId) => partRemoval(part, partId),
	untrash: (id) => ({ method: "POST", path: `${project}/restore`, parameters: { projectIdOrKey: id } }),
	foresee: foreseeSchemes,
	undoBeside: moveBack,
	keep: async (reading, id) => ((await holdsWorkItems(reading, id)) ? "It holds work items." : undefined),
};

const project = "/rest/api/3/project/{projectIdOrKey}";

function partRemoval(part: string, id: string): DeedCall | undefined {
	if (part === "component") return { method: "DELETE", path: "/rest/api/3/component/{id}", parameters: { id } };
	return part === "version" ? { method: "POST", path: "/rest/api/3/version/{id}/removeAndSwap", parameters: { id }, body: {} } : undefined;
}

/** All plain members in one call; where Jira refuses that, one after the other, so that one bad value does not hold up the rest. */
async function writePlain(deed: Deed, { id, rows, wanted, isNew }: SettingChange): Promise<void> {
	// A space that is there may have work items under levels of the scheme that it has: see `switchSecurityScheme`.
	const elsewhere = isNew ? "key" : "issueSecurityScheme";
	const members = Object.entries(plainMembers).filter(([row]) => rows.has(row) && row !== elsewhere);
	if (members.length === 0) return;
	const call = (body: JsonObject): DeedCall => ({ method: "PUT", path: project, parameters: { projectIdOrKey: id }, body });
	for (const [row, member] of members) await deed.put(row, `member ${row}`, call(Object.fromEntries([member(wanted)])));
}

async function writeSchemes(deed: Deed, change: SettingChange): Promise<void> {
	const { id, rows, wanted, isNew } = change;
	const assigned = [
		["issueTypeScheme", "/rest/api/3/issuetypescheme/project", "issueTypeSchemeId"],
		["issueTypeScreenScheme", "/rest/api/3/issuetypescreenscheme/project", "issueTypeScreenSchemeId"],
		["workflowScheme", "/rest/api/3/workflowscheme/project", "workflowSchemeId"],
	] as const;
	for (const [row, path, member] of assigned) {
		const scheme = idAt(wanted, row, "id");
		if (!rows.has(row) || scheme === undefined) continue;
		if (row === "workflowScheme" && !isNew && (await holdsWorkItems(deed.reading, id))) {
			await switchWorkflowScheme(deed, change);
			continue;
		}
		await deed.put(row, row, { method: "PUT", path, body: { [member]: scheme, projectId: id } });
	}
	const fieldScheme = idAt(wanted, "fieldScheme", "id");
	if (rows.has("fieldScheme") && fieldScheme !== undefined) {
		const body = { [fieldScheme]: { projectIds: [Number(id)] } };
		await deed.put("fieldScheme", "fieldScheme", { method: "PUT", path: "/rest/api/3/config/fieldschemes/projects", body });
	}
	if (rows.has("issueSecurityScheme") && !isNew) await switchSecurityScheme(deed, change);
}

async function writeRoles(deed: Deed, { id, wanted, live }: SettingChange): Promise<void> {
	for (const { wanted: role, live: now } of pairEntries(listAt(wanted, "roles"), listAt(live, "roles"))) {
		const roleId = numberAt(now, "id");
		const name = textAt(role, "name") ?? "";
		if (roleId === undefined) {
			deed.problem("roles", `The role "${name}" is not there any more.`);
			continue;
		}
		const actors = actorsOf(role);
		if (canonicalJson(actors) === canonicalJson(actorsOf(now ?? null))) continue;
		const of = (member: string) => actors.flatMap((actor) => textAt(actor, member) ?? []);
		const categorisedActors = { "atlassian-user-role-actor": of("accountId"), "atlassian-group-role-actor-id": of("groupId") };
		const call = { method: "PUT", path: `${project}/role/{id}`, parameters: { projectIdOrKey: id, id: roleId } } as const;
		await deed.put("roles", `role ${roleId}`, { ...call, body: { categorisedActors } });
	}
}

async function writeProperties(deed: Deed, { id, wanted, live }: SettingChange): Promise<void> {
	for (const { wanted: property, live: now } of pairEntries(listAt(wanted, "properties"), listAt(live, "properties"))) {
		const propertyKey = textAt(property, "key") ?? "";
		if (now !== undefined && canonicalJson(at(property, "value") ?? null) === canonicalJson(at(now, "value") ?? null)) continue;
		const call = { method: "PUT", path: `${project}/properties/{propertyKey}`, parameters: { projectIdOrKey: id, propertyKey } } as const;
		await deed.put("properties", `property ${propertyKey}`, { ...call, body: at(property, "value") ?? null });
	}
}

async function writeFeatures(deed: Deed, { id, wanted }: SettingChange): Promise<void> {
	const path = `${project}/features`;
	const now = listAt(await answer(deed.reading, { path, parameters: { projectIdOrKey: id } }), "features");
	for (const feature of listAt(wanted, "features")) {
		const [featureKey, state] = [textAt(feature, "feature") ?? "", textAt(feature, "state") ?? ""];
		const there = now.find((one) => textAt(one, "feature") === featureKey);
		if (there === undefined || textAt(there, "state") === state) continue;
		if (at(there, "toggleLocked") === true) deed.problem("features", `Jira does not let "${featureKey}" be switched.`);
		else
			await deed.put("features", `feature ${featureKey}`, {
				method: "PUT",
				path: `${path}/{featureKey}`,
				parameters: { projectIdOrKey: id, featureKey },
				body: { state },
			});
	}
}
