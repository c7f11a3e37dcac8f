import { isAppError, type JsonValue } from "@skyeworx/core";
import type { AppSite } from "../../app-reader.ts";
import { cursorPages, type Page } from "../../http/paging.ts";
import { attachmentPart, byId, commentPart, idOf, readAttachment, readComment, readContent } from "../content/records.ts";
import { changedSince, epoch, listLimit } from "../read/reading.ts";

/** Pages that came into being so lately may be read from lists of the newest things of the whole site. */
const young = 24 * 3_600_000;
/** Fewer pages are asked one by one: the lists are the site's, and others write into them, too. */
const fewest = 20;
/** A list costs at most this share of what asking page by page costs. */
const pagesPerList = 10;
/** Clocks of one site differ little. */
const margin = 60_000;

/** What hangs on a page, as the parts `attachments` and `comments` have it; undefined where there is none. */
export interface Hanging {
	readonly attachments: JsonValue | undefined;
	readonly comments: JsonValue | undefined;
}

interface Lists {
	readonly footer: readonly JsonValue[];
	readonly inline: readonly JsonValue[];
	readonly attachments: readonly JsonValue[];
}

class TooLong extends Error {}

async function* atMost(pages: AsyncIterable<Page>, most: number): AsyncGenerator<Page> {
	let count = 0;
	for await (const page of pages) {
		count += 1;
		if (count > most) throw new TooLong();
		yield page;
	}
}

/** What of a list was written since, newest first. @throws TooLong when that takes too many pages */
async function newest(site: AppSite, path: string, limits: { readonly since: Date; readonly most: number; readonly signal?: AbortSignal }) {
	const query = { limit: listLimit, sort: "-modified-date", "body-format": path.endsWith("comments") ? "storage" : undefined };
	const pages = atMost(cursorPages(site.client, { method: "GET", path, query, signal: limits.signal }), limits.most);
	const read = (item: JsonValue) => {
		const record = path.endsWith("comments") ? readComment(item) : readAttachment(item);
		return { record: item, at: record.version.createdAt };
	};
	const found: JsonValue[] = [];
	for await (const { item } of changedSince(pages, limits.since, read)) found.push(item);
	return found;
}

/** The page that each comment is on: its own word, its file's page, or what is said of the comment that it answers. */
function pageOfComments(
	comments: readonly JsonValue[],
	pageOfFile: ReadonlyMap<string, string>,
): (comment: JsonValue) => string | undefined {
	const byCommentId = new Map(comments.map((comment) => [idOf(comment), comment]));
	return (comment) => {
		let current: JsonValue | undefined = comment;
		for (let depth = 0; current !== undefined && depth < 100; depth++) {
			const { pageId, blogPostId, attachmentId, parentCommentId } = readComment(current);
			const page = pageId ?? blogPostId ?? (attachmentId == null ? undefined : pageOfFile.get(attachmentId));
			if (page !== undefined) return page;
			current = parentCommentId == null ? undefined : byCommentId.get(parentCommentId);
		}
		return undefined;
	};
}

function sorted(ids: readonly string[], { footer, inline, attachments }: Lists): ReadonlyMap<string, Hanging> {
	const containerOf = (file: JsonValue): string => readAttachment(file).pageId ?? readAttachment(file).blogPostId ?? "";
	const pageOfFile = new Map(attachments.map((file) => [idOf(file), containerOf(file)]));
	const files = Map.groupBy(attachments, containerOf);
	const footers = Map.groupBy(footer, pageOfComments(footer, pageOfFile));
	const inlines = Map.groupBy(inline, pageOfComments(inline, pageOfFile));
	const partOf = (id: string): Hanging => {
		const [below, beside] = [footers.get(id) ?? [], inlines.get(id) ?? []];
		const held = files.get(id);
		return {
			attachments: held === undefined ? undefined : byId(held.map(attachmentPart)),
			comments:
				below.length + beside.length === 0 ? undefined : { footer: byId(below.map(commentPart)), inline: byId(beside.map(commentPart)) },
		};
	};
	return new Map(ids.map((id) => [id, partOf(id)]));
}

/**
 * Reads what hangs on many pages that have just been created from three lists of the whole site, newest first: everything on them is
 * younger than they are. Answers nothing for pages that are older or few, or on a site where so much else is written that asking page by
 * page is cheaper.
 */
export async function readHangingOnNew(
	site: AppSite,
	mains: ReadonlyMap<string, JsonValue>,
	signal?: AbortSignal,
): Promise<ReadonlyMap<string, Hanging>> {
	const from = site.ports.clock.now().getTime() - young;
	const created = [...mains].map(([id, main]) => ({ id, at: epoch(readContent(main).createdAt) ?? 0 })).filter(({ at }) => at >= from);
	if (created.length < fewest) return new Map();
	const since = new Date(Math.min(...created.map(({ at }) => at)) - margin);
	const limits = { since, most: Math.ceil(created.length / pagesPerList), ...(signal === undefined ? {} : { signal }) };
	try {
		const [footer, inline, attachments] = await Promise.all([
			newest(site, "/wiki/api/v2/footer-comments", limits),
			newest(site, "/wiki/api/v2/inline-comments", limits),
			newest(site, "/wiki/api/v2/attachments", limits),
		]);
		return sorted(
			created.map(({ id }) => id),
			{ footer, inline, attachments },
		);
	} catch (error) {
		if (error instanceof TooLong || isAppError(error, "site-refused") || isAppError(error, "scope-missing")) return new Map();
		throw error;
	}
}
