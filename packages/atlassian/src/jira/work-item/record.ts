import type { ItemRef, JsonObject, JsonValue } from "@skyeworx/core";
import { isAdf } from "../../adf/walk.ts";
import { idAt, listAt, numberAt, objectAt, textAt, timeAt, without } from "../../record/json-access.ts";
import { stable, stableRecord } from "../../record/stable-record.ts";

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
	readonly updatedAt: number | undefined;
}

/**
 * Takes an issue's answer apart. Names of custom fields that have a value travel with the record: an old version stays readable
 * when the field is renamed or deleted later.
 */
export function takeApart(issue: JsonObject, fieldNames: ReadonlyMap<string, string>): WorkItemRecord {
	const stableIssue = stableRecord(issue);
	const fields = objectAt(stableIssue, "fields");
	const names: Record<string, string> = {};
	for (const [field, value] of Object.entries(fields)) {
		const name = fieldNames.get(field);
		if (field.startsWith("customfield_") && value !== null && name !== undefined) names[field] = name;
	}
	const comments = listAt(fields, "comment", "comments");
	const worklogs = listAt(fields, "worklog", "worklogs");
	// Without the list in the answer, time spent says whether there are worklogs at all.
	const hidden = fields.worklog === undefined && (numberAt(fields, "timespent") ?? 0) > 0;
	return {
		id: idAt(issue, "id") ?? "",
		key: textAt(issue, "key") ?? "",
		main: {
			id: idAt(issue, "id") ?? "",
			key: textAt(issue, "key") ?? "",
			self: textAt(issue, "self") ?? "",
			fields: without(fields, "comment", "worklog"),
			names,
		},
		comments: byId(comments),
		moreComments: fields.comment === undefined || (numberAt(fields, "comment", "total") ?? 0) > comments.length,
		worklogs: byId(worklogs),
		moreWorklogs: hidden || (numberAt(fields, "worklog", "total") ?? 0) > worklogs.length,
		updatedAt: timeAt(fields, "updated"),
	};
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
