import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { textAt } from "../../record/json-access.ts";
import { type FileMarks, fileMarksPart, readFileMarks } from "./file-marks.ts";
import {
	type AttachmentRecord,
	type CommentRecord,
	type ContentRecord,
	type LabelRecord,
	type PropertyRecord,
	readAttachment,
	readComment,
	readContent,
	readLabel,
	readProperty,
} from "./records.ts";

import { type Restrictions, readRestrictions } from "./restrictions.ts";

/** A comment with where it stands. */
export interface PlacedComment {
	readonly place: "footer" | "inline";
	readonly comment: CommentRecord;
}

/** A page or blog post with everything kept of it, read back from its parts. */
export interface Content {
	readonly main: ContentRecord;
	readonly body: string;
	readonly labels: readonly LabelRecord[];
	readonly properties: readonly (PropertyRecord & { readonly value: JsonValue })[];
	/** Roots before their replies, older before newer. */
	readonly comments: readonly PlacedComment[];
	readonly attachments: readonly AttachmentRecord[];
	/** Labels and properties of attachments that have some, by their ids. */
	readonly fileMarks: ReadonlyMap<string, FileMarks>;
	readonly restrictions: Restrictions;
	/** Account ids of those who like it. */
	readonly likes: readonly string[];
	/** Names of accounts, by id, as they were when it was read. */
	readonly people: ReadonlyMap<string, string>;
	readonly space: { readonly id: string; readonly key: string; readonly name: string } | undefined;
}

function list(part: JsonValue | undefined): readonly JsonValue[] {
	return Array.isArray(part) ? part : [];
}

/** The two lists of the `comments` part. */
export function commentLists(part: JsonValue | undefined): {
	readonly footer: readonly JsonValue[];
	readonly inline: readonly JsonValue[];
} {
	if (!isJsonObject(part)) return { footer: [], inline: [] };
	return { footer: list(part.footer), inline: list(part.inline) };
}

function contextOf(item: StoredItem): Pick<Content, "people" | "space"> {
	const context = item.parts.get("context");
	if (!isJsonObject(context)) return { people: new Map(), space: undefined };
	const people = isJsonObject(context.people)
		? Object.entries(context.people).flatMap(([id, name]) => (typeof name === "string" ? [[id, name] as const] : []))
		: [];
	const space = isJsonObject(context.space) ? context.space : undefined;
	const text = (value: JsonValue | undefined): string => (typeof value === "string" ? value : "");
	return {
		people: new Map(people),
		space: space === undefined ? undefined : { id: text(space.id), key: text(space.key), name: text(space.name) },
	};
}

function placed(part: JsonValue | undefined): readonly PlacedComment[] {
	const { footer, inline } = commentLists(part);
	return [
		...footer.map((comment) => ({ place: "footer" as const, comment: readComment(comment) })),
		...inline.map((comment) => ({ place: "inline" as const, comment: readComment(comment) })),
	];
}

/** Reads an item's parts. @throws AppError `site-answer-malformed` when the main part is missing or not of the kind */
export function contentOf(item: StoredItem): Content {
	const main = readContent(item.parts.get("") ?? null);
	return {
		main,
		body: main.body?.storage?.value ?? "",
		labels: list(item.parts.get("labels")).map(readLabel),
		properties: list(item.parts.get("properties")).map((property) => ({
			...readProperty(property),
			value: isJsonObject(property) ? (property.value ?? null) : null,
		})),
		comments: placed(item.parts.get("comments")),
		attachments: list(item.parts.get("attachments")).map(readAttachment),
		fileMarks: readFileMarks(item.parts.get(fileMarksPart)),
		restrictions: readRestrictions(item.parts.get("restrictions")),
		likes: list(item.parts.get(likesPart)).flatMap((like) => textAt(like, "accountId") ?? []),
		...contextOf(item),
	};
}

/** The part that says who likes the page. */
export const likesPart = "likes";

/** The file part of one version of an attachment. */
export function filePart(attachmentId: string, version: number): string {
	return `file/${attachmentId}@${version}`;
}

/** The part that says of an attachment's older versions who made them, when, and what they said. */
export function fileVersionsPart(attachmentId: string): string {
	return `file-versions/${attachmentId}`;
}

/** The body of a comment in storage format. */
export function commentBody(comment: CommentRecord): string {
	return comment.body?.storage?.value ?? "";
}

/** The account's name where it is known, else its id. */
export function nameOf(people: ReadonlyMap<string, string>, accountId: string | null | undefined): string {
	if (accountId == null) return "somebody";
	return people.get(accountId) ?? accountId;
}

/** An object as the part `context` keeps it: words for people, not compared and not restored. */
export function contextPart(
	space: { readonly id: string; readonly key: string; readonly name: string } | undefined,
	people: ReadonlyMap<string, string>,
): JsonObject {
	return { people: Object.fromEntries(people), ...(space === undefined ? {} : { space: { ...space } }) };
}
