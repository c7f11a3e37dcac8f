import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { storageText } from "../../storage-format/storage-format.ts";
import { fileMarksPart } from "../content/file-marks.ts";
import { type Content, commentBody, commentLists, contentOf } from "../content/parts.ts";
import { type CommentRecord, idOf, readAttachment, readComment } from "../content/records.ts";
import { recreatedBody } from "./recreated-comment.ts";

/** A live page told in the words of the wanted one. */
export interface Aligned {
	readonly item: StoredItem;
	/** What a wanted comment or attachment is called on the page now, where that differs. */
	readonly liveIds: ReadonlyMap<string, string>;
	/** Wanted inline comments that are footer comments now. */
	readonly moved: ReadonlySet<string>;
}

function renamed(value: JsonValue, over: JsonObject): JsonObject {
	return { ...(isJsonObject(value) ? value : {}), ...over };
}

function alignAttachments(live: StoredItem, wanted: Content, liveIds: Map<string, string>): JsonValue[] {
	const part = live.parts.get("attachments");
	const entries = Array.isArray(part) ? part : [];
	const ids = new Set(entries.map(idOf));
	const lost = new Map(wanted.attachments.filter(({ id }) => !ids.has(id)).map((attachment) => [attachment.title, attachment.id]));
	return entries.map((entry) => {
		const id = wanted.attachments.some((one) => one.id === idOf(entry)) ? undefined : lost.get(readAttachment(entry).title);
		if (id === undefined) return entry;
		liveIds.set(id, idOf(entry));
		return renamed(entry, { id });
	});
}

function renamedKeys(value: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
	return Object.fromEntries(Object.entries(value).map(([key, one]) => [names.get(key) ?? key, one]));
}

interface Candidate {
	readonly place: "footer" | "inline";
	readonly entry: JsonValue;
	readonly comment: CommentRecord;
	readonly text: string;
}

function candidates(live: StoredItem, known: ReadonlySet<string>): Candidate[] {
	const lists = commentLists(live.parts.get("comments"));
	return (["inline", "footer"] as const).flatMap((place) =>
		lists[place]
			.map((entry) => ({ place, entry, comment: readComment(entry), text: storageText(commentBody(readComment(entry))) }))
			.filter(({ comment }) => !known.has(comment.id)),
	);
}

/** A comment that was created again begins with its author and minute, and ends with its words. */
function isRecreation(candidate: Candidate, comment: CommentRecord, content: Content): boolean {
	const [first, ...rest] = storageText(recreatedBody(content, comment, commentBody(comment))).split("\n");
	return candidate.text.startsWith(`${first}`) && candidate.text.endsWith(rest.join("\n"));
}

function alignComments(
	live: StoredItem,
	wanted: Content,
	found: { readonly liveIds: Map<string, string>; readonly moved: Set<string> },
): JsonObject {
	const lists = commentLists(live.parts.get("comments"));
	const liveIds = new Set([...lists.footer, ...lists.inline].map(idOf));
	const wantedIds = new Set(wanted.comments.map(({ comment }) => comment.id));
	const free = candidates(live, wantedIds);
	const aligned: Record<"footer" | "inline", JsonValue[]> = {
		footer: lists.footer.filter((entry) => wantedIds.has(idOf(entry))),
		inline: lists.inline.filter((entry) => wantedIds.has(idOf(entry))),
	};
	for (const { place, comment } of wanted.comments.filter((placed) => !liveIds.has(placed.comment.id))) {
		const at = free.findIndex((candidate) => isRecreation(candidate, comment, wanted));
		const [candidate] = at === -1 ? [] : free.splice(at, 1);
		if (candidate === undefined) continue;
		found.liveIds.set(comment.id, candidate.comment.id);
		if (candidate.place !== place) found.moved.add(comment.id);
		const parent = comment.parentCommentId == null ? {} : { parentCommentId: comment.parentCommentId };
		const body = { storage: { representation: "storage", value: commentBody(comment) } };
		aligned[place].push(renamed(candidate.entry, { id: comment.id, ...parent, body }));
	}
	for (const { place, entry } of free) aligned[place].push(entry);
	return aligned;
}

/**
 * Finds in a live page the comments and attachments that stand for the wanted ones though they have other ids: those that a
 * restore created again. Attachments are known by their names, comments by the line that says who wrote them.
 */
export function align(live: StoredItem, wanted: StoredItem): Aligned {
	const content = contentOf(wanted);
	const liveIds = new Map<string, string>();
	const moved = new Set<string>();
	const parts = new Map(live.parts);
	const attachments = alignAttachments(live, content, liveIds);
	if (attachments.length > 0) parts.set("attachments", attachments);
	const marks = live.parts.get(fileMarksPart);
	if (isJsonObject(marks)) parts.set(fileMarksPart, renamedKeys(marks, new Map([...liveIds].map(([id, liveId]) => [liveId, id]))));
	const comments = alignComments(live, content, { liveIds, moved });
	if (parts.has("comments")) parts.set("comments", comments);
	return { item: { ...live, parts }, liveIds, moved };
}

/** The wanted page with some fields called as they are to be called now. */
export function expected(
	wanted: StoredItem,
	now: { readonly body: string; readonly title: string; readonly parentId: string | undefined },
): StoredItem {
	const main = wanted.parts.get("") ?? {};
	const body = { storage: { representation: "storage", value: now.body } };
	const parent = now.parentId === undefined ? {} : { parentId: now.parentId };
	return { ...wanted, parts: new Map([...wanted.parts, ["", renamed(main, { body, title: now.title, ...parent })]]) };
}
