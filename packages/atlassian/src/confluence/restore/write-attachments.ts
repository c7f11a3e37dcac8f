import { isJsonObject, type JsonValue } from "@skyeworx/core";
import type { StoredFile } from "@skyeworx/engine";
import { cursorPages, itemsOfPages } from "../../http/paging.ts";
import { filePart } from "../content/parts.ts";
import { type AttachmentRecord, idOf, readAttachment } from "../content/records.ts";
import { collect } from "../read/in-order.ts";
import { carriesMark, type Deed } from "./deed.ts";

const uploadPath = "/wiki/rest/api/content/{id}/child/attachment";

function fileOf(deed: Deed, attachment: AttachmentRecord): StoredFile | undefined {
	const chosen = deed.context.options.fields?.find((field) => field.startsWith(`file/${attachment.id}@`));
	const part = chosen ?? filePart(attachment.id, attachment.version.number);
	return deed.wanted.files.find((file) => file.part === part);
}

function comment(deed: Deed, attachment: AttachmentRecord): string {
	const mark = `Restored by Skyeworx from version ${attachment.version.number} (restore ${deed.context.restoreId})`;
	return attachment.comment == null || attachment.comment === "" ? mark : `${attachment.comment} · ${mark}`;
}

interface Uploaded extends Record<string, JsonValue> {
	readonly id: string;
}

function uploaded(id: string, fileId: unknown): Uploaded {
	return typeof fileId === "string" ? { id, mediaId: fileId } : { id };
}

async function upload(deed: Deed, pageId: string, attachment: AttachmentRecord, file: StoredFile): Promise<Uploaded> {
	const { json } = await deed.site.client.call({
		method: "PUT",
		path: uploadPath,
		parameters: { id: pageId },
		headers: { "X-Atlassian-Token": "nocheck" },
		upload: {
			files: [
				{
					field: "file",
					fileName: attachment.title,
					mediaType: attachment.mediaType ?? "application/octet-stream",
					size: file.size,
					open: (signal) => file.open(signal),
				},
			],
			fields: { comment: comment(deed, attachment), minorEdit: "true" },
		},
		// Each upload makes a version: the step looks for it before it repeats.
		idempotent: false,
		item: pageId,
		signal: deed.context.signal,
	});
	const first = isJsonObject(json) && Array.isArray(json.results) ? json.results[0] : undefined;
	const extensions = isJsonObject(first) ? first.extensions : undefined;
	return uploaded(idOf(first ?? null), isJsonObject(extensions) ? extensions.fileId : undefined);
}

async function findUploaded(deed: Deed, pageId: string, attachment: AttachmentRecord): Promise<Uploaded | undefined> {
	const call = {
		method: "GET",
		path: deed.flavour.attachments,
		parameters: { id: pageId },
		query: { filename: attachment.title, limit: 50 },
		signal: deed.context.signal,
	} as const;
	const found = (await collect(itemsOfPages(cursorPages(deed.site.client, call)))).map(readAttachment);
	const mine = found.find(
		(one) => one.title === attachment.title && carriesMark(one.comment ?? one.version.message, deed.context.restoreId),
	);
	return mine === undefined ? undefined : uploaded(mine.id, mine.fileId);
}

/** Uploads an attachment: new, or as a new version of the one with its name. */
export async function writeAttachment(
	deed: Deed,
	pageId: string,
	attachment: AttachmentRecord,
	now: readonly AttachmentRecord[],
): Promise<void> {
	const field = `file/${attachment.id}`;
	const file = fileOf(deed, attachment);
	if (file === undefined) {
		deed.problems.push({ field, reason: "The backup does not hold this file: it could not be read when the backup was taken." });
		return;
	}
	const made = await deed.context.step(`upload ${attachment.id}`, {
		run: () => upload(deed, pageId, attachment, file),
		find: () => findUploaded(deed, pageId, attachment),
	});
	deed.files[attachment.id] = { id: made.id, ...(typeof made.mediaId === "string" ? { mediaId: made.mediaId } : {}) };
	const existed = now.some((one) => one.id === made.id);
	if (!existed) deed.context.created({ ref: { kind: deed.flavour.kind, id: pageId }, part: `file/${made.id}` });
}
