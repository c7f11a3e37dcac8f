import { isAppError, isJsonObject, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { cursorPages } from "../../http/paging.ts";
import { attachmentPart, commentPart, readAttachment, readComment } from "../content/records.ts";
import { restrictionsPart } from "../content/restrictions.ts";
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

const restricted = ["read", "update"].flatMap((operation) =>
	["user", "group"].map((sort) => `restrictions.${operation}.restrictions.${sort}`),
);
const searchExpansions = ["metadata.labels", "metadata.properties", ...restricted];

/**
 * Labels, content properties and restrictions of all pages at once, from the search: the only official list that tells them for more than
 * one page. It may lag and may leave pages out; those are read one by one where it matters.
 */
export async function* spoolLabels(reading: Reading): AsyncGenerator<Observation> {
	const keys = reading.request.spaces?.map((id) => reading.spaces.get(id)?.key).filter((key) => key !== undefined);
	const within = keys === undefined ? "" : ` and space in (${keys.map((key) => JSON.stringify(key)).join(",")})`;
	if (keys?.length === 0) return;
	const query = {
		cql: `type in (page,blogpost)${within}`,
		cqlcontext: JSON.stringify({ contentStatuses: ["current", "archived"] }),
		expand: searchExpansions.join(","),
		limit: listLimit,
	};
	const call = { method: "GET", path: "/wiki/rest/api/content/search", query, signal: reading.request.signal } as const;
	try {
		for await (const page of ahead(cursorPages(reading.site.client, call))) for (const item of page.items) spoolFound(reading, item);
	} catch (error) {
		if (!isAppError(error, "scope-missing") && !isAppError(error, "site-refused") && !isAppError(error, "not-found")) throw error;
		yield {
			type: "blind-spot",
			kind: "confluence.page",
			count: undefined,
			reason:
				"Labels, properties and restrictions that changed on pages which did not change are not seen: Confluence's search is closed to the credential (scope search:confluence).",
			cause: "scope",
		};
	}
}

function members(value: JsonValue | undefined): readonly JsonValue[] | undefined {
	if (Array.isArray(value)) return value;
	return isJsonObject(value) && Array.isArray(value.results) ? value.results : undefined;
}

/** Properties whose values came along; undefined when some are only named. */
function propertiesOf(value: JsonValue | undefined): readonly JsonValue[] | undefined {
	if (!isJsonObject(value)) return undefined;
	const { _expandable, _links, ...given } = value;
	if (isJsonObject(_expandable) && Object.keys(_expandable).length > 0) return undefined;
	const all = members(value) ?? Object.values(given);
	return all.every((one) => isJsonObject(one) && typeof one.key === "string" && one.value !== undefined) ? all : undefined;
}

function spoolFound(reading: Reading, item: JsonValue): void {
	if (!isJsonObject(item) || typeof item.id !== "string" || !isJsonObject(item.metadata)) return;
	const restrictions = isJsonObject(item.restrictions) ? [item.restrictions.read ?? null, item.restrictions.update ?? null] : undefined;
	if (restrictions?.every(isJsonObject) === true) reading.spool.add(item.id, "restrictions", restrictionsPart(restrictions) ?? null);
	const labels = item.metadata.labels;
	const list = members(labels);
	const complete =
		!isJsonObject(labels) || typeof labels.size !== "number" || typeof labels.limit !== "number" || labels.size < labels.limit;
	if (list !== undefined && complete) reading.spool.add(item.id, "labels", [...list]);
	const properties = propertiesOf(item.metadata.properties);
	if (properties !== undefined) reading.spool.add(item.id, "properties", [...properties]);
}
