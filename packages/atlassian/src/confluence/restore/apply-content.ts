import type { ApplyContext, ApplyResult, ItemPlan, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { contentUrl } from "../content/describe-content.ts";
import type { ContentFlavour } from "../content/flavour.ts";
import { type Content, contentOf } from "../content/parts.ts";
import { readWhole } from "../live/read-live.ts";
import { align, expected } from "./align.ts";
import { archivePage } from "./archive-page.ts";
import { attempt, beginDeed, currentRecord, type Deed } from "./deed.ts";
import { spaceRef } from "./placement.ts";
import { writtenChanges } from "./plan-content.ts";
import { createWithHistory } from "./replay-versions.ts";
import { writeAttachment } from "./write-attachments.ts";
import { writeComments } from "./write-comments.ts";
import { writeFileMarks } from "./write-file-marks.ts";
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

async function wholeNow(deed: Deed, id: string): Promise<StoredItem> {
	const { main, record } = await currentRecord(deed, id);
	const { client } = deed.site;
	return await readWhole(client, { flavour: deed.flavour, id, main, status: record.status, signal: deed.context.signal });
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
async function reconcile(deed: Deed, id: string, written: boolean): Promise<void> {
	const { item: live, liveIds } = align(await wholeNow(deed, id), deed.wanted);
	const now = contentOf(live);
	const wanted = expected(deed.wanted, { body: wantedBody(deed, () => true), title: deed.details.title, parentId: parentOf(deed) });
	const changed = new Set(writtenChanges(live, wanted, deed.context.options).map((difference) => difference.field));
	for (const { id: liveId, fileId } of now.attachments) {
		const real = liveIds.get(liveId);
		if (real !== undefined) deed.files[liveId] = { id: real, ...(fileId == null ? {} : { mediaId: fileId }) };
	}
	for (const attachment of deed.content.attachments) {
		const field = `file/${attachment.id}`;
		if (changed.has(field)) await attempt(deed, field, () => writeAttachment(deed, id, attachment, now.attachments));
	}
	await writeFileMarks(deed, changed, now);
	await writePage(deed, id, changed, written);
	if ([...changed].some((field) => field.startsWith("restrictions/"))) {
		await attempt(deed, "restrictions", () => writeRestrictions(deed, id, deed.content.restrictions));
	}
	if (changed.has("labels")) await attempt(deed, "labels", () => writeLabels(deed, id, { wanted: deed.content.labels, now: now.labels }));
	await writeComments(deed, id, { wanted: changed, now: now.comments, liveIds });
	if (deed.plan.action !== "change" || changed.has("parent")) await writePlace(deed, id, now);
}

/** Carries out the plan for one page. */
export async function applyContent(
	site: AppSite,
	flavour: ContentFlavour,
	work: { readonly context: ApplyContext; readonly plan: ItemPlan; readonly wanted: StoredItem },
): Promise<ApplyResult> {
	const deed = beginDeed(site, flavour, work.context, work.plan, work.wanted);
	const { id, written } = await bringForth(deed);
	await reconcile(deed, id, written);
	const { record } = await currentRecord(deed, id);
	return {
		mapped: { ref: { kind: flavour.kind, id }, name: record.title, ...(Object.keys(deed.files).length === 0 ? {} : { files: deed.files }) },
		url: contentUrl(site.siteUrl, { main: record }),
		problems: deed.problems,
	};
}

/** Rewrites references to pages that came back later in the same restore, and archives what was archived. */
export async function finishContent(
	site: AppSite,
	flavour: ContentFlavour,
	work: { readonly context: ApplyContext; readonly plan: ItemPlan; readonly wanted: StoredItem; readonly result: ApplyResult },
): Promise<void> {
	const deed = beginDeed(site, flavour, work.context, work.plan, work.wanted);
	const { id } = work.result.mapped.ref;
	await rewriteReferences(deed, id);
	const wasArchived = deed.content.main.status === "archived";
	// Archived pages can't be written to, so this comes last of all.
	if (work.plan.action === "create" && wasArchived) await attempt(deed, "status", () => archivePage(deed, id));
}
