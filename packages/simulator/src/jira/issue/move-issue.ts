import type { Site } from "../../site/site.ts";
import type { Issue } from "../model/issue.ts";
import type { Project } from "../model/project.ts";
import { change, record } from "./journal.ts";

/** Moves a work item to another space: it gets a new key, keeps its id, and its old key leads to it. */
export function moveIssue(site: Site, options: { readonly issue: Issue; readonly project: Project; readonly author: string }): void {
	const { issue, project, author } = options;
	const from = site.jira.projects.get(issue.projectId);
	const oldKey = issue.key;
	record(site, { issue, author }, () => {
		issue.number = project.nextNumber;
		project.nextNumber += 1;
		issue.key = `${project.key}-${issue.number}`;
		issue.projectId = project.id;
		issue.formerKeys = [...(issue.formerKeys ?? []), oldKey];
		issue.componentIds = [];
		issue.fixVersionIds = [];
		issue.affectedVersionIds = [];
		site.jira.keys.set(issue.key, issue.id);
		return [
			change("project", { from: from?.id ?? null, fromString: from?.name ?? null, to: project.id, toString: project.name }),
			change("Key", { fieldId: undefined, fromString: oldKey, toString: issue.key }),
		];
	});
}
