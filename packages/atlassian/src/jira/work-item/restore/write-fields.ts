import { isJsonObject, type JsonValue } from "@skyeworx/core";
import { refusedFields } from "../../../http/failure.ts";
import { at, idAt, numberAt } from "../../../record/json-access.ts";
import { workItemRef } from "../record.ts";
import type { FieldMetadata, Screen } from "./field-metadata.ts";
import { comesLater } from "./keep-keys.ts";
import type { Restoring, TargetItem } from "./restoring.ts";
import { type FilesNow, rewriteBody } from "./rewrite-bodies.ts";
import { thingsNow } from "./things-now.ts";
import { timeTracking, writableValue } from "./writable-value.ts";

/** Set by transitions, or on creation only. */
export const otherwiseSet: ReadonlySet<string> = new Set(["status", "resolution", "project", "issuetype"]);
/** Written together, in the field `timetracking`. */
export const estimates: ReadonlySet<string> = new Set(["timeoriginalestimate", "timeestimate"]);

/** The value a field should get, or undefined with a problem noted. */
function valueFor(restoring: Restoring, field: string, metadata: FieldMetadata | undefined, files: FilesNow): JsonValue | undefined {
	const { context, wanted, site, details } = restoring;
	const stored = at(restoring.main, "fields", field);
	if (field === "summary" && details.copy) return `[Restored copy] ${typeof stored === "string" ? stored : ""}`.slice(0, 255);
	if (field === "parent") {
		const parentId = idAt(stored, "id");
		// Put below it when both are there.
		if (details.live === null && parentId !== undefined && comesLater(restoring, parentId)) return undefined;
		return parentNow(restoring, stored);
	}
	const elsewhere = details.live?.id !== wanted.ref.id;
	const body =
		stored === undefined ? undefined : rewriteBody(stored, { item: wanted, files, siteUrl: site.siteUrl, names: context, elsewhere });
	const writable = writableValue(thingsNow(body, context.mapped), metadata);
	if ("value" in writable) return writable.value;
	restoring.problem(`fields.${field}`, writable.reason);
	return undefined;
}

function parentNow(restoring: Restoring, stored: JsonValue | undefined): JsonValue | undefined {
	const id = idAt(stored, "id");
	if (id === undefined) return null;
	return { id: restoring.context.mapped(workItemRef(id))?.ref.id ?? id };
}

/** Puts a new item below a parent that was made after it. */
export async function writeLateParent(restoring: Restoring, target: TargetItem): Promise<void> {
	const stored = at(restoring.main, "fields", "parent");
	const parentId = idAt(stored, "id");
	const { details } = restoring;
	if (details.live !== null || parentId === undefined || !details.fields.includes("parent") || !comesLater(restoring, parentId)) return;
	const parent = parentNow(restoring, stored);
	if (parent !== undefined) await editFields(restoring, target, { step: "parent", values: { parent } });
}

/** Which fields of a plan a screen takes, and their values. Both estimates travel in one field. */
export function valuesFor(restoring: Restoring, chosen: readonly string[], screen: Screen, files: FilesNow): Record<string, JsonValue> {
	const values: Record<string, JsonValue> = {};
	for (const field of chosen) {
		if (otherwiseSet.has(field) || estimates.has(field)) continue;
		const metadata = screen.get(field);
		if (metadata === undefined) continue;
		const value = valueFor(restoring, field, metadata, files);
		if (value !== undefined) values[field] = value;
	}
	if (screen.has("timetracking") && chosen.some((field) => estimates.has(field))) {
		const seconds = (field: string) => numberAt(restoring.main, "fields", field);
		values.timetracking = timeTracking(seconds("timeoriginalestimate"), seconds("timeestimate"));
	}
	return values;
}

/** Fields of a plan that are written by field and that a screen lacks. */
export function missingOn(screen: Screen, chosen: readonly string[]): readonly string[] {
	return chosen.filter((field) => !otherwiseSet.has(field) && !screen.has(estimates.has(field) ? "timetracking" : field));
}

function reasonOf(answer: JsonValue, field: string): string {
	const reason = isJsonObject(answer) && isJsonObject(answer.errors) ? answer.errors[field] : undefined;
	return typeof reason === "string" && reason !== "" ? `Jira refused it: ${reason}` : "Jira refused it.";
}

/**
 * Takes the fields that an answer of 400 complains about out of the values, with a problem noted for each.
 * @returns what is left, or undefined when the complaint is about something else
 */
export function withoutRefused(
	restoring: Restoring,
	values: Readonly<Record<string, JsonValue>>,
	answer: JsonValue,
): Record<string, JsonValue> | undefined {
	const refused = refusedFields(answer).filter((field) => field in values);
	if (refused.length === 0) return undefined;
	for (const field of refused) {
		const said = field === "timetracking" ? "timeoriginalestimate" : field;
		restoring.problem(`fields.${said}`, reasonOf(answer, field));
	}
	return Object.fromEntries(Object.entries(values).filter(([field]) => !refused.includes(field)));
}

/** Writes fields of a work item that is there; ones that Jira refuses are left out and noted. Writing twice does no harm. */
export async function editFields(
	restoring: Restoring,
	target: TargetItem,
	edit: { readonly step: string; readonly values: Readonly<Record<string, JsonValue>> },
): Promise<void> {
	if (Object.keys(edit.values).length === 0) return;
	const again = { find: () => Promise.resolve(undefined) };
	const refused = await restoring.context.step(edit.step, { run: () => put(restoring, target, edit.values), ...again });
	for (const field of refused) restoring.problem(`fields.${field}`, "Jira refused it.");
}

/** @returns the fields that Jira refused */
async function put(restoring: Restoring, target: TargetItem, values: Readonly<Record<string, JsonValue>>): Promise<readonly string[]> {
	let left = values;
	while (Object.keys(left).length > 0) {
		const { status, json } = await restoring.site.client.call({
			method: "PUT",
			path: "/rest/api/3/issue/{issueIdOrKey}",
			parameters: { issueIdOrKey: target.id },
			query: { notifyUsers: false },
			body: { fields: left },
			item: target.id,
			accept: [400, 403],
			signal: restoring.context.signal,
		});
		if (status < 400) break;
		left = withoutRefused(restoring, left, json) ?? {};
		if (Object.keys(left).length === 0) return Object.keys(values);
	}
	return Object.keys(values).filter((field) => !(field in left));
}
