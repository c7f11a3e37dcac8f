import { created, ok } from "../../http/answer.ts";
import { HttpError, jiraError } from "../../http/errors.ts";
import { bodyObject, texts } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { statusIdsOf } from "../configuration/status-migration.ts";
import type { IssueType } from "../model/configuration.ts";
import { lookUpIssue } from "../model/find.ts";
import type { Issue } from "../model/issue.ts";
import type { Project } from "../model/project.ts";
import { maySee } from "../security/visibility.ts";
import { bulkProgress, submitBulk } from "../task/bulk-tasks.ts";
import { moveIssue } from "./move-issue.ts";
import { firstStatus, workflowOf } from "./workflow-of-issue.ts";

/** Most work items, sub-tasks included, that one request moves. */
const most = 1000;

/** Where some work items go, and how. */
interface Group {
	readonly project: Project;
	readonly type: IssueType;
	readonly parent: Issue | undefined;
	readonly issues: readonly Issue[];
	readonly takesSubtasks: boolean;
	/** The status instead of each that the new workflow does not have; undefined for its first one. */
	readonly statuses: ReadonlyMap<string, string> | undefined;
}

/** One work item's move. */
interface Step extends Omit<Group, "issues" | "takesSubtasks"> {
	readonly issue: Issue;
}

const refused = (message: string): HttpError => new HttpError(400, { errors: [{ message }] });

/** Registers moving work items to another space or work type, and asking how far that is. */
export function registerBulkMoves(router: Router, site: Site): void {
	router.route("POST", "/rest/api/3/bulk/issues/move", (request) => {
		const mapping = bodyObject(request).targetToSourcesMapping;
		if (typeof mapping !== "object" || mapping === null) throw refused("The targetToSourcesMapping field is required");
		const groups = Object.entries(mapping).map(([key, given]) => readGroup(site, request, key, given as Record<string, unknown>));
		const steps = groups.flatMap((group) => stepsOf(site, group, new Set(groups.flatMap(({ issues }) => issues))));
		if (steps.length === 0) throw refused("No issues were given");
		if (steps.length > most) throw refused(`You can only move up to ${most} issues, including subtasks, at once`);
		for (const step of steps) checkStep(site, step);
		// Parents first: a sub-task goes below one that stands in its space already.
		for (const step of steps.toSorted((a, b) => Number(a.type.subtask) - Number(b.type.subtask))) carryOut(site, request, step);
		return created({
			taskId: submitBulk(
				site,
				request,
				steps.map(({ issue }) => issue.id),
			),
		});
	});
	router.route("GET", "/rest/api/3/bulk/queue/{taskId}", (request) => {
		const progress = bulkProgress(site, param(request, "taskId"));
		if (progress === undefined) throw jiraError(400, "The task associated with this taskId is not a bulk operation task");
		return ok(progress);
	});
}

function readGroup(site: Site, request: RequestContext, key: string, given: Record<string, unknown>): Group {
	const [place = "", typeId = "", above] = key.split(",");
	const project = [...site.jira.projects.values()].find(({ id, key: name }) => id === place || name === place.toUpperCase());
	if (project === undefined || project.deleted !== undefined || project.archived) throw refused("The destination project is not valid");
	const type = project.issueTypeIds.includes(typeId) ? site.jira.issueTypes.get(typeId) : undefined;
	if (type === undefined) throw refused("The destination issue type is not valid for the destination project");
	const parent = above === undefined ? undefined : lookUpIssue(site, above);
	if ((above !== undefined || type.subtask) && parent === undefined) throw refused("The destination parent is not valid");
	for (const name of ["inferClassificationDefaults", "inferFieldDefaults", "inferStatusDefaults", "inferSubtaskTypeDefault"])
		if (typeof given[name] !== "boolean") throw refused(`The ${name} field is required`);
	const issues = texts(given, "issueIdsOrKeys").map((name) => lookUpIssue(site, name));
	const seen = issues.filter((issue) => issue !== undefined && maySee(site, issue, request.caller.account.accountId));
	if (seen.length < issues.length) throw refused("Some of the issues in the issueIdsOrKeys are not valid");
	return {
		project,
		type,
		parent,
		issues: seen.filter((issue) => issue !== undefined),
		takesSubtasks: given.inferSubtaskTypeDefault === true,
		statuses: given.inferStatusDefaults === true ? undefined : readStatuses(given.targetStatus),
	};
}

/** Source status to target status, turned round: the body lists sources below each target. */
function readStatuses(given: unknown): ReadonlyMap<string, string> {
	const lists = (Array.isArray(given) ? given : []) as readonly { readonly statuses?: Readonly<Record<string, readonly string[]>> }[];
	return new Map(
		lists.flatMap(({ statuses = {} }) => Object.entries(statuses).flatMap(([to, from]) => from.map((source) => [source, to] as const))),
	);
}

/** The moves of a group's work items, and of sub-tasks that go along. */
function stepsOf(site: Site, { issues, takesSubtasks, ...to }: Group, named: ReadonlySet<Issue>): Step[] {
	return issues.flatMap((issue): Step[] => {
		const subtasks = issue.childIds.flatMap((id) => {
			const child = site.jira.issues.get(id);
			const isSubtask = child !== undefined && site.jira.issueTypes.get(child.typeId)?.subtask === true;
			return isSubtask && takesSubtasks && !named.has(child) ? [child] : [];
		});
		if (subtasks.length === 0) return [{ issue, ...to }];
		const type = to.project.issueTypeIds.map((id) => site.jira.issueTypes.get(id)).find((one) => one?.subtask === true);
		if (type === undefined) throw refused("The destination project has no sub-task issue type");
		return [{ issue, ...to }, ...subtasks.map((child) => ({ ...to, issue: child, type, parent: issue, statuses: undefined }))];
	});
}

/** The status that a moved work item stands in; undefined when the mapping lacks it. */
function statusAfter(site: Site, { issue, project, type, statuses }: Step): string | undefined {
	const placed = { projectId: project.id, typeId: type.id };
	const workflow = workflowOf(site, placed);
	const own = project.teamManaged?.statusIds;
	if (own !== undefined && !own.includes(issue.statusId)) return statuses === undefined ? own[0] : statuses.get(issue.statusId);
	if (workflow === undefined || statusIdsOf(workflow).includes(issue.statusId)) return issue.statusId;
	return statuses === undefined ? firstStatus(site, placed) : statuses.get(issue.statusId);
}

function checkStep(site: Site, step: Step): void {
	if (statusAfter(site, step) === undefined) throw refused("Some statuses of the issues have no mapping in targetStatus");
	const above = step.parent === undefined ? undefined : site.jira.issueTypes.get(step.parent.typeId)?.hierarchyLevel;
	if (above !== undefined && above !== step.type.hierarchyLevel + 1) throw refused("The destination parent is not valid");
}

function carryOut(site: Site, request: RequestContext, step: Step): void {
	const { issue, project, type, parent } = step;
	const statusId = statusAfter(site, step) ?? issue.statusId;
	moveIssue(site, { issue, project, author: request.caller.account.accountId, into: { type, statusId, parent } });
}
