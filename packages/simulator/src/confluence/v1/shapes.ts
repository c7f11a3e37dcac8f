import type { Account } from "../../site/accounts.ts";
import { isoTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { commentWebui, downloadPath, webui } from "../addresses.ts";
import { latestFile } from "../deeds/write-attachment.ts";
import type { Attachment, Content, ContentType, Label, Restriction, Space, Version } from "../entities.ts";
import { latest } from "../state.ts";
import { bodyShape, singleFormats } from "../v2/shapes.ts";
import { type Hit, titleOf, typeOf } from "./cql-match.ts";

/** What a caller asked to be expanded: `body.storage` also opens `body`. */
export class Expansion {
	readonly #paths: ReadonlySet<string>;

	constructor(given: readonly string[]) {
		const paths = new Set<string>();
		for (const path of given.flatMap((value) => value.split(","))) {
			const parts = path.trim().split(".");
			for (let length = 1; length <= parts.length; length += 1) paths.add(parts.slice(0, length).join("."));
		}
		this.#paths = paths;
	}

	has(path: string): boolean {
		return this.#paths.has(path);
	}
}

const api = (site: Site): string => `${site.url}/wiki/rest/api`;

/** A user as v1 gives it; an unknown account is `unknown`. */
export function userShape(site: Site, accountId: string): Record<string, unknown> {
	const account: Account | undefined = site.accounts.get(accountId);
	return {
		type: account === undefined ? "unknown" : "known",
		accountId,
		accountType: account?.accountType === "app" ? "app" : "atlassian",
		email: account?.emailAddress ?? "",
		publicName: account?.displayName ?? "Unknown user",
		profilePicture: { path: `/wiki/aa-avatar/${encodeURIComponent(accountId)}`, width: 48, height: 48, isDefault: true },
		displayName: account?.displayName ?? "Unknown user",
		isExternalCollaborator: false,
		_expandable: { operations: "", personalSpace: "" },
		_links: { self: `${api(site)}/user?accountId=${encodeURIComponent(accountId)}` },
	};
}

/** A space as v1 gives it. */
export function spaceShape(site: Site, space: Space): Record<string, unknown> {
	const names = [
		"settings",
		"metadata",
		"operations",
		"lookAndFeel",
		"permissions",
		"icon",
		"description",
		"theme",
		"history",
		"homepage",
		"identifiers",
	];
	return {
		id: Number(space.id),
		key: space.key,
		name: space.name,
		type: space.type,
		status: space.status,
		_expandable: Object.fromEntries(names.map((name) => [name, ""])),
		_links: { webui: `/spaces/${space.key}`, self: `${api(site)}/space/${space.key}` },
	};
}

/** A version as v1 gives it. */
export const versionShape = (site: Site, version: Omit<Version, "title" | "body">): Record<string, unknown> => ({
	by: userShape(site, version.authorId),
	when: isoTime(version.createdAt),
	friendlyWhen: isoTime(version.createdAt).slice(0, 10),
	message: version.message,
	number: version.number,
	minorEdit: version.minorEdit,
	contentTypeModified: false,
	_expandable: { collaborators: "", content: "" },
	_links: {},
});

export const labelShape = (label: Label): Record<string, unknown> => ({
	prefix: label.prefix,
	name: label.name,
	id: label.id,
	label: label.name,
});

/** Labels as a v1 list. */
export const labelArray = (site: Site, labels: readonly Label[], path: string): Record<string, unknown> => ({
	results: labels.slice(0, 200).map(labelShape),
	start: 0,
	limit: 200,
	size: Math.min(200, labels.length),
	_links: { self: `${api(site)}${path}` },
});

/** One kind of restriction with the people and groups it names. */
export function restrictionShape(site: Site, content: Content, operation: "read" | "update"): Record<string, unknown> {
	const restriction: Restriction = content.restrictions[operation];
	const groups = restriction.groups.flatMap((id) => site.groups.get(id) ?? []).map((group) => groupShape(site, group));
	const users = restriction.users.map((accountId) => userShape(site, accountId));
	return {
		operation,
		restrictions: {
			user: { results: users, start: 0, limit: 200, size: users.length },
			group: { results: groups, start: 0, limit: 200, size: groups.length },
			_expandable: {},
		},
		_expandable: { restrictions: "", content: `/rest/api/content/${content.id}` },
		_links: { self: `${api(site)}/content/${content.id}/restriction/byOperation/${operation}` },
	};
}

export const groupShape = (site: Site, group: { readonly groupId: string; readonly name: string }): Record<string, unknown> => ({
	type: "group",
	name: group.name,
	id: group.groupId,
	_links: { self: `${api(site)}/group/by-id?id=${group.groupId}` },
});

/** Anything that search finds, as v1 gives it, with what is expanded. */
export function hitShape(site: Site, hit: Hit, expand: Expansion): Record<string, unknown> {
	const status = hit.kind === "comment" ? "current" : hit.item.status;
	const shape: Record<string, unknown> = {
		id: hit.id,
		type: typeOf(hit),
		status,
		title: titleOf(hit),
		...(hit.kind === "attachment" ? fileFields(hit.item) : {}),
		...partsOf(site, hit, expand),
		_links: linksOf(site, hit),
	};
	shape._expandable = Object.fromEntries(
		["container", "metadata", "operations", "children", "restrictions", "history", "ancestors", "body", "version", "descendants", "space"]
			.filter((name) => !(name in shape))
			.map((name) => [name, ""]),
	);
	return shape;
}

/** A page or blog post as v1 gives it. */
const contentShape = (site: Site, content: Content, expand: Expansion): Record<string, unknown> =>
	hitShape(site, { kind: "content", id: content.id, item: content, content }, expand);

/** An attachment as v1 gives it. */
export const attachmentShape = (site: Site, attachment: Attachment, content: Content, expand: Expansion): Record<string, unknown> =>
	hitShape(site, { kind: "attachment", id: attachment.id, item: attachment, content }, expand);

function linksOf(site: Site, hit: Hit): Record<string, string> {
	const self = `${api(site)}/content/${hit.id}`;
	if (hit.kind === "comment") return { self, webui: commentWebui(site, hit.item) };
	if (hit.kind === "content") return { self, webui: webui(site, hit.item), tinyui: `/x/${Buffer.from(hit.id).toString("base64url")}` };
	const preview = encodeURIComponent(`/${hit.content.id}/${hit.id.slice(3)}/${hit.item.title}`);
	return {
		self,
		webui: `/pages/viewpageattachments.action?pageId=${hit.content.id}&preview=${preview}`,
		download: downloadPath(hit.item, latestFile(hit.item)),
	};
}

function fileFields(attachment: Attachment): Record<string, unknown> {
	const { mediaType, fileSize, fileId, message } = latestFile(attachment);
	const extensions = {
		mediaType,
		fileSize,
		comment: message,
		mediaTypeDescription: "",
		fileId,
		collectionName: `contentId-${attachment.containerId}`,
	};
	return { extensions, metadata: { comment: message, mediaType, labels: { results: [], start: 0, limit: 200, size: 0 } } };
}

/** What an attachment's metadata tell with labels and properties expanded. */
function fileMetadata(site: Site, attachment: Attachment, expand: Expansion): Record<string, unknown> {
	const { mediaType, message } = latestFile(attachment);
	return {
		comment: message,
		mediaType,
		...(expand.has("metadata.labels") ? { labels: labelArray(site, attachment.labels, `/content/${attachment.id}/label`) } : {}),
		...(expand.has("metadata.properties") ? { properties: propertyArray(site, attachment, expand) } : {}),
		_expandable: {},
	};
}

function partsOf(site: Site, hit: Hit, expand: Expansion): Record<string, unknown> {
	const parts: Record<string, unknown> = {};
	const { item, content } = hit;
	const space = site.confluence.spaces.get(content.spaceId);
	if (expand.has("space") && space !== undefined) parts.space = spaceShape(site, space);
	if (expand.has("version")) parts.version = versionShape(site, hit.kind === "attachment" ? latestFile(hit.item) : latest(hit.item));
	if (expand.has("history")) {
		const createdBy = userShape(site, item.versions[0]?.authorId ?? "");
		parts.history = {
			latest: true,
			createdBy,
			createdDate: isoTime(item.createdAt),
			_expandable: {},
			_links: { self: `${api(site)}/content/${hit.id}/history` },
		};
	}
	if (expand.has("container"))
		parts.container =
			hit.kind === "content" ? (space === undefined ? {} : spaceShape(site, space)) : contentShape(site, content, new Expansion([]));
	if (hit.kind !== "attachment" && expand.has("body"))
		parts.body = bodies(site, latest(hit.item), hit.kind === "content" ? hit.id : content.id, expand);
	if (hit.kind === "attachment" && expand.has("metadata")) parts.metadata = fileMetadata(site, hit.item, expand);
	if (hit.kind !== "content") return parts;
	if (expand.has("ancestors")) {
		// Told of pages and whiteboards only [openapi: `ancestors`].
		const above = content.type === "page" || content.type === "whiteboard" ? site.confluence.ancestorsOf(content).reverse() : [];
		parts.ancestors = above.map((entry) => contentShape(site, entry, new Expansion([])));
	}
	if (expand.has("metadata")) {
		const labels = expand.has("metadata.labels") ? { labels: labelArray(site, content.labels, `/content/${content.id}/label`) } : {};
		const properties = expand.has("metadata.properties") ? { properties: propertyArray(site, content, expand) } : {};
		const tellsLikes = site.switches.searchTellsLikes && expand.has("metadata.likes");
		const likes = tellsLikes ? { likes: { count: content.likes.length } } : {};
		parts.metadata = { ...labels, ...properties, ...likes, _expandable: {} };
	}
	if (expand.has("restrictions")) {
		const read = restrictionShape(site, content, "read");
		parts.restrictions = {
			read,
			update: restrictionShape(site, content, "update"),
			_expandable: {},
			_links: { self: `${api(site)}/content/${content.id}/restriction/byOperation` },
		};
	}
	if (expand.has("children")) parts.children = children(site, content, expand);
	return parts;
}

/** Names of properties, with the values of those that are expanded themselves: `metadata.properties.emoji_title_published`. */
function propertyArray(site: Site, content: Pick<Content, "id" | "properties">, expand: Expansion): Record<string, unknown> {
	const values: Record<string, unknown> = {};
	const names: Record<string, string> = {};
	for (const { id, key, value, version } of content.properties) {
		const path = key.replaceAll(/\W/g, "_");
		const link = `/content/${content.id}/property/${encodeURIComponent(key)}`;
		if (expand.has(`metadata.properties.${path}`)) {
			const { number, message, authorId, createdAt } = version;
			const shown = { number, message, minorEdit: false, when: isoTime(createdAt), by: userShape(site, authorId) };
			values[path] = { id, key, value, version: shown, _links: { self: `${api(site)}${link}` }, _expandable: { content: "" } };
		} else names[path] = `/rest/api${link}`;
	}
	return { ...values, _expandable: names };
}

function bodies(site: Site, version: Version, contentId: string, expand: Expansion): Record<string, unknown> {
	const wanted = singleFormats.filter((format) => expand.has(`body.${format}`));
	const found: Record<string, unknown> = {};
	for (const format of wanted) {
		const body = bodyShape(site, version.body, format, contentId)[format] as Record<string, unknown>;
		found[format] = { ...body, embeddedContent: [], _expandable: { content: `/rest/api/content/${contentId}` } };
	}
	return {
		...found,
		_expandable: Object.fromEntries(singleFormats.filter((format) => !wanted.includes(format)).map((format) => [format, ""])),
	};
}

function children(site: Site, content: Content, expand: Expansion): Record<string, unknown> {
	const plain = new Expansion(expand.has("children.attachment.version") ? ["version"] : []);
	const list = (results: readonly Record<string, unknown>[], name: string): Record<string, unknown> => ({
		results: results.slice(0, 25),
		start: 0,
		limit: 25,
		size: Math.min(25, results.length),
		_links: { self: `${api(site)}/content/${content.id}/child/${name}` },
	});
	const found: Record<string, unknown> = {};
	if (expand.has("children.attachment")) {
		const files = site.confluence.attachmentsOf(content.id).filter((file) => file.status === "current");
		found.attachment = list(
			files.map((file) => attachmentShape(site, file, content, plain)),
			"attachment",
		);
	}
	if (expand.has("children.comment")) {
		const roots = site.confluence.commentsOf(content.id).filter((comment) => comment.parentId === undefined);
		found.comment = list(
			roots.map((item) => hitShape(site, { kind: "comment", id: item.id, item, content }, plain)),
			"comment",
		);
	}
	const below = site.confluence.childrenOf(content.id).filter((child) => child.status === "current");
	const types: readonly ContentType[] = ["page", "folder", "whiteboard", "database"];
	for (const type of types) {
		if (!expand.has(`children.${type}`)) continue;
		found[type] = list(
			below.filter((child) => child.type === type).map((child) => contentShape(site, child, plain)),
			type,
		);
	}
	return { ...found, _expandable: {}, _links: { self: `${api(site)}/content/${content.id}/child` } };
}
