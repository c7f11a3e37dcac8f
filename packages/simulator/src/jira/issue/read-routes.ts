import { ok } from "../../http/answer.ts";
import { param } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { findIssue } from "../model/find.ts";
import { selectFields } from "./field-selection.ts";
import { renderIssue } from "./render-issue.ts";

const list = (text: string | null): string[] =>
	(text ?? "")
		.split(",")
		.map((part) => part.trim())
		.filter((part) => part !== "");

/** Registers reading one work item. */
export function registerIssueReads(router: Router, site: Site): void {
	router.route("GET", "/rest/api/3/issue/{issueIdOrKey}", (request) => {
		const issue = findIssue(site, param(request, "issueIdOrKey"));
		const json = renderIssue(issue, {
			site,
			base: request.base,
			callerId: request.caller.account.accountId,
			selection: { ...selectFields(site, request.query.getAll("fields"), "*all"), idsOnly: false, bare: false },
			expand: new Set(list(request.query.get("expand"))),
			properties: request.query.getAll("properties").flatMap(list),
			comments: 5000,
		});
		return ok(json);
	});
}
