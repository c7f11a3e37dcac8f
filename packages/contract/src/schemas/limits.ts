import { z } from "zod";
import { itemId, uuid } from "./primitives.ts";

/** One space that somebody is limited to; Jira and Jira Service Management share their ids. */
const spaceLimit = z.object({ siteId: uuid, app: z.enum(["jira", "confluence"]), spaceId: itemId }).meta({ id: "SpaceLimit" });
export type SpaceLimit = z.infer<typeof spaceLimit>;

/** What a role, a key or a person is limited to. */
export const limits = {
	/** Sites; null for all. With `spaces` these are the sites that the spaces lie in. */
	siteIds: z.array(uuid).nullable(),
	/** Spaces; null for everything in the sites. */
	spaces: z.array(spaceLimit).nullable(),
};
export type Limits = { readonly siteIds: readonly string[] | null; readonly spaces: readonly SpaceLimit[] | null };

/** The same as one gives it: sites, or spaces, or neither for everything. */
export const limitInput = {
	siteIds: z.array(uuid).min(1).max(1000).optional(),
	spaces: z.array(spaceLimit).min(1).max(1000).optional(),
};

/** Sites and spaces at once would leave open what is meant. */
export function onlyOneLimit(input: { readonly siteIds?: unknown; readonly spaces?: unknown }): boolean {
	return input.siteIds === undefined || input.spaces === undefined;
}

export const onlyOneLimitSaid = "Limit it to sites or to spaces, not to both";
