import { noContent, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject } from "../../http/read-input.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Limits } from "../../limits/limits.ts";
import type { Site } from "../../site/site.ts";
import { createComment } from "../comment/comment-routes.ts";
import { deleteLink } from "../issue/delete-issue.ts";
import { change, record } from "../issue/journal.ts";
import { renderIssueReference } from "../issue/render-fields.ts";
import type { IssueLink } from "../model/issue.ts";
import { createLink, readLinked, readLinkType } from "./create-link.ts";

/** Registers links between work items. */
export function registerLinks(router: Router, site: Site, limits: Limits): void {
	router.route("POST", "/rest/api/3/issueLink", (request) => {
		const body = bodyObject(request);
		const inward = readLinked(site, body.inwardIssue);
		const outward = readLinked(site, body.outwardIssue);
		const type = readLinkType(site, body.type);
		const author = request.caller.account.accountId;
		limits.admitIssueWrite(String(inward.id));
		limits.admitIssueWrite(String(outward.id));
		createLink(site, { type, inward, outward, author });
		if (typeof body.comment === "object" && body.comment !== null) {
			createComment(site, inward, { author, input: body.comment as Record<string, unknown> });
		}
		return { status: 201 };
	});
	router.route("GET", "/rest/api/3/issueLink/{linkId}", (request) => {
		const link = find(site, request);
		const type = site.jira.linkTypes.get(link.typeId);
		return ok({
			id: String(link.id),
			self: `${request.base}/rest/api/3/issueLink/${link.id}`,
			type: { ...type, self: `${request.base}/rest/api/3/issueLinkType/${link.typeId}` },
			inwardIssue: renderIssueReference({ site, base: request.base, callerId: request.caller.account.accountId }, link.inwardId),
			outwardIssue: renderIssueReference({ site, base: request.base, callerId: request.caller.account.accountId }, link.outwardId),
		});
	});
	router.route("DELETE", "/rest/api/3/issueLink/{linkId}", (request) => {
		const link = find(site, request);
		const author = request.caller.account.accountId;
		for (const [side, other] of [
			[link.inwardId, link.outwardId],
			[link.outwardId, link.inwardId],
		] as const) {
			const issue = site.jira.issues.get(side);
			const otherKey = site.jira.issues.get(other)?.key ?? "";
			if (issue === undefined) continue;
			record(site, { issue, author, bump: site.switches.linksBumpUpdated }, () => [
				change("Link", { fieldId: "issuelinks", from: otherKey, fromString: `This work item is linked to ${otherKey}`, toString: null }),
			]);
		}
		deleteLink(site, link.id);
		return noContent();
	});
}

function find(site: Site, request: RequestContext): IssueLink {
	const link = site.jira.links.get(Number(param(request, "linkId")));
	if (link === undefined) throw jiraError(404, `No issue link with id '${param(request, "linkId")}' exists.`);
	return link;
}
