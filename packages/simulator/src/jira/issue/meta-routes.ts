import { ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { pageOf } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import {
	renderComponentReference,
	renderIssueType,
	renderOption,
	renderPriority,
	renderProjectReference,
	renderVersionReference,
} from "../field/render-configuration.ts";
import { renderLevelReference } from "../field/security-codec.ts";
import type { Field } from "../model/configuration.ts";
import { findIssue, findProject } from "../model/find.ts";
import type { Project } from "../model/project.ts";
import { hasField } from "../project/team-managed.ts";
import { levelsOf } from "../security/visibility.ts";

/** Registers which fields the create and edit screens take. */
export function registerMeta(router: Router, site: Site): void {
	router.route("GET", "/rest/api/3/issue/{issueIdOrKey}/editmeta", (request) => {
		const issue = findIssue(site, param(request, "issueIdOrKey"));
		const project = findProject(site, issue.projectId);
		const fields = screenFields(site, project).filter((field) => field.kind !== "project");
		return ok({ fields: Object.fromEntries(fields.map((field) => [field.id, describe(site, request, project, field)])) });
	});
	router.route("GET", "/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes", (request) => {
		const project = findProject(site, param(request, "projectIdOrKey"));
		const { startAt, maxResults } = pageOf(request, { size: 50, max: 200 });
		const page = project.issueTypeIds.slice(startAt, startAt + maxResults).map((id) => renderIssueType(site, request.base, id));
		return ok({ startAt, maxResults, total: project.issueTypeIds.length, issueTypes: page }, page.length);
	});
	router.route("GET", "/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}", (request) => {
		const project = findProject(site, param(request, "projectIdOrKey"));
		if (!project.issueTypeIds.includes(param(request, "issueTypeId"))) throw jiraError(404, "The issue type was not found in the project.");
		const { startAt, maxResults } = pageOf(request, { size: 50, max: 200 });
		const all = screenFields(site, project);
		const page = all
			.slice(startAt, startAt + maxResults)
			.map((field) => ({ ...describe(site, request, project, field), fieldId: field.id }));
		return ok({ startAt, maxResults, total: all.length, fields: page }, page.length);
	});
}

function screenFields(site: Site, project: Project): Field[] {
	return [...site.jira.fields.values()].filter(
		(field) => field.onScreens && (field.kind !== "security-level" || levelsOf(site, project).length > 0) && hasField(project, field),
	);
}

const lists: ReadonlySet<string> = new Set(["labels", "components", "versions", "multi-select", "multi-user"]);
const required: ReadonlySet<string> = new Set(["summary", "project", "issue-type"]);

function describe(site: Site, request: RequestContext, project: Project, field: Field): object {
	const allowed = allowedValues(site, request.base, project, field);
	return {
		required: required.has(field.kind),
		schema: field.schema,
		name: field.name,
		key: field.id,
		hasDefaultValue: false,
		operations: lists.has(field.kind) ? ["add", "set", "remove"] : ["set"],
		...(allowed === undefined ? {} : { allowedValues: allowed }),
	};
}

function allowedValues(site: Site, base: string, project: Project, field: Field): object[] | undefined {
	const mine = (each: { readonly projectId: string }): boolean => each.projectId === project.id;
	switch (field.kind) {
		case "select":
		case "multi-select":
		case "cascading":
			return field.options.map((option) => ({
				...renderOption(base, option),
				...(option.children.length === 0 ? {} : { children: option.children.map((child) => renderOption(base, child)) }),
			}));
		case "security-level":
			return levelsOf(site, project).map((level) => renderLevelReference(base, level));
		case "priority":
			return [...site.jira.priorities.keys()].map((id) => renderPriority(site, base, id));
		case "issue-type":
			return project.issueTypeIds.map((id) => renderIssueType(site, base, id));
		case "project":
			return [renderProjectReference(site, base, project.id)];
		case "components":
			return [...site.jira.components.values()].filter(mine).map((each) => renderComponentReference(site, base, each.id));
		case "versions":
			return [...site.jira.versions.values()].filter(mine).map((each) => renderVersionReference(site, base, each.id));
		default:
			return undefined;
	}
}
