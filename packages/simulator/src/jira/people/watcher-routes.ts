import { noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { param } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { findIssue } from "../model/find.ts";
import type { Issue } from "../model/issue.ts";
import { changeBody, readBody } from "../state.ts";
import { renderUser } from "./render-user.ts";

/** Registers watchers and votes; neither moves `updated`. */
export function registerWatchers(router: Router, site: Site): void {
	const watchers = "/rest/api/3/issue/{issueIdOrKey}/watchers";
	const votes = "/rest/api/3/issue/{issueIdOrKey}/votes";
	const change = (issue: Issue) => {
		site.jira.revision += 1;
		return changeBody(site.jira, issue);
	};
	router.route("GET", watchers, (request) => {
		const { base, caller } = request;
		const issue = findIssue(site, param(request, "issueIdOrKey"));
		const set = readBody(site.jira, issue).watchers;
		return ok({
			self: `${base}/rest/api/3/issue/${issue.key}/watchers`,
			isWatching: set.has(caller.account.accountId),
			watchCount: set.size,
			watchers: [...set].map((id) => renderUser(site, base, id)).filter((user) => user !== null),
		});
	});
	router.route("POST", watchers, (request) => {
		const issue = findIssue(site, param(request, "issueIdOrKey"));
		const id = request.body === undefined ? request.caller.account.accountId : request.body;
		if (typeof id !== "string" || site.accounts.get(id)?.active !== true)
			throw jiraError(400, "The user does not exist or can't watch this work item.");
		change(issue).watchers.add(id);
		return noContent();
	});
	router.route("DELETE", watchers, (request) => {
		const issue = findIssue(site, param(request, "issueIdOrKey"));
		const id = request.query.get("accountId");
		if (id === null) throw jiraError(400, "The accountId query parameter is required.");
		change(issue).watchers.delete(id);
		return noContent();
	});
	router.route("GET", votes, (request) => {
		const issue = findIssue(site, param(request, "issueIdOrKey"));
		const set = readBody(site.jira, issue).votes;
		return ok({
			self: `${request.base}/rest/api/3/issue/${issue.key}/votes`,
			votes: set.size,
			hasVoted: set.has(request.caller.account.accountId),
			voters: [...set].map((id) => renderUser(site, request.base, id)).filter((user) => user !== null),
		});
	});
	router.route("POST", votes, (request) => {
		const issue = findIssue(site, param(request, "issueIdOrKey"));
		if (issue.reporter === request.caller.account.accountId) throw jiraError(404, "You cannot vote for an issue you have reported.");
		if (issue.resolutionId !== undefined) throw jiraError(404, "You cannot vote on resolved issues.");
		change(issue).votes.add(request.caller.account.accountId);
		return noContent();
	});
	router.route("DELETE", votes, (request) => {
		const issue = findIssue(site, param(request, "issueIdOrKey"));
		change(issue).votes.delete(request.caller.account.accountId);
		return noContent();
	});
}
