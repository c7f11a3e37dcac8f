import { type Answer, noContent, ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { containerOf, seesContent } from "../access.ts";
import { conversionContext, writeBody } from "../deeds/write-body.ts";
import { createComment, createInlineComment, resolutionOf, resolveComment, rootOf, updateComment } from "../deeds/write-comment.ts";
import type { Body, Comment, Content, Version } from "../entities.ts";
import { contentParam, reachAttachment, reachComment, reachContent, requireInSpace } from "../reach.ts";
import { badRequest, forbidden, notFound } from "../refusals.ts";
import { latest } from "../state.ts";
import { listKey } from "./content-lists.ts";
import { bodyInput, choiceParam, choicesParam, flag, objectBody, textOfField, versionInput } from "./input.ts";
import { type Order, pageOf, sorted } from "./paging.ts";
import { bodyShape, bulkFormats, commentShape, detailedVersion, included, propertyShape, singleFormats, versionShape } from "./shapes.ts";

type Kind = Comment["kind"];

const read = [["read:comment:confluence"]];
const write = [["write:comment:confluence"]];
const statuses = ["current", "archived", "trashed", "deleted", "historical", "draft"] as const;

/** Registers footer and inline comments: on the whole site, per page, replies, versions, and writing them. */
export function registerComments(router: Router, site: Site): void {
	for (const kind of ["footer", "inline"] as const) {
		const root = `/wiki/api/v2/${kind}-comments`;
		router.route("GET", root, (request) => siteWide(site, request, kind), read);
		router.route("POST", root, (request) => create(site, request, kind), write);
		router.route("GET", `${root}/{comment-id}`, (request) => get(site, request, kind), read);
		router.route("PUT", `${root}/{comment-id}`, (request) => update(site, request, kind), write);
		router.route("DELETE", `${root}/{comment-id}`, (request) => remove(site, request, kind), [["delete:comment:confluence"]]);
		router.route("GET", `${root}/{id}/children`, (request) => children(site, request, kind), read);
		router.route("GET", `${root}/{id}/versions`, (request) => versions(site, request, kind), read);
		router.route("GET", `${root}/{id}/versions/{version-number}`, (request) => version(site, request, kind), read);
		router.route("GET", `${root}/{id}/operations`, (request) => operations(site, request, kind), read);
		router.route("GET", `/wiki/api/v2/pages/{id}/${kind}-comments`, (request) => ofContent(site, request, kind, "page"), read);
		router.route("GET", `/wiki/api/v2/blogposts/{id}/${kind}-comments`, (request) => ofContent(site, request, kind, "blogpost"), read);
	}
	router.route("GET", "/wiki/api/v2/custom-content/{id}/footer-comments", (request) => ofContent(site, request, "footer", "custom"), read);
	router.route("GET", "/wiki/api/v2/attachments/{id}/footer-comments", (request) => ofAttachment(site, request), read);
}

function orderOf(request: RequestContext): Order<Comment> {
	const sort = choiceParam(request, "sort", ["created-date", "-created-date", "modified-date", "-modified-date"]);
	const modified = sort?.endsWith("modified-date") === true;
	const value = (comment: Comment): number =>
		sort === undefined ? Number(comment.id) : modified ? latest(comment).createdAt : comment.createdAt;
	return { value, id: (comment) => comment.id, descending: sort?.startsWith("-") === true };
}

function answer(site: Site, request: RequestContext, items: readonly Comment[], order: Order<Comment>): Answer {
	const format = choiceParam(request, "body-format", bulkFormats);
	return pageOf({ request, site, items, order, render: (comment) => commentShape(site, comment, { format }) });
}

function siteWide(site: Site, request: RequestContext, kind: Kind): Answer {
	const order = orderOf(request);
	const visible = (comment: Comment): boolean => {
		if (comment.kind !== kind) return false;
		const content = containerOf(site, comment);
		return (
			content !== undefined && (content.status === "current" || content.status === "archived") && seesContent(site, content, request.caller)
		);
	};
	const items = site.confluence.listing(listKey(request), () => sorted([...site.confluence.comments.values()].filter(visible), order));
	return answer(site, request, items, order);
}

function ofContent(site: Site, request: RequestContext, kind: Kind, type: "page" | "blogpost" | "custom"): Answer {
	const content = contentParam(site, request, "id", [type]);
	const wanted: readonly string[] = choicesParam(request, "status", statuses) ?? ["current"];
	const resolution: readonly string[] | undefined = choicesParam(request, "resolution-status", [
		"resolved",
		"open",
		"dangling",
		"reopened",
	]);
	const items = site.confluence
		.commentsOf(content.id)
		.filter((comment) => comment.kind === kind && comment.parentId === undefined && wanted.includes("current"))
		.filter((comment) => kind === "footer" || resolution === undefined || resolution.includes(resolutionOf(site, comment)));
	const order = orderOf(request);
	return answer(site, request, sorted(items, order), order);
}

function ofAttachment(site: Site, request: RequestContext): Answer {
	const attachment = reachAttachment(site, request.caller, param(request, "id"));
	const order = orderOf(request);
	return answer(site, request, sorted(site.confluence.commentsOf(attachment.id), order), order);
}

function children(site: Site, request: RequestContext, kind: Kind): Answer {
	const comment = reachComment(site, request.caller, param(request, "id"), kind);
	const order = orderOf(request);
	return answer(site, request, sorted(site.confluence.repliesOf(comment.id), order), order);
}

const withBase = (site: Site, shape: Record<string, unknown>): Record<string, unknown> => ({
	...shape,
	_links: { ...(shape._links as object), base: `${site.url}/wiki` },
});

function get(site: Site, request: RequestContext, kind: Kind): Answer {
	const comment = reachComment(site, request.caller, param(request, "comment-id"), kind);
	const format = choiceParam(request, "body-format", singleFormats);
	const asked = request.query.get("version");
	const chosen = asked === null ? latest(comment) : comment.versions.find((known) => known.number === Number(asked));
	if (chosen === undefined) throw notFound(`version ${asked} of comment with id ${comment.id}`);
	const shape = commentShape(site, comment, { format, version: chosen });
	const self = (part: string): string => `${site.url}/wiki/api/v2/${kind}-comments/${comment.id}/${part}`;
	if (flag(request, "include-properties")) {
		shape.properties = { ...(shape.properties as object | undefined), ...included(comment.properties, propertyShape, self("properties")) };
	}
	if (flag(request, "include-versions")) shape.versions = included([...comment.versions].reverse(), versionShape, self("versions"));
	if (flag(request, "include-likes")) shape.likes = included(comment.likes, (accountId) => ({ accountId }), self("likes/users"));
	if (!flag(request, "include-version", true)) delete shape.version;
	return ok(withBase(site, shape));
}

function create(site: Site, request: RequestContext, kind: Kind): Answer {
	const fields = objectBody(request);
	const input = bodyInput(fields);
	if (input === undefined) throw badRequest("'body' is required");
	const authorId = request.caller.account.accountId;
	const place = placeOf(site, request, fields, kind);
	requireInSpace(site, request.caller, place.content.spaceId, { key: "create", targetType: "comment" });
	const body = writeBody(input, conversionContext(site, place.content.id));
	const fresh = { kind, containerId: place.containerId, parentId: place.parent?.id, body, authorId };
	const comment =
		kind === "footer" || place.parent !== undefined
			? createComment(site, fresh)
			: createInlineComment(site, place.content, fresh, selectionOf(fields));
	const format = input.representation === "atlas_doc_format" ? "atlas_doc_format" : "storage";
	const location = `${site.url}/wiki/api/v2/${kind}-comments/${comment.id}`;
	return { status: 201, json: withBase(site, commentShape(site, comment, { format })), headers: { location } };
}

const containerTypes = { pageId: "page", blogPostId: "blogpost", customContentId: "custom" } as const;

interface Place {
	readonly content: Content;
	readonly containerId: string;
	readonly parent: Comment | undefined;
}

function placeOf(site: Site, request: RequestContext, fields: Readonly<Record<string, unknown>>, kind: Kind): Place {
	const names = ["pageId", "blogPostId", "parentCommentId", "attachmentId", "customContentId"] as const;
	const given = names.filter((name) => textOfField(fields, name) !== undefined);
	const [name] = given;
	if (name === undefined || given.length > 1) throw badRequest(`Exactly one of ${names.join(", ")} is required`);
	const id = textOfField(fields, name) ?? "";
	if (name === "parentCommentId") {
		const parent = reachComment(site, request.caller, id, kind);
		const content = containerOf(site, parent);
		if (content === undefined) throw notFound(`comment with id ${id}`);
		return { content, containerId: parent.containerId, parent };
	}
	if (name === "attachmentId") {
		if (kind === "inline") throw badRequest("Inline comments cannot be made on attachments");
		const attachment = reachAttachment(site, request.caller, id);
		const content = containerOf(site, attachment);
		if (content === undefined) throw notFound(`attachment with id ${id}`);
		return { content, containerId: attachment.id, parent: undefined };
	}
	if (name === "customContentId" && kind === "inline") throw badRequest("Inline comments cannot be made on custom content");
	const content = reachContent(site, request.caller, id, [containerTypes[name]]);
	if (content.status !== "current") throw notFound(`content with id ${id}`);
	return { content, containerId: content.id, parent: undefined };
}

function selectionOf(fields: Readonly<Record<string, unknown>>): { text: string; matchCount: number; matchIndex: number } {
	const properties = (fields.inlineCommentProperties ?? {}) as Record<string, unknown>;
	const { textSelection, textSelectionMatchCount: matchCount, textSelectionMatchIndex: matchIndex } = properties;
	if (typeof textSelection !== "string" || typeof matchCount !== "number" || typeof matchIndex !== "number") {
		throw badRequest("inlineCommentProperties with textSelection, textSelectionMatchCount and textSelectionMatchIndex is required");
	}
	return { text: textSelection, matchCount, matchIndex };
}

function update(site: Site, request: RequestContext, kind: Kind): Answer {
	const comment = reachComment(site, request.caller, param(request, "comment-id"), kind);
	const fields = objectBody(request);
	const authorId = request.caller.account.accountId;
	const input = bodyInput(fields);
	if (fields.version !== undefined || input !== undefined) {
		const { number, message } = versionInput(fields);
		const content = containerOf(site, comment);
		const body: Body | undefined = input === undefined ? undefined : writeBody(input, conversionContext(site, content?.id));
		updateComment(site, comment, { body, number, message, authorId });
	}
	if (kind === "inline" && typeof fields.resolved === "boolean")
		resolveComment(site, rootOf(site, comment), { resolved: fields.resolved, authorId });
	const format = input?.representation === "atlas_doc_format" ? "atlas_doc_format" : "storage";
	return ok(withBase(site, commentShape(site, comment, { format })));
}

function remove(site: Site, request: RequestContext, kind: Kind): Answer {
	const comment = reachComment(site, request.caller, param(request, "comment-id"), kind);
	const content = containerOf(site, comment);
	const own = comment.versions[0]?.authorId === request.caller.account.accountId;
	if (!own && content !== undefined) requireInSpace(site, request.caller, content.spaceId, { key: "delete", targetType: "comment" });
	if (request.caller.kind === "anonymous") throw forbidden("The calling user is not permitted to delete comments");
	site.confluence.removeComment(comment);
	return noContent();
}

function versions(site: Site, request: RequestContext, kind: Kind): Answer {
	const comment = reachComment(site, request.caller, param(request, "id"), kind);
	const format = choiceParam(request, "body-format", bulkFormats);
	const descending = choiceParam(request, "sort", ["modified-date", "-modified-date"]) !== "modified-date";
	const order = { value: (entry: Version) => entry.number, id: () => "0", descending };
	const content = containerOf(site, comment);
	const render = (entry: Version): unknown => ({
		...versionShape(entry),
		comment: { title: `Re: ${content?.title ?? ""}`, id: comment.id, body: bodyShape(site, entry.body, format, content?.id) },
	});
	const items = descending ? [...comment.versions].reverse() : comment.versions;
	return pageOf({ request, site, items, order, render, ...(format === undefined ? {} : { cap: 50 }) });
}

function version(site: Site, request: RequestContext, kind: Kind): Answer {
	const comment = reachComment(site, request.caller, param(request, "id"), kind);
	const index = comment.versions.findIndex((known) => known.number === Number(param(request, "version-number")));
	if (index < 0) throw notFound(`version ${param(request, "version-number")}`);
	return ok(detailedVersion(comment.versions, index));
}

function operations(site: Site, request: RequestContext, kind: Kind): Answer {
	reachComment(site, request.caller, param(request, "id"), kind);
	return ok({ operations: ["read", "update", "delete"].map((operation) => ({ operation, targetType: "comment" })) });
}
