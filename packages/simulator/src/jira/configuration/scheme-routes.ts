import { created, noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, pageBean, texts } from "../../http/read-input.ts";
import { param } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Setting } from "../model/settings.ts";
import { changesSettings } from "./audit.ts";
import { registerPermissions } from "./permission-routes.ts";
import { registerScheme } from "./register-scheme.ts";
import { findSetting, settingsOf } from "./settings.ts";

const api = "/rest/api/3";

/** Registers schemes of types and of permissions. */
export function registerSchemes(router: Router, site: Site): void {
	registerTypeSchemes(router, site);
	registerPermissions(router, site);
}

function registerTypeSchemes(router: Router, site: Site): void {
	const path = `${api}/issuetypescheme`;
	const sort = "issueTypeScheme";
	const ids = (scheme: Setting) => scheme.issueTypeIds as string[];
	router.route("GET", path, (request) => {
		const all = settingsOf(site, sort).map(({ id, name, description, defaultIssueTypeId, isDefault }) => ({
			id,
			name,
			description,
			...(defaultIssueTypeId === undefined ? {} : { defaultIssueTypeId }),
			...(isDefault === true ? { isDefault } : {}),
		}));
		return ok(pageBean(request, all, { size: 50, max: 100 }));
	});
	router.route("GET", `${path}/mapping`, (request) => {
		const all = settingsOf(site, sort).flatMap((scheme) =>
			ids(scheme).map((issueTypeId) => ({ issueTypeSchemeId: scheme.id, issueTypeId })),
		);
		return ok(pageBean(request, all, { size: 50, max: 100 }));
	});
	registerScheme(router, site, {
		sort,
		path,
		idName: "issueTypeSchemeId",
		category: "issue type schemes",
		creation(body) {
			const issueTypeIds = texts(body, "issueTypeIds");
			if (issueTypeIds.length === 0 || issueTypeIds.some((id) => !site.jira.issueTypes.has(id)))
				throw jiraError(400, "The issue types are not valid.");
			return { issueTypeIds, defaultIssueTypeId: optionalText(body, "defaultIssueTypeId") };
		},
		made: (setting) => created({ issueTypeSchemeId: setting.id }),
		changes: ["name", "description", "defaultIssueTypeId"],
		usedAs: "issueTypeScheme",
	});
	registerTypesOfScheme(router, site);
}

/** Which types a scheme has, and in which order. */
function registerTypesOfScheme(router: Router, site: Site): void {
	const path = `${api}/issuetypescheme`;
	const sort = "issueTypeScheme";
	const ids = (scheme: Setting) => scheme.issueTypeIds as string[];
	const said = { category: "issue type schemes", summary: "issueTypeScheme updated" };
	const used = (scheme: Setting): void => {
		for (const project of site.jira.projects.values())
			if (project.schemes?.issueTypeScheme === scheme.id) project.issueTypeIds = [...ids(scheme)];
	};
	changesSettings(router, site, said, [
		"PUT",
		`${path}/{issueTypeSchemeId}/issuetype`,
		(request) => {
			const scheme = findSetting(site, sort, param(request, "issueTypeSchemeId"), "scheme");
			const added = texts(bodyObject(request), "issueTypeIds");
			if (added.some((id) => ids(scheme).includes(id) || !site.jira.issueTypes.has(id)))
				throw jiraError(400, "The issue types are not valid.");
			scheme.issueTypeIds = [...ids(scheme), ...added];
			used(scheme);
			return noContent();
		},
	]);
	changesSettings(router, site, said, [
		"PUT",
		`${path}/{issueTypeSchemeId}/issuetype/move`,
		(request) => {
			const scheme = findSetting(site, sort, param(request, "issueTypeSchemeId"), "scheme");
			const body = bodyObject(request);
			const moved = texts(body, "issueTypeIds");
			const left = ids(scheme).filter((id) => !moved.includes(id));
			const after = optionalText(body, "after");
			left.splice(after === undefined ? (body.position === "First" ? 0 : left.length) : left.indexOf(after) + 1, 0, ...moved);
			scheme.issueTypeIds = left;
			used(scheme);
			return noContent();
		},
	]);
	changesSettings(router, site, said, [
		"DELETE",
		`${path}/{issueTypeSchemeId}/issuetype/{issueTypeId}`,
		(request) => {
			const scheme = findSetting(site, sort, param(request, "issueTypeSchemeId"), "scheme");
			const id = param(request, "issueTypeId");
			const projects = [...site.jira.projects.values()]
				.filter((project) => project.schemes?.issueTypeScheme === scheme.id)
				.map((project) => project.id);
			if ([...site.jira.issues.values()].some((issue) => projects.includes(issue.projectId) && issue.typeId === id))
				throw jiraError(400, "The issue type is in use.");
			scheme.issueTypeIds = ids(scheme).filter((one) => one !== id);
			used(scheme);
			return noContent();
		},
	]);
}
