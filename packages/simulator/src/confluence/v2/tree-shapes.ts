import type { Content } from "../entities.ts";

/** The little that a list of children tells of each. */
export const childShape = (content: Content): Record<string, unknown> => ({
	id: content.id,
	status: content.status,
	title: content.title,
	type: content.type,
	spaceId: content.spaceId,
	childPosition: content.position ?? null,
});

/** The little that a list of descendants tells of each. */
export const descendantShape = (content: Content, depth: number): Record<string, unknown> => ({
	id: content.id,
	status: content.status,
	title: content.title,
	type: content.type,
	parentId: content.parentId ?? "",
	depth,
	childPosition: content.position ?? null,
});
