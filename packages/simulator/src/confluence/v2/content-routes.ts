import { type Answer, noContent, ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import { parseTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { conversionContext, writeBody } from "../deeds/write-body.ts";
import { createContent, purgeContent, restoreContent, trashContent, updateContent } from "../deeds/write-content.ts";
import type { Content, Version } from "../entities.ts";
import { contentParam, reachSpace, requireEdit, requireInSpace } from "../reach.ts";
import { badRequest, notFound, titleTaken } from "../refusals.ts";
import { latest } from "../state.ts";
import { listContents } from "./content-lists.ts";
import { bodyInput, choiceParam, choicesParam, flag, objectBody, textOfField, versionInput } from "./input.ts";
import { operationsOf } from "./operations.ts";
import { pageOf } from "./paging.ts";
import {
	blogPostShape,
	bodyShape,
	bulkFormats,
	detailedVersion,
	included,
	labelShape,
	pageShape,
	propertyShape,
	singleFormats,
	versionShape,
} from "./shapes.ts";
import { childShape } from "./tree-shapes.ts";

/** The two kinds of written content and how their routes are called. */
const kinds = {
	page: { path: "pages", parameter: "page-id" },
	blogpost: { path: "blogposts", parameter: "blogpost-id" },
} as const;
type Kind = keyof typeof kinds;

const read = [["read:page:confluence"]];
const write = [["write:page:confluence"]];

/** Registers reading and writing of pages and blog posts, their versions included. */
export function registerContents(router: Router, site: Site): void {
	for (const kind of ["page", "blogpost"] as const) {
		const { path, parameter } = kinds[kind];
		const root = `/wiki/api/v2/${path}`;
		router.route("GET", root, (request) => listContents(site, request, { type: kind }), read);
		router.route("POST", root, (request) => create(site, request, kind), write);
		router.route("GET", `${root}/{id}`, (request) => get(site, request, kind), read);
		router.route("PUT", `${root}/{id}`, (request) => update(site, request, kind), write);
		router.route("DELETE", `${root}/{id}`, (request) => remove(site, request, kind), [["delete:page:confluence"]]);
		router.route("GET", `${root}/{id}/versions`, (request) => versions(site, request, kind), read);
		router.route("GET", `${root}/{${parameter}}/versions/{version-number}`, (request) => version(site, request, kind), read);
		router.route(
			"GET",
			`${root}/{id}/operations`,
			(request) => ok({ operations: operationsOf(site, contentParam(site, request, "id", [kind]), request.caller) }),
			read,
		);
	}
	router.route("PUT", "/wiki/api/v2/pages/{id}/title", (request) => retitle(site, request), write);
	router.route("GET", "/wiki/api/v2/spaces/{id}/pages", (request) => inSpace(site, request, "page"), read);
	router.route("GET", "/wiki/api/v2/spaces/{id}/blogposts", (request) => inSpace(site, request, "blogpost"), read);
}

const shapeOf = (kind: Kind) => (kind === "page" ? pageShape : blogPostShape);

const withBase = (site: Site, shape: Record<string, unknown>): Record<string, unknown> => ({
	...shape,
	_links: { ...(shape._links as Record<string, string>), base: `${site.url}/wiki` },
});

function inSpace(site: Site, request: RequestContext, type: Kind): Answer {
	const space = reachSpace(site, request.caller, param(request, "id"));
	const root = type === "page" && choiceParam(request, "depth", ["all", "root"]) === "root";
	const among = (content: Content): boolean => !root || content.parentId === undefined;
	return listContents(site, request, { type, within: new Set([space.id]), among });
}

function get(site: Site, request: RequestContext, kind: Kind): Answer {
	const content = contentParam(site, request, "id", [kind]);
	const format = choiceParam(request, "body-format", singleFormats);
	const statuses = choicesParam(request, "status", ["current", "archived", "trashed", "deleted", "historical", "draft"]);
	const draft = flag(request, "get-draft") || statuses?.includes("draft") === true;
	const asked = request.query.get("version");
	if (draft && content.unpublished !== undefined) {
		const shape = shapeOf(kind)(site, content, { format, version: content.unpublished });
		return ok(withBase(site, { ...shape, status: "draft" }));
	}
	if (content.status === "draft" && !draft) throw notFound(`${kind} with id ${content.id}`);
	if (statuses !== undefined && asked === null && !statuses.includes(content.status) && !draft)
		throw notFound(`${kind} with id ${content.id}`);
	const chosen = asked === null ? latest(content) : content.versions.find((known) => known.number === Number(asked));
	if (chosen === undefined) throw notFound(`version ${asked} of ${kind} with id ${content.id}`);
	const shape = shapeOf(kind)(site, content, { format, version: chosen });
	if (!flag(request, "include-version", true)) delete shape.version;
	return ok(withBase(site, { ...shape, ...extras(site, request, content, kind) }));
}

function extras(site: Site, request: RequestContext, content: Content, kind: Kind): Record<string, unknown> {
	const self = (part: string): string => `${site.url}/wiki/api/v2/${kinds[kind].path}/${content.id}/${part}`;
	const more: Record<string, unknown> = {};
	if (flag(request, "include-labels")) more.labels = included(content.labels, labelShape, self("labels"));
	if (flag(request, "include-properties")) more.properties = included(content.properties, propertyShape, self("properties"));
	if (flag(request, "include-operations"))
		more.operations = included(operationsOf(site, content, request.caller), (entry) => entry, self("operations"));
	if (flag(request, "include-likes")) more.likes = included(content.likes, (accountId) => ({ accountId }), self("likes/users"));
	if (flag(request, "include-versions")) more.versions = included([...content.versions].reverse(), versionShape, self("versions"));
	if (flag(request, "include-favorited-by-current-user-status")) more.isFavoritedByCurrentUser = false;
	if (kind === "page" && flag(request, "include-direct-children")) {
		const children = site.confluence.childrenOf(content.id).filter((child) => child.status === "current");
		more.directChildren = included(children, childShape, self("direct-children"));
	}
	return more;
}

function create(site: Site, request: RequestContext, kind: Kind): Answer {
	const fields = objectBody(request);
	const spaceId = textOfField(fields, "spaceId");
	if (spaceId === undefined) throw badRequest("'spaceId' is required");
	const space = reachSpace(site, request.caller, spaceId);
	requireInSpace(site, request.caller, space.id, { key: "create", targetType: kind });
	const status = textOfField(fields, "status") ?? "current";
	if (status !== "current" && status !== "draft") throw badRequest("'status' must be current or draft");
	const input = bodyInput(fields);
	const createdAt = textOfField(fields, "createdAt");
	const content = createContent(site, {
		space,
		type: kind,
		title: textOfField(fields, "title") ?? "",
		authorId: request.caller.account.accountId,
		status,
		live: textOfField(fields, "subtype") === "live",
		...(input === undefined ? {} : { body: writeBody(input, conversionContext(site, undefined)) }),
		...(kind === "page" ? { parentId: parentOf(request, fields, space.homepageId) } : {}),
		...(kind === "blogpost" && createdAt !== undefined ? { createdAt: parseTime(createdAt) } : {}),
	});
	if (flag(request, "private")) {
		content.restrictions.read.users.push(content.authorId);
		content.restrictions.update.users.push(content.authorId);
	}
	return ok(withBase(site, shapeOf(kind)(site, content, { format: choiceFormat(input?.representation) })));
}

const choiceFormat = (representation: string | undefined) => (representation === "atlas_doc_format" ? "atlas_doc_format" : "storage");

function parentOf(request: RequestContext, fields: Readonly<Record<string, unknown>>, homepageId: string | undefined): string | undefined {
	const parentId = textOfField(fields, "parentId");
	if (!flag(request, "root-level")) return parentId ?? homepageId;
	if (parentId !== undefined) throw badRequest("'parentId' may not be given with root-level=true");
	return undefined;
}

function update(site: Site, request: RequestContext, kind: Kind): Answer {
	const fields = objectBody(request);
	const content = contentParam(site, request, "id", [kind]);
	requireEdit(site, request.caller, content);
	const id = textOfField(fields, "id");
	if (id !== content.id) throw badRequest(`The id in the body (${id}) is not the id of the ${kind}`);
	const status = textOfField(fields, "status");
	if (status !== "current" && status !== "draft") throw badRequest("'status' is required and must be current or draft");
	const version = versionInput(fields);
	const authorId = request.caller.account.accountId;
	if (content.status === "trashed") {
		if (status !== "current") throw badRequest("Content in the trash can only be restored to current");
		restoreContent(site, content, { authorId, versionNumber: version.number });
		return ok(withBase(site, shapeOf(kind)(site, content, { format: "storage" })));
	}
	if (content.status === "archived") throw badRequest("Archived content cannot be updated: it must be unarchived first");
	if (content.status === "current" && status === "draft") throw badRequest("Drafts of published content are not supported here");
	const spaceId = textOfField(fields, "spaceId");
	if (spaceId !== undefined && spaceId !== content.spaceId) throw badRequest("Moving content to a different space is not supported");
	const input = bodyInput(fields);
	if (input === undefined) throw badRequest("'body' is required");
	const body = writeBody(input, conversionContext(site, content.id));
	const title = textOfField(fields, "title") ?? "";
	const parentId = textOfField(fields, "parentId");
	const ownerId = textOfField(fields, "ownerId");
	if (content.status === "draft") writeDraft(site, content, { title, body, authorId, status });
	else updateContent(site, content, { title, body, version, authorId, parentId, ownerId });
	return ok(withBase(site, shapeOf(kind)(site, content, { format: choiceFormat(input.representation) })));
}

/** Changes a draft in its only version, or publishes it. */
function writeDraft(
	site: Site,
	content: Content,
	draft: { title: string; body: Version["body"]; authorId: string; status: "current" | "draft" },
): void {
	const { title, body, authorId, status } = draft;
	if (status === "current") {
		if (title.trim() === "") throw badRequest("A title is required");
		if (site.confluence.titled(content.spaceId, content.type, title) !== undefined) throw titleTaken(content.type);
	}
	content.versions[0] = { ...latest(content), title, body, authorId, createdAt: site.clock.now() };
	site.confluence.changeContent(content, { title, status });
}

function retitle(site: Site, request: RequestContext): Answer {
	const fields = objectBody(request);
	const page = contentParam(site, request, "id", ["page"]);
	requireEdit(site, request.caller, page);
	const number = latest(page).number + 1;
	const title = textOfField(fields, "title") ?? "";
	updateContent(site, page, { title, body: undefined, version: { number }, authorId: request.caller.account.accountId });
	return ok(withBase(site, pageShape(site, page)));
}

function remove(site: Site, request: RequestContext, kind: Kind): Answer {
	const content = contentParam(site, request, "id", [kind]);
	requireEdit(site, request.caller, content);
	requireInSpace(site, request.caller, content.spaceId, { key: "delete", targetType: kind });
	if (flag(request, "purge")) {
		if (content.status !== "trashed") throw badRequest(`Only a trashed ${kind} can be purged`);
		requireInSpace(site, request.caller, content.spaceId, { key: "administer", targetType: "space" });
		purgeContent(site, content);
	} else if (flag(request, "draft")) {
		if (content.status !== "draft") throw notFound(`draft with id ${content.id}`);
		purgeContent(site, content);
	} else {
		if (content.status === "trashed" || content.status === "draft") throw notFound(`${kind} with id ${content.id}`);
		trashContent(site, content);
	}
	return noContent();
}

function versions(site: Site, request: RequestContext, kind: Kind): Answer {
	const content = contentParam(site, request, "id", [kind]);
	const format = choiceParam(request, "body-format", bulkFormats);
	const descending = choiceParam(request, "sort", ["modified-date", "-modified-date"]) !== "modified-date";
	const order = { value: (entry: Version) => entry.number, id: () => "0", descending };
	const items = descending ? [...content.versions].reverse() : content.versions;
	const render = (entry: Version): unknown => ({
		...versionShape(entry),
		[kind]: {
			title: entry.title,
			id: content.id,
			...(format === undefined ? {} : { body: bodyShape(site, entry.body, format, content.id) }),
		},
	});
	return pageOf({ request, site, items, order, render, ...(format === undefined ? {} : { cap: 50 }) });
}

function version(site: Site, request: RequestContext, kind: Kind): Answer {
	const content = contentParam(site, request, kinds[kind].parameter, [kind]);
	const index = content.versions.findIndex((known) => known.number === Number(param(request, "version-number")));
	if (index < 0) throw notFound(`version ${param(request, "version-number")}`);
	return ok(detailedVersion(content.versions, index));
}
