import type { Router } from "../http/router.ts";
import { page } from "../jira/service/service-answers.ts";
import type { Limits } from "../limits/limits.ts";
import type { Site } from "../site/site.ts";
import { registerAql } from "./aql-routes.ts";
import { assetsRoot } from "./asset-answers.ts";
import { registerAttributes } from "./attribute-routes.ts";
import { registerObjects } from "./object-routes.ts";
import { registerSchemas } from "./schema-routes.ts";
import { assetsScopes } from "./scopes.ts";
import { registerStatuses } from "./status-routes.ts";
import { registerTypes } from "./type-routes.ts";

/** Registers Assets, Jira Service Management's inventory: schemas, object types, attributes, statuses and objects. */
export function registerAssets(router: Router, site: Site, limits: Limits): void {
	router.requireScopes(assetsScopes);
	router.before((request) => {
		if (request.path.startsWith(assetsRoot.slice(0, assetsRoot.indexOf("{")))) limits.admitAssets();
	});
	router.route("GET", "/rest/servicedeskapi/assets/workspace", (request) => {
		const { workspaceId } = site.assets;
		return page(request, workspaceId === undefined ? [] : [{ workspaceId }]);
	});
	registerSchemas(router, site);
	registerTypes(router, site);
	registerAttributes(router, site);
	registerStatuses(router, site);
	registerAql(router, site);
	registerObjects(router, site);
}
