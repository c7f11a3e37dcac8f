import { AppError, isAppError, type JsonObject } from "@skyeworx/core";
import type { ApplyContext, ApplyResult, CreatedThing, ItemPlan, KindRestore, ReceiptField, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { cursorPages, itemsOfPages } from "../../http/paging.ts";
import { listAt, textAt } from "../../record/json-access.ts";
import { readLabel } from "../content/records.ts";
import { fieldReceipt } from "../fields.ts";
import { collect } from "../read/in-order.ts";
import { listLimit } from "../read/reading.ts";
import { attempt, restoredFrom } from "../restore/deed.ts";
import { isElsewhere, spaceNow, spaceRef } from "../restore/placement.ts";
import { wantsField } from "../restore/plan-details.ts";
import { createProperty, heldProperty, readMark, removeProperty, restoreProperty, writeProperty } from "../restore/property-owner.ts";
import { rewriteBody } from "../restore/rewrite-body.ts";
import { writeLabels } from "../restore/write-labels.ts";
import { customContentFidelity, customContentFields, customPropertiesOf } from "./custom-content-kind.ts";
import { customDetails, planCustomContents } from "./custom-content-plan.ts";
import {
	bodyOf,
	type CustomContentRecord,
	containerOf,
	customContentKindId,
	customContentPath,
	customProperties,
	fetchCustomContent,
	readCustomContent,
} from "./custom-content-record.ts";

const kind = customContentKindId;
const one = `${customContentPath}/{id}`;

interface Work {
	readonly site: AppSite;
	readonly context: ApplyContext;
	readonly plan: ItemPlan;
	readonly wanted: StoredItem;
	readonly problems: ApplyResult["problems"][number][];
}

const recordOf = (item: StoredItem): CustomContentRecord => readCustomContent(item.parts.get("") ?? null);

/** The body under today's names; what an app wrote in a form of its own is nobody else's to change. */
function bodyNow(
	references: Pick<ApplyContext, "mapped" | "mappedKey">,
	siteUrl: string,
	record: CustomContentRecord,
	elsewhere: boolean,
): { readonly representation: "storage" | "raw"; readonly value: string } {
	const { representation, value } = bodyOf(record);
	if (representation === "raw") return { representation, value };
	const origin = { spaceId: record.spaceId, spaceKey: undefined, ...(elsewhere ? { elsewhere } : {}) };
	return { representation, value: rewriteBody(value, references, siteUrl, origin) };
}

/** What it is in by today's name, as the field of a write. */
function containerNow({ context, plan, wanted }: Work): JsonObject {
	const record = recordOf(wanted);
	const container = containerOf(record);
	if (container === undefined) {
		const details = customDetails(plan);
		const spaceId = spaceNow(context, { ...details, parentId: null, parentKept: false, parentComes: false });
		if (details.spaceComes && context.mapped(spaceRef(record.spaceId)) === undefined)
			throw new AppError("restore-failed", "Its space was not restored", { facts: { spaceId } });
		return { spaceId };
	}
	const id = context.mapped(container)?.ref.id ?? container.id;
	return record.pageId != null ? { pageId: id } : record.blogPostId != null ? { blogPostId: id } : { customContentId: id };
}

/** One with these words that this restore made without hearing of it. */
async function findMade({ site, context, wanted }: Work, body: JsonObject): Promise<{ readonly id: string } | undefined> {
	const { type, title } = recordOf(wanted);
	const query = { type, sort: "-created-date", limit: listLimit };
	const call = { method: "GET", path: customContentPath, query, signal: context.signal } as const;
	for (const item of await collect(itemsOfPages(cursorPages(site.client, call)))) {
		const listed = readCustomContent(item);
		if (listed.title !== title || listed.version.number !== 1 || listed.id === wanted.ref.id) continue;
		const { restoreId } = await readMark(customProperties(site.client, listed.id, context.signal));
		if (restoreId === context.restoreId) return { id: listed.id };
		if (restoreId !== undefined) continue;
		const parts = await fetchCustomContent(site.client, listed.id, context.signal);
		const same = parts !== undefined && bodyOf(readCustomContent(parts.get("") ?? null)).value === textAt(body, "body", "value");
		if (same) return { id: listed.id };
	}
	return undefined;
}

function refused(error: unknown, type: string): unknown {
	if (!isAppError(error, "site-refused") && !isAppError(error, "not-found")) return error;
	return new AppError("restore-failed", `Confluence takes no content of the type ${type} from this connection`, {
		hint: "Some types only their own app may write, and none while that app is not installed. The content can be downloaded.",
		cause: error,
	});
}

async function create(work: Work): Promise<string> {
	const { site, context, plan, wanted } = work;
	const record = recordOf(wanted);
	const { elsewhere } = customDetails(plan);
	const body: JsonObject = {
		type: record.type,
		status: "current",
		title: record.title,
		body: { ...bodyNow(context, site.siteUrl, record, elsewhere) },
		...containerNow(work),
	};
	const { id } = await context.step("create", {
		run: async () => {
			try {
				const { json } = await site.client.call({ method: "POST", path: customContentPath, body, signal: context.signal });
				return { id: textAt(json, "id") ?? "" };
			} catch (error) {
				throw refused(error, record.type);
			}
		},
		find: () => findMade(work, body),
	});
	context.created({ ref: { kind, id }, part: "" });
	const owner = customProperties(site.client, id, context.signal);
	const value = { restoreId: context.restoreId, from: wanted.ref.id };
	await context.step(`property ${restoreProperty}`, {
		run: async () => {
			await createProperty(owner, { key: restoreProperty, value });
			return true;
		},
		find: async () => ((await readMark(owner)).restoreId === context.restoreId ? true : undefined),
	});
	return id;
}

/** Title, body and place as a new version: each as it was where the plan says so, else as it is. */
async function update(work: Work, id: string, fields: ReadonlySet<string>): Promise<void> {
	const { site, context, plan, wanted } = work;
	if (!["title", "body", "container"].some((field) => fields.has(field))) return;
	const record = recordOf(wanted);
	const now = async (): Promise<CustomContentRecord> => {
		const parts = await fetchCustomContent(site.client, id, context.signal);
		if (parts === undefined) throw new AppError("not-found", "It is not there any more", { facts: { kind, id } });
		return readCustomContent(parts.get("") ?? null);
	};
	const message = restoredFrom(record.version.number, context);
	await context.step("update", {
		run: async () => {
			const live = await now();
			const body = fields.has("body") ? bodyNow(context, site.siteUrl, record, customDetails(plan).elsewhere) : bodyOf(live);
			const change = {
				id,
				type: record.type,
				status: "current",
				title: fields.has("title") ? record.title : live.title,
				body: { ...body },
				version: { number: live.version.number + 1, message },
				...(fields.has("container") ? containerNow(work) : {}),
			};
			try {
				const call = { method: "PUT", path: one, parameters: { id }, body: change, item: id, idempotent: false } as const;
				await site.client.call({ ...call, signal: context.signal });
			} catch (error) {
				throw refused(error, record.type);
			}
			return true;
		},
		find: async () => ((await now()).version.message === message ? true : undefined),
	});
}

/** The live one of the old id, which came back with its page out of the trash. */
async function returned({ site, context, plan, wanted }: Work): Promise<string | undefined> {
	if (!customDetails(plan).mayReturn) return undefined;
	const parts = await fetchCustomContent(site.client, wanted.ref.id, context.signal);
	return parts !== undefined && readCustomContent(parts.get("") ?? null).status === "current" ? wanted.ref.id : undefined;
}

async function apply(work: Work): Promise<ApplyResult> {
	const { site, context, plan, wanted, problems } = work;
	const { targetId } = customDetails(plan);
	const there = targetId ?? (await context.step("look", { run: async () => (await returned(work)) ?? null }));
	const id = there ?? (await create(work));
	const live = await fetchCustomContent(site.client, id, context.signal);
	const fields = new Set(plan.changes.map(({ field }) => field));
	if (there !== null) await update(work, id, targetId === null ? new Set([...fields].filter((field) => field !== "container")) : fields);
	const owner = customProperties(site.client, id, context.signal);
	for (const property of customPropertiesOf(wanted).filter(({ key }) => fields.has(`properties/${key}`))) {
		await attempt({ problems }, `properties/${property.key}`, async () => {
			const before = there === null ? undefined : await heldProperty(owner, property.key);
			await context.step(`property ${property.key}`, {
				run: async () => {
					await writeProperty(owner, property, "");
					return true;
				},
			});
			if (there !== null && before === undefined) context.created({ ref: { kind, id }, part: `property/${property.key}` });
		});
	}
	if (fields.has("labels")) {
		const [was, is] = [wanted.parts.get("labels"), live?.get("labels")].map((labels) => listAt(labels).map(readLabel));
		await attempt({ problems }, "labels", () => writeLabels({ site, context }, id, { wanted: was ?? [], now: is ?? [] }));
	}
	const webui = live === undefined ? undefined : readCustomContent(live.get("") ?? null)._links?.webui;
	return { mapped: { ref: { kind, id } }, url: `${site.siteUrl}/wiki${webui ?? ""}`, problems };
}

async function undoCreated(site: AppSite, made: CreatedThing, restoreId: string, signal: AbortSignal): Promise<"undone" | "kept"> {
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
	if ((mark.restoreId !== undefined && mark.restoreId !== restoreId) || record.version.number > 1) return "kept";
	await site.client.call({ method: "DELETE", path: one, parameters: { id }, accept: [404], item: id, signal });
	return "undone";
}

type ReceiptContext = Parameters<KindRestore["receipt"]>[2];

function receipt(site: AppSite, wanted: StoredItem, now: StoredItem, context: ReceiptContext): readonly ReceiptField[] {
	const [was, is] = [recordOf(wanted), recordOf(now)];
	const container = containerOf(was);
	const body = bodyNow(context, site.siteUrl, was, isElsewhere(context.options));
	const fields = customContentFields(wanted, container === undefined ? undefined : (context.mapped(container)?.ref.id ?? container.id));
	const compared = fieldReceipt(fields, customContentFields(now), (field) => {
		if (field === "spaceId") return { result: "degraded", reason: "It is in another space now." };
		if (field !== "body" || body.value !== bodyOf(is).value) return undefined;
		return { result: "degraded", reason: "References to things that have a new id were changed; all else is as it was." };
	});
	const lost = wanted.ref.id === now.ref.id ? [] : customContentFidelity.filter(({ recreated }) => recreated.level === "impossible");
	return [
		...compared.filter(({ field }) => wantsField(context.options, field)),
		...lost.map(({ field, label, recreated }): ReceiptField => {
			return { field, label, result: "impossible", reason: recreated.level === "impossible" ? recreated.reason : "" };
		}),
	];
}

/** The restore half of content of apps' own types. */
export function customContentRestore(site: AppSite): KindRestore {
	return {
		reachesOtherSites: true,
		plan: (wanted, live, options, selection) => planCustomContents(site, { wanted, live, options }, selection ?? []),
		apply: (context, plan, wanted) => apply({ site, context, plan, wanted, problems: [] }),
		undoCreated: (made, { restoreId, signal }) => undoCreated(site, made, restoreId, signal),
		receipt: (wanted, now, context) => receipt(site, wanted, now, context),
	};
}
