import { AppError, type JsonObject, type JsonValue } from "@skyeworx/core";
import { at, idAt, listAt, textAt } from "../../record/json-access.ts";
import { idIn } from "../setting/deed.ts";
import { degraded, derived, exact, idRows, impossible, keptRows, row } from "../setting/fidelity-rows.ts";
import { members } from "../setting/plain-write.ts";
import { optional, propertiesAt, recordsFrom, withPartsInTurn } from "../setting/reading.ts";
import type { Deed, Reading, SettingChange, SettingKind } from "../setting/setting-kind.ts";
import { experimental, listDesks, listOfEachDesk, root, serviceList } from "./desk-lists.ts";
import { knowledgeSpaces } from "./knowledge-base.ts";

const read = ["read:servicedesk-request", "manage:servicedesk-customer"];
const expands = row("_expands", "Names of parts", derived("the answer"));
const links = row("_links", "Addresses", derived("its id"));
const deskPath = `${root}/servicedesk/{serviceDeskId}`;

/** People as JSM writes them: who they are, and nothing of their account. */
function people(list: readonly JsonValue[] | undefined): readonly JsonValue[] | undefined {
	return list?.map((one): JsonObject => ({ accountId: textAt(one, "accountId") ?? "", displayName: textAt(one, "displayName") ?? "" }));
}

function peopleEssence(value: JsonValue): JsonValue {
	return listAt({ value }, "value").map((one) => ({ id: textAt(one, "accountId") ?? "", name: textAt(one, "displayName") ?? "" }));
}

function spaceOf(tree: JsonObject) {
	const [id, key] = [idAt(tree, "projectId"), textAt(tree, "projectKey")];
	return id === undefined || key === undefined ? {} : { space: { id, key, name: textAt(tree, "projectName") ?? key } };
}

async function addOrganizations(deed: Deed, { id, wanted, live }: SettingChange): Promise<void> {
	const there = new Set(listAt(live, "organizations").map((one) => idAt(one, "id")));
	for (const one of listAt(wanted, "organizations")) {
		const organizationId = idAt(one, "id") ?? "";
		if (there.has(organizationId)) continue;
		const call = { method: "POST", path: `${deskPath}/organization`, parameters: { serviceDeskId: id } } as const;
		await deed.put("organizations", `organization ${organizationId}`, { ...call, body: { organizationId: Number(organizationId) } });
	}
}

function missingPeople(wanted: JsonObject, live: JsonObject, member: string): readonly string[] {
	const there = new Set(listAt(live, member).map((one) => textAt(one, "accountId")));
	return listAt(wanted, member)
		.flatMap((one) => textAt(one, "accountId") ?? [])
		.filter((id) => !there.has(id));
}

/** Service desks: their groups of request types, customers and organizations. */
export const serviceDesks: SettingKind = {
	id: "jsm.service-desk",
	app: "jsm",
	names: ["service desk", "service desks"],
	scopes: { read, restore: ["manage:servicedesk-customer"] },
	parts: ["groups", "organizations", "customers", "knowledgeBase"],
	table: [
		...idRows(),
		...Object.entries({
			projectId: "Space",
			projectKey: "Key of the space",
			projectName: "Name of the space",
			projectTypeKey: "Type of the space",
		}).map(([name, label]) => row(name, label, derived("the space"))),
		row("groups", "Groups of request types", impossible("JSM's API shows them and writes none.")),
		row("organizations", "Organizations", exact),
		row("customers", "Customers", exact),
		row(
			"knowledgeBase",
			"Knowledge base",
			impossible(
				"JSM's API links no Confluence space to a desk: it tells only of which space the articles are. Link it again in the settings of the space.",
			),
		),
		expands,
		links,
	],
	points: [
		{ at: "projectId", kind: "jira.space" },
		{ at: "organizations.*.id", kind: "jsm.organization" },
	],
	async read(reading) {
		return await withPartsInTurn(reading, recordsFrom(await listDesks(reading)), {
			part: "organizations",
			async parts({ id }) {
				const list = (part: string) => optional(serviceList(reading, { path: `${deskPath}/${part}`, parameters: { serviceDeskId: id } }));
				const [groups, organizations, customers] = [
					await list("requesttypegroup"),
					await list("organization"),
					people(await list("customer")),
				];
				return { groups, organizations, customers, knowledgeBase: await knowledgeSpaces(reading, id) };
			},
		});
	},
	essence(member, value) {
		if (member === "customers") return peopleEssence(value);
		if (member !== "organizations" && member !== "groups") return value;
		return listAt({ value }, "value").map((one) => ({ id: idAt(one, "id") ?? "", name: textAt(one, "name") ?? "" }));
	},
	facts: (tree, site) => ({
		...spaceOf(tree),
		title: textAt(tree, "projectName") ?? "",
		url: `${site.url}/servicedesk/customer/portal/${idAt(tree, "id") ?? ""}`,
	}),
	write: {
		identity: ["projectId"],
		grows: ["organizations", "customers"],
		comesWith: "Jira makes the service desk with its space: restore the space, then what belongs to the desk.",
		create: () => {
			throw new AppError("restore-failed", "Jira makes the service desk with its space", {
				hint: "Restore the space, then the service desk.",
			});
		},
		async change(deed, change) {
			if (change.rows.has("organizations")) await addOrganizations(deed, change);
			const accountIds = change.rows.has("customers") ? missingPeople(change.wanted, change.live, "customers") : [];
			if (accountIds.length === 0) return;
			const call = { method: "POST", path: `${deskPath}/customer`, parameters: { serviceDeskId: change.id } } as const;
			await deed.put("customers", "customers", { ...call, body: { accountIds } });
		},
	},
};

const madeOnce = impossible("JSM's API makes request types and changes none.");

