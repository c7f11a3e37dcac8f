import type { Site } from "../../site/site.ts";
import type { Body, Comment, Content } from "../entities.ts";
import { nextId } from "../ids.ts";
import { badRequest, conflict } from "../refusals.ts";
import { latest } from "../state.ts";
import { countSelections, markSelection } from "../storage/inline-marker.ts";
import { markAdfSelection } from "../storage/mark-adf.ts";

/** What a comment is made from. */
export interface NewComment {
	readonly kind: "footer" | "inline";
	readonly containerId: string;
	readonly parentId?: string | undefined;
	readonly body: Body;
	readonly authorId: string;
	readonly createdAt?: number;
}

/** What a new inline comment selects. */
export interface TextSelection {
	readonly text: string;
	readonly matchCount: number;
	readonly matchIndex: number;
}

function comment(site: Site, input: NewComment, anchor: Comment["anchor"]): Comment {
	const createdAt = input.createdAt ?? site.clock.now();
	const version = { number: 1, createdAt, authorId: input.authorId, message: "", minorEdit: false, title: "", body: input.body };
	const made: Comment = {
		id: nextId(site),
		kind: input.kind,
		containerId: input.containerId,
		parentId: input.parentId,
		anchor,
		createdAt,
		versions: [version],
		properties: [],
		likes: [],
	};
	site.confluence.putComment(made);
	return made;
}

/** Adds a footer comment, or a reply of either kind. */
export const createComment = (site: Site, input: NewComment): Comment => comment(site, input, undefined);

/** Adds an inline comment and puts its marker into the page's current version, without a new version. @throws HttpError 400 when the text is not there as often as said */
export function createInlineComment(site: Site, content: Content, input: NewComment, selection: TextSelection): Comment {
	const version = latest(content);
	const markerRef = site.random.uuid();
	const wanted = { text: selection.text, count: selection.matchCount, index: selection.matchIndex };
	const storage = selection.text === "" ? undefined : markSelection(version.body.storage, wanted, markerRef);
	if (storage === undefined) {
		const found = countSelections(version.body.storage, selection.text);
		throw badRequest(
			`Text selection match count and index do not fit the page: the text occurs ${found} times, but the request said ${selection.matchCount} with index ${selection.matchIndex}`,
		);
	}
	const adf = version.body.adf === undefined ? {} : { adf: markAdfSelection(version.body.adf, wanted, markerRef) };
	version.body = { storage, ...adf };
	return comment(site, input, {
		markerRef,
		selection: selection.text,
		resolved: false,
		reopened: false,
		resolutionModifierId: undefined,
		resolutionModifiedAt: undefined,
	});
}

/** An inline comment's state: dangling when its marker is no longer in the current version. */
export function resolutionOf(site: Site, item: Comment): "open" | "reopened" | "resolved" | "dangling" {
	const root = rootOf(site, item);
	if (root.anchor === undefined) return "open";
	if (root.anchor.resolved) return "resolved";
	const content = site.confluence.contents.get(root.containerId);
	if (content !== undefined && !latest(content).body.storage.includes(root.anchor.markerRef)) return "dangling";
	return root.anchor.reopened ? "reopened" : "open";
}

/** The comment that a reply belongs to in the end; itself when it is not a reply. */
export function rootOf(site: Site, item: Comment): Comment {
	let root = item;
	while (root.parentId !== undefined) {
		const above = site.confluence.comments.get(root.parentId);
		if (above === undefined) break;
		root = above;
	}
	return root;
}

/** Adds a version to a comment. @throws HttpError 409 when the number is not the next one */
export function updateComment(
	site: Site,
	item: Comment,
	change: { readonly body: Body | undefined; readonly number: number; readonly message: string; readonly authorId: string },
): void {
	const before = latest(item);
	if (change.number !== before.number + 1) throw conflict(before.number, change.number);
	item.versions.push({
		number: change.number,
		createdAt: site.clock.now(),
		authorId: change.authorId,
		message: change.message,
		minorEdit: false,
		title: "",
		body: change.body ?? before.body,
	});
	site.confluence.touch();
}

/** Resolves or reopens an inline comment. @throws HttpError 400 for a dangling comment or a reply */
export function resolveComment(site: Site, item: Comment, by: { readonly resolved: boolean; readonly authorId: string }): void {
	if (item.anchor === undefined) throw badRequest("Only top-level inline comments can be resolved");
	if (resolutionOf(site, item) === "dangling") throw badRequest("A dangling comment cannot be updated");
	if (item.anchor.resolved === by.resolved) return;
	item.anchor.reopened = !by.resolved;
	item.anchor.resolved = by.resolved;
	item.anchor.resolutionModifierId = by.authorId;
	item.anchor.resolutionModifiedAt = site.clock.now();
	site.confluence.touch();
}
