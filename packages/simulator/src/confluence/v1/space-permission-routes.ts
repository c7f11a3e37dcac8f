import { type Answer, noContent, ok } from "../../http/answer.ts";
import { confluenceV1Error } from "../../http/errors.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Space, SpacePermission } from "../entities.ts";
import { nextId } from "../ids.ts";
import { administered, bad, missing } from "./refusals.ts";

/** What may be granted, by operation [openapi: SpacePermissionRequest]. */
const grantable: Readonly<Record<string, readonly string[]>> = {
	create: ["page", "blogpost", "comment", "attachment"],
	read: ["space"],
	delete: ["page", "blogpost", "comment", "attachment", "space"],
	export: ["space"],
	administer: ["space"],
	archive: ["page"],
	restrict_content: ["space"],
};

/** Registers granting and taking of space permissions, which is closed to apps. */
export function registerSpacePermissions(router: Router, site: Site): void {
	const root = "/wiki/rest/api/space/{spaceKey}/permission";
	router.route("POST", root, (request) => grant(site, request), [
		["read:space.permission:confluence", "write:space.permission:confluence"],
	]);
	router.route("DELETE", `${root}/{id}`, (request) => take(site, request), [["write:space.permission:confluence"]]);
}

function forPeople(site: Site, request: RequestContext): Space {
	if (request.caller.kind === "oauth") throw confluenceV1Error(403, "PermissionException: Apps cannot access this REST resource");
	return administered(site, request);
}

function principalOf(site: Site, subject: { readonly type?: unknown; readonly identifier?: unknown }): SpacePermission["principal"] {
	const id = String(subject.identifier);
	if (subject.type === "user") {
		if (!site.accounts.has(id)) throw bad(`No user found with account id ${id}`);
		return { type: "user", id };
	}
	const group = site.groups.get(id) ?? [...site.groups.values()].find((known) => known.name === id);
	if (subject.type !== "group" || group === undefined) throw bad(`No group found with id ${id}`);
	return { type: "group", id: group.groupId };
}

const same = (a: Omit<SpacePermission, "id">, b: Omit<SpacePermission, "id">): boolean =>
	a.principal.type === b.principal.type &&
	a.principal.id === b.principal.id &&
	a.operation.key === b.operation.key &&
	a.operation.targetType === b.operation.targetType;

function grant(site: Site, request: RequestContext): Answer {
	const space = forPeople(site, request);
	const { subject, operation } = (request.body ?? {}) as {
		subject?: { type?: unknown; identifier?: unknown };
		operation?: { key?: unknown; target?: unknown };
	};
	if (subject === undefined || operation === undefined) throw bad("subject and operation are required");
	const [key, targetType] = [String(operation.key), String(operation.target)];
	if (grantable[key]?.includes(targetType) !== true) throw bad(`${key} ${targetType} is no permission of a space`);
	const wanted = { principal: principalOf(site, subject), operation: { key, targetType } };
	const reads = { ...wanted, operation: { key: "read", targetType: "space" } };
	if (!same(wanted, reads) && !space.permissions.some((known) => same(known, reads)))
		throw bad("The subject needs the permission to view the space first");
	if (space.permissions.some((known) => same(known, wanted))) throw bad("The permission exists already");
	const permission: SpacePermission = { id: nextId(site), ...wanted };
	space.permissions.push(permission);
	site.confluence.touch();
	const { type, id } = permission.principal;
	return ok({
		id: Number(permission.id),
		subject: { type, identifier: id },
		operation: { key, target: targetType },
		_links: { self: `${site.url}/wiki/rest/api/space/${space.key}/permission/${permission.id}` },
	});
}

function take(site: Site, request: RequestContext): Answer {
	const space = forPeople(site, request);
	const gone = space.permissions.find((known) => known.id === param(request, "id"));
	if (gone === undefined) throw missing(`permission with id ${param(request, "id")}`);
	const { key, targetType } = gone.operation;
	const everything = key === "read" && targetType === "space";
	const left = space.permissions.filter(
		(known) => known !== gone && !(everything && known.principal.type === gone.principal.type && known.principal.id === gone.principal.id),
	);
	if (!left.some((known) => known.operation.key === "administer")) throw bad("All of the admin permissions cannot be removed from a space");
	space.permissions.splice(0, space.permissions.length, ...left);
	site.confluence.touch();
	return noContent();
}
