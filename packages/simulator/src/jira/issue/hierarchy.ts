import { jiraError } from "../../http/errors.ts";
import { scalarText } from "../../http/read-input.ts";
import type { Site } from "../../site/site.ts";
import { asObject } from "../field/choice-codecs.ts";
import { FieldProblem } from "../field/field-problem.ts";
import type { IssueType } from "../model/configuration.ts";
import type { Issue } from "../model/issue.ts";
import type { Project } from "../model/project.ts";

/** Reads a type of work item by id or name. @throws FieldProblem when the project does not have it */
export function resolveIssueType(site: Site, project: Project, value: unknown): IssueType {
	const given = asObject(value, "Specify a valid issue type");
	for (const id of project.issueTypeIds) {
		const type = site.jira.issueTypes.get(id);
		if (type !== undefined && (given.id === undefined ? type.name === given.name : type.id === scalarText(given.id))) return type;
	}
	throw new FieldProblem("Specify a valid issue type");
}

/** Checks that a parent stands one level above, and a sub-task in its parent's project. @throws HttpError 400 */
export function checkParent(
	site: Site,
	child: { readonly type: IssueType; readonly projectId: string; readonly id?: number },
	parent: Issue | undefined,
): void {
	if (parent === undefined) {
		if (child.type.subtask) throw jiraError(400, [], { issuetype: "Issue type is a sub-task but parent issue key or id not specified." });
		return;
	}
	const level = site.jira.issueTypes.get(parent.typeId)?.hierarchyLevel ?? 0;
	const fits =
		level === child.type.hierarchyLevel + 1 && parent.id !== child.id && (!child.type.subtask || parent.projectId === child.projectId);
	if (!fits) throw jiraError(400, [], { parentId: "Given parent work item does not belong to appropriate hierarchy." });
}

/** Puts a work item under another parent, or none. */
export function setParent(site: Site, issue: Issue, parentId: number | undefined): void {
	const before = issue.parentId === undefined ? undefined : site.jira.issues.get(issue.parentId);
	if (before !== undefined) before.childIds = before.childIds.filter((id) => id !== issue.id);
	const after = parentId === undefined ? undefined : site.jira.issues.get(parentId);
	if (after !== undefined) after.childIds = [...after.childIds, issue.id];
	issue.parentId = parentId;
}
