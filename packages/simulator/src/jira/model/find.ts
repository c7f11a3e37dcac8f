import { jiraError } from "../../http/errors.ts";
import type { Site } from "../../site/site.ts";
import type { Issue } from "./issue.ts";
import type { Project } from "./project.ts";

/** Finds a work item by id, key or former key; undefined when it is not there or its project is in the trash. */
export function lookUpIssue(site: Site, idOrKey: string): Issue | undefined {
	const jira = site.jira;
	const id = /^\d+$/.test(idOrKey) ? Number(idOrKey) : jira.keys.get(idOrKey.toUpperCase());
	const issue = id === undefined ? undefined : jira.issues.get(id);
	return issue === undefined || jira.projects.get(issue.projectId)?.deleted !== undefined ? undefined : issue;
}

/** Finds a work item. @throws HttpError 404 as Jira does */
export function findIssue(site: Site, idOrKey: string): Issue {
	const issue = lookUpIssue(site, idOrKey);
	if (issue === undefined) throw jiraError(404, "Issue does not exist or you do not have permission to see it.");
	return issue;
}

/** Finds a project by id, key or former key, also in the trash when asked. @throws HttpError 404 as Jira does */
export function findProject(site: Site, idOrKey: string, options: { readonly trashed?: boolean } = {}): Project {
	const byId = site.jira.projects.get(idOrKey);
	const key = idOrKey.toUpperCase();
	const project = byId ?? [...site.jira.projects.values()].find((each) => each.key === key || each.oldKeys.includes(key));
	if (project === undefined || (project.deleted !== undefined && options.trashed !== true)) {
		throw jiraError(404, `No project could be found with ${/^\d+$/.test(idOrKey) ? "id" : "key"} '${idOrKey}'.`);
	}
	return project;
}
