import { noContent } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, scalarText, texts } from "../../http/read-input.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { applyWrite } from "../issue/edit-issue.ts";
import { record } from "../issue/journal.ts";
import { findIssue } from "../model/find.ts";
import type { Issue } from "../model/issue.ts";
import { changeBody, readBody } from "../state.ts";
import { registerBoards } from "./board-routes.ts";
import { registerDashboards } from "./dashboard-routes.ts";
import { registerFilters } from "./filter-routes.ts";
import { rankBetween } from "./rank.ts";
import { findSprint, registerSprints } from "./sprint-routes.ts";

const sprintField = "customfield_10020";
const rankField = "customfield_10019";

/** Registers boards, sprints, filters, dashboards and the order of work items. */
export function registerAgile(router: Router, site: Site): void {
	registerBoards(router, site);
	registerSprints(router, site);
	registerFilters(router, site);
	registerDashboards(router, site);
	router.route("POST", "/rest/agile/1.0/sprint/{sprintId}/issue", (request) => {
		const sprint = findSprint(site, request);
		if (sprint.state === "closed") throw jiraError(400, "Issues can't be moved to a closed sprint.");
		const field = site.jira.fields.get(sprintField);
		const author = request.caller.account.accountId;
		for (const issue of moved(site, request)) {
			if (field !== undefined) record(site, { issue, author }, () => applyWrite(site, issue, { field, value: [sprint.id] }));
		}
		rank(site, request);
		return noContent();
	});
	router.route("PUT", "/rest/agile/1.0/issue/rank", (request) => {
		rank(site, request);
		return noContent();
	});
}

function moved(site: Site, request: RequestContext): Issue[] {
	const keys = texts(bodyObject(request), "issues");
	if (keys.length === 0) throw jiraError(400, "At least one issue must be given.");
	if (keys.length > 50) throw jiraError(400, "The maximum number of issues that can be moved in one operation is 50.");
	return keys.map((key) => findIssue(site, key));
}

/** Puts the request's work items before or after another one. */
function rank(site: Site, request: RequestContext): void {
	const body = bodyObject(request);
	const before = optionalText(body, "rankBeforeIssue");
	const after = optionalText(body, "rankAfterIssue");
	if (before === undefined && after === undefined) {
		if (request.path.endsWith("/rank")) throw jiraError(400, "Either rankBeforeIssue or rankAfterIssue must be given.");
		return;
	}
	const rankOf = (issue: Issue): string => scalarText(readBody(site.jira, issue).custom.get(rankField));
	const anchor = rankOf(findIssue(site, before ?? after ?? ""));
	const items = moved(site, request);
	const all = [...site.jira.issues.values()]
		.filter((issue) => !items.includes(issue))
		.map(rankOf)
		.sort();
	const place = all.indexOf(anchor);
	let low = before === undefined ? anchor : (all[place - 1] ?? "");
	const high = before === undefined ? (all[place + 1] ?? "") : anchor;
	const field = site.jira.fields.get(rankField);
	for (const issue of items) {
		low = rankBetween(low, high);
		const value = low;
		record(site, { issue, author: request.caller.account.accountId }, () => {
			changeBody(site.jira, issue);
			return field === undefined ? [] : applyWrite(site, issue, { field, value });
		});
	}
}
