import { created, noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, pageBean, scalarText } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { change, record } from "../issue/journal.ts";
import { findProject } from "../model/find.ts";
import type { Issue } from "../model/issue.ts";
import type { Component, Project, Version } from "../model/project.ts";
import { partsOf, renderComponent, renderVersion } from "./render-project.ts";

/** Registers components and versions. */
export function registerParts(router: Router, site: Site): void {
	registerComponents(router, site);
	registerVersions(router, site);
}

const projectOf = (site: Site, request: RequestContext): Project => findProject(site, param(request, "projectIdOrKey"));

function bodyProject(site: Site, body: Record<string, unknown>): Project {
	const given = body.project ?? body.projectId;
	if (given === undefined) throw jiraError(400, [], { project: "Project must be specified" });
	return findProject(site, scalarText(given));
}

function requireFreeName(parts: readonly { readonly id: string; readonly name: string }[], name: string | undefined, own?: string): string {
	if (name === undefined || name.trim() === "") throw jiraError(400, [], { name: "You must specify a valid name." });
	if (parts.some((part) => part.name.toLowerCase() === name.toLowerCase() && part.id !== own)) {
		throw jiraError(400, [], { name: "A component or version with this name already exists in this project." });
	}
	return name;
}

function registerComponents(router: Router, site: Site): void {
	const { components } = site.jira;
	router.route("GET", "/rest/api/3/project/{projectIdOrKey}/components", (request) =>
		ok(partsOf(components, projectOf(site, request)).map((component) => renderComponent(site, request.base, component))),
	);
	router.route("GET", "/rest/api/3/project/{projectIdOrKey}/component", (request) => {
		const all = partsOf(components, projectOf(site, request)).map((component) => ({
			...renderComponent(site, request.base, component),
			issueCount: [...site.jira.issues.values()].filter((issue) => issue.componentIds.includes(component.id)).length,
		}));
		return ok(pageBean(request, all, { size: 50, max: 50 }), all.length);
	});
	router.route("GET", "/rest/api/3/component/{id}", (request) =>
		ok(renderComponent(site, request.base, find(components, request, "component"))),
	);
	router.route("POST", "/rest/api/3/component", (request) => {
		const body = bodyObject(request);
		const project = bodyProject(site, body);
		const component: Component = {
			id: String(site.ids.take("component")),
			projectId: project.id,
			name: requireFreeName(partsOf(components, project), optionalText(body, "name")),
			description: optionalText(body, "description") ?? "",
			leadAccountId: optionalText(body, "leadAccountId"),
			assigneeType: optionalText(body, "assigneeType") ?? "PROJECT_DEFAULT",
		};
		components.set(component.id, component);
		return created(renderComponent(site, request.base, component));
	});
	router.route("PUT", "/rest/api/3/component/{id}", (request) => {
		const component = find(components, request, "component");
		const body = bodyObject(request);
		if (body.name !== undefined) {
			component.name = requireFreeName(
				[...components.values()].filter((each) => each.projectId === component.projectId),
				optionalText(body, "name"),
				component.id,
			);
		}
		component.description = optionalText(body, "description") ?? component.description;
		component.leadAccountId = optionalText(body, "leadAccountId") ?? component.leadAccountId;
		component.assigneeType = optionalText(body, "assigneeType") ?? component.assigneeType ?? "PROJECT_DEFAULT";
		return ok(renderComponent(site, request.base, component));
	});
	router.route("DELETE", "/rest/api/3/component/{id}", (request) => {
		const component = find(components, request, "component");
		for (const issue of site.jira.issues.values()) {
			if (issue.componentIds.includes(component.id))
				take(site, request, issue, { field: "Component", fieldId: "components", part: component });
		}
		components.delete(component.id);
		return noContent();
	});
}

