import { isoTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { commentWebui, contentLinks, downloadPath, webui } from "../addresses.ts";
import { latestFile } from "../deeds/write-attachment.ts";
import { conversionContext } from "../deeds/write-body.ts";
import { resolutionOf } from "../deeds/write-comment.ts";
import type { Attachment, AttachmentVersion, Body, Comment, Content, Label, Property, Version } from "../entities.ts";
import { latest } from "../state.ts";
import { storageToAdf } from "../storage/storage-to-adf.ts";
import { storageToHtml } from "../storage/storage-to-html.ts";

/** Representations in which a body can be asked for. */
export const bulkFormats = ["storage", "atlas_doc_format"] as const;
export const singleFormats = [...bulkFormats, "view", "export_view", "anonymous_export_view", "styled_view", "editor"] as const;
export type BodyFormat = (typeof singleFormats)[number];

/** A version as lists and objects carry it. */
export const versionShape = (version: Omit<Version, "title" | "body">): Record<string, unknown> => ({
	number: version.number,
	message: version.message,
	minorEdit: version.minorEdit,
	authorId: version.authorId,
	createdAt: isoTime(version.createdAt),
});

/** A version asked for by its number. */
export function detailedVersion(versions: readonly Omit<Version, "title" | "body">[], index: number): Record<string, unknown> {
	const version = versions[index];
	if (version === undefined) throw new RangeError("no such version");
	const before = versions[index - 1];
	const after = versions[index + 1];
	return {
		...versionShape(version),
		contentTypeModified: false,
		collaborators: [version.authorId],
		...(before === undefined ? {} : { prevVersion: before.number }),
		...(after === undefined ? {} : { nextVersion: after.number }),
	};
}

/** A body in the asked representation; empty when none was asked for. */
export function bodyShape(site: Site, body: Body, format: BodyFormat | undefined, contentId: string | undefined): Record<string, unknown> {
	if (format === undefined) return {};
	return { [format]: { representation: format, value: bodyValue(site, body, format, contentId) } };
}

function bodyValue(site: Site, body: Body, format: BodyFormat, contentId: string | undefined): string {
	if (format === "storage" || format === "editor") return body.storage;
	const context = conversionContext(site, contentId);
	if (format === "atlas_doc_format") return body.adf ?? JSON.stringify(storageToAdf(body.storage, context));
	return storageToHtml(body.storage, { fileAddress: (name) => fileAddress(site, contentId, name), pageAddress: () => undefined });
}

function fileAddress(site: Site, contentId: string | undefined, name: string): string | undefined {
	const file = contentId === undefined ? undefined : site.confluence.attachmentsOf(contentId).find((known) => known.title === name);
	return file === undefined ? undefined : `${site.url}/wiki${downloadPath(file, latestFile(file))}`;
}

/** The fields that a page has in lists, with its body. */
export function pageShape(
	site: Site,
	page: Content,
	options: { readonly format?: BodyFormat | undefined; readonly version?: Version } = {},
): Record<string, unknown> {
	const version = options.version ?? latest(page);
	const historical = options.version !== undefined && options.version !== latest(page);
	const parent = page.parentId === undefined ? undefined : site.confluence.contents.get(page.parentId);
	return {
		parentType: parent?.type ?? null,
		createdAt: isoTime(page.createdAt),
		authorId: page.authorId,
		id: page.id,
		version: versionShape(version),
		position: page.position ?? null,
		title: version.title,
		status: historical ? "historical" : page.status,
		ownerId: page.ownerId,
		body: bodyShape(site, version.body, options.format, page.id),
		parentId: parent?.id ?? null,
		spaceId: page.spaceId,
		lastOwnerId: page.lastOwnerId ?? null,
		...(page.live ? { subtype: "live" } : {}),
		_links: contentLinks(site, page),
	};
}

/** The fields that a blog post has in lists, with its body. */
export function blogPostShape(
	site: Site,
	post: Content,
	options: { readonly format?: BodyFormat | undefined; readonly version?: Version } = {},
): Record<string, unknown> {
	const version = options.version ?? latest(post);
	const historical = options.version !== undefined && options.version !== latest(post);
	return {
		createdAt: isoTime(post.createdAt),
		authorId: post.authorId,
		id: post.id,
		version: versionShape(version),
		title: version.title,
		status: historical ? "historical" : post.status,
		body: bodyShape(site, version.body, options.format, post.id),
		spaceId: post.spaceId,
		_links: contentLinks(site, post),
	};
}

/** A folder, whiteboard, database or smart link. */
export function treeObjectShape(site: Site, content: Content): Record<string, unknown> {
	const parent = content.parentId === undefined ? undefined : site.confluence.contents.get(content.parentId);
	return {
		id: content.id,
		type: content.type,
		status: content.status,
		title: content.title,
		parentId: parent?.id ?? null,
		parentType: parent?.type ?? null,
		position: content.position ?? null,
		authorId: content.authorId,
		ownerId: content.ownerId,
		createdAt: isoTime(content.createdAt),
		...(content.embedUrl === undefined ? {} : { embedUrl: content.embedUrl }),
		spaceId: content.spaceId,
		version: versionShape(latest(content)),
		_links: { webui: webui(site, content) },
	};
}

export const labelShape = (label: Label): Record<string, unknown> => ({ id: label.id, name: label.name, prefix: label.prefix });

export const propertyShape = (property: Property): Record<string, unknown> => ({
	id: property.id,
	key: property.key,
	value: property.value,
	version: {
		number: property.version.number,
		message: property.version.message,
		minorEdit: true,
		authorId: property.version.authorId,
		createdAt: isoTime(property.version.createdAt),
	},
});

/** The field by which a comment or an attachment names what it is on. */
function containerField(container: Content | undefined): "pageId" | "blogPostId" | "customContentId" {
	if (container?.type === "custom") return "customContentId";
	return container?.type === "blogpost" ? "blogPostId" : "pageId";
}

/** An attachment, at its current version or another one. */
export function attachmentShape(
	site: Site,
	attachment: Attachment,
	version: AttachmentVersion = latestFile(attachment),
): Record<string, unknown> {
	const container = site.confluence.contents.get(attachment.containerId);
	const download = downloadPath(attachment, version);
	const view = `/pages/viewpageattachments.action?pageId=${attachment.containerId}&preview=${encodeURIComponent(`/${attachment.containerId}/${attachment.id.slice(3)}/${attachment.title}`)}`;
	return {
		mediaTypeDescription: description(version.mediaType),
		webuiLink: view,
		downloadLink: download,
		createdAt: isoTime(attachment.createdAt),
		id: attachment.id,
		comment: version.message,
		version: versionShape(version),
		title: attachment.title,
		status: attachment.status,
		[containerField(container)]: attachment.containerId,
		fileSize: version.fileSize,
		mediaType: version.mediaType,
		fileId: version.fileId,
		_links: { download, webui: view },
	};
}

const description = (mediaType: string): string =>
	({
		"image/png": "PNG Image",
		"image/svg+xml": "SVG Image",
		"text/csv": "CSV File",
		"text/plain": "Text File",
		"application/pdf": "PDF Document",
		"application/json": "JSON File",
	})[mediaType] ?? "File";

/** A comment, as every list and object of comments carries it. */
export function commentShape(
	site: Site,
	comment: Comment,
	options: { readonly format?: BodyFormat | undefined; readonly version?: Version } = {},
): Record<string, unknown> {
	const version = options.version ?? latest(comment);
	const container = site.confluence.contents.get(comment.containerId);
	const place = container === undefined ? { attachmentId: comment.containerId } : { [containerField(container)]: container.id };
	return {
		id: comment.id,
		status: "current",
		title: `Re: ${container?.title ?? site.confluence.attachments.get(comment.containerId)?.title ?? ""}`,
		...place,
		...(comment.parentId === undefined ? {} : { parentCommentId: comment.parentId }),
		version: versionShape(version),
		body: bodyShape(site, version.body, options.format, container?.id),
		...(comment.kind === "inline" ? inlineFields(site, comment) : {}),
		_links: { webui: commentWebui(site, comment) },
	};
}

function inlineFields(site: Site, comment: Comment): Record<string, unknown> {
	const { anchor } = comment;
	const resolution =
		anchor?.resolutionModifierId === undefined || anchor.resolutionModifiedAt === undefined
			? {}
			: { resolutionLastModifierId: anchor.resolutionModifierId, resolutionLastModifiedAt: isoTime(anchor.resolutionModifiedAt) };
	const properties =
		anchor === undefined ? {} : { properties: { inlineMarkerRef: anchor.markerRef, inlineOriginalSelection: anchor.selection } };
	return { resolutionStatus: resolutionOf(site, comment), ...resolution, ...properties };
}

/** An optional part of a single object: at most 50 entries and where the rest is. */
export function included<T>(entries: readonly T[], shape: (entry: T) => unknown, self: string): Record<string, unknown> {
	return { results: entries.slice(0, 50).map(shape), meta: { hasMore: entries.length > 50 }, _links: { self } };
}
