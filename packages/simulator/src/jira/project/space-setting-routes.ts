import { noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, pageBean, scalarText } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { changesSettings } from "../configuration/audit.ts";
import { renderNotificationScheme, renderPermissionScheme, renderSecurityScheme } from "../configuration/permission-routes.ts";
import { findSetting } from "../configuration/settings.ts";
import { findProject } from "../model/find.ts";
import type { Project } from "../model/project.ts";
import type { Setting, SettingSort } from "../model/settings.ts";
import { refuseTeamManaged } from "./team-managed.ts";

const api = "/rest/api/3";
const said = { category: "projects", summary: "Project updated" };

/** Names of a space's schemes, with the sort of each. */
export const schemeSorts: Readonly<Record<string, SettingSort>> = {
	issueTypeScheme: "issueTypeScheme",
	issueTypeScreenScheme: "issueTypeScreenScheme",
	workflowScheme: "workflowScheme",
	fieldScheme: "fieldScheme",
	permissionScheme: "permissionScheme",
	notificationScheme: "notificationScheme",
	issueSecurityScheme: "securityScheme",
};

/** The scheme that a space uses; undefined when it uses none. */
function schemeOf(site: Site, project: Project, name: string): Setting | undefined {
	const sort = schemeSorts[name];
	const id = project.schemes?.[name];
	return sort === undefined || id === undefined ? undefined : site.jira.settings.of[sort].get(id);
}

/** Gives a space another scheme; -1 takes it away. @throws HttpError 400 when there is no such scheme */
export function useScheme(site: Site, project: Project, name: string, id: string): void {
	const sort = schemeSorts[name];
	project.schemes ??= {};
	const { schemes } = project;
	if (id === "-1" && (name === "notificationScheme" || name === "issueSecurityScheme")) {
		delete schemes[name];
		return;
	}
	const scheme = sort === undefined ? undefined : site.jira.settings.of[sort].get(id);
	if (scheme === undefined) throw jiraError(400, [], { [name]: "The scheme does not exist." });
	schemes[name] = id;
	if (name === "issueTypeScheme") project.issueTypeIds = [...(scheme.issueTypeIds as string[])];
}

/** Registers features of spaces and which schemes they use. */
export function registerSpaceSettings(router: Router, site: Site): void {
	registerFeatures(router, site);
	const spaceOf = (request: RequestContext) => findProject(site, param(request, "projectKeyOrId"));
	router.route("GET", `${api}/project/{projectKeyOrId}/permissionscheme`, (request) => {
		const scheme = schemeOf(site, spaceOf(request), "permissionScheme");
		if (scheme === undefined) throw jiraError(404, "The project has no permission scheme.");
		return ok(renderPermissionScheme(site, request, scheme, false));
	});
	changesSettings(router, site, said, [
		"PUT",
		`${api}/project/{projectKeyOrId}/permissionscheme`,
		(request) => {
			const project = spaceOf(request);
			useScheme(site, project, "permissionScheme", scalarText(bodyObject(request).id));
			return ok(renderPermissionScheme(site, request, schemeOf(site, project, "permissionScheme") as Setting, false));
		},
	]);
	router.route("GET", `${api}/project/{projectKeyOrId}/notificationscheme`, (request) => {
		const scheme = schemeOf(site, spaceOf(request), "notificationScheme");
		if (scheme === undefined) throw jiraError(404, "The project has no notification scheme.");
		return ok(renderNotificationScheme(site, request, scheme, false));
	});
	router.route("GET", `${api}/project/{projectKeyOrId}/issuesecuritylevelscheme`, (request) => {
		const scheme = schemeOf(site, spaceOf(request), "issueSecurityScheme");
		if (scheme === undefined) throw jiraError(404, "The project has no issue security scheme.");
		return ok(renderSecurityScheme(request, scheme, true));
	});
	registerAssignments(router, site);
}

