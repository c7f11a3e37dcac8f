import { type Answer, noContent, ok } from "../../http/answer.ts";
import { HttpError, jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Limits } from "../../limits/limits.ts";
import type { Site } from "../../site/site.ts";
import { change, record } from "../issue/journal.ts";
import { findIssue } from "../model/find.ts";
import type { Issue, RemoteLink } from "../model/issue.ts";
import { changeBody, readBody } from "../state.ts";

/** Registers links to things outside of Jira. */
export function registerRemoteLinks(router: Router, site: Site, limits: Limits): void {
	const base = "/rest/api/3/issue/{issueIdOrKey}/remotelink";
	router.route("GET", base, (request) => {
		const issue = findIssue(site, param(request, "issueIdOrKey"));
		const links = readBody(site.jira, issue).remoteLinks;
		const globalId = request.query.get("globalId");
		if (globalId === null)
			return ok(
				links.map((link) => render(request, issue, link)),
				links.length,
			);
		const link = links.find((each) => each.globalId === globalId);
		if (link === undefined) throw jiraError(404, "The remote issue link with the given globalId does not exist.");
		return ok(render(request, issue, link));
	});
	router.route("POST", base, (request) => upsert(site, limits, request));
	router.route("DELETE", base, (request) => {
		requireContentType(request);
		const issue = findIssue(site, param(request, "issueIdOrKey"));
		const link = readBody(site.jira, issue).remoteLinks.find((each) => each.globalId === request.query.get("globalId"));
		if (link === undefined) throw jiraError(404, "The remote issue link with the given globalId does not exist.");
		return remove(site, request, issue, link);
	});
	router.route("GET", `${base}/{linkId}`, (request) => {
		const { issue, link } = find(site, request);
		return ok(render(request, issue, link));
	});
	router.route("PUT", `${base}/{linkId}`, (request) => {
		const { issue, link } = find(site, request);
		const parts = read(request);
		record(site, { issue, author: request.caller.account.accountId }, () => {
			changeBody(site.jira, issue);
			Object.assign(link, parts);
			return [];
		});
		return noContent();
	});
	router.route("DELETE", `${base}/{linkId}`, (request) => {
		requireContentType(request);
		const { issue, link } = find(site, request);
		return remove(site, request, issue, link);
	});
}

/** Atlassian refuses a DELETE here that has no `Content-Type`, although it has no body. */
function requireContentType(request: RequestContext): void {
	if (request.headers["content-type"] === undefined) throw new HttpError(415, { errorMessages: ["Unsupported Media Type"], errors: {} });
}

function render(request: RequestContext, issue: Issue, link: RemoteLink): object {
	return {
		id: link.id,
		self: `${request.base}/rest/api/3/issue/${issue.key}/remotelink/${link.id}`,
		...(link.globalId === undefined ? {} : { globalId: link.globalId }),
		application: link.application,
		...(link.relationship === undefined ? {} : { relationship: link.relationship }),
		object: { icon: {}, status: { icon: {} }, ...link.object },
	};
}

function read(request: RequestContext): Omit<RemoteLink, "id"> {
	const body = bodyObject(request);
	const object = body.object as Record<string, unknown> | undefined;
	const errors: Record<string, string> = {};
	if (typeof object?.url !== "string" || !URL.canParse(object.url)) errors.url = "'url' is required.";
	if (typeof object?.title !== "string" || object.title === "") errors.title = "'title' is required.";
	if (object === undefined || Object.keys(errors).length > 0) throw jiraError(400, [], errors);
	return {
		globalId: optionalText(body, "globalId"),
		relationship: optionalText(body, "relationship"),
		application: (body.application ?? {}) as Record<string, unknown>,
		object,
	};
}

function upsert(site: Site, limits: Limits, request: RequestContext): Answer {
	const issue = findIssue(site, param(request, "issueIdOrKey"));
	limits.admitIssueWrite(String(issue.id));
	const parts = read(request);
	const body = readBody(site.jira, issue);
	const known = parts.globalId === undefined ? undefined : body.remoteLinks.find((each) => each.globalId === parts.globalId);
	const link: RemoteLink = known ?? { id: site.ids.take("remote-link", 50_000_000), ...parts };
	record(site, { issue, author: request.caller.account.accountId }, () => {
		if (known === undefined) changeBody(site.jira, issue).remoteLinks.push(link);
		else Object.assign(known, parts);
		return [
			change("RemoteWorkItemLink", {
				fieldId: undefined,
				to: String(link.id),
				toString: `This work item links to "${String(link.object.title)}"`,
			}),
		];
	});
	const self = `${request.base}/rest/api/3/issue/${issue.key}/remotelink/${link.id}`;
	return { status: known === undefined ? 201 : 200, json: { id: link.id, self } };
}

function find(site: Site, request: RequestContext): { issue: Issue; link: RemoteLink } {
	const issue = findIssue(site, param(request, "issueIdOrKey"));
	const link = readBody(site.jira, issue).remoteLinks.find((each) => String(each.id) === param(request, "linkId"));
	if (link === undefined) throw jiraError(404, "The remote issue link with the given id does not exist.");
	return { issue, link };
}

function remove(site: Site, request: RequestContext, issue: Issue, link: RemoteLink): Answer {
	record(site, { issue, author: request.caller.account.accountId }, () => {
		const { remoteLinks } = changeBody(site.jira, issue);
		remoteLinks.splice(remoteLinks.indexOf(link), 1);
		return [
			change("RemoteWorkItemLink", {
				fieldId: undefined,
				from: String(link.id),
				fromString: `This work item links to "${String(link.object.title)}"`,
				toString: null,
			}),
		];
	});
	return noContent();
}
