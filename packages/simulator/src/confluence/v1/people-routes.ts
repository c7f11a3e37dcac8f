import { type Answer, ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { bad, missing } from "./refusals.ts";
import { groupShape, userShape } from "./shapes.ts";

const users = [["read:confluence-user"], ["read:content-details:confluence"]];
const groups = [["read:confluence-groups"], ["read:group:confluence"]];

/** Registers users and groups. */
export function registerUsers(router: Router, site: Site): void {
	router.route("GET", "/wiki/rest/api/user/current", (request) => ok(userShape(site, request.caller.account.accountId)), users);
	router.route("GET", "/wiki/rest/api/user", (request) => user(site, request), users);
	router.route("GET", "/wiki/rest/api/user/bulk", (request) => bulk(site, request), users);
	router.route("GET", "/wiki/rest/api/group", (request) => ok(list(site, request, "/group", allGroups(site))), groups);
	router.route("GET", "/wiki/rest/api/group/by-id", (request) => group(site, request), groups);
	router.route("GET", "/wiki/rest/api/group/{groupId}/membersByGroupId", (request) => members(site, request), [
		["read:confluence-groups"],
		["read:group:confluence", "read:user:confluence"],
	]);
	router.route("GET", "/wiki/rest/api/settings/systemInfo", () => ok(systemInfo(site)), [
		["manage:confluence-configuration"],
		["read:configuration:confluence"],
	]);
}

function user(site: Site, request: RequestContext): Answer {
	const accountId = request.query.get("accountId");
	if (accountId === null) throw bad("accountId is required");
	if (!site.accounts.has(accountId)) throw missing(`user with accountId ${accountId}`);
	return ok(userShape(site, accountId));
}

function bulk(site: Site, request: RequestContext): Answer {
	const ids = request.query.getAll("accountId").flatMap((value) => value.split(","));
	if (ids.length > 100) throw bad("At most 100 account ids are allowed");
	const results = ids.filter((id) => site.accounts.has(id)).map((id) => userShape(site, id));
	return ok(
		{ results, start: 0, limit: 100, size: results.length, _links: { self: `${site.url}/wiki/rest/api/user/bulk` } },
		results.length,
	);
}

const allGroups = (site: Site): Record<string, unknown>[] => [...site.groups.values()].map((entry) => groupShape(site, entry));

function group(site: Site, request: RequestContext): Answer {
	const found = site.groups.get(request.query.get("id") ?? "");
	if (found === undefined) throw missing("group with this id");
	return ok(groupShape(site, found));
}

function members(site: Site, request: RequestContext): Answer {
	const found = site.groups.get(param(request, "groupId"));
	if (found === undefined) throw missing(`group with id ${param(request, "groupId")}`);
	const path = `/group/${found.groupId}/membersByGroupId`;
	return ok(
		list(
			site,
			request,
			path,
			[...found.members].map((accountId) => userShape(site, accountId)),
		),
	);
}

function list(site: Site, request: RequestContext, path: string, all: readonly Record<string, unknown>[]): Record<string, unknown> {
	const start = Number(request.query.get("start") ?? 0);
	const limit = Math.min(200, Number(request.query.get("limit") ?? 200));
	const results = all.slice(start, start + limit);
	const next = start + limit < all.length ? { next: `/rest/api${path}?start=${start + limit}&limit=${limit}` } : {};
	return {
		results,
		start,
		limit,
		size: results.length,
		_links: { ...next, base: `${site.url}/wiki`, context: "/wiki", self: `${site.url}/wiki/rest/api${path}` },
	};
}

const systemInfo = (site: Site): Record<string, unknown> => ({
	cloudId: site.cloudId,
	commitHash: "simulator",
	baseUrl: `${site.url}/wiki`,
	fallbackBaseUrl: `${site.url}/wiki`,
	edition: "STANDARD",
	siteTitle: site.name,
	defaultLocale: "en-GB",
	defaultTimeZone: "Etc/UTC",
	microsPerimeter: "commercial",
});
