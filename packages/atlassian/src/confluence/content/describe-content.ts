import type { ItemFacts } from "@skyeworx/catalog";
import type { ItemRef } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { storageReferences, storageText } from "../../storage-format/storage-format.ts";
import { kindOfParent } from "../tree-object/tree-flavour.ts";
import type { ContentFlavour } from "./flavour.ts";
import { type Content, commentBody, contentOf } from "./parts.ts";

/** Where a person opens it. */
export function contentUrl(siteUrl: string, content: Pick<Content, "main">): string {
	const path = content.main._links?.webui;
	return path == null ? `${siteUrl}/wiki/pages/viewpage.action?pageId=${content.main.id}` : `${siteUrl}/wiki${path}`;
}

/** The page that an address of a Confluence site names, if it names one. */
export function contentIdInUrl(url: string): string | undefined {
	return /\/pages\/(?:edit-v2\/)?(\d+)(?:[/?#]|$)/.exec(url)?.[1] ?? /[?&]pageId=(\d+)/.exec(url)?.[1];
}

function references(content: Content): readonly ItemRef[] {
	const ids = new Set<string>();
	for (const reference of storageReferences(content.body)) {
		const id = reference.type === "page" ? reference.contentId : reference.type === "url" ? contentIdInUrl(reference.url) : undefined;
		if (id !== undefined && id !== content.main.id) ids.add(id);
	}
	return [...ids].map((id) => ({ kind: "confluence.page", id }));
}

/** A person's key of a space in an address: `/spaces/ENG/pages/123`. */
function spaceOf(content: Content): ItemFacts["space"] {
	if (content.space !== undefined) return content.space;
	const key = /^\/spaces\/([^/]+)\//.exec(content.main._links?.webui ?? "")?.[1];
	const named = key === undefined ? content.main.spaceId : decodeURIComponent(key);
	return { id: content.main.spaceId, key: named, name: named };
}

function searchable(content: Content): string {
	const comments = content.comments.map(({ comment }) => storageText(commentBody(comment)));
	const labels = content.labels.map((label) => label.name);
	const files = content.attachments.map((attachment) => attachment.title);
	return [storageText(content.body), ...comments, ...labels, ...files].filter((text) => text !== "").join("\n");
}

function updatedBy(content: Content): ItemFacts["updatedBy"] {
	const { authorId } = content.main.version;
	return authorId == null ? undefined : { accountId: authorId, name: content.people.get(authorId) ?? authorId };
}

const statuses: Readonly<Record<string, string>> = { current: "Published", archived: "Archived", trashed: "In the trash", draft: "Draft" };

function optional(content: Content): Partial<ItemFacts> {
	const { main } = content;
	const by = updatedBy(content);
	const space = spaceOf(content);
	return {
		...(space === undefined ? {} : { space }),
		...(main.parentId == null ? {} : { parent: { kind: kindOfParent(main.parentType), id: main.parentId } }),
		...(main.position == null ? {} : { position: main.position }),
		...(main.createdAt == null ? {} : { createdAt: main.createdAt }),
		...(main.version.createdAt == null ? {} : { updatedAt: main.version.createdAt }),
		...(by === undefined ? {} : { updatedBy: by }),
	};
}

/** What the catalog and the UI show of a page or blog post. */
export function describeContent(flavour: Pick<ContentFlavour, "names">, item: StoredItem, site: { readonly url: string }): ItemFacts {
	const content = contentOf(item);
	const { main } = content;
	return {
		app: "confluence",
		title: main.title,
		type: main.subtype === "live" ? "live doc" : flavour.names[0],
		status: statuses[main.status] ?? main.status,
		text: searchable(content),
		people: [...new Set(content.people.values())],
		url: contentUrl(site.url, content),
		references: references(content),
		files: content.attachments.map(({ id, title, mediaType, fileSize }) => ({
			id,
			name: title,
			mediaType: mediaType ?? "application/octet-stream",
			size: fileSize ?? 0,
		})),
		...optional(content),
	};
}
