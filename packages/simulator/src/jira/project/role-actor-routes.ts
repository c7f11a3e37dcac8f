import { noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, texts } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { changesSettings } from "../configuration/audit.ts";
import { renderRole } from "../configuration/role-routes.ts";
import { findSetting, settingsOf } from "../configuration/settings.ts";
import { findProject } from "../model/find.ts";
import type { Project } from "../model/project.ts";

const path = "/rest/api/3/project/{projectIdOrKey}/role";

/** Who holds a role in a space, to read and to change. */
function holdersOf(project: Project, roleId: string): Set<string> {
	project.roles ??= new Map();
	const holders = project.roles.get(roleId) ?? new Set();
	project.roles.set(roleId, holders);
	return holders;
}

/** Registers who holds which role in a space. */
export function registerRoleActors(router: Router, site: Site): void {
	const placeOf = (request: RequestContext) => {
		const project = findProject(site, param(request, "projectIdOrKey"));
		const role = findSetting(site, "role", param(request, "id"), "project role");
		const rendered = () =>
			renderRole(site, request, role, holdersOf(project, role.id), `/rest/api/3/project/${project.id}/role/${role.id}`);
		return { project, role, rendered };
	};
	router.route("GET", path, (request) => {
		const project = findProject(site, param(request, "projectIdOrKey"));
		return ok(
			Object.fromEntries(
				settingsOf(site, "role").map((role) => [role.name, `${request.base}/rest/api/3/project/${project.id}/role/${role.id}`]),
			),
		);
	});
	router.route("GET", `${path}/{id}`, (request) => ok(placeOf(request).rendered()));
	const said = { category: "projects", summary: "Project roles changed" };
	changesSettings(router, site, said, [
		"PUT",
		`${path}/{id}`,
		(request) => {
			const { project, role, rendered } = placeOf(request);
			const given = (bodyObject(request).categorisedActors ?? {}) as Record<string, string[]>;
			const next = [
				...(given["atlassian-user-role-actor"] ?? []).map((id) => actor(site, "user", id)),
				...(given["atlassian-group-role-actor-id"] ?? []).map((id) => actor(site, "group", id)),
				...(given["atlassian-group-role-actor"] ?? []).map((name) => actor(site, "group", groupNamed(site, name))),
			];
			const holders = holdersOf(project, role.id);
			holders.clear();
			for (const one of next) holders.add(one);
			return ok(rendered());
		},
	]);
	changesSettings(router, site, said, [
		"POST",
		`${path}/{id}`,
		(request) => {
			const { project, role, rendered } = placeOf(request);
			const body = bodyObject(request);
			const holders = holdersOf(project, role.id);
			for (const id of texts(body, "user")) holders.add(actor(site, "user", id));
			for (const id of texts(body, "groupId")) holders.add(actor(site, "group", id));
			return ok(rendered());
		},
	]);
	changesSettings(router, site, said, [
		"DELETE",
		`${path}/{id}`,
		(request) => {
			const { project, role } = placeOf(request);
			const [user, groupId] = [request.query.get("user"), request.query.get("groupId")];
			const gone = user === null ? `group:${groupId}` : `user:${user}`;
			if (!holdersOf(project, role.id).delete(gone)) throw jiraError(404, "The actor was not found.");
			return noContent();
		},
	]);
}

function actor(site: Site, kind: "user" | "group", id: string): string {
	if (!(kind === "user" ? site.accounts.has(id) : site.groups.has(id))) throw jiraError(400, `The ${kind} ${id} does not exist.`);
	return `${kind}:${id}`;
}

function groupNamed(site: Site, name: string): string {
	return [...site.groups.values()].find((group) => group.name === name)?.groupId ?? name;
}
