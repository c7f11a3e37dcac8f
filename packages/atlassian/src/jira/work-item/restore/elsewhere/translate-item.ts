import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { isAdf, transformDocument } from "../../../../adf/walk.ts";
import { idAt, isRawNumber, listAt, objectAt, textAt, without } from "../../../../record/json-access.ts";
import { requestTypeOf } from "../../field-values.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A work item in the words of another site: planning, writing and reading back go on as if it had come from there. Pure. */
export function translateItem(item: StoredItem, words: Vocabulary): StoredItem {
	const parts = new Map<string, JsonValue>();
	for (const [name, part] of item.parts) {
		const translated = translatePart(name, part, words);
		if (translated !== undefined) parts.set(name, translated);
	}
	return { ...item, parts };
}

function translatePart(name: string, part: JsonValue, words: Vocabulary): JsonValue | undefined {
	switch (name) {
		case "":
			return mainRecord(part, words);
		case "comments":
		case "worklogs":
			return listAt(part).map((entry) => translateEntry(entry, words));
		case "watchers":
		case "participants":
			return listAt(part).flatMap((person) => here(person, words) ?? []);
		// A form is made from a template of this site.
		case "forms":
			return undefined;
		// Only a person can vote for themselves, and nobody of this site votes there.
		case "votes":
			return undefined;
		default:
			return part;
	}
}

function mainRecord(main: JsonValue, words: Vocabulary): JsonObject {
	const fields: Record<string, JsonValue> = {};
	const names: Record<string, JsonValue> = {};
	for (const [field, value] of Object.entries(objectAt(main, "fields"))) {
		const to = field.startsWith("customfield_") ? (words.fields[field] ?? null) : field;
		if (to === null) continue;
		fields[to] = fieldValue(field, value, words);
		const name = textAt(main, "names", field);
		if (name !== undefined) names[to] = name;
	}
	return { ...objectAt(main), fields, names };
}

/** Fields that hold ids which are looked at by themselves. */
const keptWhole: ReadonlySet<string> = new Set(["project", "attachment", "subtasks", "creator"]);

function fieldValue(field: string, value: JsonValue, words: Vocabulary): JsonValue {
	if (keptWhole.has(field)) return value;
	if (field === "parent") return words.items.includes(idAt(value, "id") ?? "") ? value : null;
	if (field === "issuelinks") return listAt(value).flatMap((link) => linkThere(link, words) ?? []);
	return translateValue(value, words) ?? (Array.isArray(value) ? [] : null);
}

function linkThere(link: JsonValue, words: Vocabulary): JsonValue | undefined {
	const other = idAt(link, "outwardIssue", "id") ?? idAt(link, "inwardIssue", "id") ?? "";
	const type = words.linkTypes[idAt(link, "type", "id") ?? ""] ?? null;
	if (type === null || !words.items.includes(other)) return undefined;
	return { ...objectAt(link), type: { ...objectAt(link, "type"), id: type } };
}

/** People by their accounts there; statuses, options, versions by name: their ids mean something else there. */
function translateValue(value: JsonValue, words: Vocabulary): JsonValue | undefined {
	if (Array.isArray(value)) return value.flatMap((one) => translateValue(one, words) ?? []);
	if (!isJsonObject(value) || isRawNumber(value)) return value;
	if (isAdf(value)) return translateText(value, words);
	if (textAt(value, "accountId") !== undefined) return here(value, words);
	// The same number is another request type there.
	const requestType = requestTypeOf(value);
	if (requestType !== undefined) return { requestType: { name: requestType.name } };
	// Sprints belong to boards of this site.
	if ("boardId" in value) return undefined;
	// So do objects of Assets to its workspace.
	if ("workspaceId" in value && "objectId" in value) return undefined;
	const isNamed = textAt(value, "name") !== undefined || textAt(value, "value") !== undefined;
	const left = isNamed ? without(value, "id", "self", "groupId") : value;
	const { child } = left;
	return child === undefined ? left : { ...left, child: translateValue(child, words) ?? null };
}

function here(person: JsonValue, words: Vocabulary): JsonObject | undefined {
	const accountId = words.people[textAt(person, "accountId") ?? ""] ?? null;
	return accountId === null ? undefined : { ...objectAt(person), accountId };
}

/** Who wrote it stays readable: the line of origin names people as they were called. */
function translateEntry(entry: JsonValue, words: Vocabulary): JsonValue {
	// The same number is another comment's or worklog's there.
	const members: Record<string, JsonValue> = { ...objectAt(entry), id: `from-${idAt(entry, "id") ?? ""}` };
	for (const name of ["body", "comment"]) {
		const text = members[name];
		if (isAdf(text)) members[name] = translateText(text, words);
	}
	// The id of a role or group may be that of another one there; Jira refuses a name that it does not know.
	if (isJsonObject(members.visibility ?? null)) members.visibility = without(objectAt(members.visibility), "identifier");
	return members;
}

/** Mentions by accounts there; people who are not there are named in plain words. */
function translateText(document: JsonObject, words: Vocabulary): JsonObject {
	return transformDocument(document, (node) => {
		const id = node.type === "mention" ? textAt(node, "attrs", "id") : undefined;
		if (id === undefined || words.people[id] === undefined) return [node];
		const accountId = words.people[id];
		if (accountId === id) return [node];
		if (accountId === null) return [{ type: "text", text: textAt(node, "attrs", "text") ?? "@someone" }];
		return [{ ...node, attrs: { ...objectAt(node, "attrs"), id: accountId } }];
	});
}
