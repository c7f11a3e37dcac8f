import type { ApplyContext, ApplyResult, CreatedThing, ItemPlan, KindRestore, ReceiptField, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { listAt } from "../../record/json-access.ts";
import { hangingFields } from "../content/compare-content.ts";
import { customContainer } from "../content/flavour.ts";
import { contentOf } from "../content/parts.ts";
import { readLabel } from "../content/records.ts";
import { differences, fieldReceipt } from "../fields.ts";
import { readWholeCustomContent } from "../live/read-live.ts";
import { align } from "../restore/align.ts";
import { hangingReceipt } from "../restore/content-receipt.ts";
import { attempt, carriesMark } from "../restore/deed.ts";
import { replayedVersions } from "../restore/losses.ts";
import { isElsewhere } from "../restore/placement.ts";
import { wantsField } from "../restore/plan-details.ts";
import { heldProperty, readMark, removeProperty, writeProperty } from "../restore/property-owner.ts";
import { undoHanging } from "../restore/undo-content.ts";
import { writeFiles } from "../restore/write-attachments.ts";
import { writeComments } from "../restore/write-comments.ts";
import { writeLabels } from "../restore/write-labels.ts";
import { customContentLosses, customOwnFields, customPropertiesOf } from "./custom-content-kind.ts";
import { customDetails, planCustomContents } from "./custom-content-plan.ts";
import {
	bodyOf,
	containerOf,
	customContentKindId,
	customContentPath,
	customProperties,
	fetchCustomContent,
	readCustomContent,
} from "./custom-content-record.ts";
import { bodyNow, type CustomDeed, createCustomContent, customRecordNow, updateCustomContent } from "./custom-content-write.ts";

const kind = customContentKindId;

function beginCustomDeed(site: AppSite, context: ApplyContext, plan: ItemPlan, wanted: StoredItem): CustomDeed {
	const record = readCustomContent(wanted.parts.get("") ?? null);
	const details = customDetails(plan);
	return { site, flavour: customContainer, context, plan, details, wanted, record, content: contentOf(wanted), problems: [], files: {} };
}

/** The live one of the old id, which came back with its page out of the trash. */
async function returned({ site, context, details, wanted }: CustomDeed): Promise<string | undefined> {
	if (!details.mayReturn) return undefined;
	const parts = await fetchCustomContent(site.client, wanted.ref.id, context.signal);
	return parts !== undefined && readCustomContent(parts.get("") ?? null).status === "current" ? wanted.ref.id : undefined;
}

async function writeProperties(deed: CustomDeed, id: string, fields: ReadonlySet<string>): Promise<void> {
	const { context } = deed;
	const owner = customProperties(deed.site.client, id, context.signal);
	for (const property of customPropertiesOf(deed.wanted).filter(({ key }) => fields.has(`properties/${key}`))) {
		await attempt(deed, `properties/${property.key}`, async () => {
			// Remembered before anything is written, so that an undo takes away exactly what was not there.
			const wasThere = await context.step(`look at property ${property.key}`, {
				run: async () => (await heldProperty(owner, property.key)) !== undefined,
			});
			await context.step(`property ${property.key}`, {
				run: async () => {
					await writeProperty(owner, property, "");
					return true;
				},
			});
			if (!wasThere) context.created({ ref: { kind, id }, part: `property/${property.key}` });
		});
	}
}

/** Files, properties, labels and comments, as far as the plan names them and they are not as they were. */
async function writeMarks(deed: CustomDeed, id: string, planned: ReadonlySet<string>): Promise<void> {
	const { site, context, wanted, content } = deed;
	const live = (await readWholeCustomContent(site.client, { kind, id }, context.signal)) ?? {
		ref: wanted.ref,
		parts: new Map(),
		files: [],
	};
	const { item, liveIds } = align(live, wanted);
	const now = contentOf({ ...item, parts: new Map([["", wanted.parts.get("") ?? null], ...item.parts]) });
	const differing = differences(hangingFields(now), hangingFields(content)).map(({ field }) => field);
	const changed = new Set(differing.filter((field) => planned.has(field)));
	await writeFiles(deed, id, { changed, now, liveIds });
	await writeProperties(deed, id, planned);
	if (planned.has("labels")) {
		const [was, is] = [wanted, live].map(({ parts }) => listAt(parts.get("labels")).map(readLabel));
		await attempt(deed, "labels", () => writeLabels(deed, id, { wanted: was ?? [], now: is ?? [] }));
	}
	await writeComments(deed, id, { wanted: changed, now: now.comments, liveIds });
}

async function apply(deed: CustomDeed): Promise<ApplyResult> {
	const { site, context, plan, details, problems, files } = deed;
	const there = details.targetId ?? (await context.step("look", { run: async () => (await returned(deed)) ?? null }));
	const id = there ?? (await createCustomContent(deed));
	const fields = new Set(plan.changes.map(({ field }) => field));
	// What came back with its page stands in it already.
	const own = details.targetId === null ? new Set([...fields].filter((field) => field !== "container")) : fields;
	if (there !== null) await updateCustomContent(deed, id, own);
	await writeMarks(deed, id, fields);
	const webui = (await customRecordNow(deed, id))._links?.webui;
	const mapped = { ref: { kind, id }, ...(Object.keys(files).length === 0 ? {} : { files }) };
	return { mapped, url: `${site.siteUrl}/wiki${webui ?? ""}`, problems };
}

async function undoCreated(site: AppSite, made: CreatedThing, restoreId: string, signal: AbortSignal): Promise<"undone" | "kept"> {
	const hanging = await undoHanging({ site, made, restoreId, signal });
	if (hanging !== undefined) return hanging;
	const { id } = made.ref;
	const owner = customProperties(site.client, id, signal);
	if (made.part.startsWith("property/")) {
		await removeProperty(owner, made.part.slice("property/".length));
		return "undone";
	}
	const parts = await fetchCustomContent(site.client, id, signal);
	const record = parts === undefined ? undefined : readCustomContent(parts.get("") ?? null);
	if (record === undefined || record.status !== "current") return "undone";
	const mark = await readMark(owner);
	const { number, message } = record.version;
	const ours = (mark.restoreId === undefined || mark.restoreId === restoreId) && (number === 1 || carriesMark(message, restoreId));
	if (!ours) return "kept";
	const path = `${customContentPath}/{id}` as const;
	await site.client.call({ method: "DELETE", path, parameters: { id }, accept: [404], item: id, signal });
	return "undone";
}

type ReceiptContext = Parameters<KindRestore["receipt"]>[2];

function receipt(site: AppSite, wanted: StoredItem, now: StoredItem, context: ReceiptContext): readonly ReceiptField[] {
	const [was, is] = [wanted, now].map(({ parts }) => readCustomContent(parts.get("") ?? null));
	if (was === undefined || is === undefined) return [];
	const content = contentOf(wanted);
	const container = containerOf(was);
	const body = bodyNow({ site, context, content, details: { elsewhere: isElsewhere(context.options) } }, bodyOf(was));
	const fields = customOwnFields(wanted, container === undefined ? undefined : (context.mapped(container)?.ref.id ?? container.id));
	const compared = fieldReceipt(fields, customOwnFields(now), (field) => {
		if (field === "spaceId") return { result: "degraded", reason: "It is in another space now." };
		if (field !== "body" || body.value !== bodyOf(is).value) return undefined;
		return { result: "degraded", reason: "References to things that have a new id were changed; all else is as it was." };
	});
	const aligned = align(now, wanted);
	const live = contentOf(aligned.item);
	const differing = new Set(differences(hangingFields(live), hangingFields(content)).map(({ field }) => field));
	return [
		...[...compared, ...hangingReceipt({ wanted: content, now: live, aligned, differing })].filter(({ field }) =>
			wantsField(context.options, field),
		),
		...(wanted.ref.id === now.ref.id && !isElsewhere(context.options) ? [] : lostFields(wanted, is.version.number, context)),
	];
}

/** What one that was made again can't have. */
function lostFields(wanted: StoredItem, versionsNow: number, { options }: ReceiptContext): readonly ReceiptField[] {
	return customContentLosses(wanted, options.replayVersions === true).flatMap(({ field, label, level, reason }): ReceiptField[] => {
		// Of files the receipt speaks one by one.
		if (field === "files.*") return [];
		const replayed = reason === replayedVersions;
		const before = contentOf(wanted).main.version.number;
		if (replayed && versionsNow < before)
			return [{ field, label, result: "failed", reason: `There were ${before} versions and there are ${versionsNow} now.` }];
		return [{ field, label, result: level, reason }];
	});
}

/** The restore half of content of apps' own types. */
export function customContentRestore(site: AppSite): KindRestore {
	return {
		reachesOtherSites: true,
		plan: (wanted, live, options, selection) => planCustomContents(site, { wanted, live, options }, selection ?? []),
		apply: (context, plan, wanted) => apply(beginCustomDeed(site, context, plan, wanted)),
		undoCreated: (made, { restoreId, signal }) => undoCreated(site, made, restoreId, signal),
		receipt: (wanted, now, context) => receipt(site, wanted, now, context),
	};
}
