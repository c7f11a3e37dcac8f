import { type Answer, noContent, ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import { isoTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { seesContent } from "../access.ts";
import { webui } from "../addresses.ts";
import { conversionContext, writeBody } from "../deeds/write-body.ts";
import { createContent, purgeContent } from "../deeds/write-content.ts";
import type { Content, Version } from "../entities.ts";
import { contentParam, reachContent, reachSpace, requireInSpace } from "../reach.ts";
import { badRequest, conflict, forbidden, notFound } from "../refusals.ts";
import { latest } from "../state.ts";
import { contentOrder, listKey } from "./content-lists.ts";
import { bodyInput, choiceParam, flag, idsParam, objectBody, textOfField, versionInput } from "./input.ts";
import { pageOf, sorted } from "./paging.ts";
import { detailedVersion, included, labelShape, propertyShape, versionShape } from "./shapes.ts";

const read = [["read:custom-content:confluence"]];
const formats = ["raw", "storage", "atlas_doc_format"] as const;
const sorts = ["id", "-id", "created-date", "-created-date", "modified-date", "-modified-date", "title", "-title"] as const;
const containers = { pageId: "page", blogPostId: "blogpost", customContentId: "custom" } as const;

/** Registers content of apps' own types: listed by type only, each with its container; and its versions. */
export function registerCustomContent(router: Router, site: Site): void {
	const root = "/wiki/api/v2/custom-content";
	router.route("GET", root, (request) => list(site, request, { spaces: idsParam(request, "space-id", 100) }), read);
	router.route("GET", "/wiki/api/v2/spaces/{id}/custom-content", (request) => inSpace(site, request), read);
	router.route("GET", "/wiki/api/v2/pages/{id}/custom-content", (request) => inContainer(site, request, "page"), read);
	router.route("GET", "/wiki/api/v2/blogposts/{id}/custom-content", (request) => inContainer(site, request, "blogpost"), read);
	router.route("GET", `${root}/{id}`, (request) => get(site, request), read);
	const versions = `${root}/{custom-content-id}/versions`;
	router.route("GET", versions, (request) => listVersions(site, request), read);
	router.route("GET", `${versions}/{version-number}`, (request) => versionDetails(site, request), read);
	router.route("POST", root, (request) => create(site, request), [["write:custom-content:confluence"]]);
	router.route("PUT", `${root}/{id}`, (request) => update(site, request), [["write:custom-content:confluence"]]);
	router.route("DELETE", `${root}/{id}`, (request) => remove(site, request), [["delete:custom-content:confluence"]]);
}

interface Within {
	readonly spaces?: readonly string[] | undefined;
	readonly containerId?: string;
}

function inSpace(site: Site, request: RequestContext): Answer {
	return list(site, request, { spaces: [reachSpace(site, request.caller, param(request, "id")).id] });
}

function inContainer(site: Site, request: RequestContext, type: "page" | "blogpost"): Answer {
	return list(site, request, { containerId: contentParam(site, request, "id", [type]).id });
}

function list(site: Site, request: RequestContext, { spaces, containerId }: Within): Answer {
	const type = request.query.get("type");
	if (type === null || type === "") throw badRequest("'type' is required");
	if (!site.confluence.customTypes.has(type)) throw notFound(`custom content type ${type}`);
	const ids = idsParam(request, "id");
	const format = choiceParam(request, "body-format", formats);
	const order = contentOrder(choiceParam(request, "sort", sorts));
	const matches = (content: Content): boolean =>
		content.custom?.type === type &&
		content.status === "current" &&
		(spaces === undefined || spaces.includes(content.spaceId)) &&
		(containerId === undefined || content.custom.containerId === containerId) &&
		(ids === undefined || ids.includes(content.id)) &&
		seesContent(site, content, request.caller);
	const items = site.confluence.listing(listKey(request), () => sorted([...site.confluence.contents.values()].filter(matches), order));
	return pageOf({ request, site, items, order, render: (content) => shapeOf(site, content, format) });
}

/** A body comes in the representation that it was written in: a raw one in no other. */
function shapeOf(
	site: Site,
	content: Content,
	format: (typeof formats)[number] | undefined,
	version: Version = latest(content),
): Record<string, unknown> {
	const { custom } = content;
	const container = custom?.containerId === undefined ? undefined : site.confluence.contents.get(custom.containerId);
	const place = Object.entries(containers).find(([, type]) => type === container?.type)?.[0];
	return {
		id: content.id,
		type: custom?.type ?? "",
		status: version === latest(content) ? content.status : "historical",
		title: version.title,
		spaceId: content.spaceId,
		...(place === undefined || container === undefined ? {} : { [place]: container.id }),
		authorId: content.authorId,
		createdAt: isoTime(content.createdAt),
		version: versionShape(version),
		body: bodyShape(content, version, format),
		_links: { webui: webui(site, content) },
	};
}

/** A body of the app's own comes in no other representation. */
function bodyShape({ custom }: Content, { body }: Version, format: (typeof formats)[number] | undefined): Record<string, unknown> {
	const told = format !== undefined && (format === "raw" || format === custom?.representation);
	return told ? { [format]: { representation: format, value: body.storage } } : {};
}

function listVersions(site: Site, request: RequestContext): Answer {
	const content = contentParam(site, request, "custom-content-id", ["custom"]);
	const format = choiceParam(request, "body-format", formats);
	const descending = choiceParam(request, "sort", ["modified-date", "-modified-date"]) !== "modified-date";
	const order = { value: (version: Version) => version.number, id: () => "0", descending };
	const render = (version: Version): unknown => ({
		...versionShape(version),
		custom: { title: version.title, id: content.id, body: bodyShape(content, version, format) },
	});
	const items = descending ? [...content.versions].reverse() : content.versions;
	return pageOf({ request, site, items, order, render, ...(format === undefined ? {} : { cap: 50 }) });
}

function versionDetails(site: Site, request: RequestContext): Answer {
	const content = contentParam(site, request, "custom-content-id", ["custom"]);
	const asked = param(request, "version-number");
	const index = content.versions.findIndex(({ number }) => number === Number(asked));
	if (index < 0) throw notFound(`version ${asked}`);
	return ok(detailedVersion(content.versions, index));
}

function get(site: Site, request: RequestContext): Answer {
	const content = contentParam(site, request, "id", ["custom"]);
	const format = choiceParam(request, "body-format", formats);
	const self = (part: string): string => `${site.url}/wiki/api/v2/custom-content/${content.id}/${part}`;
	const asked = request.query.get("version");
	const version = asked === null ? latest(content) : content.versions.find(({ number }) => number === Number(asked));
	if (version === undefined) throw notFound(`version ${asked} of custom content with id ${content.id}`);
	return ok({
		...shapeOf(site, content, format, version),
		...(flag(request, "include-labels") ? { labels: included(content.labels, labelShape, self("labels")) } : {}),
		...(flag(request, "include-properties") ? { properties: included(content.properties, propertyShape, self("properties")) } : {}),
	});
}

function requireWritable(site: Site, type: string): void {
	if (!site.confluence.customTypes.has(type)) throw notFound(`custom content type ${type}`);
	if (site.switches.customContentByApps) throw forbidden(`Only the app that owns ${type} may write content of it`);
}

/** The body of a write, and where the content goes: exactly one container is named. */
function containerOf(site: Site, request: RequestContext, fields: Readonly<Record<string, unknown>>) {
	const named = Object.entries(containers).flatMap(([field, type]) => {
		const id = textOfField(fields, field);
		return id === undefined ? [] : [reachContent(site, request.caller, id, [type])];
	});
	const spaceId = textOfField(fields, "spaceId");
	if (named.length + (spaceId === undefined ? 0 : 1) > 1) throw badRequest("Only one container may be given");
	return { container: named[0], spaceId };
}

function bodyOf(
	site: Site,
	fields: Readonly<Record<string, unknown>>,
): { readonly representation: "storage" | "raw"; readonly value: string } {
	const input = bodyInput(fields);
	if (input === undefined) throw badRequest("'body' is required");
	if (input.representation !== "storage" && input.representation !== "raw")
		throw badRequest(`Invalid body representation: ${input.representation}`);
	if (input.representation === "storage") writeBody(input, conversionContext(site, undefined));
	return { representation: input.representation, value: input.value };
}

function create(site: Site, request: RequestContext): Answer {
	const fields = objectBody(request);
	const type = textOfField(fields, "type") ?? "";
	const { container, spaceId } = containerOf(site, request, fields);
	requireWritable(site, type);
	if (container === undefined && spaceId === undefined) throw badRequest("A container is required");
	const space = reachSpace(site, request.caller, container?.spaceId ?? spaceId ?? "");
	requireInSpace(site, request.caller, space.id, { key: "create", targetType: "page" });
	const { representation, value } = bodyOf(site, fields);
	const content = createContent(site, {
		space,
		type: "custom",
		title: textOfField(fields, "title") ?? "",
		authorId: request.caller.account.accountId,
		body: { storage: value },
		custom: { type, representation, containerId: container?.id },
	});
	return { status: 201, json: shapeOf(site, content, representation) };
}

function update(site: Site, request: RequestContext): Answer {
	const content = contentParam(site, request, "id", ["custom"]);
	const { custom } = content;
	const fields = objectBody(request);
	if (custom === undefined || textOfField(fields, "type") !== custom.type) throw badRequest("The type of custom content cannot be changed");
	requireWritable(site, custom.type);
	const { container, spaceId } = containerOf(site, request, fields);
	if ((container?.spaceId ?? spaceId ?? content.spaceId) !== content.spaceId)
		throw badRequest("Moving custom content to a different space is not supported");
	const before = latest(content);
	const { number, message } = versionInput(fields);
	if (number !== before.number + 1) throw conflict(before.number, number);
	const { representation, value } = bodyOf(site, fields);
	if (representation !== custom.representation) throw badRequest(`The body of this type is ${custom.representation}`);
	const title = textOfField(fields, "title") ?? "";
	const authorId = request.caller.account.accountId;
	content.versions.push({ number, createdAt: site.clock.now(), authorId, message, minorEdit: false, title, body: { storage: value } });
	if (container !== undefined) custom.containerId = container.id;
	site.confluence.changeContent(content, { title });
	return ok(shapeOf(site, content, representation));
}

function remove(site: Site, request: RequestContext): Answer {
	const content = contentParam(site, request, "id", ["custom"]);
	requireWritable(site, content.custom?.type ?? "");
	requireInSpace(site, request.caller, content.spaceId, { key: "delete", targetType: "page" });
	if (flag(request, "purge") || content.status === "trashed") purgeContent(site, content);
	else site.confluence.changeContent(content, { status: "trashed" });
	return noContent();
}
