import { noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { findBoard } from "../agile/board-routes.ts";
import { findIssue, findProject } from "../model/find.ts";
import { changeBody, readBody } from "../state.ts";

interface Owner {
	readonly address: string;
	readonly properties: Map<string, unknown>;
	/** The same properties, to be changed. */
	changing(): Map<string, unknown>;
}

/** Registers the properties that apps keep beside work items and spaces. */
export function registerProperties(router: Router, site: Site): void {
	register(router, "/rest/api/3/issue/{issueIdOrKey}/properties", (request) => {
		const issue = findIssue(site, param(request, "issueIdOrKey"));
		return {
			address: `${request.base}/rest/api/3/issue/${issue.id}/properties`,
			properties: readBody(site.jira, issue).properties,
			changing: () => changeBody(site.jira, issue).properties,
		};
	});
	register(router, "/rest/agile/1.0/board/{boardId}/properties", (request) => {
		const board = findBoard(site, request);
		const address = `${request.base}/rest/agile/1.0/board/${board.id}/properties`;
		return { address, properties: board.properties, changing: () => board.properties };
	});
	register(router, "/rest/api/3/project/{projectIdOrKey}/properties", (request) => {
		const project = findProject(site, param(request, "projectIdOrKey"));
		return {
			address: `${request.base}/rest/api/3/project/${project.id}/properties`,
			properties: project.properties,
			changing: () => project.properties,
		};
	});
}

function register(router: Router, template: string, ownerOf: (request: RequestContext) => Owner): void {
	router.route("GET", template, (request) => {
		const { address, properties } = ownerOf(request);
		return ok({ keys: [...properties.keys()].map((key) => ({ self: `${address}/${encodeURIComponent(key)}`, key })) }, properties.size);
	});
	router.route("GET", `${template}/{propertyKey}`, (request) => {
		const key = param(request, "propertyKey");
		const { properties } = ownerOf(request);
		if (!properties.has(key)) throw missing(key);
		return ok({ key, value: properties.get(key) });
	});
	router.route("PUT", `${template}/{propertyKey}`, (request) => {
		const key = param(request, "propertyKey");
		const owner = ownerOf(request);
		if (request.body === undefined) throw jiraError(400, "The property value cannot be empty.");
		if (key.length > 255) throw jiraError(400, "The property key cannot be longer than 255 characters.");
		if (JSON.stringify(request.body).length > 32_768) throw jiraError(400, "The property value cannot be longer than 32768 characters.");
		const fresh = !owner.properties.has(key);
		owner.changing().set(key, request.body);
		return { status: fresh ? 201 : 200 };
	});
	router.route("DELETE", `${template}/{propertyKey}`, (request) => {
		const key = param(request, "propertyKey");
		const owner = ownerOf(request);
		if (!owner.properties.has(key)) throw missing(key);
		owner.changing().delete(key);
		return noContent();
	});
}

const missing = (key: string): Error => jiraError(404, `The property with key '${key}' does not exist.`);
