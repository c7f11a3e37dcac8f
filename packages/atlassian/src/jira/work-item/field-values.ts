import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { FieldValue } from "@skyeworx/engine";
import { adfText } from "../../adf/plain-text.ts";
import { isAdf } from "../../adf/walk.ts";
import { idAt, isRawNumber, numberAt, textAt } from "../../record/json-access.ts";

/** Names of system fields as Jira shows them. */
const labels: Readonly<Record<string, string>> = {
	aggregateprogress: "Σ Progress",
	assignee: "Assignee",
	attachment: "Attachments",
	components: "Components",
	created: "Created",
	creator: "Creator",
	description: "Description",
	duedate: "Due date",
	environment: "Environment",
	fixVersions: "Fix versions",
	issuelinks: "Linked work items",
	issuetype: "Work type",
	labels: "Labels",
	parent: "Parent",
	priority: "Priority",
	progress: "Progress",
	project: "Space",
	reporter: "Reporter",
	resolution: "Resolution",
	resolutiondate: "Resolved",
	security: "Security level",
	status: "Status",
	subtasks: "Subtasks",
	summary: "Summary",
	timeestimate: "Remaining estimate",
	timeoriginalestimate: "Original estimate",
	timespent: "Time spent",
	updated: "Updated",
	versions: "Affects versions",
	votes: "Votes",
	watches: "Watchers",
};

/**
 * Fields that Jira computes from other fields, from the clock or from the reader: never compared, never written.
 * `statuscategorychangedate` and the like are also named in the fidelity table.
 */
const derivedFields: ReadonlySet<string> = new Set([
	"aggregateprogress",
	"aggregatetimeestimate",
	"aggregatetimeoriginalestimate",
	"aggregatetimespent",
	"created",
	"creator",
	"issuerestriction",
	"lastViewed",
	"progress",
	"resolutiondate",
	"statusCategory",
	"statuscategorychangedate",
	"subtasks",
	"thumbnail",
	"timespent",
	"timetracking",
	"updated",
	"votes",
	"watches",
	"workratio",
]);

/** Fields that have parts of their own in a comparison. */
const partFields: ReadonlySet<string> = new Set(["attachment", "issuelinks"]);

/** Whether a value is a place in the order of a backlog, as Jira keeps it: `0|i007pt:`. */
function isRank(value: JsonValue | undefined): boolean {
	return typeof value === "string" && /^\d\|[0-9a-z]+:[0-9a-z]*$/.test(value);
}

/** Whether a value is kept by Jira or an app for itself: a rank, a summary of development work. */
function isMachineText(value: JsonValue | undefined): boolean {
	return isRank(value) || (typeof value === "string" && /^\{.*\}$/s.test(value));
}

/** Whether a field says something that a person set. */
export function isComparable(field: string, ...values: readonly (JsonValue | undefined)[]): boolean {
	return !derivedFields.has(field) && !partFields.has(field) && !values.some((value) => isMachineText(value) || isOfRequest(value));
}

/** Fields in which JSM shows what a request's own parts say: clocks that it runs by itself, approvals, feedback. */
function isOfRequest(value: JsonValue | undefined): boolean {
	if (Array.isArray(value)) return value.some((one) => isJsonObject(one) && Array.isArray(one.approvers));
	if (!isJsonObject(value)) return false;
	return Array.isArray(value.completedCycles) || (numberAt(value, "rating") !== undefined && Object.keys(value).length === 1);
}

/** The value of a Request Type field: beside the type it shows the request's status and when it came to it. */
export function requestTypeOf(value: JsonValue | undefined): { readonly id: string; readonly name: string } | undefined {
	const id = idAt(value, "requestType", "id");
	return id === undefined ? undefined : { id, name: textAt(value, "requestType", "name") ?? id };
}

/** A field's name for people. */
export function fieldLabel(field: string, ...records: readonly (JsonValue | undefined)[]): string {
	const named = records.map((record) => textAt(record, "names", field)).find((name) => name !== undefined);
	return named ?? labels[field] ?? field;
}

/**
 * What makes a value the same value: a person's account id, an option's id, a number's amount; not a display name, an avatar or the
 * way a number is written. Nothing, null, an empty list and an empty text are the same.
 */
export function identityOf(value: JsonValue | undefined): string {
	if (value === undefined || value === null || value === "") return "";
	const number = numberAt(value);
	if (number !== undefined) return String(number);
	if (Array.isArray(value)) return value.length === 0 ? "" : `[${listIdentity(value)}]`;
	if (!isJsonObject(value) || isAdf(value)) return canonicalJson(value);
	const account = textAt(value, "accountId");
	if (account !== undefined) return `account ${account}`;
	const requestType = requestTypeOf(value);
	if (requestType !== undefined) return `id ${requestType.id}`;
	const id = idAt(value, "id") ?? idAt(value, "groupId");
	if (id === undefined) return canonicalJson(Object.fromEntries(Object.entries(value).filter(([name]) => name !== "self")));
	const child = value.child === undefined ? "" : `/${identityOf(value.child)}`;
	return `id ${id}${child}`;
}

/** Jira lists people as it likes; the order of anything else may have been chosen. */
function listIdentity(list: readonly JsonValue[]): string {
	const entries = list.map(identityOf);
	return (entries.every((entry) => entry.startsWith("account ")) ? entries.toSorted() : entries).join();
}

function nameOf(value: JsonObject): string | undefined {
	for (const name of ["displayName", "name", "value", "summary", "key", "title"]) {
		const text = textAt(value, name);
		if (text !== undefined && text !== "") return name === "value" && isJsonObject(value.child) ? `${text} – ${plain(value.child)}` : text;
	}
	return undefined;
}

/** A value as a person would write it, on one line. */
export function plain(value: JsonValue): string {
	if (typeof value === "string") return value;
	if (isAdf(value)) return adfText(value);
	if (Array.isArray(value)) return value.map(plain).join(", ");
	if (!isJsonObject(value) || isRawNumber(value)) return canonicalJson(value);
	const parent = textAt(value, "key");
	const summary = textAt(value, "fields", "summary");
	if (parent !== undefined && summary !== undefined) return `${parent} ${summary}`;
	return nameOf(value) ?? requestTypeOf(value)?.name ?? canonicalJson(value);
}

function duration(seconds: number): string {
	const [hours, minutes] = [Math.floor(seconds / 3600), Math.round((seconds % 3600) / 60)];
	return [hours > 0 ? `${hours} h` : "", minutes > 0 || hours === 0 ? `${minutes} min` : ""].join(" ").trim();
}

/** A field's value for people; undefined when there is none. */
export function shown(field: string, value: JsonValue | undefined): FieldValue | undefined {
	if (identityOf(value) === "" || value === undefined || value === null) return undefined;
	if (isAdf(value)) return { type: "adf", document: value };
	if (Array.isArray(value)) return { type: "list", items: value.map(plain) };
	const seconds = numberAt(value);
	if (seconds !== undefined && (field === "timeestimate" || field === "timeoriginalestimate"))
		return { type: "text", text: duration(seconds) };
	return { type: "text", text: plain(value) };
}
