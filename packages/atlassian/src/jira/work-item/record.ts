import type { ItemRef, JsonObject, JsonValue } from "@skyeworx/core";
import { isAdf } from "../../adf/walk.ts";
import { idAt, listAt, numberAt, objectAt, textAt, timeAt, without } from "../../record/json-access.ts";
import { stable, stableField } from "../../record/stable-record.ts";
import type { SiteFields } from "../site-fields.ts";

/** The kind's id. */
export const workItemKind = "jira.work-item";

/** Names a work item. */
export function workItemRef(id: string): ItemRef {
	return { kind: workItemKind, id };
}

/** An issue's answer taken apart into the parts that are stored. */
export interface WorkItemRecord {
	readonly id: string;
	readonly key: string;
	readonly main: JsonObject;
	readonly comments: readonly JsonValue[];
	/** The answer held fewer comments than there are. */
	readonly moreComments: boolean;
	readonly worklogs: readonly JsonValue[];
	readonly moreWorklogs: boolean;
	/** Properties set by apps; undefined when the answer holds none. */
	readonly properties: JsonObject | undefined;
	/** How many watch it, how many voted, how many forms it has. */
	readonly counts: { readonly watchers: number; readonly votes: number; readonly forms: number };
	readonly updatedAt: number | undefined;
}

/** The property that marks what a restore created: on work items, comments and worklogs. Ours, so it is no content. */
export const restoreMark = "skyeworx.restore";

/** Properties without our own mark; undefined when none is left. */
export function foreignProperties(properties: JsonObject): JsonObject | undefined {
	const foreign = without(properties, restoreMark);
	return Object.keys(foreign).length === 0 ? undefined : foreign;
}

/**
 * Takes an issue's answer apart; what only counts its forms is left to the forms. Names of custom fields that have a value travel with the record: an old version stays readable
 * when the field is renamed or deleted later.
 */
export function takeApart(issue: JsonObject, { names: fieldNames, ofForms }: Pick<SiteFields, "names" | "ofForms">): WorkItemRecord {
	const answered = objectAt(issue, "fields");
	const fields: Record<string, JsonValue> = {};
	const names: Record<string, string> = {};
	for (const field in answered) {
		const value =
			field === "comment" || field === "worklog" || ofForms.all.includes(field)
				? undefined
				: stableField(field, answered[field] as JsonValue);
		if (value === undefined) continue;
		fields[field] = value;
		const name = value !== null && field.startsWith("customfield_") ? fieldNames.get(field) : undefined;
		if (name !== undefined) names[field] = name;
	}
	const comments = listAt(answered, "comment", "comments");
	const worklogs = listAt(answered, "worklog", "worklogs");
	// Without the list in the answer, time spent says whether there are worklogs at all.
	const hidden = answered.worklog === undefined && (numberAt(answered, "timespent") ?? 0) > 0;
	const [id, key] = [idAt(issue, "id") ?? "", textAt(issue, "key") ?? ""];
	return {
		id,
		key,
		main: { id, key, self: textAt(issue, "self") ?? "", fields, names },
		comments: byId(comments),
		moreComments: answered.comment === undefined || (numberAt(answered, "comment", "total") ?? 0) > comments.length,
		worklogs: byId(worklogs),
		moreWorklogs: hidden || (numberAt(answered, "worklog", "total") ?? 0) > worklogs.length,
		properties: foreignProperties(objectAt(issue, "properties")),
		counts: {
			watchers: numberAt(answered, "watches", "watchCount") ?? 0,
			votes: numberAt(answered, "votes", "votes") ?? 0,
			forms: Math.max(0, ...ofForms.total.map((field) => numberAt(answered, field) ?? 0)),
		},
		updatedAt: timeAt(answered, "updated"),
	};
}

/** The parts that are kept of a work item's answer; empty lists are not. */
export function recordsOf(item: WorkItemRecord): ReadonlyMap<string, JsonValue> {
	const parts = new Map<string, JsonValue>([["", item.main]]);
	if (item.comments.length > 0) parts.set("comments", item.comments);
	if (item.worklogs.length > 0) parts.set("worklogs", item.worklogs);
	return parts;
}

/** Lists come in changing orders; by id they are stable, and that is the order of creation. */
export function byId(list: readonly JsonValue[]): readonly JsonValue[] {
	const number = (value: JsonValue): number => Number(idAt(value, "id") ?? 0);
	return list.map(stable).toSorted((a, b) => number(a) - number(b));
}

/** The rich texts of a work item's fields, by field id. */
export function richFields(main: JsonValue | undefined): ReadonlyMap<string, JsonObject> {
	const found = new Map<string, JsonObject>();
	for (const [field, value] of Object.entries(objectAt(main, "fields"))) if (isAdf(value)) found.set(field, value);
	return found;
}

/** The attachments that a work item's record names. */
export interface AttachmentFacts {
	readonly id: string;
	readonly name: string;
	readonly mediaType: string;
	readonly size: number;
}

/** Reads `fields.attachment`. */
export function attachmentsOf(main: JsonValue | undefined): readonly AttachmentFacts[] {
	return listAt(main, "fields", "attachment").flatMap((attachment) => {
		const id = idAt(attachment, "id");
		if (id === undefined) return [];
		return [
			{
				id,
				name: textAt(attachment, "filename") ?? id,
				mediaType: textAt(attachment, "mimeType") ?? "application/octet-stream",
				size: numberAt(attachment, "size") ?? 0,
			},
		];
	});
}
