import { jiraTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { formatDuration } from "../field/duration.ts";
import type { Comment, Issue, Visibility, Worklog } from "../model/issue.ts";
import { renderUser } from "../people/render-user.ts";

const entity = (properties: Record<string, unknown>): object[] => Object.entries(properties).map(([key, value]) => ({ key, value }));
const seen = (visibility: Visibility | undefined): object => (visibility === undefined ? {} : { visibility });

interface Rendering {
	readonly site: Site;
	readonly base: string;
	readonly issue: Issue;
	/** `expand=properties`. */
	readonly properties?: boolean;
}

/** Writes a comment. */
export function renderComment(comment: Comment, { site, base, issue, properties }: Rendering): Record<string, unknown> {
	return {
		self: `${base}/rest/api/3/issue/${issue.id}/comment/${comment.id}`,
		id: String(comment.id),
		author: renderUser(site, base, comment.author),
		body: comment.body,
		updateAuthor: renderUser(site, base, comment.updateAuthor),
		created: jiraTime(comment.created),
		updated: jiraTime(comment.updated),
		jsdPublic: comment.jsdPublic,
		...seen(comment.visibility),
		...(properties === true ? { properties: entity(comment.properties) } : {}),
	};
}

/** Writes a worklog. */
export function renderWorklog(worklog: Worklog, { site, base, issue, properties }: Rendering): Record<string, unknown> {
	return {
		self: `${base}/rest/api/3/issue/${issue.id}/worklog/${worklog.id}`,
		author: renderUser(site, base, worklog.author),
		updateAuthor: renderUser(site, base, worklog.updateAuthor),
		...(worklog.comment === undefined ? {} : { comment: worklog.comment }),
		created: jiraTime(worklog.created),
		updated: jiraTime(worklog.updated),
		...seen(worklog.visibility),
		started: jiraTime(worklog.started),
		timeSpent: formatDuration(worklog.timeSpentSeconds),
		timeSpentSeconds: worklog.timeSpentSeconds,
		id: String(worklog.id),
		issueId: String(issue.id),
		...(properties === true ? { properties: entity(worklog.properties) } : {}),
	};
}
