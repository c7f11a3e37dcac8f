import type { Caller } from "../auth/caller.ts";
import type { Site } from "../site/site.ts";

/** The person who is signed in on the pages: the site's owner. */
export const demoCaller = (site: Site): Caller => ({ account: site.owner, kind: "token", scopes: new Set() });
