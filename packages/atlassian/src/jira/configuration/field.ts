import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { readAhead } from "../../read-ahead.ts";
import { at, idAt, listAt, textAt } from "../../record/json-access.ts";
import { degraded, derived, exact, idRows, impossible, row } from "../setting/fidelity-rows.ts";
import { answer, optional, pagedList, recordsFrom, withParts } from "../setting/reading.ts";
import type { Reading, SettingKind, SettingRecord } from "../setting/setting-kind.ts";
import { fieldWrite } from "./write-field.ts";

/** Fields whose contexts one reading asks for, beside new ones: each costs four requests and one more a context. */
const detailsARun = 50;

const contextPath = "/rest/api/3/field/{fieldId}/context";

/** The contexts of a field, each with the spaces and types that it holds for, its options and its defaults. */
async function contextsOf(reading: Reading, fieldId: string): Promise<readonly JsonObject[] | undefined> {
	const parameters = { fieldId };
	const contexts = await optional(pagedList(reading, { path: contextPath, parameters, size: 50 }));
	if (contexts === undefined) return undefined;
	const list = async (name: string) => (await optional(pagedList(reading, { path: `${contextPath}/${name}`, parameters, size: 50 }))) ?? [];
	const [types, spaces, defaults] = await Promise.all([list("issuetypemapping"), list("projectmapping"), list("defaultValues")]);
	const found: JsonObject[] = [];
	for (const context of contexts.filter(isJsonObject)) {
		const id = idAt(context, "id") ?? "";
		const mine = (one: JsonValue) => idAt(one, "contextId") === id;
		const options = await optional(
			pagedList(reading, { path: `${contextPath}/{contextId}/option`, parameters: { fieldId, contextId: id } }),
		);
		found.push({
			...context,
			issueTypeIds: types.filter(mine).flatMap((one) => idAt(one, "issueTypeId") ?? []),
			projectIds: spaces.filter(mine).flatMap((one) => idAt(one, "projectId") ?? []),
			options: options ?? [],
			defaultValues: defaults.filter(mine).flatMap((one) => listAt(one, "defaultValues")),
		});
	}
	return found;
}

/** All fields; contexts of those that are new, and of others in turn. */
async function readFields(reading: Reading): Promise<readonly SettingRecord[]> {
	const query = { expand: "searcherKey,isLocked" };
	const [fields, searched] = await Promise.all([
		answer(reading, { path: "/rest/api/3/field" }),
		pagedList(reading, { path: "/rest/api/3/field/search", query, size: 50 }),
	]);
	const more = new Map(searched.filter(isJsonObject).map((one) => [idAt(one, "id"), one]));
	const merged = listAt(fields).map((field) => (isJsonObject(field) ? { ...more.get(idAt(field, "id")), ...field } : field));
	return await withContexts(reading, recordsFrom(merged));
}

async function withContexts(reading: Reading, records: readonly SettingRecord[]): Promise<readonly SettingRecord[]> {
	const custom = records.filter((record) => record.id.startsWith("customfield_"));
	const chosen = new Set<string>();
	for (const { id } of custom) if (custom.length <= detailsARun || (await reading.known(id, "contexts")) === undefined) chosen.add(id);
	const begin = custom.length <= detailsARun ? 0 : turn(reading.at, custom.length);
	for (const { id } of [...custom.slice(begin), ...custom.slice(0, begin)].slice(0, detailsARun)) chosen.add(id);
	const all: SettingRecord[] = [];
	for await (const record of readAhead(
		records.map((one) => async () => {
			if (!chosen.has(one.id)) return { ...one, covers: [] };
			const contexts = await contextsOf(reading, one.id);
			return contexts === undefined ? { ...one, covers: [] } : withParts(one, { contexts });
		}),
		4,
	)) {
		all.push(record);
	}
	return all;
}

/** Where in the row of fields today's turn begins: it moves on with the days. */
function turn(at: number, length: number): number {
	const days = Math.floor(at / 86_400_000);
	return (days * detailsARun) % length;
}

/** One field as it is now, contexts included. */
async function readSome(reading: Reading, ids: readonly string[]): Promise<readonly SettingRecord[]> {
	const all = await readFields({ ...reading, known: async () => null });
	const records = all.filter((record) => ids.includes(record.id) && !record.parts.has("contexts"));
	const more = new Map<string, SettingRecord>();
	for (const record of records) {
		const contexts = record.id.startsWith("customfield_") ? await contextsOf(reading, record.id) : undefined;
		if (contexts !== undefined) more.set(record.id, withParts(record, { contexts }));
	}
	return all.map((record) => more.get(record.id) ?? record);
}

function option(one: JsonValue, options: readonly JsonValue[]): JsonObject {
	const parent = options.find((other) => idAt(other, "id") === idAt(one, "optionId"));
	const above = parent === undefined ? {} : { below: textAt(parent, "value") ?? "" };
	return { value: textAt(one, "value") ?? "", disabled: at(one, "disabled") === true, ...above };
}

function essence(member: string, value: JsonValue): JsonValue {
	if (member !== "contexts") return value;
	return listAt({ list: value }, "list").map((context) => {
		const options = listAt(context, "options");
		return {
			id: idAt(context, "id") ?? "",
			name: textAt(context, "name") ?? "",
			description: textAt(context, "description") ?? "",
			projectIds: at(context, "projectIds") ?? [],
			issueTypeIds: at(context, "issueTypeIds") ?? [],
			options: options.map((one) => option(one, options)),
			defaultValues: at(context, "defaultValues") ?? [],
		};
	});
}

/** Fields: Jira's own and custom ones, with contexts, options and defaults. */
export const fields: SettingKind = {
	id: "jira.field",
	names: ["field", "fields"],
	scopes: { read: ["read:jira-work", "manage:jira-configuration"], restore: ["manage:jira-configuration"] },
	parts: ["contexts"],
	table: [
		...idRows("key", "stableId"),
		row("name", "Name", exact),
		row("description", "Description", exact),
		row("searcherKey", "How it is searched", exact),
		row("schema", "Type", impossible("Jira changes no type of a field."), degraded("The same type under a new number.")),
		row("custom", "Custom field", derived("its id")),
		row(
			"contexts",
			"Contexts and options",
			degraded("Contexts and options come back; their default values have no write operation any more."),
		),
		row("scope", "Whose it is", impossible("Jira's API gives no field to a single space.")),
		row("isLocked", "Locked", impossible("Jira and apps lock their own fields.")),
		...[
			"clauseNames",
			"navigable",
			"orderable",
			"searchable",
			"isUnscreenable",
			"lastUsed",
			"contextsCount",
			"screensCount",
			"projectsCount",
			"translatedName",
			"translatedDescription",
			"typeDisplayName",
		].map((name) => row(name, "Computed by Jira", derived("its type and use"))),
	],
	points: [
		{ at: "contexts.*.projectIds.*", kind: "jira.space" },
		{ at: "contexts.*.issueTypeIds.*", kind: "jira.issue-type" },
	],
	read: readFields,
	readSome,
	trashed: async (reading, ids) => {
		const list = await optional(pagedList(reading, { path: "/rest/api/3/field/search/trashed", query: { id: ids }, size: 50 }));
		return recordsFrom(list ?? []);
	},
	essence,
	write: fieldWrite,
};
