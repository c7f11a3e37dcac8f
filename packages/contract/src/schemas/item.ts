import { z } from "zod";
import { itemRef, moment, snapshotId, uuid } from "./primitives.ts";

export const app = z.enum(["jira", "jsm", "confluence"]);
/** `deleted`: a snapshot missed it; `absence` says what is known of why. */
export const itemState = z.enum(["live", "deleted"]);
/**
 * What it means that the site does not show an item any more. `deleted-or-hidden`: Atlassian answers the same of what was deleted and
 * of what the connection's account may not see, so nobody can know.
 */
export const absence = z.enum(["deleted", "deleted-or-hidden"]).meta({ id: "Absence" });
export type Absence = z.infer<typeof absence>;

const spaceName = z.object({ id: z.string(), key: z.string(), name: z.string() }).meta({ id: "SpaceName" });

/** A Jira project or a Confluence space, with how many items it holds. */
export const space = spaceName.extend({ app, state: itemState, items: z.int() }).meta({ id: "Space" });
export type Space = z.infer<typeof space>;

/** A file of an item; `id` is what the file address takes. */
const itemFile = z.object({ id: z.string(), name: z.string(), mediaType: z.string(), size: z.int() }).meta({ id: "ItemFile" });
export type ItemFile = z.infer<typeof itemFile>;

/** What is known of an item without opening it. */
const itemSummary = z
	.object({
		siteId: uuid,
		ref: itemRef,
		app,
		key: z.string().nullable(),
		title: z.string(),
		space: spaceName.nullable(),
		parent: itemRef.nullable(),
		position: z.number().nullable(),
		/** Sub-type for people: `Bug`, `Epic`. */
		type: z.string().nullable(),
		status: z.string().nullable(),
		state: itemState,
		/** Null while it is live. */
		absence: absence.nullable(),
		createdAt: z.string().nullable(),
		updatedAt: z.string().nullable(),
		updatedBy: z.string().nullable(),
		/** When a snapshot first missed it. */
		deletedAt: z.string().nullable(),
		firstSnapshotId: snapshotId,
		lastSnapshotId: snapshotId,
		versions: z.int(),
		/** Where a person can open it on the site. */
		url: z.string().nullable(),
		files: z.array(itemFile),
	})
	.meta({ id: "ItemSummary" });
export type ItemSummary = z.infer<typeof itemSummary>;

/** A search hit; in `snippet` matches stand between U+0001 and U+0002. */
const itemHit = itemSummary
	.extend({
		snippet: z.string().nullable(),
		/** What a deleted item was created again as, where that is still there. */
		successor: z.object({ ref: itemRef, key: z.string().nullable(), title: z.string() }).nullable(),
	})
	.meta({ id: "ItemHit" });
export type ItemHit = z.infer<typeof itemHit>;

export const itemPage = z
	.object({
		items: z.array(itemHit),
		total: z.object({ count: z.int(), exact: z.boolean() }),
		facets: z.object({
			kinds: z.record(z.string(), z.int()),
			states: z.record(z.string(), z.int()),
		}),
		nextCursor: z.string().nullable(),
	})
	.meta({ id: "ItemPage" });
export type ItemPage = z.infer<typeof itemPage>;

/** One version in an item's history; `ref` differs from the item's own where an earlier incarnation had another id. */
const itemVersionInfo = z
	.object({
		ref: itemRef,
		snapshotId,
		at: moment,
		state: z.enum(["created", "changed", "deleted"]),
		title: z.string(),
		updatedAt: z.string().nullable(),
		updatedBy: z.string().nullable(),
	})
	.meta({ id: "ItemVersionInfo" });
export type ItemVersionInfo = z.infer<typeof itemVersionInfo>;

const relatedItem = z
	.object({
		ref: itemRef,
		relation: z.enum(["parent", "child", "references", "referenced-by"]),
		key: z.string().nullable(),
		title: z.string(),
		type: z.string().nullable(),
		state: itemState,
	})
	.meta({ id: "RelatedItem" });
export type RelatedItem = z.infer<typeof relatedItem>;

export const itemDetail = itemSummary
	.extend({
		people: z.array(z.string()),
		/** Newest first, over all incarnations. */
		history: z.array(itemVersionInfo),
		/** All incarnations of a re-created item, oldest first; just itself otherwise. */
		lineage: z.array(z.object({ ref: itemRef, key: z.string().nullable(), title: z.string(), state: itemState })),
		/** Capped at 200 of each relation. */
		related: z.array(relatedItem),
		/** Whether items of this kind can be restored. */
		restorable: z.boolean(),
	})
	.meta({ id: "ItemDetail" });
export type ItemDetail = z.infer<typeof itemDetail>;

/** Which version an answer speaks of. */
const versionName = z
	.object({
		type: z.enum(["snapshot", "live"]),
		snapshotId: snapshotId.nullable(),
		/** The snapshot's time, or the moment at which the site was asked. */
		at: moment,
		state: z.enum(["present", "trashed", "absent"]),
	})
	.meta({ id: "VersionName" });
export type VersionName = z.infer<typeof versionName>;

/** An item as one version had it. Parts hold what Atlassian answered, by part name (`""` is the main record). */
export const itemVersion = z
	.object({
		ref: itemRef,
		version: versionName,
		key: z.string().nullable(),
		title: z.string(),
		type: z.string().nullable(),
		status: z.string().nullable(),
		space: spaceName.nullable(),
		url: z.string().nullable(),
		people: z.array(z.string()),
		parts: z.record(z.string(), z.unknown()),
		files: z.array(itemFile),
	})
	.meta({ id: "ItemVersion" });
export type ItemVersion = z.infer<typeof itemVersion>;

const fieldValue = z
	.discriminatedUnion("type", [
		z.object({ type: z.literal("text"), text: z.string() }),
		z.object({ type: z.literal("adf"), document: z.unknown() }),
		z.object({ type: z.literal("storage"), markup: z.string() }),
		z.object({ type: z.literal("list"), items: z.array(z.string()) }),
	])
	.meta({ id: "FieldValue" });
export type FieldValueBody = z.infer<typeof fieldValue>;

export const fieldDifference = z
	.object({ field: z.string(), label: z.string(), before: fieldValue.nullable(), after: fieldValue.nullable() })
	.meta({ id: "FieldDifference" });
export type FieldDifferenceBody = z.infer<typeof fieldDifference>;

export const itemDiff = z
	.object({ ref: itemRef, from: versionName, to: versionName, differences: z.array(fieldDifference) })
	.meta({ id: "ItemDiff" });
export type ItemDiff = z.infer<typeof itemDiff>;
