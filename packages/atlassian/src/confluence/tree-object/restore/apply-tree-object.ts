import { AppError, canonicalJson, isAppError, type JsonValue } from "@skyeworx/core";
import type { ApplyContext, ApplyResult, ItemPlan, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../../app-reader.ts";
import { cursorPages, itemsOfPages } from "../../../http/paging.ts";
import { idAt, textAt } from "../../../record/json-access.ts";
import { spacesById } from "../../live/read-live.ts";
import { collect } from "../../read/in-order.ts";
import { listLimit } from "../../read/reading.ts";
import { attempt } from "../../restore/deed.ts";
import { parentNow, spaceNow } from "../../restore/placement.ts";
import { heldProperty, readMark, restoreProperty, writeProperty } from "../../restore/property-owner.ts";
import { type TreeFlavour, treeFlavours, treeProperties } from "../tree-flavour.ts";
import { propertiesOfObject } from "../tree-object-fields.ts";
import { readTreeObject, type TreeObjectRecord } from "../tree-object-record.ts";
import { treeDetails } from "./plan-tree-objects.ts";

interface Work {
	readonly context: ApplyContext;
	readonly plan: ItemPlan;
	readonly wanted: StoredItem;
}

interface Creation {
	readonly spaceId: string;
	readonly title: string;
	readonly parentId: string;
	readonly embedUrl?: string;
}

async function homeOf(site: AppSite, spaceId: string, signal: AbortSignal): Promise<string> {
	const call = { method: "GET", path: "/wiki/api/v2/spaces/{id}", parameters: { id: spaceId }, signal } as const;
	const home = textAt((await site.client.call(call)).json, "homepageId");
	if (home === undefined) throw new AppError("restore-failed", "The space has no home page to put it under", { facts: { spaceId } });
	return home;
}

async function creationOf(site: AppSite, { context, plan }: Work, record: TreeObjectRecord): Promise<Creation> {
	const details = treeDetails(plan);
	const spaceId = spaceNow(context, details);
	if (details.spaceComes && !(await spacesById(site.client, [spaceId], context.signal)).has(spaceId))
		throw new AppError("restore-failed", "Its space was not restored", { facts: { spaceId } });
	const parentId =
		parentNow(context, details, { ...record, spaceId: record.spaceId ?? "" }) ?? (await homeOf(site, spaceId, context.signal));
	return { spaceId, title: record.title, parentId, ...(record.embedUrl == null ? {} : { embedUrl: record.embedUrl }) };
}

/** One of this name that this restore put under the parent without hearing of it. */
async function findMade(
	site: AppSite,
	tree: TreeFlavour,
	context: ApplyContext,
	wanted: Creation,
): Promise<{ readonly id: string } | undefined> {
	for (const path of ["/wiki/api/v2/pages/{id}/direct-children", ...treeFlavours.map((one) => `${one.path}/{id}/direct-children`)]) {
		const call = { method: "GET", path, parameters: { id: wanted.parentId }, query: { limit: listLimit }, signal: context.signal } as const;
		// The parent is of one type only; under the paths of the others it is not found.
		const children = await collect(itemsOfPages(cursorPages(site.client, call))).catch(noneThere);
		for (const child of children) {
			const id = idAt(child, "id");
			if (id === undefined || textAt(child, "type") !== tree.type || textAt(child, "title") !== wanted.title) continue;
			const { restoreId } = await readMark(treeProperties(site.client, tree, id, context.signal));
			if (restoreId === context.restoreId || restoreId === undefined) return { id };
		}
	}
	return undefined;
}

function noneThere(error: unknown): readonly JsonValue[] {
	if (isAppError(error, "not-found")) return [];
	throw error;
}

async function create(site: AppSite, tree: TreeFlavour, work: Work, record: TreeObjectRecord): Promise<string> {
	const { context } = work;
	const wanted = await creationOf(site, work, record);
	const { id } = await context.step("create", {
		run: async () => {
			const body: JsonValue = { ...wanted };
			const { json } = await site.client.call({ method: "POST", path: tree.path, body, signal: context.signal });
			return { id: idAt(json, "id") ?? "" };
		},
		find: () => findMade(site, tree, context, wanted),
	});
	context.created({ ref: { kind: tree.kind, id }, part: "" });
	await put(site, tree, context, id, { key: restoreProperty, value: { restoreId: context.restoreId, from: work.wanted.ref.id } });
	return id;
}

async function put(
	site: AppSite,
	tree: TreeFlavour,
	context: ApplyContext,
	id: string,
	property: { readonly key: string; readonly value: JsonValue },
): Promise<void> {
	const owner = treeProperties(site.client, tree, id, context.signal);
	await context.step(`property ${property.key}`, {
		run: async () => {
			await writeProperty(owner, property, "");
			return true;
		},
		find: async () =>
			canonicalJson((await heldProperty(owner, property.key))?.value ?? null) === canonicalJson(property.value) ? true : undefined,
	});
}

/** Carries out the plan for one folder, whiteboard, database or smart link. */
export async function applyTreeObject(site: AppSite, tree: TreeFlavour, work: Work): Promise<ApplyResult> {
	const { context, plan, wanted } = work;
	const problems: ApplyResult["problems"][number][] = [];
	const { targetId } = treeDetails(plan);
	const id = targetId ?? (await create(site, tree, work, readTreeObject(wanted.parts.get("") ?? null)));
	const changed = new Set(plan.changes.map(({ field }) => field));
	for (const property of propertiesOfObject(wanted).filter(({ key }) => changed.has(`properties/${key}`))) {
		const before = targetId === null ? undefined : await heldProperty(treeProperties(site.client, tree, id, context.signal), property.key);
		await attempt({ problems }, `properties/${property.key}`, () => put(site, tree, context, id, property));
		if (targetId !== null && before === undefined) context.created({ ref: { kind: tree.kind, id }, part: `property/${property.key}` });
	}
	return {
		mapped: { ref: { kind: tree.kind, id } },
		url: `${site.siteUrl}/wiki/pages/viewpage.action?pageId=${id}`,
		problems,
	};
}
