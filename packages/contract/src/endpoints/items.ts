import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { accountChanges, changers } from "../schemas/changers.ts";
import { app, itemDetail, itemDiff, itemPage, itemVersion, space } from "../schemas/item.ts";
import { cursor, itemId, kindId, listOf, moment, pageLimit, snapshotId, typedText, uuid } from "../schemas/primitives.ts";

const snapshotNumber = z.coerce.number<number | string>().pipe(snapshotId);
const siteParams = z.object({ siteId: uuid });
const itemParams = z.object({ siteId: uuid, kind: kindId, id: itemId });

/** A snapshot's number, or `live` for the item as the site has it now. */
const versionParam = z.union([z.literal("live"), z.string().regex(/^\d{1,15}$/, "Give a snapshot's number or live")]);

const search = {
	/** Words (beginnings match), a key, an id or a "quoted phrase"; empty browses. */
	q: typedText(500).optional(),
	/** One kind, or several with commas between. */
	kind: z
		.string()
		.max(1000)
		.regex(/^[a-z]+\.[a-z-]+(,[a-z]+\.[a-z-]+)*$/, "Write kinds with commas between, for example jira.work-item,confluence.page")
		.optional(),
	app: app.optional(),
	state: z.enum(["any", "live", "deleted"]).optional(),
	person: typedText(200).optional(),
	order: z.enum(["relevance", "updated", "key", "position"]).optional(),
	cursor: cursor.optional(),
	limit: pageLimit(50, 200),
};

const siteSearch = {
	...search,
	/** Atlassian's id of a space. */
	space: itemId.optional(),
	/** See the site as this snapshot saw it. */
	asOf: snapshotNumber.optional(),
	/** Only what changed, or was missed first, at this snapshot or after. */
	changedSince: snapshotNumber.optional(),
	/** `kind/id`, or `none` for items at the top. */
	parent: z
		.string()
		.max(330)
		.regex(/^(none|[a-z]+\.[a-z-]+\/.+)$/, "Write kind/id or none")
		.optional(),
};

const between = { from: moment, to: moment };

/** Finding items, and looking at what was kept of them. */
export const itemEndpoints = {
	searchItems: endpoint({
		method: "GET",
		path: "/items",
		tag: "Items",
		summary: "Search the items of all sites, deleted ones included",
		description: "Pages hold up to `limit` items of each site.",
		access: "item.preview",
		query: z.object(search),
		status: 200,
		response: itemPage,
	}),
	searchSiteItems: endpoint({
		method: "GET",
		path: "/sites/:siteId/items",
		tag: "Items",
		summary: "Search or browse one site's items, deleted ones included",
		access: "item.preview",
		params: siteParams,
		query: z.object(siteSearch),
		status: 200,
		response: itemPage,
	}),
	listSpaces: endpoint({
		method: "GET",
		path: "/sites/:siteId/spaces",
		tag: "Items",
		summary: "List a site's spaces with how many items they hold",
		access: "item.preview",
		params: siteParams,
		query: z.object({ asOf: snapshotNumber.optional() }),
		status: 200,
		response: listOf(space),
	}),
	listChangers: endpoint({
		method: "GET",
		path: "/sites/:siteId/changers",
		tag: "Items",
		summary: "Who changed how many items between two times",
		description: "From change histories and restore points; one from before `from` is needed.",
		access: "item.preview",
		params: siteParams,
		query: z.object(between),
		status: 200,
		response: changers,
	}),
	listAccountChanges: endpoint({
		method: "GET",
		path: "/sites/:siteId/changers/:accountId/items",
		tag: "Items",
		summary: "What one account changed between two times, with the version and the fields that would go back",
		description: "The same that a plan with `changedBy` takes; to restore a part of it, name items and fields.",
		access: "item.preview",
		params: siteParams.extend({ accountId: typedText(128) }),
		query: z.object({ ...between, deletions: z.enum(["true", "false"]).optional() }),
		status: 200,
		response: accountChanges,
	}),
	getItem: endpoint({
		method: "GET",
		path: "/sites/:siteId/items/:kind/:id",
		tag: "Items",
		summary: "One item: its versions, its incarnations, what it is related to",
		access: "item.preview",
		params: itemParams,
		status: 200,
		response: itemDetail,
	}),
	getItemVersion: endpoint({
		method: "GET",
		path: "/sites/:siteId/items/:kind/:id/versions/:version",
		tag: "Items",
		summary: "One item as a snapshot kept it, or as it is now (`live`)",
		access: "item.preview",
		params: itemParams.extend({ version: versionParam }),
		status: 200,
		response: itemVersion,
	}),
	getItemDiff: endpoint({
		method: "GET",
		path: "/sites/:siteId/items/:kind/:id/diff",
		tag: "Items",
		summary: "Compare two versions field by field",
		description: "`from` may be `previous`: the version before `to`.",
		access: "item.preview",
		params: itemParams,
		query: z.object({ from: z.union([z.literal("previous"), versionParam]), to: versionParam }),
		status: 200,
		response: itemDiff,
	}),
	getItemFile: endpoint({
		method: "GET",
		path: "/sites/:siteId/items/:kind/:id/files/:fileId",
		tag: "Items",
		summary: "The bytes of one file; images, PDF and plain text may be shown in the browser, everything else is a download",
		access: "item.preview",
		params: itemParams.extend({ fileId: itemId }),
		query: z.object({ version: versionParam.optional(), download: z.enum(["true", "false"]).optional() }),
		status: 200,
		response: "bytes",
		audit: "item.file",
	}),
} as const;
