import type { Site } from "../../site/site.ts";
import type { Option } from "../model/configuration.ts";
import { avatarUrls } from "../people/render-user.ts";
import { scopeOf } from "../project/team-managed.ts";

/** Writes a status as Jira does inside a work item. */
export function renderStatus(site: Site, base: string, id: string): object {
	const status = site.jira.statuses.get(id);
	return {
		self: `${base}/rest/api/3/status/${id}`,
		description: status?.description ?? "",
		iconUrl: `${site.url}/_media/icon/status/${id}.gif`,
		name: status?.name ?? id,
		id,
		statusCategory: renderCategory(base, status?.category ?? 2),
		...(status === undefined ? {} : scopeOf(status)),
	};
}

/** Writes a status category. */
export function renderCategory(base: string, category: 2 | 3 | 4): object {
	const [key, colorName, name] =
		category === 2
			? ["new", "blue-gray", "To Do"]
			: category === 4
				? ["indeterminate", "yellow", "In Progress"]
				: ["done", "green", "Done"];
	return { self: `${base}/rest/api/3/statuscategory/${category}`, id: category, key, colorName, name };
}

/** Writes a priority as Jira does inside a work item. */
export function renderPriority(site: Site, base: string, id: string): object {
	const name = site.jira.priorities.get(id)?.name ?? id;
	return { self: `${base}/rest/api/3/priority/${id}`, iconUrl: `${site.url}/_media/icon/priority/${name.toLowerCase()}.svg`, name, id };
}

/** Writes a resolution as Jira does inside a work item. */
export function renderResolution(site: Site, base: string, id: string | undefined): object | null {
	const resolution = id === undefined ? undefined : site.jira.resolutions.get(id);
	if (resolution === undefined) return null;
	return { self: `${base}/rest/api/3/resolution/${id}`, id, description: resolution.description, name: resolution.name };
}

/** Writes a type of work item. */
export function renderIssueType(site: Site, base: string, id: string): object {
	const type = site.jira.issueTypes.get(id);
	return {
		self: `${base}/rest/api/3/issuetype/${id}`,
		id,
		description: type?.description ?? "",
		iconUrl: `${site.url}/_media/icon/issuetype/${type?.avatarId ?? 0}.svg`,
		name: type?.name ?? id,
		subtask: type?.subtask ?? false,
		avatarId: type?.avatarId ?? 0,
		hierarchyLevel: type?.hierarchyLevel ?? 0,
		...(type === undefined ? {} : scopeOf(type)),
	};
}

/** Writes a project as Jira does inside a work item. */
export function renderProjectReference(site: Site, base: string, id: string): object {
	const project = site.jira.projects.get(id);
	return {
		self: `${base}/rest/api/3/project/${id}`,
		id,
		key: project?.key ?? "",
		name: project?.name ?? "",
		projectTypeKey: project?.typeKey ?? "software",
		simplified: project?.teamManaged !== undefined,
		avatarUrls: avatarUrls(site, "project", id),
	};
}

/** Writes a component as Jira does inside a work item. */
export function renderComponentReference(site: Site, base: string, id: string): object {
	const component = site.jira.components.get(id);
	return { self: `${base}/rest/api/3/component/${id}`, id, name: component?.name ?? "", description: component?.description ?? "" };
}

/** Writes a version as Jira does inside a work item. */
export function renderVersionReference(site: Site, base: string, id: string): object {
	const version = site.jira.versions.get(id);
	const json: Record<string, unknown> = {
		self: `${base}/rest/api/3/version/${id}`,
		id,
		description: version?.description ?? "",
		name: version?.name ?? "",
		archived: version?.archived ?? false,
		released: version?.released ?? false,
	};
	if (version?.releaseDate !== undefined) json.releaseDate = version.releaseDate;
	return json;
}

/** Writes a choice of a select field. */
export function renderOption(base: string, option: Option): Record<string, unknown> {
	return { self: `${base}/rest/api/3/customFieldOption/${option.id}`, value: option.value, id: option.id };
}
