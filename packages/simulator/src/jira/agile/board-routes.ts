import { created, noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, optionalText, pageBean, scalarText } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Board } from "../model/configuration.ts";
import { findProject } from "../model/find.ts";

const path = "/rest/agile/1.0/board";

/** Finds a board. @throws HttpError 404 as Jira does */
export function findBoard(site: Site, request: RequestContext): Board {
	const board = site.jira.boards.get(Number(param(request, "boardId")));
	const owner = site.jira.projects.get(board?.projectId ?? "");
	if (board === undefined || owner?.deleted !== undefined || owner?.closedTo?.has(request.caller.account.accountId) === true)
		throw jiraError(404, "The requested board cannot be viewed because it either does not exist or you do not have permission to view it.");
	return board;
}

/** Registers boards with their configuration. Columns, quick filters and the like can only be read, as on a real site. */
export function registerBoards(router: Router, site: Site): void {
	router.route("GET", path, (request) => {
		const project = request.query.get("projectKeyOrId");
		const boards = [...site.jira.boards.values()].filter((board) => {
			const owner = site.jira.projects.get(board.projectId);
			if (owner?.closedTo?.has(request.caller.account.accountId) === true) return false;
			return owner?.deleted === undefined && (project === null || project === owner?.key || project === owner?.id);
		});
		const { values, startAt, maxResults, total, isLast } = pageBean(
			request,
			boards.map((board) => renderBoard(site, request, board)),
			{ size: 50, max: 50 },
		);
		return ok({ maxResults, startAt, total, isLast, values });
	});
	router.route("GET", `${path}/{boardId}`, (request) => ok(renderBoard(site, request, findBoard(site, request))));
	router.route("POST", path, (request) => {
		const body = bodyObject(request);
		const [name, type] = [optionalText(body, "name") ?? "", optionalText(body, "type")];
		const filterId = scalarText(body.filterId);
		const { type: place, projectKeyOrId } = (body.location ?? {}) as { type?: string; projectKeyOrId?: string };
		if (name === "" || (type !== "scrum" && type !== "kanban")) throw jiraError(400, "A board needs a name and a type.");
		if (!site.jira.filters.has(filterId)) throw jiraError(400, "The filter does not exist.");
		if (place !== "project") throw jiraError(400, "Boards of people are not simulated.");
		const id = site.ids.take("board", 1);
		const board: Board = { id, name, type, projectId: findProject(site, projectKeyOrId ?? "").id, filterId, properties: new Map() };
		site.jira.boards.set(id, board);
		return created(renderBoard(site, request, board));
	});
	router.route("DELETE", `${path}/{boardId}`, (request) => {
		const board = findBoard(site, request);
		for (const sprint of site.jira.sprints.values()) if (sprint.boardId === board.id) site.jira.sprints.delete(sprint.id);
		site.jira.boards.delete(board.id);
		return noContent();
	});
	router.route("GET", `${path}/{boardId}/configuration`, (request) => ok(renderConfiguration(site, request, findBoard(site, request))));
	router.route("GET", `${path}/{boardId}/quickfilter`, (request) => {
		const board = findBoard(site, request);
		const all = [{ id: board.id, boardId: board.id, name: "Only bugs", jql: "type = Bug", description: "Bugs of the board", position: 0 }];
		const { values, startAt, maxResults, total, isLast } = pageBean(request, all, { size: 50, max: 50 });
		return ok({ maxResults, startAt, total, isLast, values });
	});
}

function renderBoard(site: Site, request: RequestContext, board: Board): object {
	const project = site.jira.projects.get(board.projectId);
	return {
		id: board.id,
		self: `${request.base}${path}/${board.id}`,
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

function renderConfiguration(site: Site, request: RequestContext, board: Board): object {
	const statuses = [...site.jira.statuses.values()];
	const self = (id: string) => ({ id, self: `${request.base}/rest/api/3/status/${id}` });
	const column = (name: string, category: number) => ({
		name,
		statuses: statuses.filter((one) => one.category === category).map((one) => self(one.id)),
	});
	const [first, second, third] = board.columns ?? ["To Do", "In Progress", "Done"];
	return {
		id: board.id,
		name: board.name,
		type: board.type,
		self: `${request.base}${path}/${board.id}/configuration`,
		location: { type: "project", projectKeyOrId: site.jira.projects.get(board.projectId)?.key ?? "" },
		filter: { id: board.filterId, self: `${request.base}/rest/api/3/filter/${board.filterId}` },
		columnConfig: {
			columns: [column(first, 2), { ...column(second, 4), max: 8 }, column(third, 3)],
			constraintType: "issueCount",
		},
		...(board.type === "scrum"
			? { estimation: { type: "field", field: { fieldId: "customfield_10016", displayName: "Story points" } } }
			: {}),
		ranking: { rankCustomFieldId: 10_019 },
	};
}
