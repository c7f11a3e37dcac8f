import type { JsonValue } from "@skyeworx/core";
import { cursorPages } from "../../http/paging.ts";
import { attachmentPart, commentPart, readAttachment, readComment } from "../content/records.ts";
import { ahead } from "./in-order.ts";
import { accountsIn } from "./people.ts";
import { epoch, listLimit, type Reading } from "./reading.ts";

const commentLists = { footer: "/wiki/api/v2/footer-comments", inline: "/wiki/api/v2/inline-comments" } as const;
export type CommentPlace = keyof typeof commentLists;

function containerOf(record: {
	readonly pageId?: string | null | undefined;
	readonly blogPostId?: string | null | undefined;
}): string | undefined {
	return record.pageId ?? record.blogPostId ?? undefined;
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
			const container = containerOf(record) ?? containers.get(record.parentCommentId ?? "");
			if (container === undefined) continue;
			containers.set(record.id, container);
			if (reading.mode === "full") accountsIn(item, reading.accounts);
			reading.spool.add(container, place, commentPart(item));
		}
	}
}

/** Comments changed since the last read, with their bodies, by id. */
export async function changedComments(reading: Reading, place: CommentPlace): Promise<ReadonlyMap<string, JsonValue>> {
	const changed = new Map<string, JsonValue>();
	if (reading.mode === "full" || reading.since === undefined) return changed;
	const query = { limit: 50, sort: "-modified-date", "body-format": "storage" };
	for await (const page of cursorPages(reading.site.client, {
		method: "GET",
		path: commentLists[place],
		query,
		signal: reading.request.signal,
	})) {
		for (const item of page.items) {
			const record = readComment(item);
			const at = epoch(record.version.createdAt);
			if (at !== undefined && at < reading.since.getTime()) return changed;
			changed.set(record.id, commentPart(item));
		}
	}
	return changed;
}

/** Puts the list entries of all attachments aside under their pages. */
export async function spoolAttachments(reading: Reading): Promise<void> {
	const call = { method: "GET", path: "/wiki/api/v2/attachments", query: { limit: listLimit }, signal: reading.request.signal } as const;
	for await (const page of ahead(cursorPages(reading.site.client, call))) {
		for (const item of page.items) {
			const container = containerOf(readAttachment(item));
			if (container !== undefined) reading.spool.add(container, "attachment", attachmentPart(item));
		}
	}
}
