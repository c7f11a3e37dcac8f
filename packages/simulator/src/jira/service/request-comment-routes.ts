import { created, ok } from "../../http/answer.ts";
import { bodyObject, optionalText } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Limits } from "../../limits/limits.ts";
import { jiraTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { createComment } from "../comment/comment-routes.ts";
import type { Adf, Comment, Issue } from "../model/issue.ts";
import { readBody } from "../state.ts";
import { refused } from "./desk-routes.ts";
import { renderPerson } from "./render-request.ts";
import { missing, page } from "./service-answers.ts";
import { findRequest } from "./service-routes.ts";

const path = "/rest/servicedeskapi/request/{issueIdOrKey}/comment";

/** Registers the comments of customers' requests: the only operations that say whether customers see a comment. */
export function registerRequestComments(router: Router, site: Site, limits: Limits): void {
	const issueOf = (request: RequestContext): Issue => findRequest(site, param(request, "issueIdOrKey"));
	const asked = (request: RequestContext, name: string): boolean => request.query.get(name) !== "false";
	router.route("GET", path, (request) => {
		const issue = issueOf(request);
		const wanted = (comment: Comment) => asked(request, comment.jsdPublic ? "public" : "internal");
		const comments = readBody(site.jira, issue).comments.filter(wanted);
		return page(request, comments, (comment) => render(site, request, issue, comment));
	});
	router.route("GET", `${path}/{commentId}`, (request) => {
		const issue = issueOf(request);
		const comment = readBody(site.jira, issue).comments.find((one) => String(one.id) === param(request, "commentId"));
		if (comment === undefined) throw missing("The comment does not exist.");
		return ok(render(site, request, issue, comment));
	});
	router.route("POST", path, (request) => {
		const issue = issueOf(request);
		limits.admitIssueWrite(String(issue.id));
		const body = bodyObject(request);
		const text = optionalText(body, "body") ?? "";
		if (text.trim() === "") throw refused("The comment's body can't be empty.");
		const isInternal = body.public === false;
		const comment = createComment(site, issue, { author: request.caller.account.accountId, input: { body: document(text) }, isInternal });
		return created(render(site, request, issue, comment));
	});
}

const document = (text: string): Adf => ({ type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text }] }] });

function wordsOf(value: unknown): string {
	if (Array.isArray(value)) return value.map(wordsOf).join("");
	if (typeof value !== "object" || value === null) return "";
	const { text, content } = value as { text?: unknown; content?: unknown };
	return typeof text === "string" ? text : wordsOf(content);
}

function render(site: Site, request: RequestContext, issue: Issue, comment: Comment): object {
	const { created: at } = comment;
	return {
		_expands: ["attachment", "renderedBody"],
		id: String(comment.id),
		body: wordsOf(comment.body),
		public: comment.jsdPublic,
		author: renderPerson(site, request, comment.author),
		created: { iso8601: jiraTime(at), jira: jiraTime(at), friendly: new Date(at).toUTCString(), epochMillis: at },
		_links: { self: `${request.base}/rest/servicedeskapi/request/${issue.id}/comment/${comment.id}` },
	};
}
