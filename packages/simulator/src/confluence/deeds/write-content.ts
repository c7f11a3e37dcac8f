import type { Site } from "../../site/site.ts";
import type { Body, Content, ContentStatus, ContentType, CustomFacts, Space } from "../entities.ts";
import { nextId } from "../ids.ts";
import { badRequest, conflict, titleTaken } from "../refusals.ts";
import { latest } from "../state.ts";

const emptyBody: Body = { storage: "" };

/** What a new page, blog post or other object of a space is made from. */
export interface NewContent {
	readonly space: Space;
	readonly type: ContentType;
	readonly title: string;
	readonly authorId: string;
	readonly status?: ContentStatus;
	readonly parentId?: string | undefined;
	readonly body?: Body;
	readonly live?: boolean;
	readonly embedUrl?: string | undefined;
	readonly custom?: CustomFacts;
	readonly createdAt?: number | undefined;
}

/** Makes an object in a space as its last child. @throws HttpError 400 when the title is taken or the parent is not there */
export function createContent(site: Site, input: NewContent): Content {
	const { space, type, title } = input;
	const state = site.confluence;
	const status = input.status ?? "current";
	if (status === "current" && title.trim() === "") throw badRequest("A title is required");
	if (title.length > 255) throw badRequest("Title is too long: the maximum is 255 characters");
	if (status === "current" && title !== "" && state.titled(space.id, type, title) !== undefined) throw titleTaken(type);
	if (input.parentId !== undefined) parentIn(site, space.id, input.parentId);
	const createdAt = input.createdAt ?? site.clock.now();
	const version = { number: 1, createdAt, authorId: input.authorId, message: "", minorEdit: false, title, body: input.body ?? emptyBody };
	const content: Content = {
		id: nextId(site),
		type,
		status,
		spaceId: space.id,
		title,
		parentId: input.parentId,
		position: type === "blogpost" || type === "custom" ? undefined : lastPosition(site, input.parentId),
		authorId: input.authorId,
		ownerId: input.authorId,
		lastOwnerId: undefined,
		createdAt,
		live: input.live ?? false,
		embedUrl: input.embedUrl,
		...(input.custom === undefined ? {} : { custom: input.custom }),
		versions: [version],
		labels: [],
		properties: [],
		likes: [],
		restrictions: { read: { users: [], groups: [] }, update: { users: [], groups: [] } },
	};
	state.putContent(content);
	return content;
}

function lastPosition(site: Site, parentId: string | undefined): number {
	if (parentId === undefined) return 0;
	return (site.confluence.childrenOf(parentId).at(-1)?.position ?? 0) + 1;
}

function parentIn(site: Site, spaceId: string, parentId: string): Content {
	const parent = site.confluence.contents.get(parentId);
	if (parent === undefined || parent.type === "blogpost" || parent.spaceId !== spaceId || parent.status !== "current") {
		throw badRequest(`The parent ID specified is not valid: ${parentId}`);
	}
	return parent;
}

/** A change of a page or blog post. */
export interface ContentChange {
	readonly title: string;
	readonly body: Body | undefined;
	readonly version: { readonly number: number; readonly message?: string | undefined; readonly minorEdit?: boolean | undefined };
	readonly authorId: string;
	readonly parentId?: string | undefined;
	readonly ownerId?: string | undefined;
}

/** Adds a version. @throws HttpError 409 when the number is not the next one; 400 when the title is taken or the parent is not valid */
export function updateContent(site: Site, content: Content, change: ContentChange): void {
	const state = site.confluence;
	const before = latest(content);
	if (change.version.number !== before.number + 1) throw conflict(before.number, change.version.number);
	const holder = state.titled(content.spaceId, content.type, change.title);
	if (holder !== undefined && holder.id !== content.id) throw titleTaken(content.type);
	if (change.title.trim() === "") throw badRequest("A title is required");
	if (change.parentId !== undefined && change.parentId !== content.parentId) moveUnder(site, content, change.parentId);
	if (change.ownerId !== undefined && change.ownerId !== content.ownerId) {
		if (!site.accounts.has(change.ownerId)) throw badRequest(`Owner not found: ${change.ownerId}`);
		content.lastOwnerId = content.ownerId;
		content.ownerId = change.ownerId;
	}
	content.versions.push({
		number: change.version.number,
		createdAt: site.clock.now(),
		authorId: change.authorId,
		message: change.version.message ?? "",
		minorEdit: change.version.minorEdit ?? false,
		title: change.title,
		body: change.body ?? before.body,
	});
	// Publishing takes what was not published yet in, or throws it away.
	delete content.unpublished;
	state.changeContent(content, { title: change.title, status: "current" });
}

/** Makes a page the last child of another object of its space. @throws HttpError 400 for a parent that is missing or lies below it */
export function moveUnder(site: Site, content: Content, parentId: string): void {
	const parent = parentIn(site, content.spaceId, parentId);
	if (parent.id === content.id || site.confluence.ancestorsOf(parent).some((above) => above.id === content.id)) {
		throw badRequest("A page cannot be moved below itself");
	}
	site.confluence.changeContent(content, { parentId, position: lastPosition(site, parentId) });
}

/** Puts a page before or after a sibling. */
export function moveBeside(site: Site, content: Content, sibling: Content, place: "before" | "after"): void {
	if (sibling.parentId !== undefined && sibling.parentId !== content.parentId) moveUnder(site, content, sibling.parentId);
	else if (sibling.parentId === undefined) site.confluence.changeContent(content, { parentId: undefined });
	const position = sibling.position ?? 0;
	const line =
		sibling.parentId === undefined
			? [...site.confluence.contents.values()].filter(
					(other) => other.spaceId === sibling.spaceId && other.parentId === undefined && other.type !== "blogpost",
				)
			: site.confluence.childrenOf(sibling.parentId);
	const from = place === "before" ? position : position + 1;
	for (const other of line) {
		if (other !== content && other.position !== undefined && other.position >= from) other.position += 1;
	}
	content.position = from;
	site.confluence.touch();
}

/** Puts a page or blog post into the trash; its children move up to its parent. */
export function trashContent(site: Site, content: Content): void {
	for (const child of site.confluence.childrenOf(content.id)) {
		if (child.status !== "trashed")
			site.confluence.changeContent(child, { parentId: content.parentId, position: lastPosition(site, content.parentId) });
	}
	site.confluence.changeContent(content, { status: "trashed" });
}

/** Deletes for good what lies in the trash. */
export function purgeContent(site: Site, content: Content): void {
	site.confluence.removeContent(content);
}

/** Brings something back from the trash under its old parent, or under the space's home page when that is gone: a new version, the same body. */
export function restoreContent(site: Site, content: Content, by: { readonly authorId: string; readonly versionNumber: number }): void {
	const state = site.confluence;
	const before = latest(content);
	if (by.versionNumber !== before.number + 1) throw conflict(before.number, by.versionNumber);
	if (state.titled(content.spaceId, content.type, content.title) !== undefined) throw titleTaken(content.type);
	const parent = content.parentId === undefined ? undefined : state.contents.get(content.parentId);
	const home = state.spaces.get(content.spaceId)?.homepageId;
	const parentId = content.parentId === undefined || parent?.status === "current" ? content.parentId : home;
	content.versions.push({ ...before, number: by.versionNumber, createdAt: site.clock.now(), authorId: by.authorId, message: "" });
	state.changeContent(content, { status: "current", parentId });
}
