import { type Answer, noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { pageBean } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { changesSettings } from "../configuration/audit.ts";
import { deleteIssueTree } from "../issue/delete-issue.ts";
import { findProject } from "../model/find.ts";
import type { Project } from "../model/project.ts";
import { renderProject } from "./render-project.ts";
import { registerRoleActors } from "./role-actor-routes.ts";
import { registerSpaceSettings } from "./space-setting-routes.ts";
import { forgetOwn } from "./team-managed.ts";
import { createProject, updateProject } from "./write-project.ts";

const said = (summary: string) => ({ category: "projects", summary });

/** Registers the spaces of Jira. */
export function registerProjects(router: Router, site: Site): void {
	router.route("GET", "/rest/api/3/project", ({ base }) =>
		ok(live(site).map((project) => renderProject(site, base, project, { full: false, expand: new Set() }))),
	);
	router.route("GET", "/rest/api/3/project/search", (request) => searchProjects(site, request));
	changesSettings(router, site, said("Project created"), ["POST", "/rest/api/3/project", (request) => createProject(site, request)]);
	changesSettings(router, site, said("Project updated"), [
		"PUT",
		"/rest/api/3/project/{projectIdOrKey}",
		(request) => updateProject(site, request),
	]);
	router.route("GET", "/rest/api/3/project/{projectIdOrKey}", (request) => {
		const project = findProject(site, param(request, "projectIdOrKey"));
		return ok(renderProject(site, request.base, project, { full: true, expand: expandOf(request) }));
	});
	changesSettings(router, site, said("Project deleted"), [
		"DELETE",
		"/rest/api/3/project/{projectIdOrKey}",
		(request) => deleteProject(site, request),
	]);
	changesSettings(router, site, said("Project restored"), [
		"POST",
		"/rest/api/3/project/{projectIdOrKey}/restore",
		(request) => {
			const project = findProject(site, param(request, "projectIdOrKey"), { trashed: true });
			project.deleted = undefined;
			project.archived = false;
			return ok(renderProject(site, request.base, project, { full: true, expand: new Set() }));
		},
	]);
	registerRoleActors(router, site);
	registerSpaceSettings(router, site);
}

const live = (site: Site): Project[] =>
	[...site.jira.projects.values()].filter((project) => project.deleted === undefined && !project.archived);
const expandOf = (request: RequestContext): Set<string> => new Set((request.query.get("expand") ?? "").split(","));

function searchProjects(site: Site, request: RequestContext): Answer {
	const { query } = request;
	const statuses = new Set(query.getAll("status").flatMap((text) => text.split(",")));
	if (statuses.size === 0) statuses.add("live");
	const keys = query.getAll("keys");
	const ids = query.getAll("id");
	const types = query.get("typeKey")?.split(",");
	const words = query.get("query")?.toLowerCase();
	const statusOf = (project: Project): string => (project.deleted !== undefined ? "deleted" : project.archived ? "archived" : "live");
	const found = [...site.jira.projects.values()].filter(
		(project) =>
			statuses.has(statusOf(project)) &&
			!(query.get("action") === "browse" && project.closedTo?.has(request.caller.account.accountId) === true) &&
			(keys.length === 0 || keys.includes(project.key)) &&
			(ids.length === 0 || ids.includes(project.id)) &&
			(types === undefined || types.includes(project.typeKey)) &&
			(words === undefined || project.name.toLowerCase().includes(words) || project.key.toLowerCase().includes(words)),
	);
	const order = query.get("orderBy") ?? "key";
	const by = order.endsWith("name") ? (project: Project): string => project.name : (project: Project): string => project.key;
	found.sort((a, b) => (by(a) < by(b) ? -1 : 1) * (order.startsWith("-") ? -1 : 1));
	const expand = expandOf(request);
	const all = found.map((project) => renderProject(site, request.base, project, { full: false, expand }));
	return ok(pageBean(request, all, { size: 50, max: 100 }), all.length);
}

/** Boards go with their space, and sprints with their board. */
function forgetBoard(site: Site, id: number): void {
	for (const sprint of site.jira.sprints.values()) if (sprint.boardId === id) site.jira.sprints.delete(sprint.id);
	site.jira.boards.delete(id);
}

function deleteProject(site: Site, request: RequestContext): Answer {
	const project = findProject(site, param(request, "projectIdOrKey"), { trashed: true });
	if (request.query.get("enableUndo") === "false") {
		for (const issue of site.jira.issues.values()) if (issue.projectId === project.id) deleteIssueTree(site, issue);
		for (const parts of [site.jira.components, site.jira.versions]) {
			for (const part of parts.values()) if (part.projectId === project.id) parts.delete(part.id);
		}
		for (const board of site.jira.boards.values()) if (board.projectId === project.id) forgetBoard(site, board.id);
		forgetOwn(site, project);
		site.jira.projects.delete(project.id);
	} else if (project.deleted !== undefined) throw jiraError(404, `No project could be found with key '${project.key}'.`);
	else project.deleted = { at: site.clock.now(), by: request.caller.account.accountId };
	site.jira.revision += 1;
	return noContent();
}
