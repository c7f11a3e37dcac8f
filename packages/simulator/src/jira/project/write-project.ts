import { type Answer, created, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, scalarText } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Site } from "../../site/site.ts";
import { findProject } from "../model/find.ts";
import type { Project } from "../model/project.ts";
import { renderProject } from "./render-project.ts";
import { schemeSorts, useScheme } from "./space-setting-routes.ts";
import { manageItself, refuseTeamManaged, teamTemplate } from "./team-managed.ts";

/** What is wrong with a key or a name; nothing when both may be used. */
function problemsOf(
	site: Site,
	given: { readonly key: string | undefined; readonly name: string | undefined },
	own?: Project,
): Record<string, string> {
	const errors: Record<string, string> = {};
	if (given.key !== undefined && !/^[A-Z][A-Z0-9_]{1,9}$/.test(given.key)) {
		errors.projectKey = "Project keys must start with an uppercase letter, followed by one or more uppercase alphanumeric characters.";
	}
	for (const project of site.jira.projects.values()) {
		if (project === own) continue;
		if (given.key !== undefined && project.key === given.key) errors.projectKey = `Project '${project.name}' uses this project key.`;
		if (given.name !== undefined && project.name.toLowerCase() === given.name.toLowerCase())
			errors.projectName = "A project with that name already exists.";
	}
	if (given.name === "") errors.projectName = "You must specify a valid project name.";
	return errors;
}

/** Makes a space; schemes that are not named are those of the first space of its type, but for security: a new space has none. */
export function createProject(site: Site, request: RequestContext): Answer {
	const body = bodyObject(request);
	const [key, name] = [optionalText(body, "key") ?? "", optionalText(body, "name") ?? ""];
	const errors = problemsOf(site, { key, name });
	const lead = optionalText(body, "leadAccountId") ?? "";
	if (!site.accounts.has(lead)) errors.projectLead = "You must specify a valid project lead.";
	if (Object.keys(errors).length > 0) throw jiraError(400, [], errors);
	const typeKey = (optionalText(body, "projectTypeKey") ?? "software") as Project["typeKey"];
	const model = [...site.jira.projects.values()].find((one) => one.typeKey === typeKey && one.schemes !== undefined);
	const { issueSecurityScheme: _none, ...schemes } = model?.schemes ?? {};
	const project: Project = {
		id: String(site.ids.take("project", 10_000)),
		key,
		oldKeys: [],
		name,
		description: optionalText(body, "description") ?? "",
		typeKey,
		leadAccountId: lead,
		assigneeType: body.assigneeType === "PROJECT_LEAD" ? "PROJECT_LEAD" : "UNASSIGNED",
		url: optionalText(body, "url") ?? "",
		uuid: site.random.uuid(),
		issueTypeIds: [...site.jira.issueTypes.values()].flatMap(({ id, projectId }) => (projectId === undefined ? [id] : [])),
		properties: new Map(),
		nextNumber: 1,
		archived: false,
		deleted: undefined,
		schemes,
		categoryId: categoryOf(site, body),
	};
	for (const scheme of Object.keys(schemeSorts)) if (body[scheme] !== undefined) useScheme(site, project, scheme, scalarText(body[scheme]));
	if (teamTemplate.test(optionalText(body, "projectTemplateKey") ?? "")) manageItself(site, project);
	const types = project.schemes?.issueTypeScheme;
	if (types !== undefined) useScheme(site, project, "issueTypeScheme", types);
	site.jira.projects.set(project.id, project);
	return created({ self: `${request.base}/rest/api/3/project/${project.id}`, id: Number(project.id), key });
}

function categoryOf(site: Site, body: Record<string, unknown>): string | undefined {
	const id = scalarText(body.categoryId);
	if (id === "" || id === "-1") return undefined;
	if (!site.jira.settings.of.category.has(id)) throw jiraError(400, [], { projectCategory: "The project category does not exist." });
	return id;
}

/** Changes a space's details and those schemes that the call takes. */
export function updateProject(site: Site, request: RequestContext): Answer {
	const project = findProject(site, param(request, "projectIdOrKey"));
	const body = bodyObject(request);
	const errors = problemsOf(site, { key: optionalText(body, "key"), name: optionalText(body, "name") }, project);
	const lead = optionalText(body, "leadAccountId");
	if (lead !== undefined && !site.accounts.has(lead)) errors.projectLead = "You must specify a valid project lead.";
	if (Object.keys(errors).length > 0) throw jiraError(400, [], errors);
	const key = optionalText(body, "key");
	if (key !== undefined && key !== project.key) throw jiraError(400, [], { projectKey: "Renaming keys is not simulated." });
	project.name = optionalText(body, "name") ?? project.name;
	project.description = optionalText(body, "description") ?? project.description;
	project.url = optionalText(body, "url") ?? project.url;
	project.leadAccountId = lead ?? project.leadAccountId;
	if (body.assigneeType === "PROJECT_LEAD" || body.assigneeType === "UNASSIGNED") project.assigneeType = body.assigneeType;
	if (body.categoryId !== undefined) project.categoryId = categoryOf(site, body);
	for (const scheme of ["permissionScheme", "notificationScheme", "issueSecurityScheme"]) {
		if (body[scheme] !== undefined) refuseTeamManaged(project, "schemes");
		if (body[scheme] !== undefined) useScheme(site, project, scheme, scalarText(body[scheme]));
	}
	return ok(renderProject(site, request.base, project, { full: true, expand: new Set() }));
}
