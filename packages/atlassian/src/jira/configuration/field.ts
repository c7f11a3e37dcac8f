import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { at, idAt, listAt, textAt } from "../../record/json-access.ts";
import { degraded, derived, exact, idRows, impossible, row } from "../setting/fidelity-rows.ts";
import { answer, optional, pagedList, recordsFrom, withPartsInTurn } from "../setting/reading.ts";
import type { Reading, SettingKind, SettingRecord } from "../setting/setting-kind.ts";
import { fieldWrite } from "./write-field.ts";

const contextPath = "/rest/api/3/field/{fieldId}/context";

/** Types of fields that offer a choice. */
const choosing = /:(?:select|radiobuttons|multiselect|multicheckboxes|cascadingselect)$/;

/**
 * What a field's contexts are not asked for, since the answer is known: a context for all spaces and types has no mappings, and a
 * field without a choice no options.
 */
function spared(contexts: readonly JsonValue[], type: string | undefined) {
	return {
		types: contexts.every((context) => at(context, "isAnyIssueType") === true),
		spaces: contexts.every((context) => at(context, "isGlobalContext") === true),
		// Other types than Jira's own may have options, too.
		options: type?.startsWith("com.atlassian.jira.plugin.system.customfieldtypes:") === true && !choosing.test(type),
	};
}

/** The contexts of a field, each with the spaces and types that it holds for, its options and its defaults. */
async function contextsOf(reading: Reading, fieldId: string, type: string | undefined): Promise<readonly JsonObject[] | undefined> {
	const parameters = { fieldId };
	const contexts = await optional(pagedList(reading, { path: contextPath, parameters, size: 50 }));
	if (contexts === undefined) return undefined;
	const known = spared(contexts, type);
	const list = async (name: string) => (await optional(pagedList(reading, { path: `${contextPath}/${name}`, parameters, size: 50 }))) ?? [];
	const [types, spaces, defaults] = await Promise.all([
		known.types ? [] : list("issuetypemapping"),
		known.spaces ? [] : list("projectmapping"),
		list("defaultValues"),
	]);
	const found: JsonObject[] = [];
	for (const context of contexts.filter(isJsonObject)) {
		const id = idAt(context, "id") ?? "";
		const mine = (one: JsonValue) => idAt(one, "contextId") === id;
		const options = known.options
			? []
			: await optional(pagedList(reading, { path: `${contextPath}/{contextId}/option`, parameters: { fieldId, contextId: id } }));
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
	const parts = async (record: SettingRecord) => {
		const contexts = await contextsOf(reading, record.id, textAt(record.parts.get(""), "schema", "custom"));
		return contexts === undefined ? undefined : { contexts };
	};
	const own = records.filter((record) => !record.id.startsWith("customfield_"));
	return [...own, ...(await withPartsInTurn(reading, custom, { part: "contexts", parts }))];
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
	trashed: async (reading, ids) => {
		const list = await optional(pagedList(reading, { path: "/rest/api/3/field/search/trashed", query: { id: ids }, size: 50 }));
		return recordsFrom(list ?? []);
	},
	essence,
	write: fieldWrite,
};
