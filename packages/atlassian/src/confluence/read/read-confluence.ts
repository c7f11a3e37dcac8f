import { type KindId, toAppError } from "@skyeworx/core";
import type { BackupRequest, Observation } from "@skyeworx/engine";
import { z } from "zod";
import type { AppSite } from "../../app-reader.ts";
import { endsReading } from "../../ends-reading.ts";
import type { AdminKey } from "../admin-key.ts";
import { confluenceLimits } from "../blind-spots.ts";
import { blogPostFlavour, flavours, pageFlavour } from "../content/flavour.ts";
import { customContentKindId } from "../custom-content/custom-content-record.ts";
import { draftKindId } from "../draft/draft-record.ts";
import { treeFlavours } from "../tree-object/tree-flavour.ts";
import { inOrder } from "./in-order.ts";
import { LikesBudget } from "./likes-budget.ts";
import { People } from "./people.ts";
import { readContentChanges, readContentList } from "./read-content-list.ts";
import { type CustomRead, readCustomContents } from "./read-custom-content.ts";
import { readDrafts } from "./read-drafts.ts";
import { type ChangedComments, readExtras } from "./read-extras.ts";
import { readBlockedSpaces, readSpaces } from "./read-spaces.ts";
import { readTreeObjects, type TreeRead } from "./read-tree-objects.ts";
import { epoch, type Reading } from "./reading.ts";
import { spoolMarks } from "./search-marks.ts";
import { Spool } from "./spool.ts";
import { changedComments, spoolAttachments, spoolChanges, spoolComments } from "./spool-lists.ts";

/** The name of Confluence's cursor and resume point. */
const confluenceCursor = "confluence";
export const confluenceKindIds: readonly KindId[] = [
	"confluence.space",
	"confluence.template",
	...treeFlavours.map((tree) => tree.kind),
	...flavours.map((flavour) => flavour.kind),
	customContentKindId,
	draftKindId,
];

/** Clocks differ, and a change shows in lists a little later than it is dated. */
const overlapMilliseconds = 10 * 60_000;
const hour = 3_600_000;
const pagesAtOnce = 6;

/** What the cursor tells the next read. */
const cursorShape = z.object({
	readAt: z.string(),
	/** When everything was last listed. */
	sweptAt: z.string(),
	/** Pages and blog posts listed then. */
	count: z.number(),
	/** Content properties that pages had then: asked for together with their names, they spare a second search. */
	properties: z.array(z.string()).default([]),
	/** Properties that attachments had. */
	fileProperties: z.array(z.string()).default([]),
	spaces: z.object({ at: z.string(), roles: z.boolean() }).optional(),
	tree: z.object({ at: z.string(), properties: z.array(z.string()) }).optional(),
	/** Types of custom content, and the properties that it had. */
	custom: z.object({ types: z.array(z.string()), properties: z.array(z.string()) }).optional(),
});

/**
 * How long a read of changes may stand in for a sweep. A sweep costs about 19 requests and some 3,500 quota points for 1,000 pages:
 * nothing for a small site, more than an app may spend in an hour for a large one. API tokens pay no points, only time. The last
 * step is a little less than six hours, so that no run of a six-hour schedule just misses it.
 */
function sweepInterval(count: number, credential: AppSite["credential"]): number {
	const [always, hourly] = credential === "api-token" ? [25_000, 100_000] : [5_000, 25_000];
	if (count <= always) return 0;
	return count <= hourly ? hour : 5.5 * hour;
}

function modeOf(
	cursor: z.infer<typeof cursorShape> | undefined,
	resumed: boolean,
	{ now, credential }: { readonly now: Date; readonly credential: AppSite["credential"] },
): Reading["mode"] {
	// A run that was interrupted goes on as a sweep: what it has put into the vault already is not read again.
	if (resumed) return "sweep";
	if (cursor === undefined) return "full";
	const age = now.getTime() - (epoch(cursor.sweptAt) ?? 0);
	return age >= sweepInterval(cursor.count, credential) || age < 0 ? "sweep" : "changes";
}

interface Begun {
	readonly reading: Reading;
	readonly cursor: z.infer<typeof cursorShape> | undefined;
	readonly now: Date;
}

function begin(site: AppSite, request: BackupRequest, adminKey: AdminKey): Begun {
	const parsed = cursorShape.safeParse(request.cursors[confluenceCursor]);
	const cursor = parsed.success ? parsed.data : undefined;
	const readAt = epoch(cursor?.readAt);
	const now = site.ports.clock.now();
	const reading: Reading = {
		site,
		request,
		adminKey,
		mode: modeOf(cursor, request.resume[confluenceCursor] !== undefined, { now, credential: site.credential }),
		since: readAt === undefined ? undefined : new Date(readAt - overlapMilliseconds),
		people: new People(site),
		accounts: new Set(),
		spool: new Spool(),
		onFiles: new Map(),
		propertyPaths: new Set(cursor?.properties),
		filePropertyPaths: new Set(cursor?.fileProperties),
		likes: new LikesBudget(),
		spaces: new Map(),
		parents: new Map(),
	};
	return { reading, cursor, now };
}

