import type { Router } from "../http/router.ts";
import type { Site } from "../site/site.ts";
import { registerFiles } from "./v1/attachment-routes.ts";
import { registerContentDeeds } from "./v1/content-routes.ts";
import { registerLabelWrites } from "./v1/label-routes.ts";
import { registerUsers } from "./v1/people-routes.ts";
import { registerRestrictions } from "./v1/restriction-routes.ts";
import { registerSearch } from "./v1/search-routes.ts";
import { registerSpaceLooks } from "./v1/space-look-routes.ts";
import { registerSpacePermissions } from "./v1/space-permission-routes.ts";
import { registerSpaceWrites } from "./v1/space-routes.ts";
import { registerTasks } from "./v1/task-routes.ts";
import { registerTemplates } from "./v1/template-routes.ts";
import { registerAdminKey } from "./v2/admin-key-routes.ts";
import { registerAttachments } from "./v2/attachment-routes.ts";
import { registerComments } from "./v2/comment-routes.ts";
import { registerContents } from "./v2/content-routes.ts";
import { registerCustomContent } from "./v2/custom-content-routes.ts";
import { registerLabels } from "./v2/label-routes.ts";
import { registerPeople } from "./v2/people-routes.ts";
import { registerProperties } from "./v2/property-routes.ts";
import { registerRoles } from "./v2/role-routes.ts";
import { registerSpaces } from "./v2/space-routes.ts";
import { registerTaskItems } from "./v2/task-routes.ts";
import { registerTree } from "./v2/tree-routes.ts";

/** Registers the operations of Confluence v2 and v1. */
export function registerConfluence(router: Router, site: Site): void {
	registerSpaces(router, site);
	registerRoles(router, site);
	registerAdminKey(router, site);
	registerContents(router, site);
	registerTree(router, site);
	registerCustomContent(router, site);
	registerComments(router, site);
	registerAttachments(router, site);
	registerLabels(router, site);
	registerProperties(router, site);
	registerPeople(router, site);
	registerTaskItems(router, site);
	registerV1(router, site);
}

function registerV1(router: Router, site: Site): void {
	registerSearch(router, site);
	registerFiles(router, site);
	registerLabelWrites(router, site);
	registerRestrictions(router, site);
	registerContentDeeds(router, site);
	registerTasks(router, site);
	registerSpaceWrites(router, site);
	registerSpacePermissions(router, site);
	registerSpaceLooks(router, site);
	registerUsers(router, site);
	registerTemplates(router, site);
}
