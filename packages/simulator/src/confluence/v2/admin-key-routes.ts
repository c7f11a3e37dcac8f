import { type Answer, noContent, ok } from "../../http/answer.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import { isoTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { badRequest, notFound } from "../refusals.ts";

const usualMinutes = 10;

/** Registers the key by which an administrator sees restricted content for a while; apps have none. */
export function registerAdminKey(router: Router, site: Site): void {
	const path = "/wiki/api/v2/admin-key";
	router.route("GET", path, (request) => current(site, request), []);
	router.route("POST", path, (request) => enable(site, request), []);
	router.route("DELETE", path, (request) => disable(site, request), []);
}

/** @throws HttpError 404 for apps, for people who do not administer the site, and on sites whose plan has no admin keys */
function accountOf(site: Site, request: RequestContext): string {
	const { caller } = request;
	const admins = [...site.groups.values()].find((group) => group.name === "site-admins");
	const may = caller.kind === "token" && site.switches.adminKeys && admins?.members.has(caller.account.accountId) === true;
	if (!may) throw notFound("admin key for the calling user");
	return caller.account.accountId;
}

const shape = (accountId: string, until: number): Record<string, unknown> => ({ accountId, expirationTime: isoTime(until) });

function current(site: Site, request: RequestContext): Answer {
	const accountId = accountOf(site, request);
	const until = site.confluence.adminKeys.get(accountId) ?? 0;
	if (until <= site.clock.now()) throw notFound("admin key for the calling user");
	return ok(shape(accountId, until));
}

function enable(site: Site, request: RequestContext): Answer {
	const accountId = accountOf(site, request);
	const { durationInMinutes } = (request.body ?? {}) as { durationInMinutes?: unknown };
	const minutes = durationInMinutes === undefined || durationInMinutes === 0 ? usualMinutes : Number(durationInMinutes);
	if (!Number.isInteger(minutes) || minutes < 0 || minutes > 60) throw badRequest("'durationInMinutes' must be at most 60");
	const until = site.clock.now() + minutes * 60_000;
	site.confluence.adminKeys.set(accountId, until);
	return ok(shape(accountId, until));
}

function disable(site: Site, request: RequestContext): Answer {
	site.confluence.adminKeys.delete(accountOf(site, request));
	return noContent();
}
