import { createHash } from "node:crypto";
import { type Answer, ok } from "../../http/answer.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import type { Content } from "../entities.ts";
import { bad, contentOf, missing, requireEdit } from "./refusals.ts";
import { restrictionShape } from "./shapes.ts";

const read = [["read:confluence-content.all"], ["read:content-details:confluence"]];
const write = [["write:confluence-content"], ["read:content-details:confluence", "write:content.restriction:confluence"]];
const readOne = [["read:confluence-content.all"], ["read:content.restriction:confluence"]];
const writeOne = [["write:confluence-content"], ["write:content.restriction:confluence"]];
const operations = ["read", "update"] as const;
type Operation = (typeof operations)[number];

/** Registers reading and writing of view and edit restrictions. */
export function registerRestrictions(router: Router, site: Site): void {
	const root = "/wiki/rest/api/content/{id}/restriction";
	router.route("GET", root, (request) => ok(list(site, contentOf(site, request))), read);
	router.route("PUT", root, (request) => replace(site, request), write);
	router.route("POST", root, (request) => add(site, request), write);
	router.route("DELETE", root, (request) => clear(site, request), write);
	router.route("GET", `${root}/byOperation`, (request) => ok(byOperation(site, contentOf(site, request))), read);
	const one = `${root}/byOperation/{operationKey}`;
	router.route("GET", one, (request) => single(site, request), read);
	for (const [path, list] of [
		[`${one}/user`, "users"],
		[`${one}/byGroupId/{groupId}`, "groups"],
	] as const) {
		router.route("GET", path, (request) => isRestrictedTo(site, request, list), readOne);
		router.route("PUT", path, (request) => restrictTo(site, request, list), writeOne);
		router.route("DELETE", path, (request) => freeFrom(site, request, list), writeOne);
	}
}

function list(site: Site, content: Content): Record<string, unknown> {
	const results = operations.map((operation) => restrictionShape(site, content, operation));
	const self = `${site.url}/wiki/rest/api/content/${content.id}/restriction`;
	const restrictionsHash = createHash("sha256").update(JSON.stringify(content.restrictions)).digest("hex").slice(0, 32);
	return {
		results,
		start: 0,
		limit: 100,
		size: results.length,
		restrictionsHash,
		_links: { self, base: `${site.url}/wiki`, context: "/wiki" },
	};
}

function byOperation(site: Site, content: Content): Record<string, unknown> {
	const self = `${site.url}/wiki/rest/api/content/${content.id}/restriction/byOperation`;
	return { read: restrictionShape(site, content, "read"), update: restrictionShape(site, content, "update"), _links: { self } };
}

function operationOf(request: RequestContext): Operation {
	const operation = operations.find((known) => known === param(request, "operationKey"));
	if (operation === undefined) throw missing(`restriction for operation ${param(request, "operationKey")}`);
	return operation;
}

function single(site: Site, request: RequestContext): Answer {
	const content = contentOf(site, request);
	return ok(restrictionShape(site, content, operationOf(request)));
}

/** The account or group that a route of one restriction names. @throws HttpError 404 */
function subjectOf(site: Site, request: RequestContext, list: "users" | "groups"): string {
	const id = list === "users" ? (request.query.get("accountId") ?? "") : param(request, "groupId");
	if (list === "users" ? !site.accounts.has(id) : !site.groups.has(id))
		throw missing(`${list === "users" ? "user" : "group"} with id ${id}`);
	return id;
}

function isRestrictedTo(site: Site, request: RequestContext, list: "users" | "groups"): Answer {
	const content = contentOf(site, request);
	if (!content.restrictions[operationOf(request)][list].includes(subjectOf(site, request, list))) throw missing("such restriction");
	return { status: 200 };
}

function restrictTo(site: Site, request: RequestContext, list: "users" | "groups"): Answer {
	const restriction = changeable(site, request).restrictions[operationOf(request)];
	restriction[list] = [...new Set([...restriction[list], subjectOf(site, request, list)])];
	site.confluence.touch();
	return { status: 200 };
}

function freeFrom(site: Site, request: RequestContext, list: "users" | "groups"): Answer {
	const restriction = changeable(site, request).restrictions[operationOf(request)];
	const id = subjectOf(site, request, list);
	restriction[list] = restriction[list].filter((known) => known !== id);
	site.confluence.touch();
	return { status: 200 };
}

interface Wanted {
	readonly operation: Operation;
	readonly users: readonly string[];
	readonly groups: readonly string[];
}

function wanted(site: Site, request: RequestContext): Wanted[] {
	const body = request.body as { results?: unknown } | readonly unknown[] | undefined;
	const list: unknown = Array.isArray(body) ? body : (body as { results?: unknown } | undefined)?.results;
	if (!Array.isArray(list)) throw bad("A list of restrictions is required");
	return list.map((entry: unknown) => {
		const { operation, restrictions } = (entry ?? {}) as { operation?: unknown; restrictions?: { user?: unknown; group?: unknown } };
		const known = operations.find((name) => name === operation);
		if (known === undefined) throw bad(`Restrictions are possible for read and update only, not for ${String(operation)}`);
		const users = named(restrictions?.user, "accountId");
		for (const accountId of users) if (!site.accounts.has(accountId)) throw bad(`No user found with account id ${accountId}`);
		const groups = named(restrictions?.group, "id", "name").map((name) => groupNamed(site, name));
		return { operation: known, users, groups };
	});
}

function named(value: unknown, ...keys: readonly string[]): string[] {
	const list: unknown = Array.isArray(value) ? value : (value as { results?: unknown } | undefined)?.results;
	if (!Array.isArray(list)) return [];
	return list.flatMap((entry: unknown) => {
		const found = keys.map((key) => (entry as Record<string, unknown>)[key]).find((name) => typeof name === "string");
		return typeof found === "string" ? [found] : [];
	});
}

function groupNamed(site: Site, name: string): string {
	const group = site.groups.get(name) ?? [...site.groups.values()].find((known) => known.name === name);
	if (group === undefined) throw bad(`No group found with id ${name}`);
	return group.groupId;
}

function changeable(site: Site, request: RequestContext): Content {
	const content = contentOf(site, request);
	requireEdit(site, request.caller, content);
	return content;
}

function replace(site: Site, request: RequestContext): Answer {
	const content = changeable(site, request);
	const all = wanted(site, request);
	for (const operation of operations) {
		const given = all.filter((entry) => entry.operation === operation);
		content.restrictions[operation].users = [...new Set(given.flatMap((entry) => entry.users))];
		content.restrictions[operation].groups = [...new Set(given.flatMap((entry) => entry.groups))];
	}
	site.confluence.touch();
	return ok(list(site, content));
}

function add(site: Site, request: RequestContext): Answer {
	const content = changeable(site, request);
	for (const { operation, users, groups } of wanted(site, request)) {
		const restriction = content.restrictions[operation];
		restriction.users = [...new Set([...restriction.users, ...users])];
		restriction.groups = [...new Set([...restriction.groups, ...groups])];
	}
	site.confluence.touch();
	return ok(list(site, content));
}

function clear(site: Site, request: RequestContext): Answer {
	const content = changeable(site, request);
	for (const operation of operations) Object.assign(content.restrictions[operation], { users: [], groups: [] });
	site.confluence.touch();
	return ok(list(site, content));
}
