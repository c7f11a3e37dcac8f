import { type Answer, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, integers, optionalText, pageBean, texts } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { findIssue, lookUpIssue } from "../model/find.ts";
import type { History } from "../model/issue.ts";
import { maySee } from "../security/visibility.ts";
import { readBody } from "../state.ts";
import { renderHistory } from "./render-history.ts";

/** Registers the change history. */
export function registerChangelog(router: Router, site: Site): void {
	router.route("GET", "/rest/api/3/issue/{issueIdOrKey}/changelog", (request) => {
		const issue = findIssue(site, param(request, "issueIdOrKey"));
		const page = pageBean(request, readBody(site.jira, issue).histories, { size: 100, max: 100 });
		return ok({ ...page, values: (page.values as History[]).map((history) => renderHistory(site, request.base, history)) });
	});
	router.route("POST", "/rest/api/3/changelog/bulkfetch", (request) => bulkFetch(site, request));
}

function bulkFetch(site: Site, request: RequestContext): Answer {
	const body = bodyObject(request);
	const wanted = texts(body, "issueIdsOrKeys");
	const fieldIds = texts(body, "fieldIds");
	const maxResults = integers(body, "maxResults")[0] ?? 1000;
	if (wanted.length === 0) throw jiraError(400, "You must provide at least one issue ID or key.");
	if (wanted.length > 1000) throw jiraError(400, "You may only load changelogs for a maximum of 1,000 issues by ID or key at a time.");
	if (fieldIds.length > 10) throw jiraError(400, "You may only filter by a maximum of 10 field IDs at a time.");
	if (maxResults < 1 || maxResults > 10_000) throw jiraError(400, "maxResults must be between 1 and 10000.");
	const start = readToken(optionalText(body, "nextPageToken"));
	const entries: { readonly issueId: number; readonly history: History }[] = [];
	const issues = [...new Set(wanted.map((idOrKey) => lookUpIssue(site, idOrKey)).filter((issue) => issue !== undefined))].filter((issue) =>
		maySee(site, issue, request.caller.account.accountId),
	);
	let next: string | undefined;
	for (let at = start.issue; at < issues.length && next === undefined; at += 1) {
		const issue = issues[at];
		if (issue === undefined) break;
		const histories = readBody(site.jira, issue).histories.filter(
			(history) => fieldIds.length === 0 || history.items.some((item) => item.fieldId !== undefined && fieldIds.includes(item.fieldId)),
		);
		for (let place = at === start.issue ? start.history : 0; place < histories.length; place += 1) {
			if (entries.length === maxResults) {
				next = Buffer.from(`${at}:${place}`).toString("base64url");
				break;
			}
			const history = histories[place];
			if (history !== undefined) entries.push({ issueId: issue.id, history });
		}
	}
	const groups = Map.groupBy(entries, (entry) => entry.issueId);
	const issueChangeLogs = [...groups].map(([issueId, group]) => ({
		issueId: String(issueId),
		changeHistories: group.map(({ history }) => renderHistory(site, request.base, history, "number")),
	}));
	return ok({ issueChangeLogs, ...(next === undefined ? {} : { nextPageToken: next }) }, entries.length);
}

function readToken(token: string | undefined): { issue: number; history: number } {
	if (token === undefined) return { issue: 0, history: 0 };
	const match = /^(\d+):(\d+)$/.exec(Buffer.from(token, "base64url").toString("utf8"));
	if (match === null) throw jiraError(400, "The provided next page token is invalid.");
	return { issue: Number(match[1]), history: Number(match[2]) };
}