function registerVersions(router: Router, site: Site): void {
	const { versions } = site.jira;
	router.route("GET", "/rest/api/3/project/{projectIdOrKey}/versions", (request) =>
		ok(partsOf(versions, projectOf(site, request)).map((version) => renderVersion(request.base, version))),
	);
	router.route("GET", "/rest/api/3/project/{projectIdOrKey}/version", (request) => {
		const all = partsOf(versions, projectOf(site, request)).map((version) => renderVersion(request.base, version));
		return ok(pageBean(request, all, { size: 50, max: 50 }), all.length);
	});
	router.route("GET", "/rest/api/3/version/{id}", (request) => ok(renderVersion(request.base, find(versions, request, "version"))));
	router.route("POST", "/rest/api/3/version", (request) => {
		const body = bodyObject(request);
		const project = bodyProject(site, body);
		const version: Version = {
			id: String(site.ids.take("version")),
			projectId: project.id,
			name: requireFreeName(partsOf(versions, project), optionalText(body, "name")),
			description: optionalText(body, "description") ?? "",
			released: body.released === true,
			archived: body.archived === true,
			startDate: optionalText(body, "startDate"),
			releaseDate: optionalText(body, "releaseDate"),
		};
		versions.set(version.id, version);
		return created(renderVersion(request.base, version));
	});
	router.route("PUT", "/rest/api/3/version/{id}", (request) => {
		const version = find(versions, request, "version");
		const body = bodyObject(request);
		if (body.name !== undefined) {
			version.name = requireFreeName(
				[...versions.values()].filter((each) => each.projectId === version.projectId),
				optionalText(body, "name"),
				version.id,
			);
		}
		version.description = optionalText(body, "description") ?? version.description;
		version.startDate = optionalText(body, "startDate") ?? version.startDate;
		version.releaseDate = optionalText(body, "releaseDate") ?? version.releaseDate;
		if (typeof body.released === "boolean") version.released = body.released;
		if (typeof body.archived === "boolean") version.archived = body.archived;
		return ok(renderVersion(request.base, version));
	});
	router.route("POST", "/rest/api/3/version/{id}/move", (request) => {
		const version = find(versions, request, "version");
		moveVersion(site, version, bodyObject(request));
		return ok(renderVersion(request.base, version));
	});
	const remove = (request: RequestContext) => {
		const version = find(versions, request, "version");
		for (const issue of site.jira.issues.values()) {
			if (issue.fixVersionIds.includes(version.id))
				take(site, request, issue, { field: "Fix Version", fieldId: "fixVersions", part: version });
			if (issue.affectedVersionIds.includes(version.id))
				take(site, request, issue, { field: "Version", fieldId: "versions", part: version });
		}
		versions.delete(version.id);
		return noContent();
	};
	router.route("DELETE", "/rest/api/3/version/{id}", remove);
	router.route("POST", "/rest/api/3/version/{id}/removeAndSwap", remove);
}

/** Puts a version at another place of its space's order. */
function moveVersion(site: Site, version: Version, body: Record<string, unknown>): void {
	const others = [...site.jira.versions.values()].filter((one) => one.id !== version.id);
	const after = optionalText(body, "after")?.split("/").at(-1);
	const place = after === undefined ? (body.position === "First" ? 0 : others.length) : others.findIndex((one) => one.id === after) + 1;
	if (after !== undefined && place === 0) throw jiraError(404, "The version to put it after does not exist.");
	others.splice(place, 0, version);
	site.jira.versions.clear();
	for (const one of others) site.jira.versions.set(one.id, one);
}

function find<T>(parts: Map<string, T>, request: RequestContext, what: string): T {
	const part = parts.get(param(request, "id"));
	if (part === undefined) throw jiraError(404, `The ${what} with id ${param(request, "id")} does not exist.`);
	return part;
}

interface Taken {
	readonly field: string;
	readonly fieldId: "components" | "fixVersions" | "versions";
	readonly part: { readonly id: string; readonly name: string };
}

function take(site: Site, request: RequestContext, issue: Issue, { field, fieldId, part }: Taken): void {
	record(site, { issue, author: request.caller.account.accountId }, () => {
		const without = (ids: readonly string[]): string[] => ids.filter((id) => id !== part.id);
		if (fieldId === "components") issue.componentIds = without(issue.componentIds);
		else if (fieldId === "fixVersions") issue.fixVersionIds = without(issue.fixVersionIds);
		else issue.affectedVersionIds = without(issue.affectedVersionIds);
		return [change(field, { fieldId, from: part.id, fromString: part.name, toString: null })];
	});
}
