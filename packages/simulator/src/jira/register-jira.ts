import type { Router } from "../http/router.ts";
import type { Limits } from "../limits/limits.ts";
import type { Site } from "../site/site.ts";
import { registerAgile } from "./agile/agile-routes.ts";
import { registerAttachments } from "./attachment/attachment-routes.ts";
import { registerChangelog } from "./changelog/changelog-routes.ts";
import { registerComments } from "./comment/comment-routes.ts";
import { registerConfiguration } from "./configuration/configuration-routes.ts";
import { registerMeta } from "./issue/meta-routes.ts";
import { registerIssueReads } from "./issue/read-routes.ts";
import { registerIssueWrites } from "./issue/write-routes.ts";
import { registerLinks } from "./link/link-routes.ts";
import { registerRemoteLinks } from "./link/remote-link-routes.ts";
import { registerPeople } from "./people/people-routes.ts";
import { registerWatchers } from "./people/watcher-routes.ts";
import { registerParts } from "./project/part-routes.ts";
import { registerProjects } from "./project/project-routes.ts";
import { registerProperties } from "./property/property-routes.ts";
import { jiraScopes } from "./scopes.ts";
import { registerSearch } from "./search/search-routes.ts";
import { registerDesks } from "./service/desk-routes.ts";
import { registerService } from "./service/service-routes.ts";
import { registerWorklogs } from "./worklog/worklog-routes.ts";

/** Registers the operations of Jira, Jira Software and Jira Service Management. */
export function registerJira(router: Router, site: Site, limits: Limits): void {
	router.requireScopes(jiraScopes);
	registerConfiguration(router, site);
	registerPeople(router, site);
	registerProjects(router, site);
	registerSearch(router, site);
	registerIssueReads(router, site);
	registerChangelog(router, site);
	registerIssueWrites(router, site, limits);
	registerMeta(router, site);
	registerComments(router, site, limits);
	registerWorklogs(router, site, limits);
	registerAttachments(router, site, limits);
	registerLinks(router, site, limits);
	registerRemoteLinks(router, site, limits);
	registerWatchers(router, site);
	registerProperties(router, site);
	registerParts(router, site);
	registerAgile(router, site);
	registerService(router, site);
	registerDesks(router, site);
}
