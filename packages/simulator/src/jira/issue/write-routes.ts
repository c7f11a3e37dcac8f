import { type Answer, created, noContent, ok } from "../../http/answer.ts";
import { HttpError, jiraError } from "../../http/errors.ts";
import { bodyObject } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Limits } from "../../limits/limits.ts";
import type { Site } from "../../site/site.ts";
import { readProperties } from "../comment/comment-input.ts";
import { renderResolution, renderStatus } from "../field/render-configuration.ts";
import { findIssue } from "../model/find.ts";
import type { Issue } from "../model/issue.ts";
import { changeBody } from "../state.ts";
import { type CreatePlan, createIssue, planCreate } from "./create-issue.ts";
import { deleteIssueTree } from "./delete-issue.ts";
import { applyEdit, applyWrite, planEdit } from "./edit-issue.ts";
import { selectFields } from "./field-selection.ts";
import { renderIssue } from "./render-issue.ts";
import { findTransition, openTransitions, readResolution, transitionIssue } from "./transition-issue.ts";

/** Registers creating, editing, moving through the workflow, and deleting work items. */
export function registerIssueWrites(router: Router, site: Site, limits: Limits): void {
	router.route("POST", "/rest/api/3/issue", (request) => {
		const plan = planCreate(site, bodyObject(request));
		return created(renderCreated(request, createIssue(site, request.caller.account.accountId, plan), plan));
	});
	router.route("POST", "/rest/api/3/issue/bulk", (request) => createMany(site, request));
	router.route("PUT", "/rest/api/3/issue/{issueIdOrKey}", (request) => edit(site, limits, request));
	router.route("DELETE", "/rest/api/3/issue/{issueIdOrKey}", (request) => remove(site, request));
	router.route("GET", "/rest/api/3/issue/{issueIdOrKey}/transitions", (request) => listTransitions(site, request));
	router.route("POST", "/rest/api/3/issue/{issueIdOrKey}/transitions", (request) => doTransition(site, limits, request));
}

function renderCreated(request: RequestContext, issue: Issue, plan: CreatePlan): object {
	const json = { id: String(issue.id), key: issue.key, self: `${request.base}/rest/api/3/issue/${issue.id}` };
	return plan.transition === undefined
		? json
		: { ...json, transition: { status: 200, errorCollection: { errorMessages: [], errors: {} } } };
}

function createMany(site: Site, request: RequestContext): Answer {
	const updates = bodyObject(request).issueUpdates;
	if (!Array.isArray(updates) || updates.length === 0) throw jiraError(400, "No issue updates were provided.");
	if (updates.length > 50) throw jiraError(400, "The maximum number of issues that can be created in bulk is 50.");
	const issues: object[] = [];
	const errors: object[] = [];
	updates.forEach((body: Record<string, unknown>, index) => {
		try {
			const plan = planCreate(site, body ?? {});
			issues.push(renderCreated(request, createIssue(site, request.caller.account.accountId, plan), plan));
		} catch (error) {
			if (!(error instanceof HttpError)) throw error;
			errors.push({ status: error.status, elementErrors: error.body, failedElementNumber: index });
		}
	});
	return { status: issues.length === 0 ? 400 : 201, json: { issues, errors } };
}

function edit(site: Site, limits: Limits, request: RequestContext): Answer {
	const issue = findIssue(site, param(request, "issueIdOrKey"));
	limits.admitIssueWrite(String(issue.id));
	const body = bodyObject(request);
	if (body.fields === undefined && body.update === undefined && body.properties === undefined) {
		throw jiraError(400, "one of 'fields' or 'update' required");
	}
	const change = { issue, author: request.caller.account.accountId, body };
	const plan = planEdit(site, change);
	const properties = readProperties(body.properties);
	applyEdit(site, change, plan);
	const kept = Object.keys(properties).length === 0 ? undefined : changeBody(site.jira, issue).properties;
	for (const [key, value] of Object.entries(properties)) kept?.set(key, value);
	if (request.query.get("returnIssue") !== "true") return noContent();
	return ok(
		renderIssue(issue, {
			site,
			base: request.base,
			callerId: change.author,
			selection: selectFields(site, ["*all"], "*all"),
			expand: new Set(),
			properties: [],
			comments: 5000,
		}),
	);
}

function remove(site: Site, request: RequestContext): Answer {
	const issue = findIssue(site, param(request, "issueIdOrKey"));
	const subtasks = issue.childIds.filter((id) => site.jira.issueTypes.get(site.jira.issues.get(id)?.typeId ?? "")?.subtask === true);
	if (subtasks.length > 0 && request.query.get("deleteSubtasks") !== "true") {
		throw jiraError(
			400,
			`The issue '${issue.key}' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks.`,
		);
	}
	deleteIssueTree(site, issue);
	return noContent();
}

function listTransitions(site: Site, request: RequestContext): Answer {
	const issue = findIssue(site, param(request, "issueIdOrKey"));
	const withFields = (request.query.get("expand") ?? "").includes("transitions.fields");
	const wanted = request.query.get("transitionId");
	const transitions = openTransitions(site, issue)
		.filter((transition) => wanted === null || transition.id === wanted)
		.map((transition) => ({
			id: transition.id,
			name: transition.name,
			to: renderStatus(site, request.base, transition.to),
			hasScreen: transition.resolution === "set",
			isGlobal: transition.from.length === 0,
			isInitial: false,
			isAvailable: true,
			isConditional: false,
			looped: transition.to === issue.statusId,
			...(withFields ? { fields: transitionFields(site, request.base, transition.resolution) } : {}),
		}));
	return ok({ expand: "transitions", transitions });
}

function transitionFields(site: Site, base: string, resolution: string): object {
	if (resolution !== "set") return {};
	return {
		resolution: {
			required: true,
			schema: { type: "resolution", system: "resolution" },
			name: "Resolution",
			key: "resolution",
			operations: ["set"],
			allowedValues: [...site.jira.resolutions.keys()].map((id) => renderResolution(site, base, id)),
		},
	};
}

const withoutResolution: ReadonlySet<string> = new Set(["resolution"]);

function doTransition(site: Site, limits: Limits, request: RequestContext): Answer {
	const issue = findIssue(site, param(request, "issueIdOrKey"));
	limits.admitIssueWrite(String(issue.id));
	const body = bodyObject(request);
	const transition = findTransition(site, issue, body.transition);
	const resolutionId = readResolution(site, transition, body.fields);
	const change = { issue, author: request.caller.account.accountId, body, skip: withoutResolution };
	const plan = planEdit(site, change);
	transitionIssue(site, { issue, author: change.author, transition, resolutionId }, () =>
		plan.writes.flatMap((write) => applyWrite(site, issue, write)),
	);
	applyEdit(site, change, { ...plan, writes: [] });
	return noContent();
}
