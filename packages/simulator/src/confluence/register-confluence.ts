import type { Router } from "../http/router.ts";
import type { Site } from "../site/site.ts";
import { registerAttachments } from "./v2/attachment-routes.ts";
import { registerComments } from "./v2/comment-routes.ts";
import { registerContents } from "./v2/content-routes.ts";
import { registerLabels } from "./v2/label-routes.ts";
import { registerPeople } from "./v2/people-routes.ts";
import { registerProperties } from "./v2/property-routes.ts";
import { registerSpaces } from "./v2/space-routes.ts";
import { registerTree } from "./v2/tree-routes.ts";

/** Registers the operations of Confluence v2 and v1. */
export function registerConfluence(router: Router, site: Site): void {
	registerSpaces(router, site);
	registerContents(router, site);
	registerTree(router, site);
	registerComments(router, site);
	registerAttachments(router, site);
	registerLabels(router, site);
	registerProperties(router, site);
	registerPeople(router, site);
}
