import { jiraError } from "../../http/errors.ts";
import { scalarText } from "../../http/read-input.ts";
import type { Site } from "../../site/site.ts";
import { readProperties } from "../comment/comment-input.ts";
import { createComment, refuseUnknownMedia } from "../comment/comment-routes.ts";
import { asObject } from "../field/choice-codecs.ts";
import { FieldProblem } from "../field/field-problem.ts";
import { keepValue } from "../field/kept-value.ts";
import { linkFromUpdate } from "../link/create-link.ts";
import type { IssueType, Transition } from "../model/configuration.ts";
import { emptyBody, type Issue } from "../model/issue.ts";
import type { Project } from "../model/project.ts";
import { levelsOf } from "../security/visibility.ts";
import { createWorklog } from "../worklog/create-worklog.ts";
import { checkParent, resolveIssueType, setParent } from "./hierarchy.ts";
import { findTransition, readResolution, transitionIssue } from "./transition-issue.ts";
import { firstStatus } from "./workflow-of-issue.ts";
import { planWrites, type WritePlan } from "./write-plan.ts";

/** A checked request to create a work item. */
export interface CreatePlan {
	readonly project: Project;
	readonly type: IssueType;
	readonly plan: WritePlan;
	readonly transition: { readonly transition: Transition; readonly resolutionId: string | undefined } | undefined;
	readonly properties: Readonly<Record<string, unknown>>;
}

const handledHere: ReadonlySet<string> = new Set(["project", "issuetype", "resolution"]);

/** Checks a request to create a work item; nothing is changed yet. @throws HttpError 400 with the problems by field */
export function planCreate(site: Site, body: Record<string, unknown>): CreatePlan {
	const fields = typeof body.fields === "object" && body.fields !== null ? (body.fields as Record<string, unknown>) : {};
	const project = readProject(site, fields.project);
	const type = readType(site, project, fields.issuetype);
	const plan = planWrites(body, { site, project, present: () => undefined, skip: handledHere });
	const written = new Map(plan.writes.map((write) => [write.field.id, write.value]));
	if (!written.has("summary")) throw jiraError(400, [], { summary: "You must specify a summary of the issue." });
	const parentId = written.get("parent") as number | undefined;
	checkParent(site, { type, projectId: project.id }, parentId === undefined ? undefined : site.jira.issues.get(parentId));
	for (const write of plan.writes) if (write.field.kind === "adf") refuseUnknownMedia(site, write.value);
	const given = body.transition;
	const place = { projectId: project.id, typeId: type.id };
	const transition =
		given === undefined || given === null ? undefined : findTransition(site, { ...place, statusId: firstStatus(site, place) }, given);
	if (transition === undefined && fields.resolution !== undefined) {
		throw jiraError(400, [], { resolution: "Field 'resolution' cannot be set. It is not on the appropriate screen, or unknown." });
	}
	return {
		project,
		type,
		plan,
		transition: transition === undefined ? undefined : { transition, resolutionId: readResolution(site, transition, fields) },
		properties: readProperties(body.properties),
	};
}

function readProject(site: Site, value: unknown): Project {
	const given = typeof value === "object" && value !== null ? (value as { id?: unknown; key?: unknown }) : {};
	const project = [...site.jira.projects.values()].find(
		(each) =>
			each.deleted === undefined && !each.archived && (given.id === undefined ? each.key === given.key : each.id === scalarText(given.id)),
	);
	if (project === undefined)
		throw jiraError(400, [], { project: value === undefined ? "Specify a valid project ID or key" : "valid project is required" });
	return project;
}

function readType(site: Site, project: Project, value: unknown): IssueType {
	try {
		return resolveIssueType(site, project, asObject(value, "Specify an issue type"));
	} catch (error) {
		if (error instanceof FieldProblem) throw jiraError(400, [], { issuetype: error.message });
		throw error;
	}
}

/** Does what `planCreate` checked. */
export function createIssue(site: Site, author: string, create: CreatePlan): Issue {
	const { project, type, plan } = create;
	const id = site.ids.take("issue", 10_001);
	const now = site.clock.now();
	site.jira.index.beforeChange(site, id);
	const body = emptyBody();
	const issue: Issue = {
		id,
		projectId: project.id,
		key: `${project.key}-${project.nextNumber}`,
		number: project.nextNumber,
		typeId: type.id,
		summary: "",
		statusId: firstStatus(site, { projectId: project.id, typeId: type.id }),
		priorityId: "3",
		resolutionId: undefined,
		assignee: undefined,
		reporter: author,
		creator: author,
		created: now,
		updated: now,
		resolved: undefined,
		statusChanged: now,
		parentId: undefined,
		labels: [],
		componentIds: [],
		fixVersionIds: [],
		affectedVersionIds: [],
		dueDate: undefined,
		originalEstimate: undefined,
		remainingEstimate: undefined,
		attachmentIds: [],
		linkIds: [],
		childIds: [],
		body,
	};
	project.nextNumber += 1;
	site.jira.issues.set(id, issue);
	site.jira.keys.set(issue.key, id);
	for (const { field, value } of plan.writes) {
		if (field.id === "parent") setParent(site, issue, value as number | undefined);
		else keepValue(issue, body, field, value);
	}
	// Whoever says nothing of it gets the level that the scheme gives at first.
	if (!plan.writes.some(({ field }) => field.id === "security"))
		issue.securityLevelId = levelsOf(site, project).find((level) => level.isDefault)?.id;
	body.custom.set("customfield_10019", `0|i${id.toString(36).padStart(5, "0")}:`);
	body.watchers.add(author);
	for (const [key, value] of Object.entries(create.properties)) body.properties.set(key, value);
	site.jira.revision += 1;
	for (const input of plan.comments) createComment(site, issue, { author, input });
	for (const input of plan.worklogs) createWorklog(site, issue, { author, input, adjust: { kind: "auto" } });
	for (const input of plan.links) linkFromUpdate(site, issue, { author, input });
	if (create.transition !== undefined) transitionIssue(site, { issue, author, ...create.transition });
	return issue;
}
