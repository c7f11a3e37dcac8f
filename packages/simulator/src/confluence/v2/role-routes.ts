import { type Answer, ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { mayInSpace } from "../access.ts";
import type { RoleAssignment, Space } from "../entities.ts";
import { reachSpace } from "../reach.ts";
import { badRequest, notFound } from "../refusals.ts";
import { pageOf } from "./paging.ts";

/** The roles that every site has [support.atlassian.com: space roles]; custom ones are not simulated. */
const systemRoles = [
	{
		id: "3f2a0001-0000-4000-8000-000000000001",
		name: "Admin",
		spacePermissions: ["read/space", "administer/space", "create/page", "delete/page"],
	},
	{ id: "3f2a0001-0000-4000-8000-000000000002", name: "Manager", spacePermissions: ["read/space", "create/page", "delete/page"] },
	{ id: "3f2a0001-0000-4000-8000-000000000003", name: "Collaborator", spacePermissions: ["read/space", "create/page"] },
	{ id: "3f2a0001-0000-4000-8000-000000000004", name: "Viewer", spacePermissions: ["read/space"] },
] as const;

const read = [["read:space.permission:confluence"]];

/** Registers space roles and who has them; only sites with role-based access answer. */
export function registerRoles(router: Router, site: Site): void {
	router.route("GET", "/wiki/api/v2/space-role-mode", () => ok({ mode: site.switches.spaceRoles ? "ROLES" : "PRE_ROLES" }), [
		["read:configuration:confluence"],
	]);
	router.route("GET", "/wiki/api/v2/space-roles", (request) => roles(site, request), read);
	router.route("GET", "/wiki/api/v2/spaces/{id}/role-assignments", (request) => assignments(site, request), read);
	router.route("POST", "/wiki/api/v2/spaces/{id}/role-assignments", (request) => assign(site, request), [
		["write:space.permission:confluence"],
	]);
}

const inPlace = { value: () => 0, id: () => "0", descending: false };

function requireRoles(site: Site): void {
	if (!site.switches.spaceRoles) throw notFound("role-based access on this site");
}

function roles(site: Site, request: RequestContext): Answer {
	requireRoles(site);
	const render = (role: (typeof systemRoles)[number]): unknown => ({ ...role, type: "SYSTEM", description: `${role.name} of the space` });
	return pageOf({ request, site, items: systemRoles, order: inPlace, render });
}

/** Who has a role in a space: what was assigned, else the people that its permissions name. */
export function assignmentsOf(space: Space): readonly RoleAssignment[] {
	if (space.roles !== undefined) return space.roles;
	const admins = space.permissions.filter(({ operation }) => operation.key === "administer" && operation.targetType === "space");
	const readers = space.permissions.filter(({ operation }) => operation.key === "read" && operation.targetType === "space");
	return readers.map(({ principal }) => ({
		principal: { principalType: principal.type === "user" ? "USER" : "GROUP", principalId: principal.id },
		roleId: systemRoles[admins.some((admin) => admin.principal.id === principal.id) ? 0 : 2].id,
	}));
}

function assignments(site: Site, request: RequestContext): Answer {
	requireRoles(site);
	const space = reachSpace(site, request.caller, param(request, "id"));
	return pageOf({ request, site, items: assignmentsOf(space), order: inPlace, render: (entry) => entry });
}

function assign(site: Site, request: RequestContext): Answer {
	requireRoles(site);
	const space = reachSpace(site, request.caller, param(request, "id"));
	if (!mayInSpace(site, space, request.caller, { key: "administer", targetType: "space" }))
		throw notFound(`space with id ${space.id} whose roles the calling user may set`);
	if (!Array.isArray(request.body)) throw badRequest("A list of role assignments is required");
	const found = new Map(assignmentsOf(space).map((entry) => [`${entry.principal.principalType} ${entry.principal.principalId}`, entry]));
	for (const entry of request.body as readonly { principal?: { principalType?: unknown; principalId?: unknown }; roleId?: unknown }[]) {
		const { principalType, principalId } = entry.principal ?? {};
		if ((principalType !== "USER" && principalType !== "GROUP") || typeof principalId !== "string")
			throw badRequest("'principal' is not valid");
		if (principalType === "USER" ? !site.accounts.has(principalId) : !site.groups.has(principalId))
			throw badRequest(`No principal ${principalId}`);
		const name = `${principalType} ${principalId}`;
		if (entry.roleId === undefined) found.delete(name);
		else {
			const role = systemRoles.find(({ id }) => id === entry.roleId);
			if (role === undefined) throw badRequest("'roleId' names no role");
			found.set(name, { principal: { principalType, principalId }, roleId: role.id });
		}
	}
	if (![...found.values()].some((entry) => entry.roleId === systemRoles[0].id))
		throw badRequest("At least one Admin role assignment is required");
	space.roles = [...found.values()];
	site.confluence.touch();
	return ok({ results: space.roles, _links: { base: `${site.url}/wiki` } });
}
