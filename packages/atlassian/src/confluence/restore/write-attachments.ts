import { isJsonObject, type JsonValue } from "@skyeworx/core";
import type { StoredFile } from "@skyeworx/engine";
import { cursorPages, itemsOfPages } from "../../http/paging.ts";
import { listAt, numberAt, textAt } from "../../record/json-access.ts";
import { minute } from "../content/compare-content.ts";
import { type Content, filePart, fileVersionsPart, nameOf } from "../content/parts.ts";
import { type AttachmentRecord, idOf, readAttachment } from "../content/records.ts";
import { collect } from "../read/in-order.ts";
import { authorNames } from "./author-names.ts";
import { attempt, type ContainerDeed, restoredFrom } from "./deed.ts";
import { writeFileMarks } from "./write-file-marks.ts";

const uploadPath = "/wiki/rest/api/content/{id}/child/attachment";

/** The one version that a restore of single files asks for. */
function chosenVersion(deed: ContainerDeed, attachment: AttachmentRecord): string | undefined {
	return deed.context.options.fields?.find((field) => field.startsWith(`file/${attachment.id}@`));
}

function fileOf(deed: ContainerDeed, attachment: AttachmentRecord): StoredFile | undefined {
	const part = chosenVersion(deed, attachment) ?? filePart(attachment.id, attachment.version.number);
	return deed.wanted.files.find((file) => file.part === part);
}

function comment(deed: ContainerDeed, attachment: AttachmentRecord): string {
	const mark = restoredFrom(attachment.version.number, deed.context);
	return attachment.comment == null || attachment.comment === "" ? mark : `${attachment.comment} · ${mark}`;
}

interface Uploaded extends Record<string, JsonValue> {
	readonly id: string;
}

function uploaded(id: string, fileId: unknown): Uploaded {
	return typeof fileId === "string" ? { id, mediaId: fileId } : { id };
}

/** One version of an attachment to be uploaded. */
interface Upload {
	readonly attachment: AttachmentRecord;
	readonly file: StoredFile;
	readonly comment: string;
}

async function upload(deed: ContainerDeed, pageId: string, { attachment, file, comment: text }: Upload): Promise<Uploaded> {
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
			fields: { comment: text, minorEdit: "true" },
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

/** What is said of an older version: who uploaded it first, when, and what they said. */
async function olderComment(deed: ContainerDeed, attachment: AttachmentRecord, number: number): Promise<string> {
	const held = listAt(deed.wanted.parts.get(fileVersionsPart(attachment.id))).find((version) => numberAt(version, "number") === number);
	const mark = `(restore ${deed.context.restoreId})`;
	if (held === undefined) return `Version ${number} ${mark}`;
	const who = nameOf(await authorNames(deed, [held]), textAt(held, "authorId"));
	const said = textAt(held, "message") ?? "";
	const origin = `Version ${number}, by ${who}, ${minute(textAt(held, "createdAt"))} ${mark}`;
	return said === "" ? origin : `${said} · ${origin}`;
}

/** Uploads the older versions of an attachment that is not there any more, oldest first, so that the last one is the last. */
async function uploadOlder(deed: ContainerDeed, pageId: string, attachment: AttachmentRecord): Promise<void> {
	const current = attachment.version.number;
	for (let number = 1; number < current; number++) {
		const file = deed.wanted.files.find((one) => one.part === filePart(attachment.id, number));
		if (file === undefined) continue;
		const text = await olderComment(deed, attachment, number);
		await deed.context.step(`upload ${attachment.id}@${number}`, {
			run: () => upload(deed, pageId, { attachment, file, comment: text }),
			find: async () => {
				const found = await attachmentNamed(deed, pageId, attachment.title);
				return found !== undefined && (found.comment ?? found.version.message) === text ? uploaded(found.id, found.fileId) : undefined;
			},
		});
	}
}

async function attachmentNamed(deed: ContainerDeed, pageId: string, title: string): Promise<AttachmentRecord | undefined> {
	const call = {
		method: "GET",
		path: deed.flavour.attachments,
		parameters: { id: pageId },
		query: { filename: title, limit: 50 },
		signal: deed.context.signal,
	} as const;
	const found = (await collect(itemsOfPages(cursorPages(deed.site.client, call)))).map(readAttachment);
	return found.find((one) => one.title === title);
}

async function findUploaded(deed: ContainerDeed, pageId: string, attachment: AttachmentRecord): Promise<Uploaded | undefined> {
	const found = await attachmentNamed(deed, pageId, attachment.title);
	const text = found?.comment ?? found?.version.message;
	const mine = text?.includes(restoredFrom(attachment.version.number, deed.context)) === true;
	return mine && found !== undefined ? uploaded(found.id, found.fileId) : undefined;
}

/** Brings files back as far as `changed` names them, with their labels and properties. */
export async function writeFiles(
	deed: ContainerDeed,
	id: string,
	{
		changed,
		now,
		liveIds,
	}: { readonly changed: ReadonlySet<string>; readonly now: Content; readonly liveIds: ReadonlyMap<string, string> },
): Promise<void> {
	for (const { id: liveId, fileId } of now.attachments) {
		const real = liveIds.get(liveId);
		if (real !== undefined) deed.files[liveId] = { id: real, ...(fileId == null ? {} : { mediaId: fileId }) };
	}
	for (const attachment of deed.content.attachments) {
		const field = `file/${attachment.id}`;
		if (changed.has(field)) await attempt(deed, field, () => writeAttachment(deed, id, attachment, now.attachments));
	}
	await writeFileMarks(deed, changed, now);
}

/** Uploads an attachment: new, or as a new version of the one with its name. */
async function writeAttachment(
	deed: ContainerDeed,
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
	const isNew = !now.some((one) => one.title === attachment.title);
	if (isNew && !chosenVersion(deed, attachment)) await uploadOlder(deed, pageId, attachment);
	const made = await deed.context.step(`upload ${attachment.id}`, {
		run: () => upload(deed, pageId, { attachment, file, comment: comment(deed, attachment) }),
		find: () => findUploaded(deed, pageId, attachment),
	});
	deed.files[attachment.id] = { id: made.id, ...(typeof made.mediaId === "string" ? { mediaId: made.mediaId } : {}) };
	const existed = now.some((one) => one.id === made.id);
	if (!existed) deed.context.created({ ref: { kind: deed.flavour.kind, id: pageId }, part: `file/${made.id}` });
}
