import { isAppError, type JsonValue } from "@skyeworx/core";
import { z } from "zod";
import { at, idAt, listAt, numberAt, textAt } from "../../../record/json-access.ts";
import { askMediaId } from "../attachments.ts";
import { type AttachmentFacts, attachmentsOf, richFields, workItemRef } from "../record.ts";
import type { Restoring, TargetItem } from "./restoring.ts";
import { type FilesNow, showsFiles } from "./rewrite-bodies.ts";

const uploaded = z.array(z.object({ id: z.union([z.string(), z.number()]).transform(String) })).min(1);

/** Uploads the files of a plan, one after the other as they stood, and says what each is called now. */
export async function restoreFiles(restoring: Restoring, target: TargetItem): Promise<FilesNow> {
	const { details, wanted, context } = restoring;
	const now: Record<string, { id: string; mediaId?: string }> = {};
	for (const [before, id] of Object.entries(details.sameFiles)) now[before] = await withMediaId(restoring, id);
	const claimed = new Set([...details.liveFiles, ...Object.values(details.sameFiles)]);
	for (const file of attachmentsOf(restoring.main)) {
		if (!details.files.includes(file.id)) continue;
		const bytes = wanted.files.find((one) => one.part === `file/${file.id}`);
		if (bytes === undefined) {
			restoring.problem(`file/${file.id}`, "The snapshot does not hold its bytes.");
			continue;
		}
		try {
			const id = await context.step(`file/${file.id}`, {
				run: () => upload(restoring, target, { ...file, size: bytes.size, open: bytes.open }),
				find: () => findUploaded(restoring, target, file, claimed),
			});
			claimed.add(id);
			if (details.live !== null) context.created({ ref: workItemRef(target.id), part: `file/${id}` });
			now[file.id] = await withMediaId(restoring, id);
		} catch (error) {
			if (!isAppError(error, "site-refused")) throw error;
			restoring.problem(`file/${file.id}`, "Jira refused the file: it is too large, of a blocked type, or there are too many.");
		}
	}
	return now;
}

async function upload(
	restoring: Restoring,
	target: TargetItem,
	file: AttachmentFacts & { open(signal?: AbortSignal): AsyncIterable<Uint8Array> },
): Promise<string> {
	const { site, context } = restoring;
	const { size, open } = file;
	const answer = await site.client.read(
		{
			method: "POST",
			path: "/rest/api/3/issue/{issueIdOrKey}/attachments",
			parameters: { issueIdOrKey: target.id },
			headers: { "x-atlassian-token": "no-check" },
			upload: { files: [{ field: "file", fileName: file.name, mediaType: file.mediaType, size, open }] },
			item: target.id,
			timeout: 600_000,
			signal: context.signal,
		},
		uploaded,
	);
	return answer[0]?.id ?? "";
}

/** An upload whose answer was lost: an attachment of this name and size that was not there before. */
async function findUploaded(
	restoring: Restoring,
	target: TargetItem,
	file: AttachmentFacts,
	claimed: ReadonlySet<string>,
): Promise<string | undefined> {
	const call = { method: "GET", path: "/rest/api/3/issue/{issueIdOrKey}", parameters: { issueIdOrKey: target.id } } as const;
	const answer = await restoring.site.client.call({ ...call, query: { fields: "attachment" }, signal: restoring.context.signal });
	const same = (one: JsonValue) => textAt(one, "filename") === file.name && numberAt(one, "size") === file.size;
	return listAt(answer.json, "fields", "attachment")
		.flatMap((one) => (same(one) ? (idAt(one, "id") ?? []) : []))
		.find((id) => !claimed.has(id));
}

/** The media id of an uploaded file, asked only when a text shows files. */
async function withMediaId(restoring: Restoring, id: string): Promise<{ id: string; mediaId?: string }> {
	const { wanted, main, site, context } = restoring;
	const bodies = [...richFields(main).values(), ...listAt(wanted.parts.get("comments")).map((comment) => at(comment, "body"))];
	if (!bodies.some(showsFiles)) return { id };
	const { mediaId } = await askMediaId(site.client, id, context.signal);
	return mediaId === undefined ? { id } : { id, mediaId };
}
