import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { isAdf } from "../../../adf/walk.ts";
import { at, idAt, isRawNumber, textAt } from "../../../record/json-access.ts";
import type { FieldMetadata } from "./field-metadata.ts";

/** A value as Jira takes it, or why it can't be written. */
export type Writable = { readonly value: JsonValue } | { readonly reason: string };

const gone = (what: string): Writable => ({ reason: `${what} no longer exists on the site.` });

/** Finds a stored value among those that the site offers today: the same id, else the same name. */
function offered(value: JsonValue, allowed: readonly JsonValue[]): JsonValue | undefined {
	const id = idAt(value, "id");
	const same = allowed.find((one) => id !== undefined && idAt(one, "id") === id);
	if (same !== undefined) return same;
	const name = textAt(value, "value") ?? textAt(value, "name");
	return name === undefined ? undefined : allowed.find((one) => (textAt(one, "value") ?? textAt(one, "name")) === name);
}

/** Refers to a thing by id where it has one. */
function reference(value: JsonValue): JsonValue | undefined {
	for (const name of ["accountId", "id", "groupId", "key", "value", "name"]) {
		const one = name === "id" ? idAt(value, "id") : textAt(value, name);
		if (one !== undefined) return { [name]: one };
	}
	return undefined;
}

function oneOf(value: JsonValue, metadata: FieldMetadata | undefined): Writable {
	if (!isJsonObject(value) || isRawNumber(value)) return { value };
	const name = textAt(value, "value") ?? textAt(value, "name") ?? "The value";
	const accountId = textAt(value, "accountId");
	if (accountId !== undefined) return { value: { accountId } };
	const allowed = metadata?.allowedValues;
	const found = allowed === undefined ? value : offered(value, allowed);
	if (found === undefined) return gone(`"${name}"`);
	const target = reference(found);
	if (target === undefined) return { value };
	return value.child === undefined || !isJsonObject(target) ? { value: target } : withChild(value.child, found, target);
}

/** The second level of a cascading list. */
function withChild(child: JsonValue, parent: JsonValue, target: JsonObject): Writable {
	const children = at(parent, "children");
	const found = Array.isArray(children) ? offered(child, children) : child;
	const reached = found === undefined ? undefined : reference(found);
	return reached === undefined ? gone(`"${textAt(child, "value") ?? "The second level"}"`) : { value: { ...target, child: reached } };
}

/** Custom field types whose written form differs from the form they are read in. */
const special: Readonly<Record<string, (value: JsonValue, metadata: FieldMetadata) => Writable>> = {
	"com.pyxis.greenhopper.jira:gh-sprint": (value) => {
		const open = (Array.isArray(value) ? value : []).filter((sprint) => textAt(sprint, "state") !== "closed").at(-1);
		const id = at(open, "id");
		return typeof id === "number" ? { value: id } : { reason: "Jira puts work items into open sprints only." };
	},
	"com.atlassian.servicedesk:vp-origin": (value, metadata) => {
		const type = at(value, "requestType") ?? null;
		const id = idAt(metadata?.allowedValues === undefined ? type : (offered(type, metadata.allowedValues) ?? null), "id");
		if (id !== undefined) return { value: id };
		const name = textAt(type, "name");
		return name === undefined ? { reason: "The request type is not named in the snapshot." } : gone(`The request type "${name}"`);
	},
	"com.atlassian.servicedesk:sd-customer-organizations": (value) => {
		const list = Array.isArray(value) ? value : [];
		const ids = list.flatMap((one) => Number(idAt(one, "id")) || []);
		return ids.length < list.length ? { reason: "An organization of this name is not there, or may not be seen." } : { value: ids };
	},
};

/** Custom field types that Jira or an app fills by itself. */
const machineTypes = [
	"com.atlassian.servicedesk:sd-sla-field",
	"com.atlassian.servicedesk.approvals-plugin:sd-approvals",
	"com.atlassian.servicedesk:sd-request-feedback",
	"com.atlassian.servicedesk:sd-request-feedback-date",
	"com.pyxis.greenhopper.jira:gh-lexo-rank",
	"com.atlassian.jira.plugins.jira-development-integration-plugin:devsummarycf",
	"com.atlassian.jpo:jpo-custom-field-baseline-start",
	"com.atlassian.jpo:jpo-custom-field-baseline-end",
];

/** Turns a stored field value into what Jira takes; null empties the field. */
export function writableValue(value: JsonValue | undefined, metadata: FieldMetadata | undefined): Writable {
	if (metadata?.custom !== undefined && machineTypes.includes(metadata.custom))
		return { reason: "Jira or an app fills this field by itself." };
	if (value === undefined || value === null) return { value: metadata?.type === "array" ? [] : null };
	const convert = metadata?.custom === undefined ? undefined : special[metadata.custom];
	if (metadata !== undefined && convert !== undefined) return convert(value, metadata);
	if (isAdf(value)) return { value };
	if (!Array.isArray(value)) return oneOf(value, metadata);
	const items: JsonValue[] = [];
	for (const one of value) {
		const writable = oneOf(one, metadata);
		if ("reason" in writable) return writable;
		items.push(writable.value);
	}
	return { value: items };
}

/** Jira takes estimates in minutes as text, both in one field. */
export function timeTracking(original: number | undefined, remaining: number | undefined): JsonObject {
	const minutes = (seconds: number | undefined) => (seconds === undefined ? undefined : `${Math.round(seconds / 60)}m`);
	const members = { originalEstimate: minutes(original), remainingEstimate: minutes(remaining) };
	return Object.fromEntries(Object.entries(members).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
