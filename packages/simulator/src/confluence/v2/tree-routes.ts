import { type Answer, noContent, ok } from "../../http/answer.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { seesContent } from "../access.ts";
import { createContent, trashContent } from "../deeds/write-content.ts";
import type { Content, ContentType } from "../entities.ts";
import { contentParam, reachSpace, requireEdit, requireInSpace } from "../reach.ts";
import { badRequest } from "../refusals.ts";
import { contentOrder } from "./content-lists.ts";
import { choiceParam, flag, objectBody, textOfField } from "./input.ts";
import { operationsOf } from "./operations.ts";
import { limitOf, pageOf, sorted } from "./paging.ts";
import { included, propertyShape, treeObjectShape } from "./shapes.ts";
import { childShape, descendantShape } from "./tree-shapes.ts";

const treePaths: readonly (readonly [path: string, type: ContentType])[] = [
	["pages", "page"],
	["folders", "folder"],
	["whiteboards", "whiteboard"],
	["databases", "database"],
	["embeds", "embed"],
];
const hierarchical = [["read:hierarchical-content:confluence"]];
const childSorts = [
	"created-date",
	"-created-date",
	"id",
	"-id",
	"modified-date",
	"-modified-date",
	"child-position",
	"-child-position",
	"title",
	"-title",
] as const;

/** Registers the content tree: children, descendants, ancestors, and the objects that are no pages. */
export function registerTree(router: Router, site: Site): void {
	for (const [path, type] of treePaths) {
		const root = `/wiki/api/v2/${path}`;
		router.route("GET", `${root}/{id}/direct-children`, (request) => directChildren(site, request, type), hierarchical);
		router.route("GET", `${root}/{id}/descendants`, (request) => descendants(site, request, type), hierarchical);
		router.route("GET", `${root}/{id}/ancestors`, (request) => ancestors(site, request, type), [["read:content.metadata:confluence"]]);
		if (type === "page") continue;
		router.route("POST", root, (request) => create(site, request, type), [[`write:${type}:confluence`]]);
		router.route("GET", `${root}/{id}`, (request) => get(site, request, type), [[`read:${type}:confluence`]]);
		router.route("DELETE", `${root}/{id}`, (request) => remove(site, request, type), [[`delete:${type}:confluence`]]);
		router.route(
			"GET",
			`${root}/{id}/operations`,
			(request) => ok({ operations: operationsOf(site, contentParam(site, request, "id", [type]), request.caller) }),
			[[`read:${type}:confluence`]],
		);
	}
	router.route("GET", "/wiki/api/v2/pages/{id}/children", (request) => childPages(site, request), [["read:page:confluence"]]);
}

const living = (content: Content): boolean => content.status === "current" || content.status === "archived";

function visibleChildren(site: Site, request: RequestContext, parent: Content): Content[] {
	return site.confluence.childrenOf(parent.id).filter((child) => living(child) && seesContent(site, child, request.caller));
}

function directChildren(site: Site, request: RequestContext, type: ContentType): Answer {
	const parent = contentParam(site, request, "id", [type]);
	const order = contentOrder(choiceParam(request, "sort", childSorts) ?? "child-position");
	return pageOf({ request, site, items: sorted(visibleChildren(site, request, parent), order), order, render: childShape });
}

function childPages(site: Site, request: RequestContext): Answer {
	const parent = contentParam(site, request, "id", ["page"]);
	const order = contentOrder(choiceParam(request, "sort", childSorts) ?? "child-position");
	const items = sorted(
		visibleChildren(site, request, parent).filter((child) => child.type === "page"),
		order,
	);
	const render = (child: Content): unknown => ({
		id: child.id,
		status: child.status,
		title: child.title,
		spaceId: child.spaceId,
		childPosition: child.position ?? null,
	});
	return pageOf({ request, site, items, order, render });
}

function descendants(site: Site, request: RequestContext, type: ContentType): Answer {
	const root = contentParam(site, request, "id", [type]);
	const most = Number(request.query.get("depth") ?? 2);
	if (!Number.isInteger(most) || most < 1 || most > 10) throw badRequest("Provided value for 'depth' must be between 1 and 10 inclusive");
	const found: { readonly content: Content; readonly depth: number; readonly place: number }[] = [];
	let level = [root];
	for (let depth = 1; depth <= most && level.length > 0; depth += 1) {
		level = level.flatMap((parent) => visibleChildren(site, request, parent));
		for (const content of level) found.push({ content, depth, place: found.length });
	}
	const order = { value: (entry: (typeof found)[number]) => entry.place, id: () => "0", descending: false };
	return pageOf({ request, site, items: found, order, render: ({ content, depth }) => descendantShape(content, depth) });
}

function ancestors(site: Site, request: RequestContext, type: ContentType): Answer {
	const content = contentParam(site, request, "id", [type]);
	const above = site.confluence.ancestorsOf(content).slice(0, limitOf(request)).reverse();
	const results = above.map((entry) => ({ id: entry.id, type: entry.type }));
	return ok({ results, _links: { base: `${site.url}/wiki` } }, results.length);
}

const single = (site: Site, content: Content): Record<string, unknown> => {
	const shape = treeObjectShape(site, content);
	return { ...shape, _links: { ...(shape._links as object), base: `${site.url}/wiki` } };
};

function create(site: Site, request: RequestContext, type: ContentType): Answer {
	const fields = objectBody(request);
	const spaceId = textOfField(fields, "spaceId");
	if (spaceId === undefined) throw badRequest("'spaceId' is required");
	const space = reachSpace(site, request.caller, spaceId);
	requireInSpace(site, request.caller, space.id, { key: "create", targetType: "page" });
	const content = createContent(site, {
		space,
		type,
		title: textOfField(fields, "title") ?? "",
		authorId: request.caller.account.accountId,
		parentId: textOfField(fields, "parentId") ?? space.homepageId,
		embedUrl: textOfField(fields, "embedUrl"),
	});
	return ok(single(site, content));
}

function get(site: Site, request: RequestContext, type: ContentType): Answer {
	const content = contentParam(site, request, "id", [type]);
	const self = (part: string): string => `${site.url}/wiki/api/v2/${type}s/${content.id}/${part}`;
	const shape = single(site, content);
	if (flag(request, "include-properties")) shape.properties = included(content.properties, propertyShape, self("properties"));
	if (flag(request, "include-operations"))
		shape.operations = included(operationsOf(site, content, request.caller), (entry) => entry, self("operations"));
	if (flag(request, "include-direct-children")) {
		shape.directChildren = included(visibleChildren(site, request, content), childShape, self("direct-children"));
	}
	return ok(shape);
}

function remove(site: Site, request: RequestContext, type: ContentType): Answer {
	const content = contentParam(site, request, "id", [type]);
	requireEdit(site, request.caller, content);
	trashContent(site, content);
	return noContent();
}
