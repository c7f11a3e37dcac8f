import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { changeMedia } from "../../../adf/media.ts";
import { isAdf } from "../../../adf/walk.ts";
import { at, idAt, listAt, objectAt, textAt } from "../../../record/json-access.ts";
import type { Restoring, TargetItem } from "./restoring.ts";
import type { FilesNow } from "./rewrite-bodies.ts";
import { editFields } from "./write-fields.ts";

/** Media ids of the snapshot to those of the files that were uploaded in their place. */
function movedMedia(restoring: Restoring, files: FilesNow): ReadonlyMap<string, string> {
	const before = objectAt(restoring.wanted.parts.get("media"));
	return new Map(
		Object.entries(files).flatMap(([attachment, now]) => {
			const mediaId = textAt(before, attachment);
			return mediaId === undefined || now.mediaId === undefined || mediaId === now.mediaId ? [] : [[mediaId, now.mediaId] as const];
		}),
	);
}

function repointed(document: JsonValue | undefined, moved: ReadonlyMap<string, string>): JsonObject | undefined {
	if (!isAdf(document)) return undefined;
	const next = changeMedia(document, (use) => {
		const mediaId = moved.get(use.mediaId);
		return mediaId === undefined ? { type: "keep" } : { type: "repoint", mediaId };
	});
	return next === document ? undefined : next;
}

/**
 * Points the texts of an item that was changed in place to the files that came back: a text that nobody changed still shows the
 * file by the id that was deleted with it.
 */
export async function repointTexts(restoring: Restoring, target: TargetItem, files: FilesNow): Promise<void> {
	const moved = movedMedia(restoring, files);
	if (restoring.details.live === null || moved.size === 0) return;
	const { client } = restoring.site;
	const { signal } = restoring.context;
	const parameters = { issueIdOrKey: target.id };
	const fields = Object.keys(objectAt(restoring.main, "fields")).filter((field) => isAdf(at(restoring.main, "fields", field)));
	const query = { fields: [...fields, "comment"].join(",") };
	const answer = (await client.call({ method: "GET", path: "/rest/api/3/issue/{issueIdOrKey}", parameters, query, signal })).json;
	const values: Record<string, JsonValue> = {};
	for (const field of fields) {
		const next = repointed(at(answer, "fields", field), moved);
		if (next !== undefined) values[field] = next;
	}
	await editFields(restoring, target, { step: "repoint", values });
	for (const comment of listAt(answer, "fields", "comment", "comments")) {
		const [id, body] = [idAt(comment, "id"), repointed(at(comment, "body"), moved)];
		if (id !== undefined && body !== undefined && isJsonObject(comment)) await editComment(restoring, target, { id, body });
	}
}

async function editComment(
	restoring: Restoring,
	target: TargetItem,
	edit: { readonly id: string; readonly body: JsonObject },
): Promise<void> {
	const call = {
		method: "PUT",
		path: "/rest/api/3/issue/{issueIdOrKey}/comment/{id}",
		parameters: { issueIdOrKey: target.id, id: edit.id },
		query: { notifyUsers: false },
		body: { body: edit.body },
		item: target.id,
		accept: [400, 403, 404],
		signal: restoring.context.signal,
	} as const;
	const run = async (): Promise<number> => (await restoring.site.client.call(call)).status;
	const status = await restoring.context.step(`repoint comment/${edit.id}`, { run, find: () => Promise.resolve(undefined) });
	if (status >= 400) restoring.problem(`comments/${edit.id}`, "It still shows the deleted file: Jira refused to change it.");
}
