import type { Site } from "../site/site.ts";

/** Fills Confluence with about `pages` pages. */
export function seedConfluence(_site: Site, _pages: number): void {}
