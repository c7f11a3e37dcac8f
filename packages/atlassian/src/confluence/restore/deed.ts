import { AppError, isAppError, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { ApplyContext, ApplyResult, ItemPlan, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import type { Container, ContentFlavour } from "../content/flavour.ts";
import { type Content, contentOf } from "../content/parts.ts";
import { type ContentRecord, readContent } from "../content/records.ts";
import { readMains } from "../live/read-live.ts";
import { spaceName } from "../space/restore/space-deed.ts";
import { translateContent } from "./people-elsewhere.ts";
import { type PlanDetails, planDetails } from "./plan-details.ts";
import { type Origin, originOf } from "./rewrite-body.ts";

type Problem = ApplyResult["problems"][number];

/** Something being restored that files and comments hang on: as much of it as these need. */
export interface ContainerDeed {
	readonly site: AppSite;
	readonly flavour: Container;
	readonly context: ApplyContext;
	readonly details: Pick<PlanDetails, "spaceKeyNow" | "elsewhere">;
	readonly wanted: StoredItem;
	readonly content: Content;
	/** What did not work although it came back; shown in the receipt. */
	readonly problems: Problem[];
	/** Attachments by their old id, as they are called now. */
	readonly files: Record<string, { readonly id: string; readonly mediaId?: string }>;
}

/** One page being restored. */
export interface Deed extends ContainerDeed {
	readonly flavour: ContentFlavour;
	readonly plan: ItemPlan;
	readonly details: PlanDetails;
	/** The page as Atlassian answered when this very work created it. */
	readonly made: { main?: JsonObject };
}

export function beginDeed(site: AppSite, flavour: ContentFlavour, context: ApplyContext, plan: ItemPlan, wanted: StoredItem): Deed {
	const details = planDetails(plan);
	const content = contentOf(wanted);
	const said = details.people === undefined ? content : translateContent(content, details.people);
	return { site, flavour, context, plan, wanted, details, content: said, problems: [], files: {}, made: {} };
}

/** Where the body comes from, and the key of the space that it goes into when that is another one. */
export function bodyOrigin(
	deed: Pick<ContainerDeed, "details" | "content"> & { readonly context: Pick<ApplyContext, "mappedKey"> },
): Origin {
	const { spaceKeyNow, elsewhere } = deed.details;
	const origin = originOf(deed.content, spaceKeyNow ?? deed.context.mappedKey(spaceName(deed.content.space?.key ?? "")));
	return elsewhere ? { ...origin, elsewhere } : origin;
}

/**
 * What a restore says of a thing that it wrote: where it is from, and the mark by which it is found again. An undo has a mark of its
 * own, lest what it is still to write is taken for written because the restore wrote there before it.
 */
export function restoredFrom(version: number, { restoreId, options }: Pick<ApplyContext, "restoreId" | "options">): string {
	const undone = options.undoing === true ? ", undone" : "";
	return `Restored by Skyeworx from version ${version} (restore ${restoreId}${undone})`;
}

/** The version message of everything a restore writes. */
export function versionMessage({ content, context }: Pick<Deed, "content" | "context">): string {
	return restoredFrom(content.main.version.number, context);
}

/** Whether a version message or an attachment's comment was written by this restore. */
export function carriesMark(text: string | null | undefined, restoreId: string): boolean {
	return text?.includes(`(restore ${restoreId})`) ?? false;
}

/** Whether a version was written by this very step of this restore or undo. */
export function isOwnVersion(deed: Pick<Deed, "content" | "context">, message: string | null | undefined): boolean {
	return message === versionMessage(deed);
}

/** The main record of a page now. @throws AppError `not-found` */
export async function currentRecord(
	deed: Deed,
	id: string,
): Promise<{ readonly main: JsonValue; readonly record: ContentRecord; readonly body: string }> {
	const main = (await readMains(deed.site.client, deed.flavour, [id], deed.context.signal)).get(id);
	if (main === undefined) throw new AppError("not-found", "The page is not there any more", { facts: { kind: deed.flavour.kind, id } });
	const record = readContent(main);
	return { main, record, body: record.body?.storage?.value ?? "" };
}

/** Runs a part of a restore without which the page is still useful: a refusal becomes a problem of the receipt. */
export async function attempt(deed: { readonly problems: Problem[] }, field: string, work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (error) {
		if (!isAppError(error, "site-refused") && !isAppError(error, "not-found")) throw error;
		const status = typeof error.facts.status === "number" ? ` (status ${error.facts.status})` : "";
		deed.problems.push({ field, reason: `${error.message}${status}.` });
	}
}
