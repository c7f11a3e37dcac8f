import { type Answer, ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { LongTask } from "../entities.ts";
import { nextId } from "../ids.ts";
import { missing } from "./refusals.ts";

/** Registers reading of long-running tasks. */
export function registerTasks(router: Router, site: Site): void {
	router.route("GET", "/wiki/rest/api/longtask/{id}", (request) => status(site, request), [
		["read:confluence-space.summary"],
		["read:content.metadata:confluence"],
	]);
}

/** Does something that Atlassian does in the background, and answers 202 with the task to ask about. */
export function startTask(site: Site, name: string, work: () => void): Answer {
	const id = nextId(site);
	const now = site.clock.now();
	const task: LongTask = { id, name, startedAt: now, finishesAt: now + 500, done: false };
	site.confluence.longTasks.set(id, task);
	work();
	task.done = true;
	return {
		status: 202,
		json: { ari: `ari:cloud:confluence:${site.cloudId}:longtask/${id}`, id, links: { status: `/rest/api/longtask/${id}` } },
	};
}

function status(site: Site, request: RequestContext): Answer {
	const task = site.confluence.longTasks.get(param(request, "id"));
	if (task === undefined) throw missing(`task with id ${param(request, "id")}`);
	const elapsed = Math.min(site.clock.now(), task.finishesAt) - task.startedAt;
	const finished = task.done && site.clock.now() >= task.finishesAt;
	return ok({
		id: task.id,
		name: { key: task.name, args: [] },
		elapsedTime: elapsed,
		percentageComplete: finished ? 100 : Math.floor((100 * elapsed) / 500),
		successful: finished,
		finished,
		messages: [],
		status: finished ? "Complete" : "Running",
		errors: [],
		_links: { base: `${site.url}/wiki`, context: "/wiki", self: `${site.url}/wiki/rest/api/longtask/${task.id}` },
	});
}
