import { ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { RequestType } from "../model/configuration.ts";
import { lookUpIssue } from "../model/find.ts";
import type { Issue } from "../model/issue.ts";
import type { Project } from "../model/project.ts";
import { readBody } from "../state.ts";
import { renderRequest } from "./render-request.ts";
import { missing, page, renderType } from "./service-answers.ts";

/** Registers what a backup reads of Jira Service Management. A service desk has the id of its space. */
export function registerService(router: Router, site: Site): void {
	const root = "/rest/servicedeskapi";
	router.route("GET", `${root}/servicedesk`, (request) =>
		page(
			request,
			desks(site).map((desk) => renderDesk(request, desk)),
		),
	);
	router.route("GET", `${root}/servicedesk/{serviceDeskId}`, (request) => ok(renderDesk(request, findDesk(site, request))));
	router.route("GET", `${root}/servicedesk/{serviceDeskId}/requesttype`, (request) => {
		const desk = findDesk(site, request);
		const types = [...site.jira.requestTypes.values()].filter((type) => type.projectId === desk.id);
		return page(
			request,
			types.map((type) => renderType(request, type, /field/.test(request.query.get("expand") ?? ""))),
		);
	});
	router.route("GET", `${root}/request`, (request) => {
		const mine = [...site.jira.issues.values()].filter(
			(issue) =>
				site.jira.projects.get(issue.projectId)?.typeKey === "service_desk" &&
				(request.query.get("requestOwnership") === "ALL_REQUESTS" || issue.reporter === request.caller.account.accountId) &&
				requestType(site, issue) !== undefined,
		);
		return page(request, mine, (issue) => renderRequest(site, request, issue));
	});
	router.route("GET", `${root}/request/{issueIdOrKey}`, (request) =>
		ok(renderRequest(site, request, findRequest(site, param(request, "issueIdOrKey")))),
	);
}

const desks = (site: Site): Project[] =>
	[...site.jira.projects.values()].filter((project) => project.typeKey === "service_desk" && project.deleted === undefined);

/** Finds a service desk by its id or the key of its space. @throws HttpError 404 as JSM does */
export function findDesk(site: Site, request: RequestContext): Project {
	const id = param(request, "serviceDeskId");
	const desk = desks(site).find((each) => each.id === id || each.key === id);
	if (desk === undefined) throw missing("The service desk does not exist.");
	return desk;
}

/** Finds a work item that is a customer's request. @throws HttpError 404 as JSM does */
export function findRequest(site: Site, idOrKey: string): Issue {
	const issue = lookUpIssue(site, idOrKey);
	if (issue === undefined || requestType(site, issue) === undefined) throw missing("The Customer Request does not exist.");
	return issue;
}

function requestType(site: Site, issue: Issue): RequestType | undefined {
	return site.jira.requestTypes.get(String(readBody(site.jira, issue).custom.get("customfield_10010")));
}

const renderDesk = (request: RequestContext, desk: Project): object => ({
	id: desk.id,
	projectId: desk.id,
	projectName: desk.name,
	projectKey: desk.key,
	projectTypeKey: desk.typeKey,
	_links: { self: `${request.base}/rest/servicedeskapi/servicedesk/${desk.id}` },
});
