import type { ItemRef, JsonValue } from "@skyeworx/core";
import { cursorPages } from "../../http/paging.ts";
import { containerNamed } from "../content/flavour.ts";
import { type AttachmentRecord, attachmentPart, type CommentRecord, commentPart, readAttachment, readComment } from "../content/records.ts";
import { ahead } from "./in-order.ts";
import { accountsIn } from "./people.ts";
import { changedSince, listLimit, type Reading } from "./reading.ts";
import { readSingleComment } from "./single-content.ts";

const commentLists = { footer: "/wiki/api/v2/footer-comments", inline: "/wiki/api/v2/inline-comments" } as const;
type CommentPlace = keyof typeof commentLists;

/** The list that goes from the newest change back, in small pages: mostly little has changed. */
function newestFirst(reading: Reading, path: string, body: boolean) {
	const query = { limit: 50, sort: "-modified-date", "body-format": body ? "storage" : undefined };
	return cursorPages(reading.site.client, { method: "GET", path, query, signal: reading.request.signal });
}

function spoolUnder(reading: Reading, container: ItemRef | undefined, tag: string, value: JsonValue): void {
	if (container === undefined) return;
	reading.spool.add(container.id, "kind", container.kind);
	reading.spool.add(container.id, tag, value);
}

/** The file that a comment is on: its page is the comment's. A reply's parent tells where that is not known. */
async function fileOf(reading: Reading, comment: CommentRecord): Promise<AttachmentRecord | undefined> {
	const { client } = reading.site;
	const { signal } = reading.request;
	let { attachmentId } = comment;
	if (attachmentId == null && comment.parentCommentId != null) {
		attachmentId = readComment(await readSingleComment(client, "footer", comment.parentCommentId, signal)).attachmentId;
	}
	if (attachmentId == null) return undefined;
	const call = { method: "GET", path: "/wiki/api/v2/attachments/{id}", parameters: { id: attachmentId }, accept: [404], signal } as const;
	const { status, json } = await client.call(call);
	return status === 404 ? undefined : readAttachment(json);
}

/** Puts comments and attachments that changed since the last read aside under their pages. */
export async function spoolChanges(reading: Reading, since: Date): Promise<void> {
	for (const place of ["footer", "inline"] as const) {
		const changes = changedSince(newestFirst(reading, commentLists[place], true), since, (item) => {
			const record = readComment(item);
			return { record, at: record.version.createdAt };
		});
		for await (const { item, record } of changes) {
			const container = containerNamed(record) ?? containerNamed((await fileOf(reading, record)) ?? {});
			spoolUnder(reading, container, place, commentPart(item));
		}
	}
	const changes = changedSince(newestFirst(reading, "/wiki/api/v2/attachments", false), since, (item) => {
		const record = readAttachment(item);
		return { record, at: record.version.createdAt };
	});
	for await (const { item, record } of changes) spoolUnder(reading, containerNamed(record), "attachment", attachmentPart(item));
}

/**
 * Puts all comments of the site aside under their pages, replies included (the site-wide lists give "all" comments, the
 * lists of single pages only roots). A sweep lists them without bodies.
 */
export async function spoolComments(reading: Reading, place: CommentPlace): Promise<void> {
	const query = { limit: listLimit, sort: "created-date", "body-format": reading.mode === "full" ? "storage" : undefined };
	const call = { method: "GET", path: commentLists[place], query, signal: reading.request.signal } as const;
	const containers = new Map<string, string>();
	for await (const page of ahead(cursorPages(reading.site.client, call))) {
		for (const item of page.items) {
			const record = readComment(item);
			// A reply may leave its page to its parent, which is older and was listed before.
			const container = containerNamed(record)?.id ?? record.attachmentId ?? containers.get(record.parentCommentId ?? "");
			if (container === undefined) continue;
			containers.set(record.id, container);
			if (reading.mode === "full") accountsIn(item, reading.accounts);
			if (container.startsWith("att")) noteOnFile(reading, container, item);
			else reading.spool.add(container, place, commentPart(item));
		}
	}
}

function noteOnFile(reading: Reading, attachmentId: string, item: JsonValue): void {
	const held = reading.onFiles.get(attachmentId) ?? [];
	reading.onFiles.set(attachmentId, [...held, commentPart(item)]);
}

/** Comments changed since the last read, with their bodies, by id. */
export async function changedComments(reading: Reading, place: CommentPlace): Promise<ReadonlyMap<string, JsonValue>> {
	const changed = new Map<string, JsonValue>();
	if (reading.mode !== "sweep" || reading.since === undefined) return changed;
	const changes = changedSince(newestFirst(reading, commentLists[place], true), reading.since, (item) => {
		const record = readComment(item);
		return { record, at: record.version.createdAt };
	});
	for await (const { item, record } of changes) changed.set(record.id, commentPart(item));
	return changed;
}

/** Puts the list entries of all attachments aside under their pages. */
export async function spoolAttachments(reading: Reading): Promise<void> {
	const call = { method: "GET", path: "/wiki/api/v2/attachments", query: { limit: listLimit }, signal: reading.request.signal } as const;
	for await (const page of ahead(cursorPages(reading.site.client, call))) {
		for (const item of page.items) {
			const record = readAttachment(item);
			const container = containerNamed(record)?.id;
			if (container === undefined) continue;
			reading.spool.add(container, "attachment", attachmentPart(item));
			for (const comment of reading.onFiles.get(record.id) ?? []) reading.spool.add(container, "footer", comment);
			reading.onFiles.delete(record.id);
		}
	}
}
