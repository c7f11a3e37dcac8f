import { jiraTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { renderAttachment } from "../attachment/render-attachment.ts";
import { renderComment, renderWorklog } from "../comment/render-comment.ts";
import { formatDuration } from "../field/duration.ts";
import { codecOf } from "../field/field-codec.ts";
import { keptValue } from "../field/kept-value.ts";
import {
	renderCategory,
	renderIssueType,
	renderPriority,
	renderProjectReference,
	renderResolution,
	renderStatus,
} from "../field/render-configuration.ts";
import type { Field } from "../model/configuration.ts";
import type { Issue, IssueBody, Visibility } from "../model/issue.ts";
import { renderUser } from "../people/render-user.ts";
import { mayRead, maySee } from "../security/visibility.ts";
import { renderApprovals, renderCurrentStatus, renderServiceLevels } from "../service/render-request.ts";

/** What fields are written with. */
export interface IssueView {
	readonly site: Site;
	readonly base: string;
	readonly issue: Issue;
	readonly body: IssueBody;
	readonly callerId: string;
	/** Most comments inside `fields.comment`. */
	readonly comments: number;
}

type Render = (view: IssueView) => unknown;

const inlinedWorklogs = 20;
const time = (ms: number | undefined): string | null => (ms === undefined ? null : jiraTime(ms));

/** Writes the little form in which parents, children and linked items appear. */
export function renderIssueReference(view: Pick<IssueView, "site" | "base" | "callerId">, id: number): object | undefined {
	const { site, base } = view;
	const issue = site.jira.issues.get(id);
	if (issue === undefined || !maySee(site, issue, view.callerId)) return undefined;
	return {
		id: String(issue.id),
		key: issue.key,
		self: `${base}/rest/api/3/issue/${issue.id}`,
		fields: {
			summary: issue.summary,
			status: renderStatus(site, base, issue.statusId),
			priority: renderPriority(site, base, issue.priorityId),
			issuetype: renderIssueType(site, base, issue.typeId),
		},
	};
}

function renderLinks(view: IssueView): object[] {
	const { site, base, issue } = view;
	return issue.linkIds.flatMap((id) => {
		const link = site.jira.links.get(id);
		const type = link === undefined ? undefined : site.jira.linkTypes.get(link.typeId);
		if (link === undefined || type === undefined) return [];
		const outward = link.inwardId === issue.id;
		const other = renderIssueReference(view, outward ? link.outwardId : link.inwardId);
		if (other === undefined) return [];
		return [
			{
				id: String(id),
				self: `${base}/rest/api/3/issueLink/${id}`,
				type: { ...type, self: `${base}/rest/api/3/issueLinkType/${type.id}` },
				...(outward ? { outwardIssue: other } : { inwardIssue: other }),
			},
		];
	});
}

const spent = (body: IssueBody): number | null =>
	body.worklogs.length === 0 ? null : body.worklogs.reduce((sum, each) => sum + each.timeSpentSeconds, 0);

function progress({ issue, body }: IssueView): object {
	const done = spent(body) ?? 0;
	const total = done + (issue.remainingEstimate ?? 0);
	return total === 0 ? { progress: 0, total: 0 } : { progress: done, total, percent: Math.floor((done * 100) / total) };
}

function timeTracking(view: IssueView, field: Field): object {
	const base = codecOf(field)?.render(keptValue(view.issue, view.body, field), {
		...view,
		field,
		projectId: view.issue.projectId,
	}) as object;
	const seconds = spent(view.body);
	return seconds === null ? base : { ...base, timeSpent: formatDuration(seconds), timeSpentSeconds: seconds };
}

/** Entries that the caller may read: the others are not even counted. */
function readable<T extends { readonly visibility: Visibility | undefined }>(view: IssueView, entries: readonly T[]): readonly T[] {
	return entries.filter(({ visibility }) => mayRead(view.site, view.issue, visibility, view.callerId));
}

function renderRequestType(view: IssueView): object | null {
	const field = view.site.jira.fields.get("customfield_10010");
	const type =
		field === undefined
			? null
			: codecOf(field)?.render(view.body.custom.get(field.id), { ...view, field, projectId: view.issue.projectId });
	return type === null || type === undefined ? null : { ...(type as object), currentStatus: renderCurrentStatus(view.site, view.issue) };
}

/** The field shows what JSM's own list shows; Jira leaves it empty where nobody was ever asked. */
function renderApprovalsField(view: IssueView): object[] | null {
	const approvals = renderApprovals(view);
	return approvals.length === 0 ? null : approvals;
}

const system: Readonly<Record<string, Render>> = {
	issuetype: ({ site, base, issue }) => renderIssueType(site, base, issue.typeId),
	project: ({ site, base, issue }) => renderProjectReference(site, base, issue.projectId),
	parent: (view) => (view.issue.parentId === undefined ? undefined : renderIssueReference(view, view.issue.parentId)),
	status: ({ site, base, issue }) => renderStatus(site, base, issue.statusId),
	statusCategory: ({ site, base, issue }) => renderCategory(base, site.jira.statuses.get(issue.statusId)?.category ?? 2),
	resolution: ({ site, base, issue }) => renderResolution(site, base, issue.resolutionId),
	created: ({ issue }) => jiraTime(issue.created),
	updated: ({ issue }) => jiraTime(issue.updated),
	resolutiondate: ({ issue }) => time(issue.resolved),
	statuscategorychangedate: ({ issue }) => jiraTime(issue.statusChanged),
	creator: ({ site, base, issue }) => renderUser(site, base, issue.creator),
	timespent: ({ body }) => spent(body),
	timeoriginalestimate: ({ issue }) => issue.originalEstimate ?? null,
	timeestimate: ({ issue }) => issue.remainingEstimate ?? null,
	aggregatetimespent: ({ body }) => spent(body),
	aggregatetimeoriginalestimate: ({ issue }) => issue.originalEstimate ?? null,
	aggregatetimeestimate: ({ issue }) => issue.remainingEstimate ?? null,
	workratio: ({ issue, body }) =>
		issue.originalEstimate === undefined ? -1 : Math.round(((spent(body) ?? 0) * 100) / issue.originalEstimate),
	progress,
	aggregateprogress: progress,
	watches: ({ base, issue, body, callerId }) => ({
		self: `${base}/rest/api/3/issue/${issue.key}/watchers`,
		watchCount: body.watchers.size,
		isWatching: body.watchers.has(callerId),
	}),
	votes: ({ base, issue, body, callerId }) => ({
		self: `${base}/rest/api/3/issue/${issue.key}/votes`,
		votes: body.votes.size,
		hasVoted: body.votes.has(callerId),
	}),
	lastViewed: () => null,
	issuerestriction: () => ({ issuerestrictions: {}, shouldDisplay: false }),
	subtasks: (view) =>
		view.issue.childIds
			.filter((id) => view.site.jira.issueTypes.get(view.site.jira.issues.get(id)?.typeId ?? "")?.subtask === true)
			.map((id) => renderIssueReference(view, id)),
	issuelinks: renderLinks,
	attachment: ({ site, base, issue }) =>
		issue.attachmentIds.flatMap((id) => {
			const attachment = site.jira.attachments.get(id);
			return attachment === undefined ? [] : [renderAttachment(site, base, attachment)];
		}),
	comment(view) {
		const comments = readable(view, view.body.comments);
		return {
			comments: comments.slice(0, view.comments).map((comment) => renderComment(comment, view)),
			self: `${view.base}/rest/api/3/issue/${view.issue.id}/comment`,
			maxResults: Math.min(view.comments, comments.length),
			total: comments.length,
			startAt: 0,
		};
	},
	worklog(view) {
		const worklogs = readable(view, view.body.worklogs);
		const page = worklogs.slice(0, inlinedWorklogs).map((worklog) => renderWorklog(worklog, view));
		return { startAt: 0, maxResults: inlinedWorklogs, total: worklogs.length, worklogs: page };
	},
	customfield_10010: renderRequestType,
	customfield_10042: renderApprovalsField,
	customfield_10045: ({ body }) => body.forms?.length ?? null,
	customfield_10043: ({ body }) => (body.request?.feedback === undefined ? null : { rating: body.request.feedback.rating }),
	customfield_10044: (view) => renderServiceLevels(view)[0] ?? null,
	customfield_10014: ({ site, issue }) => {
		const parent = issue.parentId === undefined ? undefined : site.jira.issues.get(issue.parentId);
		return parent !== undefined && site.jira.issueTypes.get(parent.typeId)?.hierarchyLevel === 1 ? parent.key : null;
	},
};

/** Writes one field of a work item; undefined when Jira would leave it out. */
export function renderField(field: Field, view: IssueView): unknown {
	const render = system[field.id];
	if (render !== undefined) return render(view);
	if (field.id === "timetracking") return timeTracking(view, field);
	const codec = codecOf(field);
	if (codec === undefined) return null;
	return codec.render(keptValue(view.issue, view.body, field), {
		site: view.site,
		base: view.base,
		field,
		projectId: view.issue.projectId,
	});
}
