import { type Answer, ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import { isoTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { mayInSpace, seesSpace } from "../access.ts";
import { createSpace } from "../deeds/write-space.ts";
import type { Label, Space, SpacePermission } from "../entities.ts";
import { reachSpace } from "../reach.ts";
import { badRequest } from "../refusals.ts";
import { choiceParam, flag, idsParam, listParam, objectBody, textOfField } from "./input.ts";
import { pageOf, sorted } from "./paging.ts";
import { assignmentsOf } from "./role-routes.ts";
import { included, labelShape, propertyShape } from "./shapes.ts";

const read = [["read:space:confluence"]];
const types = ["global", "collaboration", "knowledge_base", "personal", "system", "onboarding", "xflow_sample_space"] as const;
const sorts = ["id", "-id", "key", "-key", "name", "-name"] as const;

/** Registers reading of spaces with their permissions and labels, making one, and data policies. */
export function registerSpaces(router: Router, site: Site): void {
	router.route("GET", "/wiki/api/v2/spaces", (request) => list(site, request, (space) => spaceShape(site, space, request)), read);
	router.route("POST", "/wiki/api/v2/spaces", (request) => create(site, request), [["write:space:confluence"]]);
	router.route("GET", "/wiki/api/v2/spaces/{id}", (request) => get(site, request), read);
	router.route("GET", "/wiki/api/v2/spaces/{id}/permissions", (request) => permissions(site, request), read);
	router.route("GET", "/wiki/api/v2/spaces/{id}/labels", (request) => labels(site, request, (space) => space.labels), read);
	router.route(
		"GET",
		"/wiki/api/v2/spaces/{id}/content/labels",
		(request) => labels(site, request, (space) => contentLabels(site, space)),
		read,
	);
	router.route("GET", "/wiki/api/v2/spaces/{id}/operations", (request) => ok({ operations: spaceOperations(site, request) }), read);
	router.route("GET", "/wiki/api/v2/data-policies/metadata", () => ok({ anyContentBlocked: anyBlocked(site) }), [
		["read:configuration:confluence"],
	]);
	router.route("GET", "/wiki/api/v2/data-policies/spaces", (request) => dataPolicies(site, request), read);
}

const anyBlocked = (site: Site): boolean => [...site.confluence.spaces.values()].some((space) => space.blockedForApps);

function order(request: RequestContext) {
	const sort = choiceParam(request, "sort", sorts) ?? "id";
	const field = sort.replace("-", "");
	const value = (space: Space): string | number =>
		field === "key" ? space.key : field === "name" ? space.name.toLowerCase() : Number(space.id);
	return { value, id: (space: Space) => space.id, descending: sort.startsWith("-") };
}

function list(
	site: Site,
	request: RequestContext,
	render: (space: Space) => unknown,
	sees: (space: Space) => boolean = (space) => seesSpace(site, space, request.caller),
): Answer {
	const ids = idsParam(request, "ids");
	const keys = listParam(request, "keys")?.map((key) => key.toLowerCase());
	const type = choiceParam(request, "type", types);
	const status = choiceParam(request, "status", ["current", "archived", "trashed"]);
	const wanted = listParam(request, "labels");
	const matches = (space: Space): boolean =>
		(ids === undefined || ids.includes(space.id)) &&
		(keys === undefined || keys.includes(space.key.toLowerCase())) &&
		(type === undefined || space.type === type) &&
		(status === undefined ? space.status !== "trashed" : space.status === status) &&
		(wanted === undefined || space.labels.some((label) => wanted.includes(label.name))) &&
		sees(space);
	const by = order(request);
	return pageOf({ request, site, items: sorted([...site.confluence.spaces.values()].filter(matches), by), order: by, render });
}

/** A space as lists give it. */
function spaceShape(site: Site, space: Space, request: RequestContext): Record<string, unknown> {
	const format = choiceParam(request, "description-format", ["plain", "view"]);
	const value = format === "view" ? `<p>${space.description}</p>` : space.description;
	return {
		spaceOwnerId: space.authorId,
		createdAt: isoTime(space.createdAt),
		authorId: space.authorId,
		homepageId: space.homepageId ?? null,
		icon: flag(request, "include-icon")
			? { path: `/images/logo/default-space-logo-256.png`, apiDownloadLink: `${site.url}/wiki/images/logo/default-space-logo-256.png` }
			: null,
		description: format === undefined ? null : { [format]: { representation: format, value } },
		status: space.status,
		name: space.name,
		key: space.key,
		id: space.id,
		type: space.type,
		currentActiveAlias: space.key,
		_links: { webui: `/spaces/${space.key}` },
	};
}

const withBase = (site: Site, shape: Record<string, unknown>): Record<string, unknown> => ({
	...shape,
	_links: { ...(shape._links as object), base: `${site.url}/wiki` },
});

function get(site: Site, request: RequestContext): Answer {
	const space = reachSpace(site, request.caller, param(request, "id"));
	const self = (part: string): string => `${site.url}/wiki/api/v2/spaces/${space.id}/${part}`;
	const shape = spaceShape(site, space, request);
	if (flag(request, "include-labels")) shape.labels = included(space.labels, labelShape, self("labels"));
	if (flag(request, "include-properties")) shape.properties = included(space.properties, propertyShape, self("properties"));
	if (flag(request, "include-permissions")) shape.permissions = included(space.permissions, (entry) => entry, self("permissions"));
	if (flag(request, "include-role-assignments") && site.switches.spaceRoles)
		shape.roleAssignments = included(assignmentsOf(space), (entry) => entry, self("role-assignments"));
	if (flag(request, "include-operations"))
		shape.operations = included(spaceOperations(site, request), (entry) => entry, self("operations"));
	return ok(withBase(site, shape));
}

function create(site: Site, request: RequestContext): Answer {
	const fields = objectBody(request);
	const name = textOfField(fields, "name");
	if (name === undefined || name.trim() === "") throw badRequest("'name' is required");
	const description = fields.description as { value?: unknown } | undefined;
	const key =
		textOfField(fields, "key") ??
		textOfField(fields, "alias") ??
		name
			.replace(/[^A-Za-z0-9]/g, "")
			.slice(0, 10)
			.toUpperCase();
	const text = typeof description?.value === "string" ? description.value : "";
	const space = createSpace(site, { key, name, description: text, authorId: request.caller.account.accountId });
	return { status: 201, json: withBase(site, spaceShape(site, space, request)) };
}

function permissions(site: Site, request: RequestContext): Answer {
	const space = reachSpace(site, request.caller, param(request, "id"));
	const by = { value: (entry: SpacePermission) => Number(entry.id), id: (entry: SpacePermission) => entry.id, descending: false };
	return pageOf({ request, site, items: sorted(space.permissions, by), order: by, render: (entry) => entry });
}

function labels(site: Site, request: RequestContext, of: (space: Space) => readonly Label[]): Answer {
	const space = reachSpace(site, request.caller, param(request, "id"));
	const prefixes = listParam(request, "prefix");
	const items = of(space).filter((label) => prefixes === undefined || prefixes.includes(label.prefix));
	const by = { value: (label: Label) => Number(label.id), id: (label: Label) => label.id, descending: false };
	return pageOf({ request, site, items: sorted(items, by), order: by, render: labelShape });
}

function contentLabels(site: Site, space: Space): Label[] {
	const found = new Set<Label>();
	for (const content of site.confluence.contents.values()) {
		if (content.spaceId === space.id && content.status === "current") for (const label of content.labels) found.add(label);
	}
	return [...found];
}

function spaceOperations(site: Site, request: RequestContext): { operation: string; targetType: string }[] {
	const space = reachSpace(site, request.caller, param(request, "id"));
	return ["read", "update", "delete", "administer"]
		.filter((key) => key === "read" || mayInSpace(site, space, request.caller, { key: "administer", targetType: "space" }))
		.map((operation) => ({ operation, targetType: "space" }));
}

function dataPolicies(site: Site, request: RequestContext): Answer {
	const token = { ...request.caller, kind: "token" as const };
	const render = (space: Space): unknown => {
		const { id, key, name, _links } = spaceShape(site, space, request);
		return { id, key, name, dataPolicy: { anyContentBlocked: space.blockedForApps }, _links };
	};
	return list(site, request, render, (space) => seesSpace(site, space, token));
}
