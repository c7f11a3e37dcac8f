import type { Field } from "../model/configuration.ts";
import type { Issue, IssueBody } from "../model/issue.ts";

/** Reads the kept form of a field that screens can write; undefined stands for null. */
export function keptValue(issue: Issue, body: IssueBody, field: Field): unknown {
	switch (field.id) {
		case "summary":
			return issue.summary;
		case "description":
			return body.description ?? undefined;
		case "environment":
			return body.environment ?? undefined;
		case "priority":
			return issue.priorityId;
		case "assignee":
			return issue.assignee;
		case "reporter":
			return issue.reporter;
		case "labels":
			return issue.labels;
		case "components":
			return issue.componentIds;
		case "fixVersions":
			return issue.fixVersionIds;
		case "versions":
			return issue.affectedVersionIds;
		case "security":
			return issue.securityLevelId;
		case "duedate":
			return issue.dueDate;
		case "parent":
			return issue.parentId;
		case "issuetype":
			return issue.typeId;
		case "project":
			return issue.projectId;
		case "timetracking":
			return { original: issue.originalEstimate, remaining: issue.remainingEstimate };
		default:
			return body.custom.get(field.id);
	}
}

/** Writes the kept form of a field; `parent`, `project` and `issuetype` have their own ways. */
export function keepValue(issue: Issue, body: IssueBody, field: Field, value: unknown): void {
	switch (field.id) {
		case "summary":
			issue.summary = value as string;
			return;
		case "description":
			body.description = (value ?? null) as IssueBody["description"];
			return;
		case "environment":
			body.environment = (value ?? null) as IssueBody["environment"];
			return;
		case "priority":
			issue.priorityId = (value ?? "3") as string;
			return;
		case "assignee":
			issue.assignee = value as string | undefined;
			return;
		case "reporter":
			issue.reporter = value as string | undefined;
			return;
		case "labels":
			issue.labels = (value ?? []) as string[];
			return;
		case "components":
			issue.componentIds = (value ?? []) as string[];
			return;
		case "fixVersions":
			issue.fixVersionIds = (value ?? []) as string[];
			return;
		case "versions":
			issue.affectedVersionIds = (value ?? []) as string[];
			return;
		case "security":
			issue.securityLevelId = value as string | undefined;
			return;
		case "duedate":
			issue.dueDate = value as string | undefined;
			return;
		case "issuetype":
			issue.typeId = value as string;
			return;
		case "timetracking": {
			const tracking = (value ?? {}) as { original?: number; remaining?: number };
			issue.originalEstimate = tracking.original;
			issue.remainingEstimate = tracking.remaining;
			return;
		}
		default:
			if (value === undefined) body.custom.delete(field.id);
			else body.custom.set(field.id, value);
	}
}