/** Kinds of requests with the fields that their forms ask for. */
export const requestTypes: SettingKind = {
	id: "jsm.request-type",
	app: "jsm",
	names: ["request type", "request types"],
	scopes: { read, restore: ["manage:servicedesk-customer"] },
	table: [
		...idRows(),
		row("name", "Name", madeOnce, exact),
		row("description", "Description", madeOnce, exact),
		row("helpText", "Help", madeOnce, exact),
		row("issueTypeId", "Work type", madeOnce, exact),
		row("serviceDeskId", "Service desk", madeOnce, exact),
		row("portalId", "Portal", derived("the service desk")),
		row("groupIds", "Groups", impossible("JSM's API puts no request type into a group.")),
		row("fields", "Fields of the form", impossible("JSM's API writes no fields of a form: they follow from the screens at first.")),
		row("icon", "Icon", impossible("JSM's API writes no icon.")),
		row("practice", "Practice", impossible("JSM's API writes none.")),
		row("restrictionStatus", "Who may use it", impossible("JSM's API writes none.")),
		row("canCreateRequest", "Rights of the reader", derived("the reader")),
		expands,
		links,
	],
	points: [
		{ at: "issueTypeId", kind: "jira.issue-type" },
		{ at: "fields.requestTypeFields.*.fieldId", kind: "jira.field" },
	],
	read: async (reading) => recordsFrom(await listOfEachDesk(reading, "requesttype", { expand: "field" })),
	facts: (tree) => ({ text: [textAt(tree, "description") ?? "", textAt(tree, "helpText") ?? ""].join("\n").trim() }),
	write: {
		identity: ["name", "serviceDeskId"],
		async create(deed, tree) {
			const call = {
				method: "POST",
				path: `${deskPath}/requesttype`,
				parameters: { serviceDeskId: idAt(tree, "serviceDeskId") ?? "" },
			} as const;
			const body = members(tree, "name", "description", "helpText", "issueTypeId");
			return idIn((await deed.client.call({ ...call, headers: experimental, body, signal: deed.context.signal })).json) ?? "";
		},
		async change() {},
		remove: (id, live) => ({
			method: "DELETE",
			path: `${deskPath}/requesttype/{requestTypeId}`,
			parameters: { serviceDeskId: idAt(live, "serviceDeskId") ?? "", requestTypeId: id },
			headers: experimental,
		}),
	},
};

/** Queues: saved searches of a service desk. */
export const queues: SettingKind = {
	id: "jsm.queue",
	app: "jsm",
	names: ["queue", "queues"],
	scopes: { read, restore: [] },
	table: [
		...idRows(),
		...keptRows("JSM's API shows queues and writes none.", {
			name: "Name",
			jql: "Query",
			fields: "Columns",
			serviceDeskId: "Service desk",
		}),
		row("issueCount", "Number of requests", derived("the requests")),
		links,
	],
	points: [{ at: "fields.*", kind: "jira.field" }],
	read: async (reading) => recordsFrom(await listOfEachDesk(reading, "queue")),
	facts: (tree) => ({ text: textAt(tree, "jql") ?? "" }),
};

async function organizationParts(reading: Reading, id: string) {
	const parameters = { organizationId: id };
	const users = people(await optional(serviceList(reading, { path: `${root}/organization/{organizationId}/user`, parameters })));
	return { users, properties: await propertiesAt(reading, `${root}/organization/{organizationId}/property`, parameters) };
}

/** Organizations of customers. */
export const organizations: SettingKind = {
	id: "jsm.organization",
	app: "jsm",
	names: ["organization", "organizations"],
	scopes: { read, restore: ["manage:servicedesk-customer"] },
	parts: ["users", "properties"],
	table: [
		...idRows(),
		row("name", "Name", impossible("JSM renames no organization."), exact),
		row("uuid", "Id among all sites", exact, impossible("JSM gives a new one.")),
		row("created", "Made on", exact, impossible("JSM dates it.")),
		row("scimManaged", "Managed elsewhere", impossible("It is set by the directory that manages it.")),
		row("users", "Members", degraded("Accounts must still exist.")),
		row("properties", "Properties set by apps", exact),
		links,
	],
	async read(reading) {
		return await withPartsInTurn(reading, recordsFrom(await serviceList(reading, { path: `${root}/organization` })), {
			part: "users",
			parts: ({ id }) => organizationParts(reading, id),
		});
	},
	essence: (member, value) => (member === "users" ? peopleEssence(value) : value),
	write: {
		grows: ["users", "properties"],
		async create(deed, tree) {
			const call = {
				method: "POST",
				path: `${root}/organization`,
				body: { name: textAt(tree, "name") ?? "" },
				signal: deed.context.signal,
			} as const;
			return idIn((await deed.client.call(call)).json) ?? "";
		},
		async change(deed, { id, rows, wanted, live }) {
			const parameters = { organizationId: id };
			const accountIds = rows.has("users") ? missingPeople(wanted, live, "users") : [];
			if (accountIds.length > 0) {
				await deed.put("users", "users", {
					method: "POST",
					path: `${root}/organization/{organizationId}/user`,
					parameters,
					body: { accountIds },
				});
			}
			if (!rows.has("properties")) return;
			for (const property of listAt(wanted, "properties")) {
				const propertyKey = textAt(property, "key") ?? "";
				const call = { method: "PUT", path: `${root}/organization/{organizationId}/property/{propertyKey}` } as const;
				await deed.put("properties", `property ${propertyKey}`, {
					...call,
					parameters: { ...parameters, propertyKey },
					body: at(property, "value") ?? null,
				});
			}
		},
		remove: (id) => ({ method: "DELETE", path: `${root}/organization/{organizationId}`, parameters: { organizationId: id } }),
	},
};
