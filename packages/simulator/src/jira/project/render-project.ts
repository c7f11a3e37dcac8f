import { jiraTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { renderIssueType } from "../field/render-configuration.ts";
import type { Component, Project, Version } from "../model/project.ts";
import { avatarUrls, renderUser } from "../people/render-user.ts";

/** Writes a project; `full` as `GET /project/{id}` gives it, otherwise as a list does. */
export function renderProject(
	site: Site,
	base: string,
	project: Project,
	options: { readonly full: boolean; readonly expand: ReadonlySet<string> },
): object {
	const { full, expand } = options;
	const json: Record<string, unknown> = {
		expand: "description,lead,issueTypes,url,projectKeys,permissions,insight",
		self: `${base}/rest/api/3/project/${project.id}`,
		id: project.id,
		key: project.key,
		name: project.name,
		avatarUrls: avatarUrls(site, "project", project.id),
		projectTypeKey: project.typeKey,
		simplified: project.teamManaged !== undefined,
		style: project.teamManaged === undefined ? "classic" : "next-gen",
		isPrivate: false,
		properties: {},
		uuid: project.uuid,
	};
	if (full || expand.has("description")) json.description = project.description;
	if (full || expand.has("lead")) json.lead = renderUser(site, base, project.leadAccountId);
	if (expand.has("url") || (full && project.url !== "")) json.url = project.url;
	if (full || expand.has("issueTypes")) json.issueTypes = project.issueTypeIds.map((id) => renderIssueType(site, base, id));
	if (expand.has("projectKeys")) json.projectKeys = [project.key, ...project.oldKeys];
	if (expand.has("insight")) {
		const items = [...site.jira.issues.values()].filter((issue) => issue.projectId === project.id);
		const last = items.reduce((latest, issue) => Math.max(latest, issue.updated), 0);
		json.insight = { totalIssueCount: items.length, ...(last === 0 ? {} : { lastIssueUpdateTime: jiraTime(last) }) };
	}
	const category = project.categoryId === undefined ? undefined : site.jira.settings.of.category.get(project.categoryId);
	if (category !== undefined) {
		const { id, name, description } = category;
		json.projectCategory = { self: `${base}/rest/api/3/projectCategory/${id}`, id, name, description };
	}
	if (full) {
		json.assigneeType = project.assigneeType;
		json.components = partsOf(site.jira.components, project).map((component) => renderComponent(site, base, component));
		json.versions = partsOf(site.jira.versions, project).map((version) => renderVersion(base, version));
		const roles = [...site.jira.settings.of.role.values()];
		json.roles = Object.fromEntries(roles.map((role) => [role.name, `${base}/rest/api/3/project/${project.id}/role/${role.id}`]));
	}
	if (project.archived) json.archived = true;
	if (project.deleted !== undefined) {
		json.deleted = true;
		json.deletedDate = jiraTime(project.deleted.at);
		json.deletedBy = renderUser(site, base, project.deleted.by);
		json.retentionTillDate = jiraTime(project.deleted.at + 60 * 86_400_000);
	}
	return json;
}

/** Gives the components or versions of a project. */
export function partsOf<T extends { readonly projectId: string }>(parts: Map<string, T>, project: Project): T[] {
	return [...parts.values()].filter((part) => part.projectId === project.id);
}

/** Writes a component. */
export function renderComponent(site: Site, base: string, component: Component): object {
	const project = site.jira.projects.get(component.projectId);
	const lead = component.leadAccountId === undefined ? undefined : renderUser(site, base, component.leadAccountId);
	return {
		self: `${base}/rest/api/3/component/${component.id}`,
		id: component.id,
		name: component.name,
		description: component.description,
		...(lead === undefined || lead === null ? {} : { lead }),
		assigneeType: component.assigneeType ?? "PROJECT_DEFAULT",
		realAssigneeType: component.assigneeType ?? "PROJECT_DEFAULT",
		isAssigneeTypeValid: false,
		project: project?.key ?? "",
		projectId: Number(component.projectId),
	};
}

/** Writes a version. */
export function renderVersion(base: string, version: Version): object {
	return {
		self: `${base}/rest/api/3/version/${version.id}`,
		id: version.id,
		description: version.description,
		name: version.name,
		archived: version.archived,
		released: version.released,
		...(version.startDate === undefined ? {} : { startDate: version.startDate }),
		...(version.releaseDate === undefined ? {} : { releaseDate: version.releaseDate }),
		projectId: Number(version.projectId),
	};
}
