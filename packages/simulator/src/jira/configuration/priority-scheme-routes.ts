import { created, noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, integers, optionalText, pageBean, scalarText } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Setting } from "../model/settings.ts";
import { avatarUrls } from "../people/render-user.ts";
import { changesSettings } from "./audit.ts";
import { addSetting, findSetting, freeName, settingsOf } from "./settings.ts";

const path = "/rest/api/3/priorityscheme";
const sort = "priorityScheme";

const prioritiesOf = (scheme: Setting): string[] => scheme.priorityIds as string[];
const projectsOf = (scheme: Setting): Set<string> => scheme.projectIds as Set<string>;

/** Writes schemes as Jira does, with their priorities and their spaces. */
function prioritySchemeAnswers(site: Site) {
	const bean = (values: readonly object[]) => ({
		startAt: 0,
		maxResults: 50,
		total: values.length,
		isLast: values.length <= 50,
		values: values.slice(0, 50),
	});
	const priorities = (request: RequestContext, scheme: Setting) =>
		prioritiesOf(scheme).flatMap((id, index): object[] => {
			const one = site.jira.priorities.get(id);
			const { name, description, statusColor } = one ?? {};
			const self = `${request.base}/rest/api/3/priority/${id}`;
			return one === undefined
				? []
				: [{ id, name, description, statusColor, sequence: String(index), isDefault: id === scheme.defaultPriorityId, self }];
		});
	const projects = (request: RequestContext, scheme: Setting) =>
		[...projectsOf(scheme)].flatMap((id): object[] => {
			const project = site.jira.projects.get(id);
			if (project === undefined || project.deleted !== undefined) return [];
			const { key, name, typeKey } = project;
			const self = `${request.base}/rest/api/3/project/${id}`;
			return [{ id, key, name, projectTypeKey: typeKey, simplified: false, self, avatarUrls: avatarUrls(site, "project", id) }];
		});
	const rendered = (request: RequestContext, scheme: Setting): object => {
		const expand = request.query.get("expand") ?? "";
		const { id, name, description, defaultPriorityId, isDefault } = scheme;
		return {
			id,
			name,
			description,
			defaultPriorityId,
			isDefault: isDefault === true,
			self: `${request.base}${path}/${id}`,
			...(expand.includes("priorities") ? { priorities: bean(priorities(request, scheme)) } : {}),
			...(expand.includes("projects") ? { projects: bean(projects(request, scheme)) } : {}),
		};
	};
	return { priorities, projects, rendered };
}

/** Registers schemes of priorities: which a space may use, and which a new work item has. */
export function registerPrioritySchemes(router: Router, site: Site): void {
	const find = (request: RequestContext) => findSetting(site, sort, param(request, "schemeId"), "priority scheme");
	const { priorities, projects, rendered } = prioritySchemeAnswers(site);
	router.route("GET", path, (request) =>
		ok(
			pageBean(
				request,
				settingsOf(site, sort).map((scheme) => rendered(request, scheme)),
				{ size: 50, max: 50 },
			),
		),
	);
	router.route("GET", `${path}/{schemeId}/priorities`, (request) =>
		ok(pageBean(request, priorities(request, find(request)), { size: 50, max: 50 })),
	);
	router.route("GET", `${path}/{schemeId}/projects`, (request) =>
		ok(pageBean(request, projects(request, find(request)), { size: 50, max: 50 })),
	);
	const said = (deed: string) => ({ category: "priority schemes", summary: `Priority scheme ${deed}` });
	changesSettings(router, site, said("created"), [
		"POST",
		path,
		(request) => {
			const body = bodyObject(request);
			const name = freeName(settingsOf(site, sort), request, { what: "priority scheme" });
			const priorityIds = known(site, integers(body, "priorityIds"));
			const defaultPriorityId = scalarText(body.defaultPriorityId);
			if (!priorityIds.includes(defaultPriorityId))
				throw jiraError(400, [], { defaultPriorityId: "The default priority is not in the scheme." });
			const description = optionalText(body, "description") ?? "";
			const scheme = addSetting(site, sort, { name, description, priorityIds, defaultPriorityId, projectIds: new Set() });
			assign(site, scheme, integers(body, "projectIds").map(String));
			return created({ id: scheme.id });
		},
	]);
	changesSettings(router, site, said("updated"), [
		"PUT",
		`${path}/{schemeId}`,
		(request) => {
			const scheme = find(request);
			change(site, request, scheme);
			return { status: 202, json: { priorityScheme: rendered(request, scheme) } };
		},
	]);
	changesSettings(router, site, said("deleted"), [
		"DELETE",
		`${path}/{schemeId}`,
		(request) => {
			const scheme = find(request);
			if (projectsOf(scheme).size > 0 || scheme.isDefault === true) throw jiraError(400, "The priority scheme is in use.");
			site.jira.settings.of[sort].delete(scheme.id);
			return noContent();
		},
	]);
}

function known(site: Site, ids: readonly number[]): string[] {
	const texts = ids.map(String);
	if (texts.length === 0 || texts.some((id) => !site.jira.priorities.has(id))) throw jiraError(400, "The priorities are not valid.");
	return texts;
}

interface Affected {
	readonly add?: { readonly ids?: readonly number[] };
	readonly remove?: { readonly ids?: readonly number[] };
}

function change(site: Site, request: RequestContext, scheme: Setting): void {
	const body = bodyObject(request);
	if (body.name !== undefined) scheme.name = freeName(settingsOf(site, sort), request, { what: "priority scheme", own: scheme.id });
	scheme.description = optionalText(body, "description") ?? scheme.description;
	const { add, remove } = (body.priorities ?? {}) as Affected;
	const removed = (remove?.ids ?? []).map(String);
	const next = [...new Set([...prioritiesOf(scheme), ...(add?.ids ?? []).map(String)])].filter((id) => !removed.includes(id));
	scheme.priorityIds = known(site, next.map(Number));
	if (body.defaultPriorityId !== undefined) {
		const id = scalarText(body.defaultPriorityId);
		if (!prioritiesOf(scheme).includes(id)) throw jiraError(400, [], { defaultPriorityId: "The default priority is not in the scheme." });
		scheme.defaultPriorityId = id;
	}
	const spaces = (body.projects ?? {}) as Affected;
	assign(site, scheme, (spaces.add?.ids ?? []).map(String));
	const fallback = settingsOf(site, sort).find((one) => one.isDefault === true);
	if (fallback !== undefined) assign(site, fallback, (spaces.remove?.ids ?? []).map(String));
}

/** A space has one scheme. Work items with a priority that it lacks need a mapping, which this site never was given. */
function assign(site: Site, scheme: Setting, projectIds: readonly string[]): void {
	for (const id of projectIds) {
		if (!site.jira.projects.has(id)) throw jiraError(400, "The projects are not valid.");
		const strange = [...site.jira.issues.values()].some(
			(issue) => issue.projectId === id && !prioritiesOf(scheme).includes(issue.priorityId),
		);
		if (strange) throw jiraError(400, "Issues have priorities that the scheme does not have, and no mapping was given.");
		for (const other of settingsOf(site, sort)) projectsOf(other).delete(id);
		projectsOf(scheme).add(id);
	}
}
