import { type ItemRef, isJsonObject, type JsonObject, type JsonValue, type KindId } from "@skyeworx/core";
import { isRawNumber, textAt } from "../../record/json-access.ts";
import { spaceKind } from "../space/space-kind.ts";

type Change = (ref: ItemRef) => string;

/** What an id stands for that is the value of a field, by the field's type. */
const kindsOfFields: Readonly<Record<string, KindId>> = {
	status: "jira.status",
	priority: "jira.priority",
	resolution: "jira.resolution",
	issuetype: "jira.issue-type",
	project: spaceKind,
};

/** What an id stands for, by the member that holds it. */
const kindsOfMembers: Readonly<Record<string, KindId>> = {
	destinationStatus: "jira.status",
	fromStatus: "jira.status",
	toStatus: "jira.status",
};

const spaceName = /\bari:cloud:jira:([0-9a-f-]+):project\/(\d+)/g;
const fieldName = /\bcustomfield_\d+\b/g;

function inText(text: string, change: Change): string {
	return text
		.replaceAll(spaceName, (_all, cloudId: string, id: string) => `ari:cloud:jira:${cloudId}:project/${change({ kind: spaceKind, id })}`)
		.replaceAll(fieldName, (id) => change({ kind: "jira.field", id }));
}

/** The ids of a value: one, or several written as a list into a text: `["10001","10002"]`. */
function idsIn(value: string, change: (id: string) => string): string {
	if (/^-?\d+$/.test(value)) return change(value);
	if (!/^\["\d+"(?:,\s*"\d+")*\]$/.test(value)) return value;
	return value.replaceAll(/\d+/g, change);
}

/** A value that says of itself that it is an id: `{type: "ID", value: "10001"}`. */
function isId(value: JsonValue): value is { readonly type: string; readonly value: string } {
	return isJsonObject(value) && value.type === "ID" && typeof value.value === "string";
}

function inObject(value: JsonObject, change: Change): JsonObject {
	const ofField = kindsOfFields[textAt(value, "fieldType") ?? textAt(value, "selectedFieldType") ?? ""];
	const members = Object.entries(value).map(([name, member]): [string, JsonValue] => {
		const kind = kindsOfMembers[name] ?? (name === "value" || name === "compareValue" ? ofField : undefined);
		return [name, kind === undefined ? inValue(member, change) : inIds(member, kind, change)];
	});
	return Object.fromEntries(members);
}

function inIds(value: JsonValue, kind: KindId, change: Change): JsonValue {
	if (Array.isArray(value)) return value.map((one) => inIds(one, kind, change));
	if (!isId(value)) return inValue(value, change);
	return { ...value, value: idsIn(value.value, (id) => change({ kind, id })) };
}

function inValue(value: JsonValue, change: Change): JsonValue {
	if (typeof value === "string") return inText(value, change);
	if (Array.isArray(value)) return value.map((one) => inValue(one, change));
	return isJsonObject(value) && !isRawNumber(value) ? inObject(value, change) : value;
}

/**
 * Changes the ids that a rule names, where it is beyond doubt what they are of: spaces in its scope and its filters, custom fields
 * by their ids wherever they stand, statuses, priorities, resolutions, work types and spaces where the rule says that the value of
 * such a field is an id. Atlassian documents no shapes of a rule's steps: whatever else they hold stays as it is.
 */
export function inRule(rule: JsonObject, change: Change): JsonObject {
	const named = ["ruleScopeARIs", "trigger", "components"].flatMap((name): [string, JsonValue][] => {
		const member = rule[name];
		return member === undefined ? [] : [[name, inValue(member, change)]];
	});
	return { ...rule, ...Object.fromEntries(named) };
}
