import type { SimulatorControls } from "../admin/admin-routes.ts";
import type { Router } from "../http/router.ts";
import { registerAssetPages } from "./asset-pages.ts";
import { registerContentPages } from "./content-page.ts";
import { registerHomePage } from "./home-page.ts";
import { registerProjectPages } from "./project-pages.ts";
import { registerSpacePages } from "./space-pages.ts";
import { registerWorkItemPages } from "./work-item-page.ts";

/** Registers the small HTML pages, by which people see and change the site as they would in Atlassian's own; they need no login. */
export function registerPages(router: Router, controls: SimulatorControls): void {
	registerHomePage(router, controls);
	registerProjectPages(router, controls.state);
	registerWorkItemPages(router, controls.state);
	registerAssetPages(router, controls.state);
	registerSpacePages(router, controls.state);
	registerContentPages(router, controls.state);
}
