import { ok } from "../../http/answer.ts";
import { pageBean } from "../../http/read-input.ts";
import type { Router } from "../../http/router.ts";
import { jiraTime } from "../../site/clock.ts";
import type { Site } from "../../site/site.ts";
import { renderIssueType, renderPriority, renderResolution, renderStatus } from "../field/render-configuration.ts";
import { registerAudit } from "./audit.ts";
import { registerFields } from "./field-routes.ts";
import { registerFieldSchemes } from "./field-scheme-routes.ts";
import { registerNamed } from "./named-routes.ts";
import { registerPrioritySchemes } from "./priority-scheme-routes.ts";
import { registerRoles } from "./role-routes.ts";
import { registerSchemes } from "./scheme-routes.ts";
import { registerScreens } from "./screen-routes.ts";
import { registerWorkflows } from "./workflow-routes.ts";

/** Registers what describes the site: server, types, statuses, priorities, resolutions, link types, fields, roles, the audit log. */
export function registerConfiguration(router: Router, site: Site): void {
	const jira = site.jira;
	router.route("GET", "/rest/api/3/serverInfo", () => ok(serverInfo(site)));
	router.route("GET", "/rest/api/3/issuetype", ({ base }) => ok([...jira.issueTypes.keys()].map((id) => renderIssueType(site, base, id))));
	router.route("GET", "/rest/api/3/status", ({ base }) => ok([...jira.statuses.keys()].map((id) => renderStatus(site, base, id))));
	router.route("GET", "/rest/api/3/priority", ({ base }) => ok(priorities(site, base)));
	router.route("GET", "/rest/api/3/priority/search", (request) =>
		ok(pageBean(request, priorities(site, request.base), { size: 50, max: 50 })),
	);
	router.route("GET", "/rest/api/3/resolution", ({ base }) =>
		ok([...jira.resolutions.keys()].map((id) => renderResolution(site, base, id))),
	);
	router.route("GET", "/rest/api/3/issueLinkType", ({ base }) =>
		ok({ issueLinkTypes: [...jira.linkTypes.values()].map((type) => ({ ...type, self: `${base}/rest/api/3/issueLinkType/${type.id}` })) }),
	);
	registerNamed(router, site);
	registerFields(router, site);
	registerRoles(router, site);
	registerSchemes(router, site);
	registerScreens(router, site);
	registerWorkflows(router, site);
	registerFieldSchemes(router, site);
	registerPrioritySchemes(router, site);
	registerAudit(router, site);
}

function serverInfo(site: Site): object {
	return {
		baseUrl: site.url,
		displayUrl: site.url,
		displayUrlConfluence: `${site.url}/wiki`,
		version: "1001.0.0-SNAPSHOT",
		versionNumbers: [1001, 0, 0],
		deploymentType: "Cloud",
		buildNumber: 100_290,
		buildDate: "2026-11-02T08:00:00.000+0000",
		serverTime: jiraTime(site.clock.now()),
		scmInfo: site.cloudId.replaceAll("-", "").slice(0, 24),
		serverTitle: "Jira",
		serverTimeZone: "Etc/UTC",
	};
}

const priorities = (site: Site, base: string): object[] =>
	[...site.jira.priorities.values()].map((each) => ({
		...renderPriority(site, base, each.id),
		description: each.description,
		statusColor: each.statusColor,
		...(each.avatarId === undefined ? {} : { avatarId: each.avatarId }),
		isDefault: each.id === "3",
	}));
