import type { Router } from "../http/router.ts";
import type { Limits } from "../limits/limits.ts";
import type { Site } from "../site/site.ts";
import { registerChangelog } from "./changelog/changelog-routes.ts";
import { registerComments } from "./comment/comment-routes.ts";
import { registerConfiguration } from "./configuration/configuration-routes.ts";
import { registerIssueReads } from "./issue/read-routes.ts";
import { registerPeople } from "./people/people-routes.ts";
import { registerProjects } from "./project/project-routes.ts";
import { jiraScopes } from "./scopes.ts";
import { registerSearch } from "./search/search-routes.ts";

/** Registers the operations of Jira, Jira Software and Jira Service Management. */
export function registerJira(router: Router, site: Site, limits: Limits): void {
	router.requireScopes(jiraScopes);
	registerConfiguration(router, site);
	registerPeople(router, site);
	registerProjects(router, site);
	registerSearch(router, site);
	registerIssueReads(router, site);
	registerChangelog(router, site);
	registerComments(router, site, limits);
}
