import { type Answer, ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import { isoTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { seesContent } from "../access.ts";
import type { Content } from "../entities.ts";
import { requireEdit } from "../reach.ts";
import { badRequest, notFound } from "../refusals.ts";
import { latest } from "../state.ts";
import { choiceParam, idsParam, listParam, objectBody, textOfField } from "./input.ts";
import { type Order, pageOf, sorted } from "./paging.ts";
import { type BodyFormat, bodyShape, bulkFormats } from "./shapes.ts";

/** A task inside a body; Confluence keeps tasks only there. */
interface TaskItem {
	readonly id: string;
	readonly localId: string;
	readonly content: Content;
	readonly complete: boolean;
	readonly body: string;
	readonly assignee: string | undefined;
	/** Where its status stands in the body. */
	readonly statusAt: number;
}

const pattern =
	/<ac:task>\s*<ac:task-id>(\d+)<\/ac:task-id>(?:<ac:task-uuid>[^<]*<\/ac:task-uuid>)?\s*<ac:task-status>(complete|incomplete)<\/ac:task-status>\s*<ac:task-body>([\s\S]*?)<\/ac:task-body>/g;

/** Registers the tasks that stand in pages and blog posts, and ticking them off. */
export function registerTaskItems(router: Router, site: Site): void {
	router.route("GET", "/wiki/api/v2/tasks", (request) => list(site, request), [["read:task:confluence"]]);
	router.route("GET", "/wiki/api/v2/tasks/{id}", (request) => get(site, request), [["read:task:confluence"]]);
	router.route("PUT", "/wiki/api/v2/tasks/{id}", (request) => update(site, request), [["write:task:confluence"]]);
}

function tasksIn(content: Content): TaskItem[] {
	const { storage } = latest(content).body;
	return [...storage.matchAll(pattern)].map((match, index) => {
		const [whole, localId = "", status, body = ""] = match;
		return {
			id: `${content.id}${String(index + 1).padStart(3, "0")}`,
			localId,
			content,
			complete: status === "complete",
			body,
			assignee: /ri:account-id="([^"]+)"/.exec(body)?.[1],
			statusAt: match.index + whole.indexOf("<ac:task-status>") + "<ac:task-status>".length,
		};
	});
}

function visible(site: Site, request: RequestContext): TaskItem[] {
	return [...site.confluence.contents.values()]
		.filter(
			(content) =>
				content.status === "current" &&
				(content.type === "page" || content.type === "blogpost") &&
				seesContent(site, content, request.caller),
		)
		.flatMap(tasksIn);
}

function shape(site: Site, task: TaskItem, format: BodyFormat | undefined): Record<string, unknown> {
	const { content } = task;
	const version = latest(content);
	return {
		id: task.id,
		localId: task.localId,
		spaceId: content.spaceId,
		...(content.type === "blogpost" ? { blogPostId: content.id } : { pageId: content.id }),
		status: task.complete ? "complete" : "incomplete",
		body: bodyShape(site, { storage: task.body }, format, content.id),
		createdBy: content.authorId,
		assignedTo: task.assignee ?? null,
		completedBy: task.complete ? version.authorId : null,
		createdAt: isoTime(content.createdAt),
		updatedAt: isoTime(version.createdAt),
		dueAt: null,
		completedAt: task.complete ? isoTime(version.createdAt) : null,
	};
}

function list(site: Site, request: RequestContext): Answer {
	const format = choiceParam(request, "body-format", bulkFormats);
	const status = choiceParam(request, "status", ["complete", "incomplete"]);
	const wanted: readonly (readonly [string[] | undefined, (task: TaskItem) => string | undefined])[] = [
		[idsParam(request, "task-id"), (task) => task.id],
		[idsParam(request, "space-id"), (task) => task.content.spaceId],
		[idsParam(request, "page-id"), (task) => (task.content.type === "page" ? task.content.id : undefined)],
		[idsParam(request, "blogpost-id"), (task) => (task.content.type === "blogpost" ? task.content.id : undefined)],
		[listParam(request, "created-by"), (task) => task.content.authorId],
		[listParam(request, "assigned-to"), (task) => task.assignee],
	];
	const items = visible(site, request).filter(
		(task) =>
			(status === undefined || task.complete === (status === "complete")) &&
			wanted.every(([values, of]) => values === undefined || values.includes(of(task) ?? "")),
	);
	const order: Order<TaskItem> = { value: (task) => Number(task.id), id: (task) => task.id, descending: false };
	return pageOf({ request, site, items: sorted(items, order), order, render: (task) => shape(site, task, format) });
}

function find(site: Site, request: RequestContext): TaskItem {
	const id = param(request, "id");
	const content = site.confluence.contents.get(id.slice(0, -3));
	const task =
		content === undefined || content.status !== "current" || !seesContent(site, content, request.caller)
			? undefined
			: tasksIn(content).find((known) => known.id === id);
	if (task === undefined) throw notFound(`task with id ${id}`);
	return task;
}

function get(site: Site, request: RequestContext): Answer {
	return ok(shape(site, find(site, request), choiceParam(request, "body-format", bulkFormats)));
}

/** Ticks a task in the current version of the body, as Confluence does: no new version comes of it. */
function update(site: Site, request: RequestContext): Answer {
	const task = find(site, request);
	requireEdit(site, request.caller, task.content);
	const status = textOfField(objectBody(request), "status");
	if (status !== "complete" && status !== "incomplete") throw badRequest("'status' must be complete or incomplete");
	const version = latest(task.content);
	const { storage } = version.body;
	const before = task.complete ? "complete" : "incomplete";
	version.body = { storage: storage.slice(0, task.statusAt) + status + storage.slice(task.statusAt + before.length) };
	site.confluence.touch();
	return ok(shape(site, find(site, request), choiceParam(request, "body-format", bulkFormats)));
}
