import { ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, scalarText } from "../../http/read-input.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { findProject } from "../model/find.ts";
import { useScheme } from "../project/space-setting-routes.ts";
import { refuseTeamManaged } from "../project/team-managed.ts";
import { levelsOf } from "../security/visibility.ts";
import { changeBody } from "../state.ts";
import { beginTask } from "../task/tasks.ts";
import { changesSettings } from "./audit.ts";
import { findSetting, settingsOf } from "./settings.ts";
import { migrateStatuses, statusIdsOf, workflowFor } from "./status-migration.ts";

const api = "/rest/api/3";
const said = { category: "projects", summary: "Project updated" };
const taskTime = 3_000;

type Given = Record<string, unknown>;
const list = (value: unknown): Given[] => (Array.isArray(value) ? (value as Given[]) : []);

/** Registers giving other schemes to spaces that have work items. */
export function registerSwitches(router: Router, site: Site): void {
	registerWorkflowSwitch(router, site);
	registerSecuritySwitch(router, site);
	registerFieldSchemes(router, site);
}

/** Another workflow scheme; work items whose statuses it does not have are given those of a mapping. */
function registerWorkflowSwitch(router: Router, site: Site): void {
	changesSettings(router, site, said, [
		"POST",
		`${api}/workflowscheme/project/switch`,
		(request) => {
			const body = bodyObject(request);
			const project = findProject(site, scalarText(body.projectId));
			refuseTeamManaged(project, "workflow schemes");
			const target = findSetting(site, "workflowScheme", scalarText(body.targetSchemeId), "workflow scheme");
			const statuses = (typeId: string): string[] =>
				statusIdsOf(settingsOf(site, "workflow").find((one) => one.name === workflowFor(target, typeId)));
			const mappings = list(body.mappingsByIssueTypeOverride);
			const issues = [...site.jira.issues.values()].filter((issue) => issue.projectId === project.id);
			migrateStatuses(site, request, issues, ({ typeId, statusId }) => {
				const has = statuses(typeId);
				if (has.includes(statusId)) return statusId;
				const mine = mappings.filter((one) => scalarText(one.issueTypeId) === typeId).flatMap((one) => list(one.statusMappings));
				const to = scalarText(mine.find((one) => scalarText(one.oldStatusId) === statusId)?.newStatusId);
				return has.includes(to) ? to : undefined;
			});
			useScheme(site, project, "workflowScheme", target.id);
			return beginTask(site, request, taskTime);
		},
	]);
}

/** Another security scheme; work items keep no level that it does not have, but for a mapping. */
function registerSecuritySwitch(router: Router, site: Site): void {
	changesSettings(router, site, said, [
		"PUT",
		`${api}/issuesecurityschemes/project`,
		(request) => {
			const body = bodyObject(request);
			const project = findProject(site, scalarText(body.projectId));
			const mapping = new Map(
				list(body.oldToNewSecurityLevelMappings).map((one) => [scalarText(one.oldLevelId), scalarText(one.newLevelId)]),
			);
			useScheme(site, project, "issueSecurityScheme", body.schemeId === null ? "-1" : scalarText(body.schemeId));
			const levels = new Set(levelsOf(site, project).map(({ id }) => id));
			for (const issue of site.jira.issues.values()) {
				if (issue.projectId !== project.id || issue.securityLevelId === undefined) continue;
				const next = mapping.get(issue.securityLevelId) ?? issue.securityLevelId;
				changeBody(site.jira, issue);
				issue.securityLevelId = levels.has(next) ? next : undefined;
			}
			return beginTask(site, request, taskTime);
		},
	]);
}

/** Which field scheme spaces are under, by scheme. */
function registerFieldSchemes(router: Router, site: Site): void {
	changesSettings(router, site, said, [
		"PUT",
		`${api}/config/fieldschemes/projects`,
		(request) => {
			const pairs = Object.entries(bodyObject(request)).flatMap(([schemeId, given]) =>
				((given as { projectIds?: unknown[] } | null)?.projectIds ?? []).map((id) => ({ schemeId, projectId: scalarText(id) })),
			);
			const results = pairs.map(({ schemeId, projectId }) => {
				const project = site.jira.projects.get(projectId);
				const known = site.jira.settings.of.fieldScheme.has(schemeId);
				const about = { projectId: Number(projectId), schemeId: Number(schemeId) };
				if (!known) return { ...about, success: false, error: `Field scheme #${schemeId} doesn't exist` };
				if (project === undefined) return { ...about, success: false, error: `Project #${projectId} doesn't exist` };
				useScheme(site, project, "fieldScheme", schemeId);
				return { ...about, success: true };
			});
			if (results.length === 0) throw jiraError(400, "No projects were given.");
			if (results.every(({ success }) => success)) return ok({ results });
			return { status: results.some(({ success }) => success) ? 207 : 400, json: { results } };
		},
	]);
}
