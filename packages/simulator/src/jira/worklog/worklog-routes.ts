import { type Answer, created, noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, integers, pageOf } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Limits } from "../../limits/limits.ts";
import type { Site } from "../../site/site.ts";
import { renderWorklog } from "../comment/render-comment.ts";
import { parseDuration } from "../field/duration.ts";
import { record } from "../issue/journal.ts";
import { findIssue } from "../model/find.ts";
import type { Issue, Worklog } from "../model/issue.ts";
import { mayRead, maySee } from "../security/visibility.ts";
import { changeBody, readBody } from "../state.ts";
import { type Adjustment, adjustEstimate, createWorklog, idChange, readWorklogInput, spentChange, totalOf } from "./create-worklog.ts";
import { deletedFeed, updatedFeed } from "./worklog-feed.ts";

/** Registers logged work and its feeds of changes. */
export function registerWorklogs(router: Router, site: Site, limits: Limits): void {
	router.route("GET", "/rest/api/3/issue/{issueIdOrKey}/worklog", (request) => list(site, request));
	router.route("POST", "/rest/api/3/issue/{issueIdOrKey}/worklog", (request) => {
		const issue = findIssue(site, param(request, "issueIdOrKey"));
		limits.admitIssueWrite(String(issue.id));
		const worklog = createWorklog(site, issue, {
			author: request.caller.account.accountId,
			input: bodyObject(request),
			adjust: adjustment(request),
		});
		return created(render(site, request, issue, worklog));
	});
	router.route("GET", "/rest/api/3/issue/{issueIdOrKey}/worklog/{id}", (request) => {
		const { issue, worklog } = find(site, request);
		return ok(render(site, request, issue, worklog));
	});
	router.route("PUT", "/rest/api/3/issue/{issueIdOrKey}/worklog/{id}", (request) => edit(site, limits, request));
	router.route("DELETE", "/rest/api/3/issue/{issueIdOrKey}/worklog/{id}", (request) => remove(site, limits, request));
	router.route("GET", "/rest/api/3/worklog/updated", (request) => ok(updatedFeed(site, request)));
	router.route("GET", "/rest/api/3/worklog/deleted", (request) => ok(deletedFeed(site, request)));
	router.route("POST", "/rest/api/3/worklog/list", (request) => listByIds(site, request));
}

const expands = (request: RequestContext): boolean => (request.query.get("expand") ?? "").split(",").includes("properties");

const render = (site: Site, request: RequestContext, issue: Issue, worklog: Worklog): object =>
	renderWorklog(worklog, { site, base: request.base, issue, properties: expands(request) });

function adjustment(request: RequestContext): Adjustment {
	const kind = request.query.get("adjustEstimate") ?? "auto";
	if (kind === "auto" || kind === "leave") return { kind };
	const names = { new: "newEstimate", manual: "reduceBy" } as const;
	if (kind !== "new" && kind !== "manual") throw jiraError(400, [], { adjustmentMethod: "Invalid adjustment method." });
	const seconds = parseDuration(request.query.get(names[kind]) ?? request.query.get("increaseBy") ?? "");
	if (seconds === undefined) throw jiraError(400, [], { [names[kind]]: `You must supply a valid ${names[kind]}.` });
	return { kind, seconds };
}

function list(site: Site, request: RequestContext): Answer {
	const issue = findIssue(site, param(request, "issueIdOrKey"));
	const { startAt, maxResults } = pageOf(request, { size: 5000, max: 5000 });
	const after = Number(request.query.get("startedAfter") ?? Number.NEGATIVE_INFINITY);
	const before = Number(request.query.get("startedBefore") ?? Number.POSITIVE_INFINITY);
	const { accountId } = request.caller.account;
	const all = readBody(site.jira, issue).worklogs.filter(
		(worklog) => worklog.started >= after && worklog.started <= before && mayRead(site, issue, worklog.visibility, accountId),
	);
	const page = all.slice(startAt, startAt + maxResults).map((worklog) => render(site, request, issue, worklog));
	return ok({ startAt, maxResults, total: all.length, worklogs: page }, page.length);
}

function find(site: Site, request: RequestContext): { issue: Issue; worklog: Worklog } {
	const issue = findIssue(site, param(request, "issueIdOrKey"));
	const id = param(request, "id");
	const worklog = readBody(site.jira, issue).worklogs.find((each) => String(each.id) === id);
	if (worklog === undefined || !mayRead(site, issue, worklog.visibility, request.caller.account.accountId))
		throw jiraError(404, `Cannot find worklog with id: '${id}'.`);
	return { issue, worklog };
}

function edit(site: Site, limits: Limits, request: RequestContext): Answer {
	const { issue, worklog } = find(site, request);
	limits.admitIssueWrite(String(issue.id));
	const parts = readWorklogInput(site, bodyObject(request));
	const author = request.caller.account.accountId;
	const adjust = adjustment(request);
	record(site, { issue, author }, () => {
		const before = totalOf(site, issue);
		const spent = (parts.timeSpentSeconds ?? worklog.timeSpentSeconds) - worklog.timeSpentSeconds;
		Object.assign(worklog, parts, { updateAuthor: author, updated: site.clock.now() });
		site.jira.worklogMarks.set(worklog.id, { issueId: issue.id, updated: site.clock.now() });
		return spent === 0 ? [] : [...adjustEstimate(issue, adjust, spent), spentChange(before, before + spent)];
	});
	return ok(render(site, request, issue, worklog));
}

function remove(site: Site, limits: Limits, request: RequestContext): Answer {
	const { issue, worklog } = find(site, request);
	limits.admitIssueWrite(String(issue.id));
	const adjust = adjustment(request);
	record(site, { issue, author: request.caller.account.accountId }, () => {
		const before = totalOf(site, issue);
		const { worklogs } = changeBody(site.jira, issue);
		worklogs.splice(worklogs.indexOf(worklog), 1);
		site.jira.worklogMarks.delete(worklog.id);
		site.jira.worklogsDeleted.push({ id: worklog.id, at: site.clock.now() });
		return [
			...adjustEstimate(issue, adjust, -worklog.timeSpentSeconds),
			spentChange(before, totalOf(site, issue)),
			idChange(worklog.id, null),
		];
	});
	return noContent();
}

function listByIds(site: Site, request: RequestContext): Answer {
	const ids = integers(bodyObject(request), "ids");
	if (ids.length === 0 || ids.length > 1000) throw jiraError(400, "Between 1 and 1000 worklog ids must be provided.");
	const { accountId } = request.caller.account;
	const found = ids.flatMap((id) => {
		const issue = site.jira.issues.get(site.jira.worklogMarks.get(id)?.issueId ?? -1);
		const worklog = issue === undefined ? undefined : readBody(site.jira, issue).worklogs.find((each) => each.id === id);
		if (issue === undefined || !maySee(site, issue, accountId) || !mayRead(site, issue, worklog?.visibility, accountId)) return [];
		return worklog === undefined ? [] : [render(site, request, issue, worklog)];
	});
	return ok(found, found.length);
}
