import { type Answer, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";

/** Work that goes on after an answer, until a time. */
export interface Task {
	readonly id: string;
	readonly submitted: number;
	readonly until: number;
}

/** Answers 303 with a task that goes on for some time; its effects are there at once. */
export function beginTask(site: Site, request: RequestContext, milliseconds = 0): Answer {
	const submitted = site.clock.now();
	const task: Task = { id: String(site.ids.take("task")), submitted, until: submitted + milliseconds };
	site.jira.tasks.set(task.id, task);
	const json = rendered(site, request, task);
	return { status: 303, headers: { location: json.self }, json };
}

/** Registers asking how far a task is. */
export function registerTasks(router: Router, site: Site): void {
	router.route("GET", "/rest/api/3/task/{taskId}", (request) => {
		const task = site.jira.tasks.get(param(request, "taskId"));
		if (task === undefined) throw jiraError(404, "The task was not found.");
		return ok(rendered(site, request, task));
	});
}

function rendered(site: Site, request: RequestContext, { id, submitted, until }: Task) {
	const now = site.clock.now();
	const isDone = now >= until;
	return {
		self: `${request.base}/rest/api/3/task/${id}`,
		id,
		status: isDone ? "COMPLETE" : "RUNNING",
		submittedBy: 10_000,
		progress: isDone ? 100 : 50,
		elapsedRuntime: Math.max(1, Math.min(now, until) - submitted),
		submitted,
		started: submitted,
		...(isDone ? { finished: until } : {}),
		lastUpdate: Math.min(now, until),
	};
}
