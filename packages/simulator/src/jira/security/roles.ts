import type { Site } from "../../site/site.ts";
import type { Project } from "../model/project.ts";

/** Whether an account holds a role in a space, by itself or by one of its groups. */
export function holdsRole(site: Site, asked: { readonly project: Project; readonly roleId: string; readonly accountId: string }): boolean {
	const { project, roleId, accountId } = asked;
	for (const actor of project.roles?.get(roleId) ?? []) {
		if (actor === `user:${accountId}`) return true;
		if (actor.startsWith("group:") && site.groups.get(actor.slice("group:".length))?.members.has(accountId) === true) return true;
	}
	return false;
}
