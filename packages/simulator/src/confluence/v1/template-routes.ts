import { type Answer, noContent, ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { seesSpace } from "../access.ts";
import { conversionContext, writeBody } from "../deeds/write-body.ts";
import type { Body, Template } from "../entities.ts";
import { labelNamed, nextId } from "../ids.ts";
import { asV1, bad, missing } from "./refusals.ts";
import { labelShape, spaceShape } from "./shapes.ts";

const read = [["read:confluence-content.summary"], ["read:content-details:confluence", "read:template:confluence"]];
const write = [["write:confluence-content"], ["read:content-details:confluence", "read:template:confluence", "write:template:confluence"]];

/** Registers content templates of the site and of spaces. */
export function registerTemplates(router: Router, site: Site): void {
	router.route("GET", "/wiki/rest/api/template/page", (request) => list(site, request), read);
	router.route("GET", "/wiki/rest/api/template/blueprint", () => ok({ results: [], start: 0, limit: 25, size: 0, _links: {} }), read);
	router.route("GET", "/wiki/rest/api/template/{contentTemplateId}", (request) => ok(shape(site, find(site, request), true)), read);
	router.route("POST", "/wiki/rest/api/template", (request) => create(site, request), write);
	router.route("PUT", "/wiki/rest/api/template", (request) => update(site, request), write);
	router.route("DELETE", "/wiki/rest/api/template/{contentTemplateId}", (request) => remove(site, request), [
		["write:confluence-content"],
		["write:template:confluence"],
	]);
}

function shape(site: Site, template: Template, withBody: boolean): Record<string, unknown> {
	const space = template.spaceKey === undefined ? undefined : site.confluence.spaceByKey(template.spaceKey);
	const storage = { value: template.body.storage, representation: "storage", embeddedContent: [], _expandable: { content: "" } };
	return {
		templateId: template.id,
		name: template.name,
		description: template.description,
		...(space === undefined ? {} : { space: spaceShape(site, space) }),
		labels: template.labels.map(labelShape),
		templateType: "page",
		editorVersion: "v2",
		...(withBody ? { body: { storage } } : {}),
		_expandable: withBody ? {} : { body: "" },
		_links: { self: `${site.url}/wiki/rest/api/template/${template.id}` },
	};
}

function list(site: Site, request: RequestContext): Answer {
	const key = request.query.get("spaceKey");
	const space = key === null ? undefined : site.confluence.spaceByKey(key);
	if (key !== null && (space === undefined || !seesSpace(site, space, request.caller))) throw missing(`space with key ${key}`);
	const start = Number(request.query.get("start") ?? 0);
	const limit = Math.min(200, Number(request.query.get("limit") ?? 25));
	const withBody = request.query.getAll("expand").some((value) => value.includes("body"));
	const all = [...site.confluence.templates.values()].filter((template) => template.spaceKey === space?.key);
	const results = all.slice(start, start + limit).map((template) => shape(site, template, withBody));
	const self = `${site.url}/wiki/rest/api/template/page`;
	return ok({ results, start, limit, size: results.length, _links: { base: `${site.url}/wiki`, context: "/wiki", self } }, results.length);
}

function find(site: Site, request: RequestContext): Template {
	const template = site.confluence.templates.get(param(request, "contentTemplateId"));
	if (template === undefined) throw missing(`template with id ${param(request, "contentTemplateId")}`);
	return template;
}

function bodyOf(site: Site, fields: Readonly<Record<string, unknown>>): Body {
	const { storage, atlas_doc_format: adf } = (fields.body ?? {}) as {
		storage?: { value?: unknown };
		atlas_doc_format?: { value?: unknown };
	};
	const value = storage?.value ?? adf?.value;
	if (typeof value !== "string") throw bad("body.storage.value is required");
	return asV1(() =>
		writeBody({ representation: storage === undefined ? "atlas_doc_format" : "storage", value }, conversionContext(site, undefined)),
	);
}

function labelsIn(site: Site, fields: Readonly<Record<string, unknown>>): Template["labels"] {
	if (!Array.isArray(fields.labels)) return [];
	return fields.labels.flatMap(({ name, prefix }: { name?: unknown; prefix?: unknown }) =>
		typeof name === "string" ? [labelNamed(site, name, typeof prefix === "string" ? prefix : "global")] : [],
	);
}

function create(site: Site, request: RequestContext): Answer {
	const fields = (request.body ?? {}) as Record<string, unknown>;
	if (typeof fields.name !== "string" || fields.templateType !== "page") throw bad("name and templateType page are required");
	const given = (fields.space as { key?: unknown } | undefined)?.key;
	const key = typeof given === "string" ? given : undefined;
	if (key !== undefined && site.confluence.spaceByKey(key) === undefined) throw bad(`No space found with key ${key}`);
	const template: Template = {
		id: nextId(site),
		name: fields.name,
		description: typeof fields.description === "string" ? fields.description : "",
		spaceKey: key,
		body: bodyOf(site, fields),
		labels: labelsIn(site, fields),
	};
	site.confluence.templates.set(template.id, template);
	return ok(shape(site, template, true));
}

function update(site: Site, request: RequestContext): Answer {
	const fields = (request.body ?? {}) as Record<string, unknown>;
	const template = site.confluence.templates.get(String(fields.templateId));
	if (template === undefined) throw missing(`template with id ${String(fields.templateId)}`);
	template.name = typeof fields.name === "string" ? fields.name : template.name;
	template.description = typeof fields.description === "string" ? fields.description : template.description;
	template.body = bodyOf(site, fields);
	if (fields.labels !== undefined) template.labels = labelsIn(site, fields);
	return ok(shape(site, template, true));
}

function remove(site: Site, request: RequestContext): Answer {
	site.confluence.templates.delete(find(site, request).id);
	return noContent();
}
