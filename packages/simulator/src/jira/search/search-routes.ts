import { type Answer, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { bodyObject, integers, optionalText, texts } from "../../http/read-input.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { selectFields } from "../issue/field-selection.ts";
import { fieldNames, fieldSchemas, type IssueRendering, renderIssue } from "../issue/render-issue.ts";
import { lookUpIssue } from "../model/find.ts";
import type { Issue } from "../model/issue.ts";
import { maySee } from "../security/visibility.ts";
import { pageStart, pageToken, search } from "./search.ts";

interface SearchInput {
	readonly jql: string;
	readonly nextPageToken: string | undefined;
	readonly maxResults: number;
	readonly fields: readonly string[];
	readonly expand: ReadonlySet<string>;
	readonly properties: readonly string[];
	readonly reconcile: readonly number[];
}

/** Registers search, counting and bulk fetching. */
export function registerSearch(router: Router, site: Site): void {
	router.route("GET", "/rest/api/3/search/jql", (request) => page(site, request, fromQuery(request)));
	router.route("POST", "/rest/api/3/search/jql", (request) => page(site, request, fromBody(request)));
	router.route("POST", "/rest/api/3/search/approximate-count", (request) => {
		const jql = optionalText(bodyObject(request), "jql") ?? "";
		return ok({ count: search(site, { jql, caller: request.caller.account, reconcile: [] }).length });
	});
	router.route("POST", "/rest/api/3/issue/bulkfetch", (request) => bulkFetch(site, request));
}

const list = (text: string | null): string[] =>
	(text ?? "")
		.split(",")
		.map((part) => part.trim())
		.filter((part) => part !== "");

function fromQuery({ query }: RequestContext): SearchInput {
	const maxResults = query.get("maxResults");
	if (maxResults !== null && !/^\d+$/.test(maxResults))
		throw jiraError(400, `The value '${maxResults}' is not a valid integer for maxResults.`);
	return {
		jql: query.get("jql") ?? "",
		nextPageToken: query.get("nextPageToken") ?? undefined,
		maxResults: Number(maxResults ?? 50),
		fields: query.getAll("fields"),
		expand: new Set(list(query.get("expand"))),
		properties: query.getAll("properties").flatMap(list),
		reconcile: query.getAll("reconcileIssues").flatMap(list).map(Number),
	};
}

function fromBody(request: RequestContext): SearchInput {
	const body = bodyObject(request);
	return {
		jql: optionalText(body, "jql") ?? "",
		nextPageToken: optionalText(body, "nextPageToken"),
		maxResults: integers(body, "maxResults")[0] ?? 50,
		fields: texts(body, "fields"),
		expand: new Set(list(optionalText(body, "expand") ?? "")),
		properties: texts(body, "properties"),
		reconcile: integers(body, "reconcileIssues"),
	};
}

function page(site: Site, request: RequestContext, input: SearchInput): Answer {
	if (input.properties.length > 5) throw jiraError(400, "The maximum number of issue properties that can be requested is 5.");
	if (input.reconcile.length > 50) throw jiraError(400, "The maximum number of issues to reconcile is 50.");
	const selection = selectFields(site, input.fields, "id");
	const issues = search(site, { jql: input.jql, caller: request.caller.account, reconcile: input.reconcile });
	const small = selection.idsOnly && input.properties.length === 0 && input.expand.size === 0;
	const size = Math.max(1, Math.min(input.maxResults, small ? site.switches.searchIdsPageMax : site.switches.searchPageMax));
	const start = pageStart(issues, input.nextPageToken);
	const end = Math.min(issues.length, start + size);
	const rendering: IssueRendering = {
		site,
		base: request.base,
		callerId: request.caller.account.accountId,
		selection,
		expand: new Set([...input.expand].filter((name) => name !== "names" && name !== "schema")),
		properties: site.switches.bulkAllProperties ? input.properties : input.properties.filter((key) => key !== "*all"),
		comments: site.switches.inlinedComments,
	};
	const rendered: object[] = [];
	for (const document of issues.slice(start, end)) {
		const issue = site.jira.issues.get(document.id);
		if (issue !== undefined) rendered.push(renderIssue(issue, rendering));
		else if (small) rendered.push(renderIssue(document, rendering));
	}
	const json: Record<string, unknown> = { issues: rendered };
	if (end < issues.length) json.nextPageToken = pageToken(issues, end);
	json.isLast = end >= issues.length;
	if (input.expand.has("names")) json.names = fieldNames(selection);
	if (input.expand.has("schema")) json.schema = fieldSchemas(selection);
	return ok(json, rendered.length);
}

function bulkFetch(site: Site, request: RequestContext): Answer {
	const body = bodyObject(request);
	const wanted = texts(body, "issueIdsOrKeys");
	const max = site.switches.bulkFetchMax;
	if (wanted.length === 0) throw jiraError(400, "At least one issue ID or key must be provided.");
	if (wanted.length > max) throw jiraError(400, `The number of issues requested (${wanted.length}) exceeds the maximum of ${max}.`);
	const properties = texts(body, "properties");
	if (properties.length > 5) throw jiraError(400, "The maximum number of issue properties that can be requested is 5.");
	const rendering: IssueRendering = {
		site,
		base: request.base,
		callerId: request.caller.account.accountId,
		selection: selectFields(site, texts(body, "fields"), "*navigable"),
		expand: new Set(texts(body, "expand")),
		properties: site.switches.bulkAllProperties ? properties : properties.filter((key) => key !== "*all"),
		comments: site.switches.inlinedComments,
	};
	const found = new Set<Issue>();
	const errors: object[] = [];
	for (const idOrKey of wanted) {
		const issue = lookUpIssue(site, idOrKey);
		if (issue === undefined || !maySee(site, issue, rendering.callerId))
			errors.push({ id: idOrKey, errorMessage: "Issue does not exist or you do not have permission to see it." });
		else found.add(issue);
	}
	return ok({ issues: [...found].map((issue) => renderIssue(issue, rendering)), issueErrors: errors }, found.size);
}