function registerAssignments(router: Router, site: Site): void {
	const byScheme = (request: RequestContext, name: string): readonly { readonly scheme: Setting; readonly projectIds: string[] }[] => {
		const wanted = request.query.getAll("projectId");
		if (wanted.length === 0) throw jiraError(400, "The projectId query parameter is required.");
		const found = new Map<Setting, string[]>();
		for (const id of wanted) {
			const project = site.jira.projects.get(id);
			const scheme = project === undefined ? undefined : schemeOf(site, project, name);
			if (scheme !== undefined) found.set(scheme, [...(found.get(scheme) ?? []), id]);
		}
		return [...found].map(([scheme, projectIds]) => ({ scheme, projectIds }));
	};
	for (const name of ["issueTypeScheme", "issueTypeScreenScheme"] as const) {
		const path = `${api}/${name.toLowerCase()}/project`;
		router.route("GET", path, (request) => {
			const all = byScheme(request, name).map(({ scheme, projectIds }) => {
				const more = name === "issueTypeScheme" ? { defaultIssueTypeId: scheme.defaultIssueTypeId } : {};
				return { [name]: { id: scheme.id, name: scheme.name, description: scheme.description, ...more }, projectIds };
			});
			return ok(pageBean(request, all, { size: 50, max: 50 }));
		});
		assign(router, site, path, { name, member: `${name}Id` });
	}
	router.route("GET", `${api}/workflowscheme/project`, (request) => {
		const values = byScheme(request, "workflowScheme").map(({ scheme, projectIds }) => {
			const { name, description, defaultWorkflow, issueTypeMappings } = scheme;
			const self = `${request.base}${api}/workflowscheme/${scheme.id}`;
			return {
				projectIds,
				workflowScheme: { id: Number(scheme.id), name, description, defaultWorkflow, issueTypeMappings, draft: false, self },
			};
		});
		return ok({ values });
	});
	assign(router, site, `${api}/workflowscheme/project`, { name: "workflowScheme", member: "workflowSchemeId" });
	router.route("GET", `${api}/config/fieldschemes/projects`, (request) => {
		const all = byScheme(request, "fieldScheme").flatMap(({ scheme, projectIds }) =>
			projectIds.map((id) => ({ projectId: Number(id), schemeId: Number(scheme.id) })),
		);
		return ok(pageBean(request, all, { size: 50, max: 100 }));
	});
}

/** What Atlassian calls the schemes that only some spaces have. */
const assigned: Readonly<Record<string, string>> = {
	issueTypeScheme: "issue type schemes",
	issueTypeScreenScheme: "issue type screen schemes",
	workflowScheme: "workflow schemes",
};

function assign(router: Router, site: Site, path: string, { name, member }: { readonly name: string; readonly member: string }): void {
	changesSettings(router, site, said, [
		"PUT",
		path,
		(request) => {
			const body = bodyObject(request);
			const project = findProject(site, scalarText(body.projectId));
			refuseTeamManaged(project, assigned[name] ?? "schemes");
			const items = [...site.jira.issues.values()].filter((issue) => issue.projectId === project.id);
			if (name === "workflowScheme" && items.length > 0)
				throw jiraError(400, "The project has issues: its workflow scheme can only be switched with a mapping of statuses.");
			const sort = schemeSorts[name];
			const types =
				sort === undefined ? [] : ((findSetting(site, sort, scalarText(body[member]), "scheme").issueTypeIds ?? []) as string[]);
			if (name === "issueTypeScheme" && items.some((issue) => !types.includes(issue.typeId)))
				throw jiraError(400, "There are issues of types that the scheme does not have.");
			useScheme(site, project, name, scalarText(body[member]));
			return noContent();
		},
	]);
}

const features: readonly (readonly [string, string, boolean])[] = [
	["jsw.classic.roadmap", "Timeline", true],
	["jsw.classic.deployments", "Deployments", false],
	["jsw.classic.reports", "Reports", true],
];

function registerFeatures(router: Router, site: Site): void {
	const path = `${api}/project/{projectIdOrKey}/features`;
	const rendered = (project: Project) => ({
		features: features.map(([feature, localisedName, on]) => ({
			projectId: Number(project.id),
			state: (project.features?.get(feature) ?? on) ? "ENABLED" : "DISABLED",
			toggleLocked: feature === "jsw.classic.reports",
			feature,
			prerequisites: [],
			localisedName,
			localisedDescription: `${localisedName} of the project.`,
			imageUri: `${site.url}/_media/icon/feature/${feature}.svg`,
		})),
	});
	router.route("GET", path, (request) => ok(rendered(findProject(site, param(request, "projectIdOrKey")))));
	changesSettings(router, site, said, [
		"PUT",
		`${path}/{featureKey}`,
		(request) => {
			const project = findProject(site, param(request, "projectIdOrKey"));
			const key = param(request, "featureKey");
			if (!features.some(([feature]) => feature === key)) throw jiraError(404, "The feature was not found.");
			if (key === "jsw.classic.reports") throw jiraError(400, "The feature can't be switched.");
			project.features ??= new Map();
			project.features.set(key, optionalText(bodyObject(request), "state") === "ENABLED");
			return ok(rendered(project));
		},
	]);
}