function* blindSpots({ adminKey: key, likes }: Reading, hiddenParents: number): Generator<Observation> {
	yield* confluenceLimits;
	if (likes.waiting > 0) {
		const reason = "Who likes these pages is not read yet: Atlassian tells it for one page at a time, so some are asked in each run.";
		yield { type: "blind-spot", kind: pageFlavour.kind, count: likes.waiting, reason, cause: "api" };
	}
	if (key.held) return;
	yield {
		type: "blind-spot",
		kind: pageFlavour.kind,
		count: hiddenParents === 0 ? undefined : hiddenParents,
		reason:
			hiddenParents === 0
				? "Pages with view restrictions that leave out the connection's account are invisible to it and can't be counted."
				: "Visible pages name these pages as their parents, but view restrictions hide them from the connection's account; others may be hidden too.",
		cause: "permission",
	};
}

async function* readGroups(reading: Reading, changed: ChangedComments): AsyncGenerator<Observation> {
	await reading.people.learn(reading.accounts, reading.request.signal);
	const work = inOrder(reading.spool.groups(), pagesAtOnce, ({ key, all }) => readExtras(reading, key, all, changed));
	for await (const observations of work) yield* observations;
}

/** What is to be known of a site by the next read. */
interface SiteRead {
	readonly tree: TreeRead;
	readonly custom: CustomRead;
}

/** Lists everything; answers how many pages and blog posts there are, too. */
async function* readWholeSite(
	{ reading, cursor }: Begun,
	resumePoint: Observation,
): AsyncGenerator<Observation, SiteRead & { readonly count: number }> {
	yield* readBlockedSpaces(reading);
	yield resumePoint;
	const pages = yield* readContentList(reading, pageFlavour);
	const posts = yield* readContentList(reading, blogPostFlavour);
	const tree = yield* readTreeObjects(reading, cursor?.tree);
	const custom = yield* readCustomContents(reading, cursor?.custom);
	yield* readDrafts(reading);
	yield resumePoint;
	const changed = { footer: await changedComments(reading, "footer"), inline: await changedComments(reading, "inline") };
	await Promise.all([spoolComments(reading, "footer"), spoolComments(reading, "inline")]);
	await spoolAttachments(reading);
	yield* spoolMarks(reading);
	reading.likes.allow(pages.count + posts.count, reading.mode === "full" ? "full" : "sweep");
	yield* readGroups(reading, changed);
	yield* blindSpots(reading, pages.hiddenParents);
	return { count: pages.count + posts.count, tree, custom };
}

/** Said of a run that listed changes alone: the search, the audit log and the trash don't tell of these either, or not of all. */
const unswept: Observation = {
	type: "blind-spot",
	kind: pageFlavour.kind,
	count: undefined,
	reason:
		"Pages that were deleted, moved, labelled or restricted without being edited since everything was last listed: Atlassian lists such changes nowhere, so they are found by the next listing, some six hours after the last at most where backups run that often. An API token lists large sites more often than an app, which pays for it in points.",
	cause: "api",
};

async function* readChanges({ reading, cursor }: Begun, since: Date): AsyncGenerator<Observation, SiteRead> {
	for (const flavour of flavours) yield* readContentChanges(reading, flavour, since);
	const tree = yield* readTreeObjects(reading, cursor?.tree);
	const custom = yield* readCustomContents(reading, cursor?.custom);
	await spoolChanges(reading, since);
	yield* readGroups(reading, { footer: new Map(), inline: new Map() });
	yield* blindSpots(reading, 0);
	yield unswept;
	return { tree, custom };
}

async function* readAll(begun: Begun): AsyncGenerator<Observation> {
	const { reading, cursor, now } = begun;
	const readAt = now.toISOString();
	const spaces = { ...(yield* readSpaces(reading, cursor?.spaces)) };
	if (reading.mode === "changes" && reading.since !== undefined && cursor !== undefined) {
		const { tree, custom } = yield* readChanges(begun, reading.since);
		yield { type: "cursor", name: confluenceCursor, value: { ...cursor, readAt, spaces, tree: { ...tree }, custom: { ...custom } } };
	} else {
		const { count, tree, custom } = yield* readWholeSite(begun, {
			type: "resume-point",
			name: confluenceCursor,
			value: { startedAt: readAt },
		});
		const properties = [...reading.propertyPaths].sort();
		const fileProperties = [...reading.filePropertyPaths].sort();
		yield {
			type: "cursor",
			name: confluenceCursor,
			value: { readAt, sweptAt: readAt, count, properties, fileProperties, spaces, tree: { ...tree }, custom: { ...custom } },
		};
	}
}

/**
 * Reads a Confluence site: everything at first, later what differs from the vault. One cursor stands for all of it, since
 * comments, attachments and labels come from lists of the whole site. A failure leaves the cursor where it was.
 */
export async function* readConfluence(site: AppSite, request: BackupRequest, key: AdminKey): AsyncGenerator<Observation> {
	try {
		yield* readAll(begin(site, request, key));
	} catch (error) {
		if (request.signal?.aborted === true || endsReading(error)) throw error;
		yield { type: "failed", kinds: confluenceKindIds, error: toAppError(error) };
	}
}
