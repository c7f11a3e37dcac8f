import { isAppError, type JsonObject, type JsonValue } from "@skyeworx/core";
import { z } from "zod";
import { isAdf } from "../../../adf/walk.ts";
import { collectItems, offsetPages } from "../../../http/paging.ts";
import { idAt, listAt, textAt } from "../../../record/json-access.ts";
import { restoreMark, workItemRef } from "../record.ts";
import { addInternalComment } from "./internal-comment.ts";
import { entryOf } from "./match-parts.ts";
import { withProvenance } from "./provenance.ts";
import { markOf, type Restoring, type TargetItem } from "./restoring.ts";
import { type FilesNow, rewriteBody } from "./rewrite-bodies.ts";

const made = z.object({ id: z.union([z.string(), z.number()]).transform(String) });

/** Comments and worklogs come back the same way; this is what differs. */
interface EntryKind {
	readonly part: "comments" | "worklogs";
	/** Path below the issue, and the list's name in its answer. */
	readonly path: "comment" | "worklog";
	readonly list: "comments" | "worklogs";
	readonly query: Readonly<Record<string, string | boolean>>;
	readonly noun: "comment" | "worklog";
	body(entry: JsonObject, text: JsonValue | undefined): JsonObject;
	/** Where the entry keeps its text. */
	readonly textName: "body" | "comment";
	/** The date to name in the line of origin. */
	readonly timeName: "created" | "started";
}

function visibility(entry: JsonObject): JsonObject {
	const { type, value, identifier } = (entry.visibility ?? {}) as JsonObject;
	if (type === undefined) return {};
	return { visibility: { type, ...(value === undefined ? {} : { value }), ...(identifier === undefined ? {} : { identifier }) } };
}

const noText: JsonObject = { type: "doc", version: 1, content: [] };

const commentEntry: EntryKind = {
	part: "comments",
	path: "comment",
	list: "comments",
	query: {},
	noun: "comment",
	textName: "body",
	timeName: "created",
	body: (entry, text) => ({ body: text ?? noText, ...visibility(entry) }),
};

const worklogEntry: EntryKind = {
	part: "worklogs",
	path: "worklog",
	list: "worklogs",
	query: { adjustEstimate: "leave", notifyUsers: false },
	noun: "worklog",
	textName: "comment",
	timeName: "started",
	body: (entry, text) => ({
		started: textAt(entry, "started") ?? "",
		timeSpentSeconds: entry.timeSpentSeconds ?? 0,
		...(text === undefined ? {} : { comment: text }),
		...visibility(entry),
	}),
};

/** Writes comments and worklogs: deleted ones again in their order, changed ones back to what they said. */
export async function restoreEntries(restoring: Restoring, target: TargetItem, files: FilesNow): Promise<void> {
	for (const kind of [commentEntry, worklogEntry]) {
		const { add, edit } = restoring.details[kind.part];
		for (const id of add) await guarded(restoring, `${kind.part}/${id}`, () => addEntry(restoring, kind, { id, target, files }));
		for (const id of edit) await guarded(restoring, `${kind.part}/${id}`, () => editEntry(restoring, kind, { id, target, files }));
	}
}

/** A refused comment is a problem of that comment, not of the item. */
async function guarded(restoring: Restoring, field: string, work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (error) {
		if (!isAppError(error, "site-refused") && !isAppError(error, "not-found")) throw error;
		restoring.problem(field, `Jira refused it (status ${error.facts.status ?? "unknown"}).`);
	}
}

interface EntryWork {
	readonly id: string;
	readonly target: TargetItem;
	readonly files: FilesNow;
}

function textNow(restoring: Restoring, kind: EntryKind, entry: JsonObject, files: FilesNow): JsonValue | undefined {
	const text = entry[kind.textName];
	if (!isAdf(text)) return undefined;
	const { wanted, site, context, details } = restoring;
	return rewriteBody(text, { item: wanted, files, siteUrl: site.siteUrl, names: context, elsewhere: details.live?.id !== wanted.ref.id });
}

async function addEntry(restoring: Restoring, kind: EntryKind, { id, target, files }: EntryWork): Promise<void> {
	const { context, site, details } = restoring;
	const entry = entryOf(restoring.wanted, kind.part, id);
	if (entry === undefined) return;
	const text = withProvenance(entry, textNow(restoring, kind, entry, files), textAt(entry, kind.timeName));
	const call = {
		method: "POST",
		path: `/rest/api/3/issue/{issueIdOrKey}/${kind.path}`,
		parameters: { issueIdOrKey: target.id },
		query: kind.query,
		body: { ...kind.body(entry, text), properties: [{ key: restoreMark, value: markOf(restoring, `${kind.noun}/${id}`) }] },
		item: target.id,
		signal: context.signal,
	} as const;
	const find = () => findMarked(restoring, kind, { id, target, files });
	if (kind.part === "comments" && entry.jsdPublic === false)
		return await addInternalComment(restoring, { id, target, body: call.body, find });
	const now = await context.step(`${kind.noun}/${id}`, { run: async () => (await site.client.read(call, made)).id, find });
	if (details.live !== null) context.created({ ref: workItemRef(target.id), part: `${kind.noun}/${now}` });
}

async function findMarked(restoring: Restoring, kind: EntryKind, { id, target }: EntryWork): Promise<string | undefined> {
	const { site, context } = restoring;
	const path = `/rest/api/3/issue/{issueIdOrKey}/${kind.path}`;
	const query = { expand: "properties", maxResults: 5000 };
	const pages = offsetPages(
		site.client,
		{ method: "GET", path, parameters: { issueIdOrKey: target.id }, query, signal: context.signal },
		kind.list,
	);
	return idAt(
		(await collectItems(pages)).find((entry) => isMarked(restoring, entry, `${kind.noun}/${id}`)),
		"id",
	);
}

/** Whether this restore made the entry, read with its properties, from the wanted item: from this part of it, when one is named. */
export function isMarked({ context, wanted }: Restoring, entry: JsonValue, part?: string): boolean {
	return listAt(entry, "properties").some(
		(property) =>
			textAt(property, "key") === restoreMark &&
			textAt(property, "value", "restore") === context.restoreId &&
			textAt(property, "value", "item") === wanted.ref.id &&
			(part === undefined || textAt(property, "value", "part") === part),
	);
}

async function editEntry(restoring: Restoring, kind: EntryKind, { id, target, files }: EntryWork): Promise<void> {
	const { context, site } = restoring;
	const entry = entryOf(restoring.wanted, kind.part, id);
	if (entry === undefined) return;
	const query = kind.part === "comments" ? { notifyUsers: false } : kind.query;
	const call = {
		method: "PUT",
		path: `/rest/api/3/issue/{issueIdOrKey}/${kind.path}/{id}`,
		parameters: { issueIdOrKey: target.id, id },
		query,
		// A text that is left out is not changed: one that was empty has to be said.
		body: kind.body(entry, textNow(restoring, kind, entry, files) ?? noText),
		item: target.id,
		signal: context.signal,
	} as const;
	const run = async (): Promise<string> => {
		await site.client.call(call);
		return id;
	};
	await context.step(`edit ${kind.noun}/${id}`, { run, find: () => Promise.resolve(undefined) });
}
