import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { z } from "zod";
import { malformed } from "../../http/failure.ts";

const optionalText = z.string().nullish();

const versionShape = z.looseObject({
	number: z.number(),
	createdAt: optionalText,
	message: optionalText,
	minorEdit: z.boolean().nullish(),
	authorId: optionalText,
});

const bodyShape = z.looseObject({ storage: z.looseObject({ value: z.string() }).nullish() }).nullish();

const contentShape = z.looseObject({
	id: z.string().min(1),
	status: z.string(),
	title: z.string(),
	spaceId: z.string(),
	parentId: optionalText,
	parentType: optionalText,
	position: z.number().nullish(),
	authorId: optionalText,
	ownerId: optionalText,
	subtype: optionalText,
	createdAt: optionalText,
	version: versionShape,
	body: bodyShape,
	_links: z.looseObject({ webui: optionalText }).nullish(),
});

const commentShape = z.looseObject({
	id: z.string().min(1),
	status: optionalText,
	pageId: optionalText,
	blogPostId: optionalText,
	customContentId: optionalText,
	parentCommentId: optionalText,
	/** Of a comment on a file of the page. */
	attachmentId: optionalText,
	version: versionShape,
	body: bodyShape,
	resolutionStatus: optionalText,
	properties: z.looseObject({ inlineMarkerRef: optionalText, inlineOriginalSelection: optionalText }).nullish(),
});

const attachmentShape = z.looseObject({
	id: z.string().min(1),
	status: optionalText,
	title: z.string(),
	createdAt: optionalText,
	pageId: optionalText,
	blogPostId: optionalText,
	customContentId: optionalText,
	mediaType: optionalText,
	comment: optionalText,
	fileId: optionalText,
	fileSize: z.number().nullish(),
	version: versionShape,
});

const labelShape = z.looseObject({ id: optionalText, name: z.string(), prefix: optionalText });

const propertyShape = z.looseObject({ id: optionalText, key: z.string(), version: z.looseObject({ number: z.number() }).nullish() });

/** What we rely on of a page or blog post. */
export type ContentRecord = z.infer<typeof contentShape>;
export type CommentRecord = z.infer<typeof commentShape>;
export type AttachmentRecord = z.infer<typeof attachmentShape>;
export type LabelRecord = z.infer<typeof labelShape>;
export type PropertyRecord = z.infer<typeof propertyShape>;

function reader<T>(shape: z.ZodType<T>, what: string): (value: JsonValue) => T {
	return (value) => {
		const parsed = shape.safeParse(value);
		if (!parsed.success)
			throw malformed(`Confluence ${what}`, parsed.error.issues.map((issue) => issue.path.join(".") || "shape").join(" "));
		return parsed.data;
	};
}

/** Checks a page or blog post of an answer or a stored record. @throws AppError `site-answer-malformed` */
export const readContent = reader(contentShape, "content");
export const readComment = reader(commentShape, "comment");
export const readAttachment = reader(attachmentShape, "attachment");
export const readLabel = reader(labelShape, "label");
export const readProperty = reader(propertyShape, "property");

function without(record: JsonObject, names: ReadonlySet<string>): Record<string, JsonValue> {
	return Object.fromEntries(Object.entries(record).filter(([name]) => !names.has(name)));
}

function asObject(value: JsonValue): JsonObject {
	return isJsonObject(value) ? value : {};
}

function webLink(record: JsonObject): JsonObject {
	const webui = isJsonObject(record._links) ? record._links.webui : undefined;
	return typeof webui === "string" ? { _links: { webui } } : {};
}

const contentVolatile = new Set(["_links", "_expandable", "labels", "properties", "operations", "likes", "versions", "collaborators"]);

/** A page or blog post as it is kept: what Atlassian answered, without what varies by caller or is kept as its own part. */
export function contentPart(answer: JsonValue): JsonObject {
	const record = asObject(answer);
	return { ...without(record, contentVolatile), ...webLink(record) };
}

const commentVolatile = new Set([
	"_links",
	"title",
	"operations",
	"likes",
	"versions",
	"properties",
	"pageId",
	"blogPostId",
	"customContentId",
]);
const rootOnly = new Set(["attachmentId", "resolutionStatus", "resolutionLastModifierId", "resolutionLastModifiedAt"]);

/**
 * A comment as it is kept. Lists name its container and replies' lists do not, so it is left out, but for the file that a
 * comment is on; replies have no marker and no resolution of their own.
 */
export function commentPart(answer: JsonValue): JsonObject {
	const record = asObject(answer);
	const kept = without(record, commentVolatile);
	if (typeof record.parentCommentId === "string") return without(kept, rootOnly);
	const marker = isJsonObject(record.properties) ? record.properties : {};
	const names = ["inlineMarkerRef", "inlineOriginalSelection"].filter((name) => typeof marker[name] === "string");
	return names.length === 0 ? kept : { ...kept, properties: Object.fromEntries(names.map((name) => [name, marker[name] ?? null])) };
}

const attachmentVolatile = new Set([
	"_links",
	"webuiLink",
	"downloadLink",
	"mediaTypeDescription",
	"labels",
	"properties",
	"operations",
	"versions",
]);

export function attachmentPart(answer: JsonValue): JsonObject {
	return without(asObject(answer), attachmentVolatile);
}

/** Labels in one order, whichever interface they came from. */
export function labelsPart(labels: readonly JsonValue[]): JsonValue {
	return labels
		.map((label) => readLabel(label))
		.map(({ id, name, prefix }) => ({ ...(id == null ? {} : { id }), name, prefix: prefix ?? "global" }))
		.sort((a, b) => compareText(`${a.prefix}:${a.name}`, `${b.prefix}:${b.name}`));
}

/** Content properties in one order, with the version's number only: v1 and v2 tell the rest differently. */
export function propertiesPart(properties: readonly JsonValue[]): JsonValue {
	return properties
		.map((property) => ({ read: readProperty(property), value: asObject(property).value ?? null }))
		.map(({ read: { id, key, version }, value }) => ({
			...(id == null ? {} : { id }),
			key,
			value,
			...(version == null ? {} : { version: { number: version.number } }),
		}))
		.sort((a, b) => compareText(a.key, b.key));
}

/** Code-unit order: the same on every machine. */
export function compareText(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** Orders Confluence ids (`123`, `att123`) by number, since they grow with time. */
export function compareIds(a: string, b: string): number {
	const numberOf = (id: string): number => Number(/\d+$/.exec(id)?.[0] ?? 0);
	return numberOf(a) - numberOf(b) || compareText(a, b);
}

export function idOf(value: JsonValue): string {
	const id = asObject(value).id;
	return typeof id === "string" ? id : "";
}

/** Sorted by id. */
export function byId(values: readonly JsonValue[]): JsonValue[] {
	return [...values].sort((a, b) => compareIds(idOf(a), idOf(b)));
}
