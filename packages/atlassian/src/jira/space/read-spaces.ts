import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { readAhead } from "../../read-ahead.ts";
import { at, idAt, listAt, textAt, without } from "../../record/json-access.ts";
import { stable, stableRecord } from "../../record/stable-record.ts";
import { answer, optional, pagedList, propertiesAt } from "../setting/reading.ts";
import type { Reading, SettingRecord } from "../setting/setting-kind.ts";
import { listSpaces } from "./list-spaces.ts";

/** Parts that a plain reading of the space carries. */
const briskParts = ["components", "versions"];

/** Schemes that a space uses, each with the list that tells it for many spaces at once. */
const schemeLists = [
	{ part: "issueTypeScheme", path: "/rest/api/3/issuetypescheme/project", member: "issueTypeScheme" },
	{ part: "issueTypeScreenScheme", path: "/rest/api/3/issuetypescreenscheme/project", member: "issueTypeScreenScheme" },
	{ part: "workflowScheme", path: "/rest/api/3/workflowscheme/project", member: "workflowScheme" },
] as const;

const schemeParts = [
	...schemeLists.map(({ part }) => part),
	"fieldScheme",
	"permissionScheme",
	"notificationScheme",
	"issueSecurityScheme",
];

/** Names of all parts of a space but its main record. */
export const spaceParts: readonly string[] = [...briskParts, "roles", "properties", "features", ...schemeParts];

/** Reads one space with its components and versions; undefined when it is not there. One request. */
async function readSpace(reading: Reading, id: string): Promise<JsonObject | undefined> {
	const { client, signal } = reading;
	const query = { expand: "description,lead,issueTypes,url" };
	const call = { method: "GET", path: "/rest/api/3/project/{projectIdOrKey}", parameters: { projectIdOrKey: id }, query, signal } as const;
	const { status, json } = await client.call({ ...call, accept: [404] });
	return status === 404 || !isJsonObject(json) || json.deleted === true ? undefined : json;
}

/** A space's answer taken apart into the parts that are stored. */
function takeApart(record: JsonObject): SettingRecord {
	const id = idAt(record, "id") ?? "";
	const parts = new Map<string, JsonValue>([["", without(stableRecord(record), ...briskParts, "roles", "properties")]]);
	for (const name of briskParts) {
		const value = record[name];
		if (Array.isArray(value) && value.length > 0) parts.set(name, value.map(stable));
	}
	return { id, parts, covers: briskParts };
}

/** Reads the spaces named: one request each, and what seldom changes when everything is read or a space is new. */
export async function readSpaces(reading: Reading, ids: readonly string[]): Promise<readonly SettingRecord[]> {
	const found: SettingRecord[] = [];
	for await (const record of readAhead(
		ids.map((id) => () => readSpace(reading, id)),
		4,
	)) {
		if (record !== undefined) found.push(takeApart(record));
	}
	const whole: SettingRecord[] = [];
	for (const record of found) {
		if (reading.whole || (await reading.known(record.id, "issueTypeScheme")) === undefined) whole.push(record);
	}
	const schemes = await schemesOf(reading, whole);
	const details = new Map<string, SettingRecord>();
	for await (const record of readAhead(
		whole.map((one) => () => withDetails(reading, one, schemes.get(one.id) ?? new Map())),
		4,
	)) {
		details.set(record.id, record);
	}
	return found.map((record) => details.get(record.id) ?? record);
}

/** Spaces in Jira's trash, as its list shows them. */
export async function trashedSpaces(reading: Reading, ids: readonly string[]): Promise<readonly SettingRecord[]> {
	const list = await optional(
		listSpaces(reading, { id: ids, status: "deleted", expand: "description,lead,issueTypes,url" }, reading.signal),
	);
	return (list ?? []).filter(isJsonObject).map(takeApart);
}

async function withDetails(reading: Reading, record: SettingRecord, schemes: ReadonlyMap<string, JsonValue>): Promise<SettingRecord> {
	const parameters = { projectIdOrKey: record.id };
	const scheme = (path: string) => optional(answer(reading, { path, parameters: { projectKeyOrId: record.id } }));
	const [roles, properties, features, permission, notification, security] = await Promise.all([
		rolesOf(reading, parameters),
		propertiesAt(reading, "/rest/api/3/project/{projectIdOrKey}/properties", parameters),
		optional(answer(reading, { path: "/rest/api/3/project/{projectIdOrKey}/features", parameters })),
		scheme("/rest/api/3/project/{projectKeyOrId}/permissionscheme"),
		scheme("/rest/api/3/project/{projectKeyOrId}/notificationscheme"),
		scheme("/rest/api/3/project/{projectKeyOrId}/issuesecuritylevelscheme"),
	]);
	const parts = new Map([...record.parts, ...schemes]);
	const list = (name: string, value: readonly JsonValue[]) => (value.length === 0 ? parts : parts.set(name, value));
	list("roles", roles);
	list("properties", properties);
	list("features", listAt(features, "features"));
	for (const [name, value] of [
		["permissionScheme", permission],
		["notificationScheme", notification],
		["issueSecurityScheme", security],
	] as const) {
		const named = nameOf(value);
		if (named !== undefined) parts.set(name, named);
	}
	return { id: record.id, parts, covers: spaceParts };
}

/** A scheme is an item of its own; a space says which. */
function nameOf(scheme: JsonValue | undefined): JsonObject | undefined {
	const id = at(scheme, "id");
	return id === undefined ? undefined : { id, name: textAt(scheme, "name") ?? "" };
}

/** The roles of a space with who holds them. One request, and one a role. */
async function rolesOf(reading: Reading, parameters: { readonly projectIdOrKey: string }): Promise<readonly JsonValue[]> {
	const path = "/rest/api/3/project/{projectIdOrKey}/role";
	const addresses = await optional(answer(reading, { path, parameters }));
	const ids = isJsonObject(addresses)
		? Object.values(addresses).flatMap((one) => /\/(\d+)$/.exec(typeof one === "string" ? one : "")?.[1] ?? [])
		: [];
	const roles: JsonValue[] = [];
	for (const id of ids) {
		const role = await optional(answer(reading, { path: `${path}/{id}`, parameters: { ...parameters, id } }));
		if (role !== undefined) roles.push(stable(role));
	}
	return roles;
}

/** Schemes by space and part; one request a list for fifty spaces. */
async function schemesOf(
	reading: Reading,
	records: readonly SettingRecord[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, JsonValue>>> {
	const found = new Map<string, Map<string, JsonValue>>(records.map((record) => [record.id, new Map()]));
	const ids = [...found.keys()];
	for (let start = 0; start < ids.length; start += 50) {
		const query = { projectId: ids.slice(start, start + 50) };
		for (const { part, path, member } of schemeLists) {
			const list =
				part === "workflowScheme"
					? answer(reading, { path, query }).then((all) => listAt(all, "values"))
					: pagedList(reading, { path, query });
			for (const one of (await optional(list)) ?? []) {
				const named = nameOf(at(one, member));
				for (const id of listAt(one, "projectIds")) if (named !== undefined && typeof id === "string") found.get(id)?.set(part, named);
			}
		}
		const fields = await optional(pagedList(reading, { path: "/rest/api/3/config/fieldschemes/projects", query }));
		for (const one of fields ?? []) {
			const id = at(one, "schemeId");
			if (id !== undefined) found.get(idAt(one, "projectId") ?? "")?.set("fieldScheme", { id });
		}
	}
	return found;
}
