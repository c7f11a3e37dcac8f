import { jiraError } from "../../http/errors.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Site } from "../../site/site.ts";
import { lookUpIssue } from "../model/find.ts";
import type { Issue, Visibility } from "../model/issue.ts";
import type { Project } from "../model/project.ts";
import { holdsRole } from "./roles.ts";

/** A level of an issue security scheme. */
export interface SecurityLevel {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	readonly isDefault: boolean;
	readonly members: readonly { readonly holder: { readonly type: string; readonly parameter?: string } }[];
}

/** The security levels that a space's work items can have. */
export function levelsOf(site: Site, project: Project | undefined): readonly SecurityLevel[] {
	const scheme = site.jira.settings.of.securityScheme.get(project?.schemes?.issueSecurityScheme ?? "");
	return (scheme?.levels as readonly SecurityLevel[] | undefined) ?? [];
}

/** Finds the level of a work item; undefined when everybody of its space may see it. */
function levelOf(site: Site, issue: Pick<Issue, "projectId" | "securityLevelId">): SecurityLevel | undefined {
	if (issue.securityLevelId === undefined) return undefined;
	return levelsOf(site, site.jira.projects.get(issue.projectId)).find((level) => level.id === issue.securityLevelId);
}

/** Whether an account may see a work item: a security level leaves out everybody whom it does not name, administrators too. */
export function maySee(site: Site, issue: Issue, accountId: string): boolean {
	if (site.jira.projects.get(issue.projectId)?.closedTo?.has(accountId) === true) return false;
	const level = levelOf(site, issue);
	return level === undefined || isMember(site, { level, issue, accountId });
}

/** Whether a security level lets an account see a work item. */
function isMember(
	site: Site,
	asked: { readonly level: SecurityLevel; readonly issue: Pick<Issue, "projectId" | "reporter" | "assignee">; readonly accountId: string },
): boolean {
	const { level, issue, accountId } = asked;
	const project = site.jira.projects.get(issue.projectId);
	return level.members.some(({ holder }) => {
		switch (holder.type) {
			case "user":
				return holder.parameter === accountId;
			case "group":
				return site.groups.get(holder.parameter ?? "")?.members.has(accountId) === true;
			case "projectRole":
				return project !== undefined && holdsRole(site, { project, roleId: holder.parameter ?? "", accountId });
			case "reporter":
				return issue.reporter === accountId;
			case "assignee":
				return issue.assignee === accountId;
			case "projectLead":
				return project?.leadAccountId === accountId;
			default:
				return false;
		}
	});
}

/** Whether an account may read a comment or worklog that is kept for a role or group. */
export function mayRead(site: Site, issue: Issue, visibility: Visibility | undefined, accountId: string): boolean {
	if (visibility === undefined) return true;
	if (visibility.type === "group") {
		return [...site.groups.values()].some(
			(group) => (group.groupId === visibility.identifier || group.name === visibility.value) && group.members.has(accountId),
		);
	}
	const project = site.jira.projects.get(issue.projectId);
	const role = [...site.jira.settings.of.role.values()].find((one) => one.id === visibility.identifier || one.name === visibility.value);
	return project !== undefined && role !== undefined && holdsRole(site, { project, roleId: role.id, accountId });
}

/** Refuses a request for a work item that the caller may not see, as if it were not there. @throws HttpError 404 */
export function hideUnseen(site: Site, request: RequestContext): void {
	const idOrKey = request.params.issueIdOrKey ?? request.params.requestIdOrKey;
	const issue = idOrKey === undefined ? undefined : lookUpIssue(site, idOrKey);
	if (issue !== undefined && !maySee(site, issue, request.caller.account.accountId))
		throw jiraError(404, "Issue does not exist or you do not have permission to see it.");
}
