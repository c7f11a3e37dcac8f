import { isAppError, type JsonObject } from "@skyeworx/core";
import { z } from "zod";
import { adfText } from "../../../adf/plain-text.ts";
import { collectItems, offsetPages } from "../../../http/paging.ts";
import { at, idAt, textAt } from "../../../record/json-access.ts";
import { root } from "../../service/desk-lists.ts";
import { workItemRef } from "../record.ts";
import type { Restoring, TargetItem } from "./restoring.ts";

const made = z.object({ id: z.union([z.string(), z.number()]).transform(String), jsdPublic: z.boolean().optional() });
const comments = "/rest/api/3/issue/{issueIdOrKey}/comment";

/** An internal comment that is to be written again. */
export interface InternalComment {
	/** Its id in the snapshot. */
	readonly id: string;
	readonly target: TargetItem;
	/** As Jira's platform takes it: rich text, visibility, our mark. */
	readonly body: JsonObject & { readonly properties: readonly JsonObject[] };
	/** Looks for the comment that an earlier try finished. */
	readonly find: () => Promise<string | undefined>;
}

/**
 * Writes a comment again that customers must not read. Atlassian documents one operation alone that makes a comment internal, and it
 * takes plain text: so a placeholder is made internal first, and gets its words, which only then are written at all.
 */
export async function addInternalComment(restoring: Restoring, comment: InternalComment): Promise<void> {
	const { context, details, site } = restoring;
	const { target } = comment;
	const placeholder = `An internal note comes back here (${context.restoreId} ${comment.id})`;
	const find = async () => {
		const finished = await comment.find();
		return finished === undefined ? await findText(restoring, target, placeholder) : await unlessPublic(restoring, target, finished);
	};
	const id = await context.step(`comment/${comment.id}`, { run: () => makeInternal(restoring, comment, placeholder), find });
	if (id === "") {
		restoring.problem(`comments/${comment.id}`, "It can't be kept from customers here: it is not written at all.");
		return;
	}
	if (details.live !== null) context.created({ ref: workItemRef(target.id), part: `comment/${id}` });
	const call = {
		method: "PUT",
		path: `${comments}/{id}`,
		parameters: { issueIdOrKey: target.id, id },
		query: { notifyUsers: false },
	} as const;
	const run = async () => (await site.client.call({ ...call, body: comment.body, item: target.id, signal: context.signal })).status;
	await context.step(`words of comment/${comment.id}`, { run, find: () => Promise.resolve(undefined) });
}

/** @returns the new comment's id; empty when there is no way to keep it from customers */
async function makeInternal(restoring: Restoring, comment: InternalComment, placeholder: string): Promise<string> {
	const { site, context } = restoring;
	const { target } = comment;
	const path = `${root}/request/{issueIdOrKey}/comment`;
	const call = { method: "POST", path, parameters: { issueIdOrKey: target.id }, item: target.id, signal: context.signal } as const;
	try {
		const { status, json } = await site.client.call({ ...call, body: { body: placeholder, public: false }, accept: [404] });
		return status === 404 ? await makeBesideRequests(restoring, comment) : made.parse(json).id;
	} catch (error) {
		if (isAppError(error, "scope-missing")) return "";
		throw error;
	}
}

/** Where the work item is no request, no customer reads its comments; should it become one, the comment has to stay internal. */
async function makeBesideRequests(restoring: Restoring, { target, body }: InternalComment): Promise<string> {
	const { site, context } = restoring;
	const internal = { key: "sd.public.comment", value: { internal: true } };
	const call = {
		method: "POST",
		path: comments,
		parameters: { issueIdOrKey: target.id },
		item: target.id,
		signal: context.signal,
	} as const;
	const { id } = await site.client.read({ ...call, body: { ...body, properties: [...body.properties, internal] } }, made);
	return await unlessPublic(restoring, target, id);
}

/** Takes a comment away again that became public in a service desk. @returns its id; empty when it is gone */
async function unlessPublic({ site, context }: Restoring, target: TargetItem, id: string): Promise<string> {
	const { client } = site;
	const place = { path: `${comments}/{id}`, parameters: { issueIdOrKey: target.id, id }, signal: context.signal };
	const { jsdPublic } = await client.read({ method: "GET", ...place }, made);
	if (jsdPublic === false) return id;
	const issue = { path: "/rest/api/3/issue/{issueIdOrKey}", parameters: { issueIdOrKey: target.id }, signal: context.signal };
	const { json } = await client.call({ method: "GET", ...issue, query: { fields: "project" } });
	if (textAt(json, "fields", "project", "projectTypeKey") !== "service_desk") return id;
	await client.call({ method: "DELETE", ...place });
	return "";
}

async function findText({ site, context }: Restoring, target: TargetItem, text: string): Promise<string | undefined> {
	const call = { method: "GET", path: comments, parameters: { issueIdOrKey: target.id }, query: { maxResults: 5000 } } as const;
	const all = await collectItems(offsetPages(site.client, { ...call, signal: context.signal }, "comments"));
	return idAt(
		all.find((comment) => at(comment, "jsdPublic") === false && adfText(at(comment, "body") ?? null).includes(text)),
		"id",
	);
}
