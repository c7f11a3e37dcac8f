import { jiraError } from "../../http/errors.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Site } from "../../site/site.ts";
import { findSetting } from "../configuration/settings.ts";
import type { Share } from "../model/configuration.ts";
import { findProject } from "../model/find.ts";
import { renderUser } from "../people/render-user.ts";
import { renderProject } from "../project/render-project.ts";

interface GivenShare {
	readonly type?: string;
	readonly group?: { readonly groupId?: string; readonly name?: string };
	readonly project?: { readonly id?: string };
	readonly role?: { readonly id?: number };
	readonly user?: { readonly accountId?: string };
}

/** Reads whom something is to be shared with. @throws HttpError 400 when they do not exist */
export function readShares(site: Site, given: unknown): Share[] {
	if (given === undefined) return [];
	if (!Array.isArray(given)) throw jiraError(400, "The share permissions are not valid.");
	return (given as GivenShare[]).map(({ type, group, project, role, user }): Share => {
		const id = site.ids.take("share");
		switch (type) {
			case "global":
			case "loggedin":
				return { id, type };
			case "authenticated":
				return { id, type: "loggedin" };
			case "group": {
				const found = [...site.groups.values()].find((one) => one.groupId === group?.groupId || one.name === group?.name);
				if (found === undefined) throw jiraError(400, "The group does not exist.");
				return { id, type, target: found.groupId };
			}
			case "user": {
				if (!site.accounts.has(user?.accountId ?? "")) throw jiraError(400, "The user does not exist.");
				return { id, type, target: user?.accountId ?? "" };
			}
			case "project":
			case "projectRole": {
				const target = findProject(site, project?.id ?? "").id;
				if (role?.id === undefined) return { id, type: "project", target };
				return { id, type: "projectRole", target, roleId: findSetting(site, "role", String(role.id), "role").id };
			}
			default:
				throw jiraError(400, `The share type ${String(type)} is not known.`);
		}
	});
}

/** Writes whom something is shared with. */
export function renderShares(site: Site, request: RequestContext, shares: readonly Share[]): object[] {
	return shares.flatMap((share): object[] => {
		const { id, type, target = "" } = share;
		if (type === "group") {
			const group = site.groups.get(target);
			return group === undefined
				? []
				: [{ id, type, group: { name: group.name, groupId: target, self: `${request.base}/rest/api/3/group?groupId=${target}` } }];
		}
		if (type === "user") {
			const { accountId, displayName, active, self } = renderUser(site, request.base, target) as Record<string, unknown>;
			return [{ id, type, user: { accountId, displayName, active, self } }];
		}
		const project = site.jira.projects.get(target);
		if (type === "global" || type === "loggedin") return [{ id, type }];
		if (project === undefined) return [{ id, type: "project-unknown" }];
		const rendered = renderProject(site, request.base, project, { full: false, expand: new Set() });
		const role = site.jira.settings.of.role.get(share.roleId ?? "");
		if (role === undefined) return [{ id, type: "project", project: rendered }];
		return [
			{
				id,
				type: "project",
				project: rendered,
				role: { id: Number(role.id), name: role.name, self: `${request.base}/rest/api/3/role/${role.id}` },
			},
		];
	});
}
