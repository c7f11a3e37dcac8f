import { adfProblem, mediaIds } from "../../adf/adf-check.ts";
import { type Answer, created, noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, integers, pageBean, pageOf } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Limits } from "../../limits/limits.ts";
import type { Site } from "../../site/site.ts";
import { record } from "../issue/journal.ts";
import { findIssue } from "../model/find.ts";
import type { Adf, Comment, Issue } from "../model/issue.ts";
import { mayRead, maySee } from "../security/visibility.ts";
import { changeBody, readBody } from "../state.ts";
import { readProperties, readVisibility } from "./comment-input.ts";
import { renderComment } from "./render-comment.ts";

/** Registers comments. */
export function registerComments(router: Router, site: Site, limits: Limits): void {
	router.route("GET", "/rest/api/3/issue/{issueIdOrKey}/comment", (request) => listComments(site, request));
	router.route("POST", "/rest/api/3/issue/{issueIdOrKey}/comment", (request) => addComment(site, limits, request));
	router.route("GET", "/rest/api/3/issue/{issueIdOrKey}/comment/{id}", (request) => {
		const { issue, comment } = findComment(site, request);
		return ok(renderComment(comment, { site, base: request.base, issue, properties: expands(request) }));
	});
	router.route("PUT", "/rest/api/3/issue/{issueIdOrKey}/comment/{id}", (request) => editComment(site, limits, request));
	router.route("DELETE", "/rest/api/3/issue/{issueIdOrKey}/comment/{id}", (request) => {
		const { issue, comment } = findComment(site, request);
		limits.admitIssueWrite(String(issue.id));
		record(site, { issue, author: request.caller.account.accountId }, () => {
			const { comments } = changeBody(site.jira, issue);
			comments.splice(comments.indexOf(comment), 1);
			site.jira.commentOwners.delete(comment.id);
			return [];
		});
		return noContent();
	});
	router.route("POST", "/rest/api/3/comment/list", (request) => commentsByIds(site, request));
}

const expands = (request: RequestContext): boolean => (request.query.get("expand") ?? "").split(",").includes("properties");

function listComments(site: Site, request: RequestContext): Answer {
	const issue = findIssue(site, param(request, "issueIdOrKey"));
	const { startAt, maxResults } = pageOf(request, { size: 100, max: 5000 });
	const order = request.query.get("orderBy") ?? "created";
	const { accountId } = request.caller.account;
	const all = readBody(site.jira, issue).comments.filter(({ visibility }) => mayRead(site, issue, visibility, accountId));
	if (order.startsWith("-")) all.reverse();
	const page = all.slice(startAt, startAt + maxResults);
	const comments = page.map((comment) => renderComment(comment, { site, base: request.base, issue, properties: expands(request) }));
	return ok({ startAt, maxResults, total: all.length, comments }, comments.length);
}

function findComment(site: Site, request: RequestContext): { issue: Issue; comment: Comment } {
	const issue = findIssue(site, param(request, "issueIdOrKey"));
	const id = param(request, "id");
	const comment = readBody(site.jira, issue).comments.find((each) => String(each.id) === id);
	if (comment === undefined || !mayRead(site, issue, comment.visibility, request.caller.account.accountId))
		throw jiraError(404, `Can not find a comment for the id: ${id}.`);
	return { issue, comment };
}

/** Reads a comment's body. @throws HttpError 400 as Jira does */
function readCommentBody(site: Site, value: unknown): Adf {
	if (value === undefined || value === null) throw jiraError(400, [], { comment: "Comment body can not be empty!" });
	if (adfProblem(value) !== undefined) throw jiraError(400, [], { comment: "Comment body is not valid!" });
	refuseUnknownMedia(site, value);
	return value as Adf;
}

/** Refuses documents that show files which aren't there, when the site is switched so. @throws HttpError 400 */
export function refuseUnknownMedia(site: Site, document: unknown): void {
	if (site.switches.refuseUnknownMedia && mediaIds(document).some((id) => !site.jira.media.has(id)))
		throw jiraError(400, "ATTACHMENT_VALIDATION_ERROR");
}

/** Adds a comment to a work item. */
export function createComment(
	site: Site,
	issue: Issue,
	options: { readonly author: string; readonly input: Record<string, unknown>; readonly isInternal?: boolean },
): Comment {
	const { author, input } = options;
	const now = site.clock.now();
	const properties = readProperties(input.properties);
	const internal = site.switches.internalByProperty ? properties["sd.public.comment"] : undefined;
	const isInternal =
		options.isInternal ?? (typeof internal === "object" && internal !== null && (internal as Record<string, unknown>).internal === true);
	const comment: Comment = {
		id: site.ids.take("comment"),
		author,
		updateAuthor: author,
		body: readCommentBody(site, input.body),
		created: now,
		updated: now,
		visibility: readVisibility(site, input.visibility),
		jsdPublic: !isInternal,
		properties,
	};
	record(site, { issue, author }, () => {
		changeBody(site.jira, issue).comments.push(comment);
		site.jira.commentOwners.set(comment.id, issue.id);
		return [];
	});
	return comment;
}

function addComment(site: Site, limits: Limits, request: RequestContext): Answer {
	const issue = findIssue(site, param(request, "issueIdOrKey"));
	limits.admitIssueWrite(String(issue.id));
	const comment = createComment(site, issue, { author: request.caller.account.accountId, input: bodyObject(request) });
	return created(renderComment(comment, { site, base: request.base, issue, properties: expands(request) }));
}

function editComment(site: Site, limits: Limits, request: RequestContext): Answer {
	const { issue, comment } = findComment(site, request);
	limits.admitIssueWrite(String(issue.id));
	const input = bodyObject(request);
	const body = readCommentBody(site, input.body);
	const visibility = input.visibility === undefined ? comment.visibility : readVisibility(site, input.visibility);
	record(site, { issue, author: request.caller.account.accountId }, () => {
		changeBody(site.jira, issue);
		Object.assign(comment, { body, visibility, updated: site.clock.now(), updateAuthor: request.caller.account.accountId });
		if (input.properties !== undefined) comment.properties = { ...comment.properties, ...readProperties(input.properties) };
		return [];
	});
	return ok(renderComment(comment, { site, base: request.base, issue, properties: expands(request) }));
}

function commentsByIds(site: Site, request: RequestContext): Answer {
	const ids = integers(bodyObject(request), "ids");
	if (ids.length === 0) throw jiraError(400, "No comment ids provided.");
	if (ids.length > 1000) throw jiraError(400, "The number of comment ids exceeds the maximum of 1000.");
	const { accountId } = request.caller.account;
	const found = ids.flatMap((id) => {
		const issue = site.jira.issues.get(site.jira.commentOwners.get(id) ?? -1);
		const comment = issue === undefined ? undefined : readBody(site.jira, issue).comments.find((each) => each.id === id);
		const isHidden = issue === undefined || !maySee(site, issue, accountId) || !mayRead(site, issue, comment?.visibility, accountId);
		return isHidden || comment === undefined
			? []
			: [renderComment(comment, { site, base: request.base, issue, properties: expands(request) })];
	});
	return ok(pageBean(request, found, { size: 1000, max: 1000 }), found.length);
}
