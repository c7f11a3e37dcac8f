import { created, noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, pageBean } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { renderIssueType, renderResolution } from "../field/render-configuration.ts";
import { deleteLink } from "../issue/delete-issue.ts";
import type { IssueType, LinkType, Named, Status } from "../model/configuration.ts";
import { scopeOf } from "../project/team-managed.ts";
import { beginTask } from "../task/tasks.ts";
import { changesSettings } from "./audit.ts";
import { freeName } from "./settings.ts";

const api = "/rest/api/3";

/** Registers the writes of types, statuses, priorities, resolutions and link types. */
export function registerNamed(router: Router, site: Site): void {
	registerTypes(router, site);
	registerStatuses(router, site);
	registerPriorities(router, site);
	registerResolutions(router, site);
	registerLinkTypes(router, site);
}

function find<T>(all: Map<string, T>, request: RequestContext, name: string, what: string): T {
	const found = all.get(param(request, name));
	if (found === undefined) throw jiraError(404, `The ${what} was not found.`);
	return found;
}

function registerTypes(router: Router, site: Site): void {
	const { issueTypes } = site.jira;
	const said = (summary: string) => ({ category: "issue types", summary });
	changesSettings(router, site, said("Work type created"), [
		"POST",
		`${api}/issuetype`,
		(request) => {
			const body = bodyObject(request);
			const level = body.hierarchyLevel ?? (body.type === "subtask" ? -1 : 0);
			if (level !== 0 && level !== -1) throw jiraError(400, "The hierarchy level must be 0 or -1.");
			const type: IssueType = {
				id: String(site.ids.take("issue-type", 10_100)),
				name: freeName(issueTypes.values(), request, { what: "issue type", status: 409 }),
				description: optionalText(body, "description") ?? "",
				subtask: level === -1,
				hierarchyLevel: level,
				avatarId: 10_300,
			};
			issueTypes.set(type.id, type);
			return created(renderIssueType(site, request.base, type.id));
		},
	]);
	changesSettings(router, site, said("Work type updated"), [
		"PUT",
		`${api}/issuetype/{id}`,
		(request) => {
			const type = find(issueTypes, request, "id", "issue type");
			const body = bodyObject(request);
			const name =
				body.name === undefined ? type.name : freeName(issueTypes.values(), request, { what: "issue type", status: 409, own: type.id });
			const description = optionalText(body, "description") ?? type.description;
			const avatarId = typeof body.avatarId === "number" ? body.avatarId : type.avatarId;
			issueTypes.set(type.id, { ...type, name, description, avatarId });
			return ok(renderIssueType(site, request.base, type.id));
		},
	]);
	changesSettings(router, site, said("Work type deleted"), [
		"DELETE",
		`${api}/issuetype/{id}`,
		(request) => {
			const type = find(issueTypes, request, "id", "issue type");
			const inUse = [...site.jira.issues.values()].some((issue) => issue.typeId === type.id);
			if (inUse) throw jiraError(409, "The issue type is in use, and no alternative was given.");
			issueTypes.delete(type.id);
			for (const project of site.jira.projects.values()) project.issueTypeIds = project.issueTypeIds.filter((id) => id !== type.id);
			for (const scheme of site.jira.settings.of.issueTypeScheme.values()) {
				scheme.issueTypeIds = (scheme.issueTypeIds as string[]).filter((id) => id !== type.id);
			}
			return noContent();
		},
	]);
}

const categories = { TODO: 2, IN_PROGRESS: 4, DONE: 3 } as const;

/** Writes statuses as the bulk operations do. */
export function renderJiraStatus({ id, name, description, category, ...own }: Status): object {
	const statusCategory = category === 2 ? "TODO" : category === 4 ? "IN_PROGRESS" : "DONE";
	return { id, name, statusCategory, scope: { type: "GLOBAL" }, description, ...scopeOf(own) };
}

function statusInput(one: unknown): { id?: string; name: string; description: string; category: Status["category"] } {
	const given = one as { id?: string; name?: string; description?: string; statusCategory?: keyof typeof categories };
	const category = categories[given.statusCategory ?? "TODO"];
	if (typeof given.name !== "string" || given.name === "" || category === undefined)
		throw jiraError(400, "A status needs a name and a category.");
	return { ...(given.id === undefined ? {} : { id: given.id }), name: given.name, description: given.description ?? "", category };
}

