import type { Observation } from "@skyeworx/engine";
import { treeFlavours } from "./tree-object/tree-flavour.ts";

type BlindSpot = Extract<Observation, { type: "blind-spot" }>;

const spot = (kind: BlindSpot["kind"], reason: string): BlindSpot => ({ type: "blind-spot", kind, count: undefined, reason, cause: "api" });

/** What no reading of Confluence keeps, whoever asks: Atlassian does not show it, or only at a price that a backup can't pay. */
export const confluenceLimits: readonly BlindSpot[] = [
	spot(
		"confluence.page",
		"Likes of pages, blog posts and comments: Atlassian lists them for one item at a time only, and lets nobody write them back.",
	),
	spot(
		"confluence.page",
		"Drafts and changes that are not published yet: no list names them, and each is shown for one page at a time to those who may edit it.",
	),
	spot(
		"confluence.page",
		"Content of apps' own types (custom content): Atlassian lists it by types that only their apps know, and lets no other app write it.",
	),
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
		"Spaces in Atlassian's trash count as deleted: what they held is in the snapshots from before, and no list shows it meanwhile.",
	),
];

/** The same, with what can't be seen inside of things of which there may be none. */
export const allConfluenceLimits: readonly Pick<BlindSpot, "kind" | "reason">[] = [
	...confluenceLimits,
	...treeFlavours.flatMap(({ kind, blind }) => (blind === undefined ? [] : [{ kind, reason: blind }])),
];
