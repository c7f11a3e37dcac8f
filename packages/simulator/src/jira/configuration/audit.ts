import { type Answer, ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import type { RequestContext } from "../../http/request.ts";
import type { Method, Router } from "../../http/router.ts";
import { jiraTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";

/** What a change of the configuration says of itself in the audit log. */
interface Said {
	/** `workflows`, `permissions`, `fields`, `projects`. */
	readonly category: string;
	/** `Priority created` */
	readonly summary: string;
}

/** Registers an operation that changes the configuration: only administrators may, and the audit log tells of it. */
export function changesSettings(
	router: Router,
	site: Site,
	said: Said,
	[method, template, handler]: readonly [Method, string, (request: RequestContext) => Answer],
): void {
	router.route(method, template, (request) => {
		const answer = handler(request);
		site.jira.revision += 1;
		const object = { id: Object.values(request.params).at(-1) ?? "", name: said.category, typeName: said.category.toUpperCase() };
		const id = site.ids.take("audit", 1);
		site.jira.settings.audit.push({ id, at: site.clock.now(), author: request.caller.account.accountId, ...said, object });
		return answer;
	});
}

/** Registers the audit log, newest first. */
export function registerAudit(router: Router, site: Site): void {
	router.route("GET", "/rest/api/3/auditing/record", (request) => {
		const limit = Math.min(1000, Number(request.query.get("limit") ?? 1000));
		const offset = Number(request.query.get("offset") ?? 0);
		const from = request.query.get("from");
		const since = from === null ? 0 : Date.parse(from);
		if (Number.isNaN(since)) throw jiraError(400, "The 'from' date is not valid.");
		const all = site.jira.settings.audit.filter((line) => line.at >= since).toReversed();
		const records = all.slice(offset, offset + limit).map((line) => ({
			id: line.id,
			summary: line.summary,
			authorKey: line.author,
			created: jiraTime(line.at),
			category: line.category,
			eventSource: "",
			objectItem: line.object,
		}));
		return ok({ offset, limit, total: all.length, records }, records.length);
	});
}
