import { type Answer, noContent, ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Label } from "../entities.ts";
import { labelNamed } from "../ids.ts";
import { bad, contentOf, missing, requireEdit, visibleSpace } from "./refusals.ts";
import { labelArray } from "./shapes.ts";

const write = [["write:confluence-content"], ["read:label:confluence", "write:label:confluence"]];
const remove = [["write:confluence-content"], ["write:label:confluence"]];

/** Registers adding and removing of labels on content and spaces. */
export function registerLabelWrites(router: Router, site: Site): void {
	const root = "/wiki/rest/api/content/{id}/label";
	router.route("POST", root, (request) => add(site, request), write);
	router.route("DELETE", root, (request) => drop(site, request, request.query.get("name") ?? ""), remove);
	router.route("DELETE", `${root}/{label}`, (request) => drop(site, request, param(request, "label")), remove);
	const ofSpace = "/wiki/rest/api/space/{spaceKey}/label";
	router.route("GET", ofSpace, (request) => spaceLabels(site, request), [["read:confluence-space.summary"], ["read:label:confluence"]]);
	router.route("POST", ofSpace, (request) => addToSpace(site, request), [
		["write:confluence-space"],
		["read:label:confluence", "write:label:confluence"],
	]);
	router.route("DELETE", ofSpace, (request) => dropFromSpace(site, request), [["write:confluence-space"], ["write:label:confluence"]]);
}

/** The labels, attachments included, of what a route names: attachments are content in v1. */
function labelsOf(site: Site, request: RequestContext): Label[] {
	const attachment = site.confluence.attachments.get(param(request, "id"));
	if (attachment !== undefined) return attachment.labels;
	const content = contentOf(site, request);
	requireEdit(site, request.caller, content);
	return content.labels;
}

function given(request: RequestContext): { prefix: string; name: string }[] {
	const list: readonly unknown[] = Array.isArray(request.body) ? request.body : [request.body];
	return list.map((entry) => {
		const { prefix, name } = (typeof entry === "object" && entry !== null ? entry : {}) as Record<string, unknown>;
		if (typeof name !== "string" || name === "") throw bad("A label needs a name");
		if (/[\s:;,.?&[\]()#^*@!<>]/.test(name)) throw bad(`Label '${name}' contains invalid characters`);
		return { prefix: typeof prefix === "string" && prefix !== "" ? prefix : "global", name };
	});
}

function put(site: Site, labels: Label[], wanted: readonly { prefix: string; name: string }[]): void {
	for (const { prefix, name } of wanted) {
		const label = labelNamed(site, name, prefix);
		if (!labels.includes(label)) labels.push(label);
	}
	site.confluence.touch();
}

function add(site: Site, request: RequestContext): Answer {
	const labels = labelsOf(site, request);
	put(site, labels, given(request));
	return ok(labelArray(site, labels, `/content/${param(request, "id")}/label`));
}

function drop(site: Site, request: RequestContext, name: string): Answer {
	const labels = labelsOf(site, request);
	const index = labels.findIndex((label) => label.name === name.toLowerCase() || `${label.prefix}:${label.name}` === name.toLowerCase());
	if (index < 0) throw missing(`label ${name}`);
	labels.splice(index, 1);
	site.confluence.touch();
	return noContent();
}

function spaceLabels(site: Site, request: RequestContext): Answer {
	const space = visibleSpace(site, request);
	const prefix = request.query.get("prefix");
	return ok(
		labelArray(
			site,
			space.labels.filter((label) => prefix === null || label.prefix === prefix),
			`/space/${space.key}/label`,
		),
	);
}

function addToSpace(site: Site, request: RequestContext): Answer {
	const space = visibleSpace(site, request);
	put(site, space.labels, given(request));
	return ok(labelArray(site, space.labels, `/space/${space.key}/label`));
}

function dropFromSpace(site: Site, request: RequestContext): Answer {
	const space = visibleSpace(site, request);
	const name = request.query.get("name") ?? "";
	const index = space.labels.findIndex((label) => label.name === name.toLowerCase());
	if (index < 0) throw missing(`label ${name}`);
	space.labels.splice(index, 1);
	site.confluence.touch();
	return noContent();
}
