import { type Answer, created, noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, pageBean } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import { isoTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import type { Sprint } from "../model/configuration.ts";
import { findBoard } from "./board-routes.ts";

const path = "/rest/agile/1.0/sprint";

/** Finds a sprint. @throws HttpError 404 as Jira does */
export function findSprint(site: Site, request: RequestContext): Sprint {
	const sprint = site.jira.sprints.get(Number(param(request, "sprintId")));
	const owner = site.jira.projects.get(site.jira.boards.get(sprint?.boardId ?? 0)?.projectId ?? "");
	if (sprint === undefined || owner?.closedTo?.has(request.caller.account.accountId) === true)
		throw jiraError(
			404,
			"The requested sprint cannot be viewed because it either does not exist or you do not have permission to view it.",
		);
	return sprint;
}

/** Registers sprints: they are made in the future, started with dates, and closed for good. */
export function registerSprints(router: Router, site: Site): void {
	router.route("GET", "/rest/agile/1.0/board/{boardId}/sprint", (request) => {
		const board = findBoard(site, request);
		if (board.type !== "scrum") throw jiraError(400, "The board does not support sprints");
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
	router.route("GET", `${path}/{sprintId}`, (request) => ok(renderSprint(request, findSprint(site, request))));
	router.route("POST", path, (request) => {
		const body = bodyObject(request);
		const board = site.jira.boards.get(Number(body.originBoardId));
		if (board?.type !== "scrum") throw jiraError(400, "The board does not exist or does not support sprints.");
		const name = optionalText(body, "name") ?? "";
		if (name === "" || name.length > 30) throw jiraError(400, "A sprint needs a name of at most 30 characters.");
		const sprint: Sprint = {
			id: site.ids.take("sprint", 1),
			name,
			state: "future",
			boardId: board.id,
			goal: optionalText(body, "goal") ?? "",
			...dates(body),
			completeDate: undefined,
			createdDate: site.clock.now(),
		};
		site.jira.sprints.set(sprint.id, sprint);
		return created(renderSprint(request, sprint));
	});
	router.route("PUT", `${path}/{sprintId}`, (request) => change(site, request, true));
	router.route("POST", `${path}/{sprintId}`, (request) => change(site, request, false));
	router.route("DELETE", `${path}/{sprintId}`, (request) => {
		const sprint = findSprint(site, request);
		if (sprint.state === "closed") throw jiraError(400, "A closed sprint can't be deleted.");
		site.jira.sprints.delete(sprint.id);
		return noContent();
	});
}

function dates(body: Record<string, unknown>): { startDate: number | undefined; endDate: number | undefined } {
	const read = (name: string): number | undefined => {
		const text = optionalText(body, name);
		if (text === undefined) return undefined;
		const ms = Date.parse(text);
		if (Number.isNaN(ms)) throw jiraError(400, `The ${name} is not a date.`);
		return ms;
	};
	const [startDate, endDate] = [read("startDate"), read("endDate")];
	if (startDate !== undefined && endDate !== undefined && endDate <= startDate)
		throw jiraError(400, "The end date must be after the start date.");
	return { startDate, endDate };
}

const next: Readonly<Record<Sprint["state"], Sprint["state"] | undefined>> = { future: "active", active: "closed", closed: undefined };

/** A full update writes all; of a closed sprint only name and goal change. */
function change(site: Site, request: RequestContext, full: boolean): Answer {
	const sprint = findSprint(site, request);
	const body = bodyObject(request);
	const state = optionalText(body, "state") ?? sprint.state;
	const given = dates(body);
	const name = optionalText(body, "name") ?? (full ? "" : sprint.name);
	if (name === "") throw jiraError(400, "A sprint needs a name.");
	if (sprint.state !== "closed") {
		const startDate = given.startDate ?? (full ? undefined : sprint.startDate);
		const endDate = given.endDate ?? (full ? undefined : sprint.endDate);
		if (state !== sprint.state) {
			if (state !== next[sprint.state]) throw jiraError(400, `A ${sprint.state} sprint can't become ${state}.`);
			if (state === "active" && (startDate === undefined || endDate === undefined))
				throw jiraError(400, "A sprint starts with a start and an end date.");
			if (state === "closed") sprint.completeDate = site.clock.now();
			sprint.state = next[sprint.state] ?? sprint.state;
		}
		Object.assign(sprint, { startDate, endDate });
	} else if (state !== "closed") throw jiraError(400, "A closed sprint stays closed.");
	sprint.name = name;
	sprint.goal = optionalText(body, "goal") ?? (full ? "" : sprint.goal);
	return ok(renderSprint(request, sprint));
}

function renderSprint(request: RequestContext, sprint: Sprint): object {
	const time = (name: string, ms: number | undefined): object => (ms === undefined ? {} : { [name]: isoTime(ms) });
	return {
		id: sprint.id,
		self: `${request.base}${path}/${sprint.id}`,
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
