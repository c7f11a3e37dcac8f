import { type Answer, noContent, ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import { isoTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import type { ContentType, Property } from "../entities.ts";
import { nextId } from "../ids.ts";
import { contentParam, reachAttachment, reachComment, reachSpace } from "../reach.ts";
import { badRequest, conflict, notFound } from "../refusals.ts";
import { choiceParam, objectBody, textOfField, versionInput } from "./input.ts";
import { type Order, pageOf, sorted } from "./paging.ts";
import { propertyShape } from "./shapes.ts";

interface Owner {
	readonly path: string;
	readonly parameter: string;
	/** The parameter's name in the list's own template; Atlassian's documents differ here. */
	readonly listParameter: string;
	readonly scope: string;
	readonly of: (site: Site, request: RequestContext, parameter: string) => Property[];
	readonly shape?: (property: Property) => Record<string, unknown>;
	/** The status of an answer to making one; 200 where the documents do not differ. */
	readonly created?: number;
}

const onContent =
	(type: ContentType): Owner["of"] =>
	(site, request, parameter) =>
		contentParam(site, request, parameter, [type]).properties;

const spacePropertyShape = (property: Property): Record<string, unknown> => ({
	id: property.id,
	key: property.key,
	value: property.value,
	createdAt: isoTime(property.version.createdAt),
	createdBy: property.version.authorId,
	version: {
		createdAt: isoTime(property.version.createdAt),
		createdBy: property.version.authorId,
		message: property.version.message,
		number: property.version.number,
	},
});

const owners: readonly Owner[] = [
	{ path: "pages", parameter: "page-id", listParameter: "page-id", scope: "page", of: onContent("page") },
	{ path: "blogposts", parameter: "blogpost-id", listParameter: "blogpost-id", scope: "page", of: onContent("blogpost") },
	{ path: "folders", parameter: "folder-id", listParameter: "id", scope: "folder", of: onContent("folder") },
	{ path: "whiteboards", parameter: "whiteboard-id", listParameter: "id", scope: "whiteboard", of: onContent("whiteboard") },
	{ path: "databases", parameter: "database-id", listParameter: "id", scope: "database", of: onContent("database") },
	{ path: "embeds", parameter: "embed-id", listParameter: "id", scope: "embed", of: onContent("embed") },
	{
		path: "custom-content",
		parameter: "custom-content-id",
		listParameter: "custom-content-id",
		scope: "custom-content",
		of: onContent("custom"),
	},
	{
		path: "attachments",
		parameter: "attachment-id",
		listParameter: "attachment-id",
		scope: "attachment",
		of: (site, request, parameter) => reachAttachment(site, request.caller, param(request, parameter)).properties,
	},
	{
		path: "comments",
		parameter: "comment-id",
		listParameter: "comment-id",
		scope: "comment",
		of: (site, request, parameter) => reachComment(site, request.caller, param(request, parameter)).properties,
	},
	{
		path: "spaces",
		parameter: "space-id",
		listParameter: "space-id",
		scope: "space",
		of: (site, request, parameter) => reachSpace(site, request.caller, param(request, parameter)).properties,
		shape: spacePropertyShape,
		created: 201,
	},
];

/** Registers content and space properties of everything that has them. */
export function registerProperties(router: Router, site: Site): void {
	for (const owner of owners) {
		const read = [[`read:${owner.scope}:confluence`]];
		const write = [[`read:${owner.scope}:confluence`, `write:${owner.scope}:confluence`]];
		const many = `/wiki/api/v2/${owner.path}/{${owner.listParameter}}/properties`;
		const single = `/wiki/api/v2/${owner.path}/{${owner.parameter}}/properties/{property-id}`;
		router.route("GET", many, (request) => list(site, request, owner), read);
		router.route("POST", many, (request) => create(site, request, owner), write);
		router.route("GET", single, (request) => ok((owner.shape ?? propertyShape)(find(site, request, owner))), read);
		router.route("PUT", single, (request) => update(site, request, owner), write);
		router.route("DELETE", single, (request) => remove(site, request, owner), write);
	}
}

function list(site: Site, request: RequestContext, owner: Owner): Answer {
	const key = request.query.get("key");
	const sort = choiceParam(request, "sort", ["key", "-key"]);
	const order: Order<Property> = {
		value: (property) => (sort === undefined ? Number(property.id) : property.key),
		id: (property) => property.id,
		descending: sort === "-key",
	};
	const items = owner.of(site, request, owner.listParameter).filter((property) => key === null || property.key === key);
	return pageOf({ request, site, items: sorted(items, order), order, render: owner.shape ?? propertyShape });
}

function create(site: Site, request: RequestContext, owner: Owner): Answer {
	const properties = owner.of(site, request, owner.listParameter);
	const fields = objectBody(request);
	const key = textOfField(fields, "key");
	if (key === undefined || key === "") throw badRequest("'key' is required");
	if (fields.value === undefined) throw badRequest("'value' is required");
	if (properties.some((property) => property.key === key)) throw badRequest(`A property with key ${key} already exists`);
	const version = { number: 1, createdAt: site.clock.now(), authorId: request.caller.account.accountId, message: "" };
	const property: Property = { id: nextId(site), key, value: fields.value, version };
	properties.push(property);
	site.confluence.touch();
	return { status: owner.created ?? 200, json: (owner.shape ?? propertyShape)(property) };
}

function find(site: Site, request: RequestContext, owner: Owner): Property {
	const id = param(request, "property-id");
	const property = owner.of(site, request, owner.parameter).find((known) => known.id === id);
	if (property === undefined) throw notFound(`property with id ${id}`);
	return property;
}

function update(site: Site, request: RequestContext, owner: Owner): Answer {
	const property = find(site, request, owner);
	const fields = objectBody(request);
	if (textOfField(fields, "key") !== property.key) throw badRequest("The key of a property cannot be changed");
	const { number, message } = versionInput(fields);
	if (number !== property.version.number + 1) throw conflict(property.version.number, number);
	property.value = fields.value;
	property.version = { number, message, createdAt: site.clock.now(), authorId: request.caller.account.accountId };
	site.confluence.touch();
	return ok((owner.shape ?? propertyShape)(property));
}

function remove(site: Site, request: RequestContext, owner: Owner): Answer {
	const property = find(site, request, owner);
	const properties = owner.of(site, request, owner.parameter);
	properties.splice(properties.indexOf(property), 1);
	site.confluence.touch();
	return noContent();
}
