import type { Observation } from "@skyeworx/engine";
import { treeFlavours } from "./tree-object/tree-flavour.ts";

type BlindSpot = Extract<Observation, { type: "blind-spot" }>;

const spot = (kind: BlindSpot["kind"], reason: string): BlindSpot => ({ type: "blind-spot", kind, count: undefined, reason, cause: "api" });

/** What no reading of Confluence keeps, whoever asks: Atlassian does not show it, or only at a price that a backup can't pay. */
export const confluenceLimits: readonly BlindSpot[] = [
	spot(
		"confluence.page",
		"Likes of comments: Atlassian tells them of one comment at a time only. Likes of pages are kept, but nobody can write them back; where one left and another came between two backups, their number tells nothing.",
	),
	spot(
		"confluence.page",
		"Drafts that others have not shared, and changes to published pages that are not published yet, where the search does not name them to the connection's account: no list does.",
	),
	spot("confluence.page", "Content of apps' own types (custom content) of types that the search does not name: no list does."),
	spot(
		"confluence.page",
		"Who made or ticked a task, and when: the tasks, their state, their assignees and due dates are kept with the text, the rest Atlassian lets nobody write.",
	),
	spot(
		"confluence.page",
		"Earlier wordings of comments and properties that apps set on them, who watches a page, its status label, classification and views: Atlassian shows these for one item at a time only.",
	),
	spot(
		"confluence.space",
		"What the roles of spaces allow, the look and feel of the whole site and who may use it: they are the site's, not a space's. Who has which role in a space is kept.",
	),
	spot(
		"confluence.space",
		"Spaces in Atlassian's trash count as deleted: what they held is in the snapshots from before, and no list shows it meanwhile.",
	),
];

/** The same, with what can't be seen inside of things of which there may be none. */
export const allConfluenceLimits: readonly Pick<BlindSpot, "kind" | "reason">[] = [
	...confluenceLimits,
	...treeFlavours.flatMap(({ kind, blind }) => (blind === undefined ? [] : [{ kind, reason: blind }])),
];
