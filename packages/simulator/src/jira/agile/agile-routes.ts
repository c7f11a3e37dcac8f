import { noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, pageBean, scalarText, texts } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import { isoTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { applyWrite } from "../issue/edit-issue.ts";
import { record } from "../issue/journal.ts";
import type { Board, Sprint } from "../model/configuration.ts";
import { findIssue } from "../model/find.ts";
import type { Issue } from "../model/issue.ts";
import { changeBody, readBody } from "../state.ts";
import { rankBetween } from "./rank.ts";

const sprintField = "customfield_10020";
const rankField = "customfield_10019";

/** Registers boards, sprints and the order of work items. */
export function registerAgile(router: Router, site: Site): void {
	router.route("GET", "/rest/agile/1.0/board", (request) => {
		const project = request.query.get("projectKeyOrId");
		const boards = [...site.jira.boards.values()].filter((board) => {
			const owner = site.jira.projects.get(board.projectId);
			return owner?.deleted === undefined && (project === null || project === owner?.key || project === owner?.id);
		});
		const { values, startAt, maxResults, total, isLast } = pageBean(
			request,
			boards.map((board) => renderBoard(site, request, board)),
			{ size: 50, max: 50 },
		);
		return ok({ maxResults, startAt, total, isLast, values });
	});
	router.route("GET", "/rest/agile/1.0/board/{boardId}", (request) => ok(renderBoard(site, request, findBoard(site, request))));
	router.route("GET", "/rest/agile/1.0/board/{boardId}/sprint", (request) => {
		const board = findBoard(site, request);
		const states = request.query.get("state")?.split(",");
		const sprints = [...site.jira.sprints.values()].filter(
			(sprint) => sprint.boardId === board.id && (states === undefined || states.includes(sprint.state)),
		);
		const { values, startAt, maxResults, total, isLast } = pageBean(
			request,
			sprints.map((sprint) => renderSprint(request, sprint)),
			{ size: 50, max: 50 },
		);
		return ok({ maxResults, startAt, total, isLast, values });
	});
	router.route("GET", "/rest/agile/1.0/sprint/{sprintId}", (request) => ok(renderSprint(request, findSprint(site, request))));
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

function findBoard(site: Site, request: RequestContext): Board {
	const board = site.jira.boards.get(Number(param(request, "boardId")));
	if (board === undefined)
		throw jiraError(404, "The requested board cannot be viewed because it either does not exist or you do not have permission to view it.");
	return board;
}

function findSprint(site: Site, request: RequestContext): Sprint {
	const sprint = site.jira.sprints.get(Number(param(request, "sprintId")));
	if (sprint === undefined)
		throw jiraError(
			404,
			"The requested sprint cannot be viewed because it either does not exist or you do not have permission to view it.",
		);
	return sprint;
}

function renderBoard(site: Site, request: RequestContext, board: Board): object {
	const project = site.jira.projects.get(board.projectId);
	return {
		id: board.id,
		self: `${request.base}/rest/agile/1.0/board/${board.id}`,
		name: board.name,
		type: board.type,
		location: {
			projectId: Number(board.projectId),
			displayName: `${project?.name} (${project?.key})`,
			projectName: project?.name ?? "",
			projectKey: project?.key ?? "",
			projectTypeKey: project?.typeKey ?? "software",
			avatarURI: `${site.url}/_media/avatar/project/${board.projectId}/24x24.png`,
			name: `${project?.name} (${project?.key})`,
		},
		isPrivate: false,
	};
}

function renderSprint(request: RequestContext, sprint: Sprint): object {
	const time = (name: string, ms: number | undefined): object => (ms === undefined ? {} : { [name]: isoTime(ms) });
	return {
		id: sprint.id,
		self: `${request.base}/rest/agile/1.0/sprint/${sprint.id}`,
		state: sprint.state,
		name: sprint.name,
		...time("startDate", sprint.startDate),
		...time("endDate", sprint.endDate),
		...time("completeDate", sprint.completeDate),
		createdDate: isoTime(sprint.createdDate),
		originBoardId: sprint.boardId,
		goal: sprint.goal,
	};
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
