import type { ItemVersion } from "@skyeworx/contract";
import { adfBlocks } from "../../parts/adf/adf-blocks-text.ts";
import type { InlineRemark, RichFile } from "../../parts/rich/rich-context.tsx";
import { storageBlocks } from "../../parts/storage/storage-blocks-text.ts";
import { at, isAdf, listAt, plainText, recordAt, textAt } from "./read-json.ts";

/** Names by account id. */
type People = ReadonlyMap<string, string>;

/** A body in either of Atlassian's two formats. */
export type Body =
	| { readonly format: "adf"; readonly document: unknown }
	| { readonly format: "storage"; readonly markup: string }
	| { readonly format: "text"; readonly text: string };

export interface Comment {
	readonly id: string;
	readonly author: string;
	readonly createdAt: string | undefined;
	readonly editedAt: string | undefined;
	readonly body: Body;
	/** `Internal`, `Inline: “the words”`, `Visible to Administrators`. */
	readonly note: string | undefined;
	readonly marker: string | undefined;
	readonly resolved: boolean;
	readonly replies: readonly Comment[];
}

export interface Worklog {
	readonly id: string;
	readonly author: string;
	readonly startedAt: string | undefined;
	readonly spent: string;
	readonly body: Body | undefined;
}

export interface HistoryEntry {
	readonly id: string;
	readonly author: string;
	readonly at: string | undefined;
	readonly changes: readonly { readonly field: string; readonly from: string; readonly to: string }[];
}

/** Reads a body object or document; undefined when there is none. */
export function bodyOf(value: unknown): Body | undefined {
	if (isAdf(value)) return { format: "adf", document: value };
	const markup = textAt(value, "storage", "value");
	if (markup !== undefined) return { format: "storage", markup };
	const adf = textAt(value, "atlas_doc_format", "value");
	if (adf !== undefined) {
		try {
			return { format: "adf", document: JSON.parse(adf) };
		} catch {
			return { format: "text", text: adf };
		}
	}
	const raw = textAt(value, "raw", "value");
	if (raw !== undefined) return { format: "text", text: raw };
	return typeof value === "string" && value !== "" ? { format: "text", text: value } : undefined;
}

/** A body as plain text. */
export function bodyText(body: Body): string {
	if (body.format === "adf") return adfBlocks(body.document).join("\n");
	return body.format === "storage" ? storageBlocks(body.markup).join("\n") : body.text;
}

function person(value: unknown, people: People): string {
	const id = textAt(value, "authorId") ?? textAt(value, "version", "authorId") ?? textAt(value, "author", "accountId");
	const written = textAt(value, "author", "displayName") ?? textAt(value, "authorName");
	return written ?? (id === undefined ? "Somebody" : (people.get(id) ?? `Account …${id.slice(-8)}`));
}

function jiraComment(value: unknown, people: People): Comment {
	const visibility = textAt(value, "visibility", "value");
	const internal = at(value, "jsdPublic") === false;
	const created = textAt(value, "created");
	const updated = textAt(value, "updated");
	return {
		id: plainText(at(value, "id")),
		author: person(value, people),
		createdAt: created,
		editedAt: updated === created ? undefined : updated,
		body: bodyOf(at(value, "body")) ?? { format: "text", text: "" },
		note: visibility !== undefined ? `Visible to ${visibility}` : internal ? "Internal" : undefined,
		marker: undefined,
		resolved: false,
		replies: [],
	};
}

function confluenceComment(value: unknown, people: People): Comment {
	const properties = recordAt(value, "properties");
	const selection = textAt(properties, "inlineOriginalSelection") ?? textAt(properties, "inline-original-selection");
	const status = textAt(value, "resolutionStatus");
	return {
		id: plainText(at(value, "id")),
		author: person(value, people),
		createdAt: textAt(value, "version", "createdAt") ?? textAt(value, "createdAt"),
		editedAt: undefined,
		body: bodyOf(at(value, "body")) ?? { format: "text", text: "" },
		note: selection === undefined ? undefined : `On “${selection}”`,
		marker: textAt(properties, "inlineMarkerRef") ?? textAt(properties, "inline-marker-ref"),
		resolved: status === "resolved",
		replies: [...listAt(value, "replies"), ...listAt(value, "children")].map((reply) => confluenceComment(reply, people)),
	};
}

