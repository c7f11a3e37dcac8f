import type { Site } from "../site/site.ts";

/** Fills Jira with `items` work items. */
export function seedJira(_site: Site, _items: number): void {}
