import { created, noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, pageBean } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Group } from "../../site/accounts.ts";
import type { Site } from "../../site/site.ts";
import type { Setting } from "../model/settings.ts";
import { renderUser } from "../people/render-user.ts";
import { changesSettings } from "./audit.ts";
import { addSetting, findSetting, freeName, settingsOf, takeOver } from "./settings.ts";

const api = "/rest/api/3";

/** Writes a role; with the people and groups that hold it. */
export function renderRole(site: Site, request: RequestContext, role: Setting, holders: ReadonlySet<string>, self: string): object {
	const actors = [...holders].flatMap((holder, index): object[] => {
		const [kind, id] = [holder.slice(0, holder.indexOf(":")), holder.slice(holder.indexOf(":") + 1)];
		if (kind === "user") {
			const account = site.accounts.get(id);
			if (account === undefined) return [];
			return [{ id: 10_000 + index, displayName: account.displayName, type: "atlassian-user-role-actor", actorUser: { accountId: id } }];
		}
		const group = site.groups.get(id);
		if (group === undefined) return [];
		const actorGroup = { name: group.name, displayName: group.name, groupId: group.groupId };
		return [{ id: 10_000 + index, displayName: group.name, type: "atlassian-group-role-actor", name: group.name, actorGroup }];
	});
	return { self: `${request.base}${self}`, name: role.name, id: Number(role.id), description: role.description ?? "", actors };
}

const nobody: ReadonlySet<string> = new Set();

/** Registers roles, categories of spaces and groups. */
export function registerRoles(router: Router, site: Site): void {
	const rendered = (request: RequestContext, role: Setting) => renderRole(site, request, role, nobody, `${api}/role/${role.id}`);
	router.route("GET", `${api}/role`, (request) => ok(settingsOf(site, "role").map((role) => rendered(request, role))));
	router.route("GET", `${api}/role/{id}`, (request) => ok(rendered(request, findSetting(site, "role", param(request, "id"), "role"))));
	const said = (summary: string) => ({ category: "permissions", summary });
	changesSettings(router, site, said("Role created"), [
		"POST",
		`${api}/role`,
		(request) => {
			const name = freeName(settingsOf(site, "role"), request, { what: "role", status: 409 });
			return ok(rendered(request, addSetting(site, "role", { name, description: optionalText(bodyObject(request), "description") ?? "" })));
		},
	]);
	changesSettings(router, site, said("Role updated"), [
		"PUT",
		`${api}/role/{id}`,
		(request) => {
			const role = findSetting(site, "role", param(request, "id"), "role");
			freeName(settingsOf(site, "role"), request, { what: "role", status: 409, own: role.id });
			takeOver(role, bodyObject(request), ["name", "description"]);
			return ok(rendered(request, role));
		},
	]);
	changesSettings(router, site, said("Role deleted"), [
		"DELETE",
		`${api}/role/{id}`,
		(request) => {
			const role = findSetting(site, "role", param(request, "id"), "role");
			const used = settingsOf(site, "permissionScheme").some((scheme) =>
				JSON.stringify(scheme.permissions).includes(`"parameter":"${role.id}"`),
			);
			if (used) throw jiraError(409, "The role is used by a permission scheme.");
			site.jira.settings.of.role.delete(role.id);
			for (const project of site.jira.projects.values()) project.roles?.delete(role.id);
			return noContent();
		},
	]);
	registerCategories(router, site);
	registerGroups(router, site);
}

function registerCategories(router: Router, site: Site): void {
	const said = (summary: string) => ({ category: "projects", summary });
	const rendered = (request: RequestContext, one: Setting) => ({
		self: `${request.base}${api}/projectCategory/${one.id}`,
		id: one.id,
		name: one.name,
		description: one.description ?? "",
	});
	router.route("GET", `${api}/projectCategory`, (request) => ok(settingsOf(site, "category").map((one) => rendered(request, one))));
	changesSettings(router, site, said("Category created"), [
		"POST",
		`${api}/projectCategory`,
		(request) => {
			const name = freeName(settingsOf(site, "category"), request, { what: "category", status: 409 });
			return created(
				rendered(request, addSetting(site, "category", { name, description: optionalText(bodyObject(request), "description") ?? "" })),
			);
		},
	]);
	changesSettings(router, site, said("Category updated"), [
		"PUT",
		`${api}/projectCategory/{id}`,
		(request) => {
			const category = findSetting(site, "category", param(request, "id"), "project category");
			takeOver(category, bodyObject(request), ["name", "description"]);
			return ok(rendered(request, category));
		},
	]);
	changesSettings(router, site, said("Category deleted"), [
		"DELETE",
		`${api}/projectCategory/{id}`,
		(request) => {
			const category = findSetting(site, "category", param(request, "id"), "project category");
			site.jira.settings.of.category.delete(category.id);
			for (const project of site.jira.projects.values()) if (project.categoryId === category.id) project.categoryId = undefined;
			return noContent();
		},
	]);
}

function findGroup(site: Site, request: RequestContext): Group {
	const [id, name] = [request.query.get("groupId"), request.query.get("groupname")];
	const group = [...site.groups.values()].find((one) => one.groupId === id || one.name === name);
	if (group === undefined) throw jiraError(404, "The group was not found.");
	return group;
}

function registerGroups(router: Router, site: Site): void {
	const said = (summary: string) => ({ category: "group management", summary });
	router.route("GET", `${api}/group/bulk`, (request) => {
		const all = [...site.groups.values()].map(({ groupId, name }) => ({ groupId, name }));
		return ok(pageBean(request, all, { size: 50, max: 50 }), all.length);
	});
	router.route("GET", `${api}/group/member`, (request) => {
		const users = [...findGroup(site, request).members].flatMap((id) => renderUser(site, request.base, id) ?? []);
		return ok(pageBean(request, users, { size: 50, max: 50 }), users.length);
	});
	const rendered = (request: RequestContext, { groupId, name }: Group) => ({
		groupId,
		name,
		self: `${request.base}${api}/group?groupId=${groupId}`,
	});
	changesSettings(router, site, said("Group created"), [
		"POST",
		`${api}/group`,
		(request) => {
			const name = optionalText(bodyObject(request), "name") ?? "";
			if (name === "" || [...site.groups.values()].some((one) => one.name.toLowerCase() === name.toLowerCase()))
				throw jiraError(400, "A group of this name exists already, or the name is empty.");
			const group: Group = { groupId: site.random.uuid(), name, members: new Set() };
			site.groups.set(group.groupId, group);
			return created(rendered(request, group));
		},
	]);
	changesSettings(router, site, said("User added to group"), [
		"POST",
		`${api}/group/user`,
		(request) => {
			const group = findGroup(site, request);
			const accountId = optionalText(bodyObject(request), "accountId") ?? "";
			if (!site.accounts.has(accountId)) throw jiraError(404, "The user was not found.");
			if (group.members.has(accountId)) throw jiraError(400, "The user is a member of the group already.");
			group.members.add(accountId);
			return created(rendered(request, group));
		},
	]);
	changesSettings(router, site, said("Group deleted"), [
		"DELETE",
		`${api}/group`,
		(request) => {
			site.groups.delete(findGroup(site, request).groupId);
			return { status: 200 };
		},
	]);
}
