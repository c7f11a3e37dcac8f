import type { Router } from "../http/router.ts";
import type { Site } from "../site/site.ts";

/** Registers the operations of Confluence v2 and v1. */
export function registerConfluence(_router: Router, _site: Site): void {}