function registerStatuses(router: Router, site: Site): void {
	const { statuses } = site.jira;
	const said = (summary: string) => ({ category: "workflows", summary });
	const list = (request: RequestContext): readonly unknown[] => {
		const given = bodyObject(request).statuses;
		if (!Array.isArray(given) || given.length === 0 || given.length > 50) throw jiraError(400, "Between 1 and 50 statuses must be given.");
		return given;
	};
	const free = (name: string, own?: string): void => {
		const taken = [...statuses.values()].some(
			(status) => status.projectId === undefined && status.name.toLowerCase() === name.toLowerCase() && status.id !== own,
		);
		if (taken) throw jiraError(409, `A status with the name '${name}' already exists.`);
	};
	router.route("GET", `${api}/statuses/search`, (request) =>
		ok(pageBean(request, [...statuses.values()].map(renderJiraStatus), { size: 200, max: 200 })),
	);
	changesSettings(router, site, said("Status created"), [
		"POST",
		`${api}/statuses`,
		(request) => {
			const made = list(request).map((one): Status => {
				const input = statusInput(one);
				free(input.name);
				return { ...input, id: String(site.ids.take("status", 10_100)) };
			});
			for (const status of made) statuses.set(status.id, status);
			return ok(made.map(renderJiraStatus));
		},
	]);
	changesSettings(router, site, said("Status updated"), [
		"PUT",
		`${api}/statuses`,
		(request) => {
			for (const one of list(request)) {
				const input = statusInput(one);
				if (input.id === undefined || !statuses.has(input.id)) throw jiraError(404, "The status was not found.");
				free(input.name, input.id);
				statuses.set(input.id, { ...input, id: input.id });
			}
			return noContent();
		},
	]);
	changesSettings(router, site, said("Status deleted"), [
		"DELETE",
		`${api}/statuses`,
		(request) => {
			for (const id of request.query.getAll("id")) {
				if (!statuses.has(id)) throw jiraError(404, "The status was not found.");
				const used = [...site.jira.issues.values()].some((issue) => issue.statusId === id);
				const inWorkflow = [...site.jira.settings.of.workflow.values()].some((workflow) =>
					JSON.stringify(workflow.statuses).includes(`"${id}"`),
				);
				if (used || inWorkflow) throw jiraError(400, "The status is used by a workflow.");
				statuses.delete(id);
			}
			return noContent();
		},
	]);
}

function registerPriorities(router: Router, site: Site): void {
	const { priorities } = site.jira;
	const said = (summary: string) => ({ category: "priorities", summary });
	const colour = /^#[0-9a-f]{6}$/i;
	changesSettings(router, site, said("Priority created"), [
		"POST",
		`${api}/priority`,
		(request) => {
			const body = bodyObject(request);
			const statusColor = optionalText(body, "statusColor") ?? "";
			if (!colour.test(statusColor)) throw jiraError(400, [], { statusColor: "The color is not valid." });
			if (body.iconUrl === undefined && body.avatarId === undefined) throw jiraError(400, [], { avatarId: "An icon is required." });
			const id = String(site.ids.take("priority", 10_000));
			const name = freeName(priorities.values(), request, { what: "priority" });
			const avatarId = typeof body.avatarId === "number" ? { avatarId: body.avatarId } : {};
			priorities.set(id, { id, name, description: optionalText(body, "description") ?? "", statusColor, ...avatarId });
			return created({ id });
		},
	]);
	changesSettings(router, site, said("Priority updated"), [
		"PUT",
		`${api}/priority/{id}`,
		(request) => {
			const priority = find(priorities, request, "id", "priority");
			const body = bodyObject(request);
			const name = body.name === undefined ? priority.name : freeName(priorities.values(), request, { what: "priority", own: priority.id });
			const description = optionalText(body, "description") ?? priority.description;
			const statusColor = optionalText(body, "statusColor") ?? priority.statusColor ?? "#707070";
			if (!colour.test(statusColor)) throw jiraError(400, [], { statusColor: "The color is not valid." });
			const avatarId = typeof body.avatarId === "number" ? { avatarId: body.avatarId } : {};
			priorities.set(priority.id, { ...priority, name, description, statusColor, ...avatarId });
			return noContent();
		},
	]);
	changesSettings(router, site, said("Priority deleted"), [
		"DELETE",
		`${api}/priority/{id}`,
		(request) => {
			const priority = find(priorities, request, "id", "priority");
			if ([...site.jira.issues.values()].some((issue) => issue.priorityId === priority.id)) throw jiraError(409, "The priority is in use.");
			priorities.delete(priority.id);
			return beginTask(site, request);
		},
	]);
}

