import type { JsonValue } from "@skyeworx/core";
import type { CreatedThing } from "@skyeworx/engine";
import { z } from "zod";
import type { AppSite } from "../../../app-reader.ts";
import { at, listAt, textAt } from "../../../record/json-access.ts";
import { readAccount } from "../../context.ts";
import { experimental } from "../../service/desk-lists.ts";
import { formsOfItem } from "../form/read-forms.ts";
import { restoreMark } from "../record.ts";

interface UndoContext {
	readonly restoreId: string;
	readonly signal: AbortSignal;
}

/** Takes away what a restore created, unless another person worked on it since. What is gone already counts as undone. */
export async function undoCreated(site: AppSite, made: CreatedThing, context: UndoContext): Promise<"undone" | "kept"> {
	const [, part, id] = /^([^/]+)\/(.+)$/s.exec(made.part) ?? [];
	if (part === undefined || id === undefined) return undoItem(site, made, context);
	const issue = { issueIdOrKey: made.ref.id };
	switch (part) {
		case "comment":
			return undoEntry(site, { path: "/rest/api/3/issue/{issueIdOrKey}/comment/{id}", parameters: { ...issue, id }, query: {} }, context);
		case "worklog": {
			const query = { adjustEstimate: "leave", notifyUsers: false };
			return undoEntry(site, { path: "/rest/api/3/issue/{issueIdOrKey}/worklog/{id}", parameters: { ...issue, id }, query }, context);
		}
		case "file":
			return remove(site, { path: "/rest/api/3/attachment/{id}", parameters: { id } }, context);
		case "link":
			return remove(site, { path: "/rest/api/3/issueLink/{linkId}", parameters: { linkId: id } }, context);
		case "remote-link": {
			const path = "/rest/api/3/issue/{issueIdOrKey}/remotelink/{linkId}";
			// Jira answers 415 to a deletion here that names no media type.
			return remove(site, { path, parameters: { ...issue, linkId: id }, headers: { "content-type": "application/json" } }, context);
		}
		case "property":
			return remove(
				site,
				{ path: "/rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}", parameters: { ...issue, propertyKey: id } },
				context,
			);
		case "watcher":
			return remove(site, { path: "/rest/api/3/issue/{issueIdOrKey}/watchers", parameters: issue, query: { accountId: id } }, context);
		case "participant": {
			const path = "/rest/servicedeskapi/request/{issueIdOrKey}/participant";
			return remove(site, { path, parameters: issue, body: { accountIds: [id] } }, context);
		}
		case "form":
			return remove(site, { path: `${formsOfItem}/{formId}`, parameters: { ...issue, formId: id }, headers: experimental }, context);
		case "feedback":
			return remove(
				site,
				{
					path: "/rest/servicedeskapi/request/{requestIdOrKey}/feedback",
					parameters: { requestIdOrKey: made.ref.id },
					headers: experimental,
				},
				context,
			);
		case "vote":
			return remove(site, { path: "/rest/api/3/issue/{issueIdOrKey}/votes", parameters: issue }, context);
		default:
			return "kept";
	}
}

interface Place {
	readonly path: string;
	readonly parameters: Readonly<Record<string, string>>;
	readonly query?: Readonly<Record<string, string | boolean>>;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: JsonValue;
}

async function remove(site: AppSite, place: Place, context: UndoContext): Promise<"undone" | "kept"> {
	const answer = await site.client.call({ method: "DELETE", ...place, accept: [400, 403, 404], signal: context.signal });
	return answer.status === 400 || answer.status === 403 ? "kept" : "undone";
}

async function undoEntry(site: AppSite, place: Place, context: UndoContext): Promise<"undone" | "kept"> {
	const { path, parameters } = place;
	const { status, json } = await site.client.call({ method: "GET", path, parameters, accept: [404], signal: context.signal });
	if (status === 404) return "undone";
	const me = await readAccount(site, context.signal);
	if (textAt(json, "updateAuthor", "accountId") !== me.accountId) return "kept";
	return remove(site, place, context);
}

const item = z.object({
	properties: z.record(z.string(), z.custom<JsonValue>()).default({}),
	changelog: z.custom<JsonValue>().optional(),
	fields: z.custom<JsonValue>().optional(),
});

async function undoItem(site: AppSite, made: CreatedThing, context: UndoContext): Promise<"undone" | "kept"> {
	const place = { path: "/rest/api/3/issue/{issueIdOrKey}", parameters: { issueIdOrKey: made.ref.id } };
	const query = { fields: "comment,worklog,attachment", properties: restoreMark, expand: "changelog" };
	const { status, json } = await site.client.call({ method: "GET", ...place, query, accept: [404], signal: context.signal });
	if (status === 404) return "undone";
	const { properties, changelog, fields } = item.parse(json);
	if (textAt(properties[restoreMark], "restore") !== context.restoreId) return "kept";
	const me = (await readAccount(site, context.signal)).accountId;
	const traces = [
		...listAt(changelog, "histories"),
		...listAt(fields, "comment", "comments"),
		...listAt(fields, "worklog", "worklogs"),
		...listAt(fields, "attachment"),
	];
	const foreign = traces.some((trace) => {
		const author = textAt(at(trace, "updateAuthor") ?? at(trace, "author"), "accountId");
		return author !== undefined && author !== me;
	});
	if (foreign) return "kept";
	return remove(site, { ...place, query: { deleteSubtasks: "false" } }, context);
}
