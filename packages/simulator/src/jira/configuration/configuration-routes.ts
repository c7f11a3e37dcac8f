import { ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { pageBean } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import { jiraTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { renderIssueType, renderPriority, renderResolution, renderStatus } from "../field/render-configuration.ts";
import type { Field } from "../model/configuration.ts";

/** Registers what describes the site: server, types, statuses, priorities, resolutions, link types, fields, filters. */
export function registerConfiguration(router: Router, site: Site): void {
	const jira = site.jira;
	router.route("GET", "/rest/api/3/serverInfo", () => ok(serverInfo(site)));
	router.route("GET", "/rest/api/3/issuetype", ({ base }) => ok([...jira.issueTypes.keys()].map((id) => renderIssueType(site, base, id))));
	router.route("GET", "/rest/api/3/status", ({ base }) => ok([...jira.statuses.keys()].map((id) => renderStatus(site, base, id))));
	router.route("GET", "/rest/api/3/statuses/search", (request) => ok(pageBean(request, statuses(site), { size: 200, max: 200 })));
	router.route("GET", "/rest/api/3/priority", ({ base }) => ok(priorities(site, base)));
	router.route("GET", "/rest/api/3/priority/search", (request) =>
		ok(pageBean(request, priorities(site, request.base), { size: 50, max: 50 })),
	);
	router.route("GET", "/rest/api/3/resolution", ({ base }) =>
		ok([...jira.resolutions.keys()].map((id) => renderResolution(site, base, id))),
	);
	router.route("GET", "/rest/api/3/resolution/search", (request) => {
		const all = [...jira.resolutions.values()].map(({ id, name, description }) => ({ id, name, description }));
		return ok(pageBean(request, all, { size: 50, max: 50 }));
	});
	router.route("GET", "/rest/api/3/issueLinkType", ({ base }) =>
		ok({ issueLinkTypes: [...jira.linkTypes.values()].map((type) => ({ ...type, self: `${base}/rest/api/3/issueLinkType/${type.id}` })) }),
	);
	router.route("GET", "/rest/api/3/field", () => ok([...jira.fields.values()].map(fieldDetails)));
	router.route("GET", "/rest/api/3/field/search", (request) => fieldSearch(site, request));
	router.route("GET", "/rest/api/3/field/{fieldId}/context", (request) => {
		customField(site, request);
		return ok(pageBean(request, [context(request)], { size: 50, max: 100 }));
	});
	router.route("GET", "/rest/api/3/field/{fieldId}/context/{contextId}/option", (request) => {
		const field = customField(site, request);
		const all = field.options.flatMap((option) => [
			{ id: option.id, value: option.value, disabled: false },
			...option.children.map((child) => ({ id: child.id, value: child.value, optionId: option.id, disabled: false })),
		]);
		return ok(pageBean(request, all, { size: 100, max: 100 }));
	});
	router.route("GET", "/rest/api/3/filter/search", (request) => {
		const all = [...jira.filters.values()].map(({ id, name }) => ({
			expand: "description,owner,jql",
			self: `${request.base}/rest/api/3/filter/${id}`,
			id,
			name,
		}));
		return ok(pageBean(request, all, { size: 50, max: 100 }));
	});
}

function serverInfo(site: Site): object {
	return {
		baseUrl: site.url,
		displayUrl: site.url,
		displayUrlConfluence: `${site.url}/wiki`,
		version: "1001.0.0-SNAPSHOT",
		versionNumbers: [1001, 0, 0],
		deploymentType: "Cloud",
		buildNumber: 100_290,
		buildDate: "2026-11-02T08:00:00.000+0000",
		serverTime: jiraTime(site.clock.now()),
		scmInfo: site.cloudId.replaceAll("-", "").slice(0, 24),
		serverTitle: "Jira",
		serverTimeZone: "Etc/UTC",
	};
}

const statuses = (site: Site): object[] =>
	[...site.jira.statuses.values()].map(({ id, name, description, category }) => ({
		id,
		name,
		statusCategory: category === 2 ? "TODO" : category === 4 ? "IN_PROGRESS" : "DONE",
		scope: { type: "GLOBAL" },
		description,
	}));

const priorities = (site: Site, base: string): object[] =>
	[...site.jira.priorities.values()].map((each) => ({
		...renderPriority(site, base, each.id),
		description: each.description,
		statusColor: each.statusColor,
		isDefault: each.id === "3",
	}));

function fieldDetails(field: Field): object {
	return {
		id: field.id,
		key: field.id,
		name: field.name,
		custom: field.id.startsWith("customfield_"),
		orderable: field.onScreens,
		navigable: field.navigable,
		searchable: field.clauseNames.length > 0,
		clauseNames: field.clauseNames,
		schema: field.schema,
	};
}

function fieldSearch(site: Site, request: RequestContext): ReturnType<typeof ok> {
	const types = request.query.getAll("type");
	const ids = request.query.getAll("id");
	const words = request.query.get("query")?.toLowerCase();
	const all = [...site.jira.fields.values()].filter(
		(field) =>
			(types.length === 0 || types.includes(field.id.startsWith("customfield_") ? "custom" : "system")) &&
			(ids.length === 0 || ids.includes(field.id)) &&
			(words === undefined || field.name.toLowerCase().includes(words)),
	);
	const values = all.map((field) => ({
		id: field.id,
		key: field.id,
		name: field.name,
		schema: field.schema,
		description: field.description,
		isLocked: field.kind === "rank",
	}));
	return ok(pageBean(request, values, { size: 50, max: 50 }));
}

function customField(site: Site, request: RequestContext): Field {
	const field = site.jira.fields.get(param(request, "fieldId"));
	if (field === undefined || !field.id.startsWith("customfield_")) throw jiraError(404, "The custom field was not found.");
	return field;
}

const context = (request: RequestContext): object => ({
	id: param(request, "fieldId").slice("customfield_".length),
	name: "Default Configuration Scheme",
	description: "Default configuration scheme generated by Jira",
	isGlobalContext: true,
	isAnyIssueType: true,
});
