import { ok } from "../../http/answer.ts";
import { jiraError } from "../../http/errors.ts";
import { param, type RequestContext } from "../../http/request.ts";
import type { Router } from "../../http/router.ts";
import type { Site } from "../../site/site.ts";
import { findSetting } from "./settings.ts";
import { usedBy } from "./status-migration.ts";

const api = "/rest/api/3";

/** Registers which spaces use a workflow, or a scheme of workflows. */
export function registerWorkflowUsage(router: Router, site: Site): void {
	const spaces = (uses: (schemeId: string) => boolean): string[] =>
		[...site.jira.projects.values()].flatMap(({ id, schemes }) => (uses(schemes?.workflowScheme ?? "") ? [id] : []));
	router.route("GET", `${api}/workflow/{workflowId}/projectUsages`, (request) => {
		const workflow = findSetting(site, "workflow", param(request, "workflowId"), "workflow");
		const schemes = site.jira.settings.of.workflowScheme;
		const ids = spaces((id) => {
			const scheme = schemes.get(id);
			return scheme !== undefined && usedBy(scheme).includes(workflow.name);
		});
		return ok({ workflowId: workflow.id, projects: page(request, ids) });
	});
	router.route("GET", `${api}/workflowscheme/{workflowSchemeId}/projectUsages`, (request) => {
		const scheme = findSetting(site, "workflowScheme", param(request, "workflowSchemeId"), "workflow scheme");
		const ids = spaces((id) => id === scheme.id);
		return ok({ workflowSchemeId: scheme.id, projects: page(request, ids) });
	});
}

function page(request: RequestContext, ids: readonly string[]): object {
	const token = request.query.get("nextPageToken");
	const start = token === null ? 0 : Number(Buffer.from(token, "base64url").toString("utf8"));
	const size = Number(request.query.get("maxResults") ?? 50);
	if (!Number.isSafeInteger(start)) throw jiraError(400, "Invalid format of nextPageToken");
	if (!Number.isSafeInteger(size) || size < 1 || size > 200) throw jiraError(400, "maxResults must be between 1 and 200.");
	const end = start + size;
	const more = end < ids.length ? { nextPageToken: Buffer.from(String(end)).toString("base64url") } : {};
	return { ...more, values: ids.slice(start, end).map((id) => ({ id })) };
}
