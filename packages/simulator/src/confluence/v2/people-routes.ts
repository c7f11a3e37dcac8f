import { type Answer, ok } from "../../http/answer.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Account } from "../../site/accounts.ts";
import type { Site } from "../../site/site.ts";
import { badRequest } from "../refusals.ts";
import { objectBody } from "./input.ts";

/** Registers reading of users and of the types behind ids. */
export function registerPeople(router: Router, site: Site): void {
	router.route("POST", "/wiki/api/v2/users-bulk", (request) => users(site, request), [["read:user:confluence"]]);
	router.route("POST", "/wiki/api/v2/content/convert-ids-to-types", (request) => types(site, request), [
		["read:content.metadata:confluence"],
	]);
}

/** A user as Confluence v2 gives it. */
const userShape = (site: Site, account: Account): Record<string, unknown> => ({
	displayName: account.displayName,
	timeZone: account.timeZone,
	isExternalCollaborator: false,
	accountStatus: account.active ? "active" : "inactive",
	accountId: account.accountId,
	email: account.emailAddress,
	accountType: account.accountType,
	publicName: account.displayName,
	profilePicture: { path: `${site.url}/wiki/aa-avatar/${encodeURIComponent(account.accountId)}`, isDefault: true },
});

function users(site: Site, request: RequestContext): Answer {
	const { accountIds } = objectBody(request);
	if (!Array.isArray(accountIds)) throw badRequest("'accountIds' is required");
	if (accountIds.length > 250) throw badRequest("At most 250 account ids are allowed");
	const results = accountIds.flatMap((id: unknown) => site.accounts.get(String(id)) ?? []).map((account) => userShape(site, account));
	return ok({ results, _links: { base: `${site.url}/wiki` } }, results.length);
}

function types(site: Site, request: RequestContext): Answer {
	const { contentIds } = objectBody(request);
	if (!Array.isArray(contentIds)) throw badRequest("'contentIds' is required");
	const results = Object.fromEntries(contentIds.map((id: unknown) => [String(id), typeOf(site, String(id))]));
	return ok({ results });
}

function typeOf(site: Site, id: string): string | null {
	const comment = site.confluence.comments.get(id);
	if (comment !== undefined) return `${comment.kind}-comment`;
	return (
		site.confluence.contents.get(id)?.type ??
		(site.confluence.attachments.has(id) || site.confluence.attachments.has(`att${id}`) ? "attachment" : null)
	);
}
