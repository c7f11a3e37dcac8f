import { isJsonObject, type KindId, toAppError } from "@skyeworx/core";
import type { BackupRequest, Observation } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { blogPostFlavour, flavours, pageFlavour } from "../content/flavour.ts";
import { inOrder } from "./in-order.ts";
import { People } from "./people.ts";
import { readContentList } from "./read-content-list.ts";
import { readExtras } from "./read-extras.ts";
import { readBlockedSpaces, readSpaces } from "./read-spaces.ts";
import { epoch, type Reading } from "./reading.ts";
import { spoolMarks } from "./search-marks.ts";
import { Spool } from "./spool.ts";
import { changedComments, spoolAttachments, spoolComments } from "./spool-lists.ts";

/** The name of Confluence's cursor and resume point. */
export const confluenceCursor = "confluence";
export const confluenceKindIds: readonly KindId[] = ["confluence.space", ...flavours.map((flavour) => flavour.kind)];

/** Clocks differ, and a change shows in lists a little later than it is dated. */
const overlapMilliseconds = 10 * 60_000;
const pagesAtOnce = 6;

function begin(site: AppSite, request: BackupRequest): Reading {
	const cursor = request.cursors[confluenceCursor];
	const readAt = isJsonObject(cursor) && typeof cursor.readAt === "string" ? epoch(cursor.readAt) : undefined;
	const resumed = request.resume[confluenceCursor] !== undefined;
	return {
		site,
		request,
		// A run that was interrupted goes on as a sweep: what it has put into the vault already is not read again.
		mode: readAt === undefined && !resumed ? "full" : "sweep",
		since: readAt === undefined ? undefined : new Date(readAt - overlapMilliseconds),
		people: new People(site),
		accounts: new Set(),
		spool: new Spool(),
		spaces: new Map(),
	};
}

function* blindSpots(hiddenParents: number): Generator<Observation> {
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

async function* readGroups(reading: Reading): AsyncGenerator<Observation> {
	const changed = { footer: await changedComments(reading, "footer"), inline: await changedComments(reading, "inline") };
	await Promise.all([spoolComments(reading, "footer"), spoolComments(reading, "inline"), spoolAttachments(reading)]);
	yield* spoolMarks(reading);
	await reading.people.learn(reading.accounts, reading.request.signal);
	const work = inOrder(reading.spool.groups(), pagesAtOnce, ({ key, all }) => readExtras(reading, key, all, changed));
	for await (const observations of work) yield* observations;
}

async function* readAll(reading: Reading): AsyncGenerator<Observation> {
	const readAt = reading.site.ports.clock.now().toISOString();
	yield* readSpaces(reading);
	yield* readBlockedSpaces(reading);
	yield { type: "resume-point", name: confluenceCursor, value: { startedAt: readAt } };
	const pages = yield* readContentList(reading, pageFlavour);
	yield* readContentList(reading, blogPostFlavour);
	yield { type: "resume-point", name: confluenceCursor, value: { startedAt: readAt } };
	yield* readGroups(reading);
	yield* blindSpots(pages.hiddenParents);
	yield { type: "cursor", name: confluenceCursor, value: { readAt } };
}

/**
 * Reads a Confluence site: everything at first, later what differs from the vault. One cursor stands for all of it, since
 * comments, attachments and labels come from lists of the whole site. A failure leaves the cursor where it was.
 */
export async function* readConfluence(site: AppSite, request: BackupRequest): AsyncGenerator<Observation> {
	try {
		yield* readAll(begin(site, request));
	} catch (error) {
		if (request.signal?.aborted === true) throw error;
		yield { type: "failed", kinds: confluenceKindIds, error: toAppError(error) };
	}
}