function registerResolutions(router: Router, site: Site): void {
	const { resolutions } = site.jira;
	const said = (summary: string) => ({ category: "resolutions", summary });
	router.route("GET", `${api}/resolution/search`, (request) => {
		const all = [...resolutions.values()].map((one) => ({ ...renderResolution(site, request.base, one.id), default: false }));
		return ok(pageBean(request, all, { size: 50, max: 50 }));
	});
	changesSettings(router, site, said("Resolution created"), [
		"POST",
		`${api}/resolution`,
		(request) => {
			const id = String(site.ids.take("resolution", 10_100));
			const name = freeName(resolutions.values(), request, { what: "resolution" });
			resolutions.set(id, { id, name, description: optionalText(bodyObject(request), "description") ?? "" });
			return created({ id });
		},
	]);
	changesSettings(router, site, said("Resolution updated"), [
		"PUT",
		`${api}/resolution/{id}`,
		(request) => {
			const resolution: Named = find(resolutions, request, "id", "resolution");
			const name = freeName(resolutions.values(), request, { what: "resolution", own: resolution.id });
			resolutions.set(resolution.id, {
				...resolution,
				name,
				description: optionalText(bodyObject(request), "description") ?? resolution.description,
			});
			return noContent();
		},
	]);
	changesSettings(router, site, said("Resolution deleted"), [
		"DELETE",
		`${api}/resolution/{id}`,
		(request) => {
			const resolution = find(resolutions, request, "id", "resolution");
			const other = request.query.get("replaceWith");
			if (other === null || !resolutions.has(other) || other === resolution.id)
				throw jiraError(400, "A resolution to replace it with is required.");
			for (const issue of site.jira.issues.values()) if (issue.resolutionId === resolution.id) issue.resolutionId = other;
			resolutions.delete(resolution.id);
			return beginTask(site, request);
		},
	]);
}

function registerLinkTypes(router: Router, site: Site): void {
	const { linkTypes } = site.jira;
	const said = (summary: string) => ({ category: "issue links", summary });
	const rendered = (request: RequestContext, type: LinkType) => ({ ...type, self: `${request.base}/rest/api/3/issueLinkType/${type.id}` });
	changesSettings(router, site, said("Link type created"), [
		"POST",
		`${api}/issueLinkType`,
		(request) => {
			const body = bodyObject(request);
			const id = String(site.ids.take("link-type", 10_100));
			const name = freeName(linkTypes.values(), request, { what: "link type", status: 409 });
			const type = { id, name, inward: optionalText(body, "inward") ?? "", outward: optionalText(body, "outward") ?? "" };
			if (type.inward === "" || type.outward === "") throw jiraError(400, "Inward and outward descriptions are required.");
			linkTypes.set(id, type);
			return created(rendered(request, type));
		},
	]);
	changesSettings(router, site, said("Link type updated"), [
		"PUT",
		`${api}/issueLinkType/{issueLinkTypeId}`,
		(request) => {
			const type = find(linkTypes, request, "issueLinkTypeId", "link type");
			const body = bodyObject(request);
			const name = body.name === undefined ? type.name : freeName(linkTypes.values(), request, { what: "link type", own: type.id });
			const next = {
				...type,
				name,
				inward: optionalText(body, "inward") ?? type.inward,
				outward: optionalText(body, "outward") ?? type.outward,
			};
			linkTypes.set(type.id, next);
			return ok(rendered(request, next));
		},
	]);
	changesSettings(router, site, said("Link type deleted"), [
		"DELETE",
		`${api}/issueLinkType/{issueLinkTypeId}`,
		(request) => {
			const type = find(linkTypes, request, "issueLinkTypeId", "link type");
			for (const link of site.jira.links.values()) if (link.typeId === type.id) deleteLink(site, link.id);
			linkTypes.delete(type.id);
			return noContent();
		},
	]);
}
