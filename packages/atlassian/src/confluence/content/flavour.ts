import type { ItemRef } from "@skyeworx/core";

/** Something that files and comments hang on: where they are listed, and by which field they name it. */
export interface Container {
	readonly kind: "confluence.page" | "confluence.blog-post" | "confluence.custom-content";
	/** Which field of a comment or attachment names its container. */
	readonly containerField: "pageId" | "blogPostId" | "customContentId";
	readonly versions: string;
	/** The name of the container's id in the template of its versions. */
	readonly versionsOwner: "id" | "custom-content-id";
	readonly footerComments: string;
	/** Undefined where Confluence knows no comments on single words. */
	readonly inlineComments: string | undefined;
	readonly attachments: string;
}

/**
 * Pages and blog posts are one thing with two sets of addresses; what differs between them stands here and nowhere else.
 * The templates are the official documents' own, parameter names included, since limits and counts go by template.
 */
export interface ContentFlavour extends Container {
	readonly kind: "confluence.page" | "confluence.blog-post";
	readonly names: readonly [string, string];
	readonly containerField: "pageId" | "blogPostId";
	/** Statuses that count as being there. */
	readonly liveStatuses: readonly string[];
	readonly list: string;
	readonly one: string;
	readonly inSpace: string;
	readonly labels: string;
	readonly properties: string;
	readonly property: string;
	/** The name of the content's id in the two templates before. */
	readonly propertyOwner: "page-id" | "blogpost-id";
	readonly inlineComments: string;
	/** Who likes it. */
	readonly likes: string;
	/** How CQL and v1 answers call it. */
	readonly v1Type: "page" | "blogpost";
}

export const pageFlavour: ContentFlavour = {
	kind: "confluence.page",
	names: ["page", "pages"],
	containerField: "pageId",
	liveStatuses: ["current", "archived"],
	list: "/wiki/api/v2/pages",
	one: "/wiki/api/v2/pages/{id}",
	inSpace: "/wiki/api/v2/spaces/{id}/pages",
	versions: "/wiki/api/v2/pages/{id}/versions",
	versionsOwner: "id",
	labels: "/wiki/api/v2/pages/{id}/labels",
	properties: "/wiki/api/v2/pages/{page-id}/properties",
	property: "/wiki/api/v2/pages/{page-id}/properties/{property-id}",
	propertyOwner: "page-id",
	footerComments: "/wiki/api/v2/pages/{id}/footer-comments",
	inlineComments: "/wiki/api/v2/pages/{id}/inline-comments",
	attachments: "/wiki/api/v2/pages/{id}/attachments",
	likes: "/wiki/api/v2/pages/{id}/likes/users",
	v1Type: "page",
};

export const blogPostFlavour: ContentFlavour = {
	kind: "confluence.blog-post",
	names: ["blog post", "blog posts"],
	containerField: "blogPostId",
	liveStatuses: ["current"],
	list: "/wiki/api/v2/blogposts",
	one: "/wiki/api/v2/blogposts/{id}",
	inSpace: "/wiki/api/v2/spaces/{id}/blogposts",
	versions: "/wiki/api/v2/blogposts/{id}/versions",
	versionsOwner: "id",
	labels: "/wiki/api/v2/blogposts/{id}/labels",
	properties: "/wiki/api/v2/blogposts/{blogpost-id}/properties",
	property: "/wiki/api/v2/blogposts/{blogpost-id}/properties/{property-id}",
	propertyOwner: "blogpost-id",
	footerComments: "/wiki/api/v2/blogposts/{id}/footer-comments",
	inlineComments: "/wiki/api/v2/blogposts/{id}/inline-comments",
	attachments: "/wiki/api/v2/blogposts/{id}/attachments",
	likes: "/wiki/api/v2/blogposts/{id}/likes/users",
	v1Type: "blogpost",
};

export const flavours: readonly ContentFlavour[] = [pageFlavour, blogPostFlavour];

/** Content of apps' own types, as what files and comments hang on. */
export const customContainer: Container = {
	kind: "confluence.custom-content",
	containerField: "customContentId",
	versions: "/wiki/api/v2/custom-content/{custom-content-id}/versions",
	versionsOwner: "custom-content-id",
	footerComments: "/wiki/api/v2/custom-content/{id}/footer-comments",
	inlineComments: undefined,
	attachments: "/wiki/api/v2/custom-content/{id}/attachments",
};

/** What files and comments hang on, by its kind; undefined for other kinds. */
export function containerOfKind(kind: string): Container | undefined {
	return [...flavours, customContainer].find((one) => one.kind === kind);
}

/** The container that a comment or an attachment names; undefined where it names none. */
export function containerNamed(
	record: { readonly [Field in Container["containerField"]]?: string | null | undefined },
): ItemRef | undefined {
	for (const { kind, containerField } of [...flavours, customContainer]) {
		const id = record[containerField];
		if (id != null) return { kind, id };
	}
	return undefined;
}

/** The flavour of a reference, or undefined for other kinds. */
export function flavourOf(ref: ItemRef): ContentFlavour | undefined {
	return flavours.find((flavour) => flavour.kind === ref.kind);
}
