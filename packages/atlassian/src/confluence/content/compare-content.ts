import { canonicalJson } from "@skyeworx/core";
import type { FieldDifference, FieldValue, StoredItem } from "@skyeworx/engine";
import { withoutMarkers } from "../../storage-format/storage-format.ts";
import { differences, type Field, textField } from "../fields.ts";
import { restoreProperty } from "../restore/property-owner.ts";
import { type Content, commentBody, contentOf, nameOf, type PlacedComment } from "./parts.ts";

const text = (value: string): FieldValue => ({ type: "text", text: value });

/** `3 May 2026` */
function day(time: string | null | undefined): string {
	const date = time == null ? undefined : new Date(time);
	if (date === undefined || Number.isNaN(date.getTime())) return "an unknown day";
	return date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** `3 May 2026, 10:21 UTC` */
export function minute(time: string | null | undefined): string {
	const date = time == null ? undefined : new Date(time);
	if (date === undefined || Number.isNaN(date.getTime())) return "an unknown day";
	return `${day(time)}, ${date.toISOString().slice(11, 16)} UTC`;
}

/** The label of a comment for people: `Comment by Ada, 3 May 2026`. */
export function commentLabel(content: Pick<Content, "people">, { place, comment }: PlacedComment): string {
	const root = place === "inline" ? "Inline comment" : comment.attachmentId == null ? "Comment" : "Comment on a file";
	const kind = comment.parentCommentId == null ? root : "Reply";
	return `${kind} by ${nameOf(content.people, comment.version.authorId)}, ${day(comment.version.createdAt)}`;
}

function isResolved(placed: PlacedComment): boolean {
	return placed.comment.resolutionStatus === "resolved";
}

function commentField(content: Content, placed: PlacedComment): Field {
	const body = commentBody(placed.comment);
	const resolved = isResolved(placed);
	return {
		field: `comments/${placed.comment.id}`,
		label: commentLabel(content, placed),
		identity: canonicalJson([placed.place, placed.comment.parentCommentId ?? null, resolved, body]),
		value: { type: "storage", markup: resolved ? `<p><em>Resolved</em></p>${body}` : body },
	};
}

/** `12.3 kB` */
function fileSize(bytes: number | null | undefined): string {
	if (bytes == null) return "unknown size";
	if (bytes < 1000) return `${bytes} B`;
	const power = Math.min(3, Math.floor(Math.log10(bytes) / 3));
	return `${(bytes / 1000 ** power).toFixed(1)} ${["B", "kB", "MB", "GB"][power]}`;
}

/** The comment of an attachment that a restore uploaded, and of which version it is the content. */
const restoredVersion = /Restored by Skyeworx from version (\d+) \(restore [^)]*\)$/;

/** The version whose content an attachment has: that of the backup, when a restore uploaded it. */
function contentVersion({ comment, version }: Content["attachments"][number]): number {
	const restored = restoredVersion.exec(comment ?? version.message ?? "")?.[1];
	return restored === undefined ? version.number : Number(restored);
}

function fileField(attachment: Content["attachments"][number]): Field {
	const { id, title, fileSize: size, mediaType } = attachment;
	const version = contentVersion(attachment);
	return {
		field: `file/${id}`,
		label: `Attachment ${title}`,
		identity: canonicalJson([title, size ?? null, version, mediaType ?? null]),
		value: text(`${title}, ${fileSize(size)}, version ${version}`),
	};
}

function restrictionFields({ restrictions, people }: Content): readonly Field[] {
	return (
		[
			["read", "Who may view it"],
			["update", "Who may change it"],
		] as const
	).flatMap(([operation, label]) => {
		const { users, groups } = restrictions[operation];
		const items = [...users.map((id) => nameOf(people, id)), ...groups.map((group) => group.name || group.id)];
		const identity = canonicalJson([users, groups.map((group) => group.id)]);
		return items.length === 0 ? [] : [{ field: `restrictions/${operation}`, label, identity, value: { type: "list", items } as const }];
	});
}

function labelNames(labels: Content["labels"]): readonly string[] {
	return labels.map((label) => (label.prefix === "global" || label.prefix == null ? label.name : `${label.prefix}:${label.name}`)).sort();
}

/** What is on the files themselves: labels, and properties that apps set. */
function fileMarkFields({ attachments, fileMarks }: Content): readonly Field[] {
	return attachments.flatMap(({ id, title }) => {
		const marks = fileMarks.get(id);
		if (marks === undefined) return [];
		const items = labelNames(marks.labels);
		const labels: Field = {
			field: `file/${id}/labels`,
			label: `Labels of ${title}`,
			identity: items.join("\n"),
			value: { type: "list", items },
		};
		const properties = marks.properties.map(({ key, value }) =>
			textField(`file/${id}/properties/${key}`, `Property ${key} of ${title}`, canonicalJson(value)),
		);
		return [...(items.length === 0 ? [] : [labels]), ...properties];
	});
}

function likesField({ likes, people }: Content): readonly Field[] {
	if (likes.length === 0) return [];
	const items = likes.map((id) => nameOf(people, id)).sort();
	return [{ field: "likes", label: "Likes", identity: likes.toSorted().join("\n"), value: { type: "list", items } }];
}

/** What hangs on content: its comments and files, and what is on those. */
export function hangingFields(content: Content): readonly Field[] {
	return [
		...content.comments.map((placed) => commentField(content, placed)),
		...content.attachments.map(fileField),
		...fileMarkFields(content),
	];
}

function fieldsOf(content: Content): readonly Field[] {
	const { main } = content;
	const labels = labelNames(content.labels);
	return [
		textField("title", "Title", main.title),
		{ field: "body", label: "Body", identity: withoutMarkers(content.body), value: { type: "storage", markup: content.body } },
		textField("status", "Status", main.status),
		textField("parent", "Parent", main.parentId == null ? "none" : `${main.parentType ?? "page"} ${main.parentId}`),
		textField("space", "Space", content.space?.key ?? main.spaceId, main.spaceId),
		...(main.ownerId == null ? [] : [textField("owner", "Owner", nameOf(content.people, main.ownerId), main.ownerId)]),
		...(labels.length === 0
			? []
			: [{ field: "labels", label: "Labels", identity: labels.join("\n"), value: { type: "list", items: labels } } as const]),
		...likesField(content),
		...restrictionFields(content),
		...content.properties
			.filter((property) => property.key !== restoreProperty)
			.map((property) => textField(`properties/${property.key}`, `Property ${property.key}`, canonicalJson(property.value))),
		...hangingFields(content),
	];
}

/** What differs between two states of a page or blog post, field by field; equal ones give an empty list. */
export function compareContent(before: StoredItem | undefined, after: StoredItem | undefined): readonly FieldDifference[] {
	return differences(before === undefined ? [] : fieldsOf(contentOf(before)), after === undefined ? [] : fieldsOf(contentOf(after)));
}
