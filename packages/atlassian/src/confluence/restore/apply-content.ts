import type { JsonValue } from "@skyeworx/core";
import type { ApplyContext, ApplyResult, ItemPlan, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { contentUrl } from "../content/describe-content.ts";
import type { ContentFlavour } from "../content/flavour.ts";
import { type Content, contentOf } from "../content/parts.ts";
import { readContent } from "../content/records.ts";
import { readWhole } from "../live/read-live.ts";
import { readLabelsAndProperties } from "../read/single-content.ts";
import { align, expected } from "./align.ts";
import { archivePage } from "./archive-page.ts";
import { attempt, beginDeed, currentRecord, type Deed } from "./deed.ts";
import { spaceRef } from "./placement.ts";
import { writtenChanges } from "./plan-content.ts";
import { restoreProperty } from "./property-owner.ts";
import { createWithHistory } from "./replay-versions.ts";
import type { SiblingOrder } from "./sibling-order.ts";
import { writeFiles } from "./write-attachments.ts";
import { writeComments } from "./write-comments.ts";
import { writeLabels } from "./write-labels.ts";
import { markPage, parentOf, putOwner, putProperty, rewriteReferences, untrashPage, updatePage, wantedBody } from "./write-page.ts";
import { writePosition } from "./write-position.ts";
import { writeRestrictions } from "./write-restrictions.ts";

/** The home page that Atlassian made with a space of this restore, when this page was the home page of the old one. */
function broughtHome(deed: Deed): string | undefined {
	const { details, context, content } = deed;
	return details.spaceComes ? context.mapped(spaceRef(details.spaceId))?.brought?.[content.main.id] : undefined;
}

/** The page on the site that stands for the wanted one: changed, taken out of the trash, or created; and whether it is written yet. */
async function bringForth(deed: Deed): Promise<{ readonly id: string; readonly written: boolean }> {
	const { action } = deed.plan;
	const { targetId } = deed.details;
	const home = broughtHome(deed);
	if (home !== undefined) {
		await markPage(deed, home);
		return { id: home, written: false };
	}
	if (action === "create" || targetId === null) return { id: await createWithHistory(deed), written: true };
	if (action === "untrash") await untrashPage(deed, targetId);
	return { id: targetId, written: false };
}

/** What is on the page before anything else is written. */
async function wholeNow(deed: Deed, id: string, isNew: boolean): Promise<StoredItem> {
	const { made } = deed;
	// Nobody has touched what came into being a moment ago.
	if (isNew && made.main !== undefined && readContent(made.main).body?.storage != null) return await newItem(deed, id, made.main);
	const { main, record } = await currentRecord(deed, id);
	const { client } = deed.site;
	if (isNew) return await newItem(deed, id, main);
	return await readWhole(client, { flavour: deed.flavour, id, main, status: record.status, signal: deed.context.signal });
}

/** A page that this restore created has nothing yet but what Atlassian itself gives a page. */
async function newItem({ site, flavour, content, context }: Deed, id: string, main: JsonValue): Promise<StoredItem> {
	const parts = new Map<string, JsonValue>([["", main]]);
	if (content.properties.some(({ key }) => key !== restoreProperty)) {
		const source = { client: site.client, flavour, id, signal: context.signal };
		parts.set("properties", (await readLabelsAndProperties(source)).properties);
	}
	return { ref: { kind: flavour.kind, id }, parts, files: [] };
}

async function writePage(deed: Deed, id: string, changed: ReadonlySet<string>, written: boolean): Promise<void> {
	// What a page is created with needs no second version.
	const fields = { title: changed.has("title"), body: changed.has("body") };
	if (!written && (fields.title || fields.body)) await updatePage(deed, id, fields);
	const { ownerId } = deed.content.main;
	if (changed.has("owner") && ownerId != null) await attempt(deed, "owner", () => putOwner(deed, id, ownerId));
	for (const property of deed.content.properties) {
		const field = `properties/${property.key}`;
		if (changed.has(field)) await attempt(deed, field, () => putProperty(deed, id, property.key, property.value));
	}
}

async function writePlace(deed: Deed, id: string, now: Content): Promise<void> {
	const parentId = parentOf(deed);
	if (deed.flavour.kind === "confluence.blog-post" || parentId === undefined) return;
	await attempt(deed, "position", () => writePosition(deed, id, { parentId, isThere: now.main.parentId === parentId }));
}

/** Makes the page what it was, difference by difference; what is as it was is not written. */
async function reconcile(deed: Deed, { id, written, placed }: Brought): Promise<Content> {
	const { item: live, liveIds } = align(await wholeNow(deed, id, written), deed.wanted);
	const now = contentOf(live);
	const wanted = expected(deed.wanted, { body: wantedBody(deed, () => true), title: deed.details.title, parentId: parentOf(deed) });
	const changed = new Set(writtenChanges(live, wanted, deed.context.options).map((difference) => difference.field));
	await writeFiles(deed, id, { changed, now, liveIds });
	await writePage(deed, id, changed, written);
	if ([...changed].some((field) => field.startsWith("restrictions/"))) {
		await attempt(deed, "restrictions", () => writeRestrictions(deed, id, deed.content.restrictions));
	}
	if (changed.has("labels")) await attempt(deed, "labels", () => writeLabels(deed, id, { wanted: deed.content.labels, now: now.labels }));
	const bodyNow = async () => (await currentRecord(deed, id)).body;
	await writeComments(deed, id, { wanted: changed, now: now.comments, liveIds, bodyNow });
	if (!placed && (deed.plan.action !== "change" || changed.has("parent"))) await writePlace(deed, id, now);
	return now;
}

interface Brought {
	readonly id: string;
	/** It was created with its title and its body. */
	readonly written: boolean;
	/** It stands under its parent, and its place there is settled once all are there. */
	readonly placed: boolean;
}

interface Work {
	readonly context: ApplyContext;
	readonly plan: ItemPlan;
	readonly wanted: StoredItem;
	readonly order: SiblingOrder;
}

/** Whether the page may come to stand beside others that are restored at the same time. */
function standsInLine({ flavour, plan }: Deed): boolean {
	return flavour.kind === "confluence.page" && (plan.action !== "change" || plan.changes.some(({ field }) => field === "parent"));
}

/** Carries out the plan for one page. */
export async function applyContent(site: AppSite, flavour: ContentFlavour, work: Work): Promise<ApplyResult> {
	const deed = beginDeed(site, flavour, work.context, work.plan, work.wanted);
	const line = standsInLine(deed) ? work.order.join(deed) : undefined;
	try {
		await line?.turn;
		const { id, written } = await bringForth(deed);
		const placed = written && work.order.isUnderNew(deed);
		if (placed) line?.leave();
		const { main } = await reconcile(deed, { id, written, placed });
		const record = written ? { ...main, title: deed.details.title } : (await currentRecord(deed, id)).record;
		const { files } = deed;
		return {
			mapped: { ref: { kind: flavour.kind, id }, name: record.title, ...(Object.keys(files).length === 0 ? {} : { files }) },
			url: contentUrl(site.siteUrl, { main: record }),
			problems: deed.problems,
		};
	} finally {
		line?.leave();
	}
}

/** Rewrites references to pages that came back later in the same restore, settles the order, and archives what was archived. */
export async function finishContent(site: AppSite, flavour: ContentFlavour, work: Work & { readonly result: ApplyResult }): Promise<void> {
	const deed = beginDeed(site, flavour, work.context, work.plan, work.wanted);
	const { id } = work.result.mapped.ref;
	const { plan, content } = deed;
	if (standsInLine(deed) && plan.action === "create" && work.order.isUnderNew(deed)) {
		await attempt(deed, "position", () => work.order.settle(deed, id));
	}
	await rewriteReferences(deed, id);
	// Archived pages can't be written to, so this comes last of all.
	if (plan.action === "create" && content.main.status === "archived") await attempt(deed, "status", () => archivePage(deed, id));
}
