import { ok } from "../http/answer.ts";
import type { Router } from "../http/router.ts";
import type { Limits } from "../limits/limits.ts";
import type { Site } from "../site/site.ts";

/** Registers the operations of Jira, Jira Software and Jira Service Management. */
export function registerJira(router: Router, site: Site, _limits: Limits): void {
	router.route("GET", "/rest/api/3/myself", (request) => ok({ accountId: request.caller.account.accountId, site: site.name }), [
		["read:jira-user"],
	]);
}
