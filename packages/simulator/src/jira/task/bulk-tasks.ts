import type { RequestContext } from "../../http/request.ts";
import type { Site } from "../../site/site.ts";
import type { Task } from "./tasks.ts";

/** A bulk operation that goes on after its answer. */
export interface BulkTask extends Task {
	readonly by: string;
	readonly issueIds: readonly number[];
}

/** How long a bulk operation goes on, in ms of the site's clock; its effects are there at once. */
const duration = 1500;

/** Notes a bulk operation; answers the id to ask for it by. */
export function submitBulk(site: Site, request: RequestContext, issueIds: readonly number[]): string {
	const submitted = site.clock.now();
	const id = String(site.ids.take("task"));
	site.jira.bulkTasks.set(id, { id, submitted, until: submitted + duration, by: request.caller.account.accountId, issueIds });
	return id;
}

/** How far a bulk operation is, as Jira writes it: times are numbers, where its document says texts. */
export function bulkProgress(site: Site, id: string): object | undefined {
	const task = site.jira.bulkTasks.get(id);
	if (task === undefined) return undefined;
	const now = site.clock.now();
	const isDone = now >= task.until;
	const common = { taskId: id, submittedBy: { accountId: task.by }, created: task.submitted, started: task.submitted };
	if (!isDone) return { ...common, status: "RUNNING", progressPercent: 65, updated: now };
	return {
		...common,
		status: "COMPLETE",
		progressPercent: 100,
		updated: task.until,
		processedAccessibleIssues: task.issueIds,
		invalidOrInaccessibleIssueCount: 0,
		totalIssueCount: task.issueIds.length,
	};
}
