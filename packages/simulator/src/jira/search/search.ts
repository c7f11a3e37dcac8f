import { jiraError } from "../../http/errors.ts";
import type { Account } from "../../site/accounts.ts";
import type { Site } from "../../site/site.ts";
import type { Issue } from "../model/issue.ts";
import { maySee } from "../security/visibility.ts";
import { compile, compileOrder, type QueryScope } from "./jql-compile.ts";
import { parseJql } from "./jql-parser.ts";

/** What a search asks. */
export interface SearchRequest {
	readonly jql: string;
	readonly caller: Account;
	/** Ids that are read as they are, whatever the index says. */
	readonly reconcile: readonly number[];
}

interface Cached {
	readonly revision: number;
	readonly issues: readonly Issue[];
	readonly relative: boolean;
}

const cache = new WeakMap<Site, Map<string, Cached>>();
const kept = 8;

/** Finds all work items of a query, in its order. @throws HttpError 400 for JQL that is wrong or unbounded */
export function search(site: Site, request: SearchRequest): readonly Issue[] {
	let results = cache.get(site);
	if (results === undefined) {
		results = new Map();
		cache.set(site, results);
	}
	const key = `${request.caller.accountId}\n${request.jql}`;
	const behind = site.jira.index.isBehind(site);
	const known = results.get(key);
	if (known !== undefined && !behind && !known.relative && known.revision === site.jira.revision) return known.issues;
	const issues = run(site, request);
	results.delete(key);
	if (!behind) results.set(key, { revision: site.jira.revision, issues, relative: /[+-]\d+[mhdw]|now\(/i.test(request.jql) });
	const oldest = results.keys().next().value;
	if (results.size > kept && oldest !== undefined) results.delete(oldest);
	return issues;
}

function run(site: Site, request: SearchRequest): readonly Issue[] {
	const query = parseJql(request.jql);
	if (query.where === undefined) {
		throw jiraError(400, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.");
	}
	if (query.order.length > 7) throw jiraError(400, "The maximum number of fields in ORDER BY is 7.");
	const scope: QueryScope = { site, caller: request.caller };
	const predicate = compile(query.where, scope);
	const order = compileOrder(query.order, scope);
	const trashed = new Set([...site.jira.projects.values()].filter((project) => project.deleted !== undefined).map((project) => project.id));
	const found: Issue[] = [];
	for (const issue of site.jira.index.documents(site, new Set(request.reconcile))) {
		if (!trashed.has(issue.projectId) && maySee(site, issue, request.caller.accountId) && predicate(issue)) found.push(issue);
	}
	return found.sort(order);
}

/** Where a page begins: the token names the place and the last work item that was given. */
export function pageStart(issues: readonly Issue[], token: string | undefined): number {
	if (token === undefined) return 0;
	const match = /^(\d+):(\d+)$/.exec(Buffer.from(token, "base64url").toString("utf8"));
	if (match === null) throw jiraError(400, "The provided next page token is invalid or expired.");
	const at = Number(match[1]);
	const last = Number(match[2]);
	if (issues[at - 1]?.id === last) return at;
	const moved = issues.findIndex((issue) => issue.id === last);
	return moved >= 0 ? moved + 1 : Math.min(at, issues.length);
}

/** Makes the token of the page that begins at `at`. */
export function pageToken(issues: readonly Issue[], at: number): string {
	return Buffer.from(`${at}:${issues[at - 1]?.id ?? 0}`).toString("base64url");
}