/** Puts replies that stand beside their parents below them. */
function threaded(values: readonly unknown[], people: People): readonly Comment[] {
	const parentOf = (value: unknown): string | undefined => textAt(value, "parentCommentId") ?? undefined;
	const children = (id: string): readonly Comment[] => values.filter((value) => parentOf(value) === id).map(withReplies);
	const withReplies = (value: unknown): Comment => {
		const comment = confluenceComment(value, people);
		return { ...comment, replies: [...comment.replies, ...(comment.id === "" ? [] : children(comment.id))] };
	};
	const ids = new Set(values.map((value) => plainText(at(value, "id"))));
	return values.filter((value) => !ids.has(parentOf(value) ?? "\u0000")).map(withReplies);
}

/** All comments of a version, oldest first. */
export function commentsOf(version: ItemVersion, people: People): readonly Comment[] {
	const comments = version.parts.comments;
	if (Array.isArray(comments)) return comments.map((comment) => jiraComment(comment, people));
	return [...threaded(listAt(comments, "inline"), people), ...threaded(listAt(comments, "footer"), people)];
}

/** Inline comments with what anchors them in the body. */
export function remarksOf(comments: readonly Comment[]): readonly InlineRemark[] {
	return comments.flatMap((comment) => {
		if (comment.marker === undefined) return [];
		const marker = comment.marker;
		return [comment, ...comment.replies].map((each) => ({
			marker,
			author: each.author,
			at: each.createdAt,
			text: bodyText(each.body),
			resolved: comment.resolved,
		}));
	});
}

export function worklogsOf(version: ItemVersion, people: People): readonly Worklog[] {
	return listAt(version.parts.worklogs).map((value) => ({
		id: plainText(at(value, "id")),
		author: person(value, people),
		startedAt: textAt(value, "started"),
		spent: textAt(value, "timeSpent") ?? `${plainText(at(value, "timeSpentSeconds"))} s`,
		body: bodyOf(at(value, "comment")),
	}));
}

/** Jira's own record of changes, newest first. */
export function historyOf(version: ItemVersion, people: People): readonly HistoryEntry[] {
	const entries = listAt(version.parts.history).map((value) => ({
		id: plainText(at(value, "id")),
		author: person(value, people),
		at: momentOf(at(value, "created")),
		changes: listAt(value, "items").map((change) => ({
			field: textAt(change, "field") ?? "field",
			from: textAt(change, "fromString") ?? plainText(at(change, "from")),
			to: textAt(change, "toString") ?? plainText(at(change, "to")),
		})),
	}));
	return entries.toReversed();
}

/** Bulk change logs give epoch milliseconds, single ones a date. */
function momentOf(value: unknown): string | undefined {
	if (typeof value === "number") return new Date(value).toISOString();
	return typeof value === "string" ? value : undefined;
}

/** The version's files, with the ids by which bodies call them. */
export function richFiles(version: ItemVersion, address: (fileId: string) => string): readonly RichFile[] {
	const metadata = [...listAt(version.parts.attachments), ...listAt(version.parts[""], "fields", "attachment")];
	return version.files.map((file) => {
		const about = metadata.find((entry) => plainText(at(entry, "id")) === file.id.split("@")[0]);
		const mediaId = textAt(about, "fileId") ?? textAt(about, "mediaApiFileId") ?? textAt(about, "mediaId");
		return { ...file, address: address(file.id), ...(mediaId === undefined ? {} : { mediaId }) };
	});
}

/** Everybody that is known by name: from the site's people, and from what the version itself says. */
export function peopleOf(version: ItemVersion, directory: People): People {
	const own = Object.entries(recordAt(version.parts.context, "people")).filter(
		(entry): entry is [string, string] => typeof entry[1] === "string",
	);
	return own.length === 0 ? directory : new Map([...directory, ...own]);
}
