import { type Answer, ok } from "../../http/answer.ts";
import { HttpError } from "../../http/errors.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { RequestType } from "../model/configuration.ts";
import { lookUpIssue } from "../model/find.ts";
import type { Issue } from "../model/issue.ts";
import type { Project } from "../model/project.ts";
import { avatarUrls } from "../people/render-user.ts";
import { readBody } from "../state.ts";

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
	router.route("GET", `${root}/request/{issueIdOrKey}`, (request) => {
		const issue = lookUpIssue(site, param(request, "issueIdOrKey"));
		if (issue === undefined || requestType(site, issue) === undefined) throw missing("The Customer Request does not exist.");
		return ok(renderRequest(site, request, issue));
	});
}

/** An error as JSM writes it. */
export const missing = (message: string): HttpError =>
	new HttpError(404, { errorMessage: message, i18nErrorMessage: { i18nKey: "sd.agent.servicedesk.error", parameters: [] } });

const desks = (site: Site): Project[] =>
	[...site.jira.projects.values()].filter((project) => project.typeKey === "service_desk" && project.deleted === undefined);

/** Finds a service desk by its id or the key of its space. @throws HttpError 404 as JSM does */
export function findDesk(site: Site, request: RequestContext): Project {
	const id = param(request, "serviceDeskId");
	const desk = desks(site).find((each) => each.id === id || each.key === id);
	if (desk === undefined) throw missing("The service desk does not exist.");
	return desk;
}

function requestType(site: Site, issue: Issue): RequestType | undefined {
	return site.jira.requestTypes.get(String(readBody(site.jira, issue).custom.get("customfield_10010")));
}

/** Writes a page of one of JSM's lists. */
export function page<T>(request: RequestContext, all: readonly T[], render: (item: T) => unknown = (item) => item): Answer {
	const start = Math.max(0, Number(request.query.get("start") ?? 0));
	const limit = Math.max(1, Math.min(100, Number(request.query.get("limit") ?? 50)));
	const values = all.slice(start, start + limit).map(render);
	const address = (at: number): string => `${request.base}${request.path}?start=${at}&limit=${limit}`;
	const isLastPage = start + values.length >= all.length;
	return ok(
		{
			_expands: [],
			size: values.length,
			start,
			limit,
			isLastPage,
			_links: {
				base: `${request.base}/rest/servicedeskapi`,
				context: "",
				self: address(start),
				...(isLastPage ? {} : { next: address(start + values.length) }),
				...(start > 0 ? { prev: address(Math.max(0, start - limit)) } : {}),
			},
			values,
		},
		values.length,
	);
}

const renderDesk = (request: RequestContext, desk: Project): object => ({
	id: desk.id,
	projectId: desk.id,
	projectName: desk.name,
	projectKey: desk.key,
	projectTypeKey: desk.typeKey,
	_links: { self: `${request.base}/rest/servicedeskapi/servicedesk/${desk.id}` },
});

/** Writes a kind of request; with the fields of its form when told. */
export const renderType = (request: RequestContext, type: RequestType, full: boolean): object => ({
	_expands: [],
	id: type.id,
	_links: { self: `${request.base}/rest/servicedeskapi/servicedesk/${type.projectId}/requesttype/${type.id}` },
	name: type.name,
	description: type.description,
	helpText: "",
	issueTypeId: type.issueTypeId,
	serviceDeskId: type.projectId,
	portalId: type.projectId,
	groupIds: [],
	...(full ? { fields: formOf(type) } : {}),
});

function formOf(type: RequestType): object {
	const field = (fieldId: string, name: string, required: boolean) => ({
		fieldId,
		name,
		description: "",
		required,
		defaultValues: [],
		validValues: [],
		presetValues: [],
		jiraSchema: { type: "string", system: fieldId },
		visible: true,
	});
	const requestTypeFields = [field("summary", `What about "${type.name}"?`, true), field("description", "Tell us more", false)];
	return { requestTypeFields, canRaiseOnBehalfOf: true, canAddRequestParticipants: true };
}

function renderRequest(site: Site, request: RequestContext, issue: Issue): object {
	const status = site.jira.statuses.get(issue.statusId);
	const reporter = site.accounts.get(issue.reporter ?? "");
	const date = (ms: number): object => ({
		iso8601: new Date(ms).toISOString().replace(/\.\d+Z$/, "+0000"),
		jira: new Date(ms).toISOString().replace("Z", "+0000"),
		friendly: new Date(ms).toUTCString(),
		epochMillis: ms,
	});
	return {
		_expands: ["participant", "status", "sla", "requestType", "serviceDesk", "attachment", "action", "comment"],
		issueId: String(issue.id),
		issueKey: issue.key,
		summary: issue.summary,
		requestTypeId: requestType(site, issue)?.id ?? "",
		serviceDeskId: issue.projectId,
		createdDate: date(issue.created),
		...(reporter === undefined
			? {}
			: {
					reporter: {
						accountId: reporter.accountId,
						displayName: reporter.displayName,
						emailAddress: reporter.emailAddress,
						active: reporter.active,
						timeZone: reporter.timeZone,
						_links: {
							self: `${request.base}/rest/api/3/user?accountId=${encodeURIComponent(reporter.accountId)}`,
							avatarUrls: avatarUrls(site, "user", reporter.accountId.slice(-12)),
						},
					},
				}),
		requestFieldValues: [{ fieldId: "summary", label: "Summary", value: issue.summary }],
		currentStatus: {
			status: status?.name ?? "",
			statusCategory: status?.category === 2 ? "NEW" : status?.category === 4 ? "INDETERMINATE" : "DONE",
			statusDate: date(issue.statusChanged),
		},
		_links: {
			self: `${request.base}/rest/servicedeskapi/request/${issue.id}`,
			jiraRest: `${request.base}/rest/api/3/issue/${issue.id}`,
			web: `${site.url}/servicedesk/customer/portal/${issue.projectId}/${issue.key}`,
			agent: `${site.url}/browse/${issue.key}`,
		},
	};
}
