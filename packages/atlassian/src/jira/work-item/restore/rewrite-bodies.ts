import type { JsonObject, JsonValue } from "@skyeworx/core";
import type { ApplyContext, StoredItem } from "@skyeworx/engine";
import { changeMedia, type MediaChange, type MediaUse, mediaUses } from "../../../adf/media.ts";
import { rewriteReferences } from "../../../adf/references.ts";
import { isAdf } from "../../../adf/walk.ts";
import { objectAt } from "../../../record/json-access.ts";
import { attachmentsOf } from "../record.ts";

/** Snapshot attachment id to what stands for it now. */
export type FilesNow = Readonly<Record<string, { readonly id: string; readonly mediaId?: string }>>;

/** Finds the attachment that a media node shows: by the media id learnt at backup time, else by its file name. */
function attachmentOf(item: StoredItem, use: MediaUse): string | undefined {
	const known = Object.entries(objectAt(item.parts.get("media"))).find(([, mediaId]) => mediaId === use.mediaId);
	if (known !== undefined) return known[0];
	const named = attachmentsOf(item.parts.get("")).filter((file) => file.name === use.alt);
	return named.length === 1 ? named[0]?.id : undefined;
}

/** Whether a document shows files of the item. */
export function showsFiles(document: JsonValue | undefined): boolean {
	return document !== undefined && mediaUses(document).length > 0;
}

export interface BodyRewriting {
	readonly item: StoredItem;
	readonly files: FilesNow;
	readonly siteUrl: string;
	readonly names: Pick<ApplyContext, "mapped" | "mappedKey">;
	/** The item is another one than the one the text was written in: a media id that is not known now is of no use. */
	readonly elsewhere: boolean;
}

/** Rewrites a document of the snapshot to what files and items are called now. Other values pass through. */
export function rewriteBody(value: JsonValue, rewriting: BodyRewriting): JsonValue {
	if (!isAdf(value)) return value;
	const { names } = rewriting;
	const page = (id: string) =>
		names.mapped({ kind: "confluence.page", id })?.ref.id ?? names.mapped({ kind: "confluence.blog-post", id })?.ref.id;
	const media: JsonObject = changeMedia(value, (use) => mediaNow(use, rewriting));
	return rewriteReferences(media, { key: names.mappedKey, page });
}

function mediaNow(use: MediaUse, { item, files, siteUrl, elsewhere }: BodyRewriting): MediaChange {
	const attachment = attachmentOf(item, use);
	const now = attachment === undefined ? undefined : files[attachment];
	if (now?.mediaId !== undefined) return { type: "repoint", mediaId: now.mediaId };
	if (now === undefined && !elsewhere) return { type: "keep" };
	const name = use.alt ?? attachmentsOf(item.parts.get("")).find((file) => file.id === attachment)?.name ?? "a file";
	if (now === undefined) return { type: "replace", text: `[${name}]` };
	return { type: "replace", text: name, url: `${siteUrl}/rest/api/3/attachment/content/${now.id}` };
}
