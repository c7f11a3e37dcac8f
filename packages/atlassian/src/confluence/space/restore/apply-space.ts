import { AppError, canonicalJson, type JsonObject } from "@skyeworx/core";
import type { ApplyContext, ApplyResult, ItemPlan, LiveItem, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../../app-reader.ts";
import { idAt } from "../../../record/json-access.ts";
import { readLiveConfluence } from "../../live/read-live.ts";
import { attempt } from "../../restore/deed.ts";
import { heldProperty, readMark, restoreProperty, writeProperty } from "../../restore/property-owner.ts";
import { labelName, type SpaceContent, spaceContent, spaceFields } from "../space-content.ts";
import { spaceChanges } from "./plan-space.ts";
import { beginSpaceDeed, type SpaceDeed, spaceProperties } from "./space-deed.ts";
import { spacesWithKey } from "./taken-key.ts";
import { writeAccess } from "./write-access.ts";
import { writeLook } from "./write-look.ts";

const kind = "confluence.space";

/** A space that this restore made but did not hear of; the plan found its key free. */
async function findMade(deed: SpaceDeed): Promise<{ readonly id: string } | undefined> {
	const { site, context, details, wanted } = deed;
	const [holder] = await spacesWithKey(site.client, details.key, context.signal);
	if (holder === undefined || holder.status === "trashed") return undefined;
	const { restoreId } = await readMark(spaceProperties(site, holder.id, context.signal));
	const ours = restoreId === context.restoreId || (restoreId === undefined && holder.name === wanted.main.name);
	return ours ? { id: holder.id } : undefined;
}

/** Makes the space for the connection's account alone: nobody may look into it before its grants are those of the backup. */
async function makeSpace(deed: SpaceDeed): Promise<string> {
	const { site, context, details, wanted } = deed;
	const { name, description } = wanted.main;
	const text = description?.plain?.value ?? "";
	const { id } = await context.step("create", {
		run: async () => {
			const common = { key: details.key, name };
			const { json } = details.roles
				? await site.client.call({
						method: "POST",
						path: "/wiki/api/v2/spaces",
						body: { ...common, createPrivateSpace: true, description: { representation: "plain", value: text } },
						signal: context.signal,
					})
				: await site.client.call({
						method: "POST",
						path: "/wiki/rest/api/space/_private",
						body: { ...common, description: { plain: { representation: "plain", value: text } } },
						signal: context.signal,
					});
			return { id: idAt(json, "id") ?? "" };
		},
		find: () => findMade(deed),
	});
	context.created({ ref: { kind, id }, part: "", key: details.key, url: `${site.siteUrl}/wiki/spaces/${encodeURIComponent(details.key)}` });
	await writeMark(deed, id);
	return id;
}

async function writeMark(deed: SpaceDeed, id: string): Promise<void> {
	const { site, context, plan } = deed;
	const value = { restoreId: context.restoreId, from: plan.ref.id };
	await context.step("mark", {
		run: async () => {
			await writeProperty(spaceProperties(site, id, context.signal), { key: restoreProperty, value }, "");
			return true;
		},
		find: async () => ((await readMark(spaceProperties(site, id, context.signal))).restoreId === context.restoreId ? true : undefined),
	});
}

async function spaceNow(site: AppSite, id: string, signal: AbortSignal): Promise<SpaceContent> {
	const [live]: readonly LiveItem[] = await readLiveConfluence(site, [{ kind, id }], signal);
	if (live === undefined || live.state === "absent")
		throw new AppError("not-found", "The space is not there any more", { facts: { kind, id } });
	return spaceContent(live.item);
}

async function writeFields(deed: SpaceDeed, key: string, step: string, body: JsonObject): Promise<void> {
	if (Object.keys(body).length === 0) return;
	await deed.context.step(step, {
		run: async () => {
			const path = "/wiki/rest/api/space/{spaceKey}";
			await deed.site.client.call({ method: "PUT", path, parameters: { spaceKey: key }, body, signal: deed.context.signal });
			return true;
		},
	});
}

async function writeLabels(deed: SpaceDeed, key: string, now: SpaceContent): Promise<void> {
	const { context, site, wanted } = deed;
	const path = "/wiki/rest/api/space/{spaceKey}/label";
	const parameters = { spaceKey: key };
	const held = new Set(now.labels.map(labelName));
	const names = new Set(wanted.labels.map(labelName));
	const missing = wanted.labels.filter((label) => !held.has(labelName(label)));
	if (missing.length > 0) {
		const body = missing.map(({ name, prefix }) => ({ name, prefix: prefix ?? "global" }));
		await context.step("labels", {
			run: async () => {
				await site.client.call({ method: "POST", path, parameters, body, idempotent: true, signal: context.signal });
				return true;
			},
		});
	}
	for (const label of now.labels.filter((one) => !names.has(labelName(one)))) {
		await context.step(`unlabel ${labelName(label)}`, {
			run: async () => {
				const query = { name: label.name, prefix: label.prefix ?? undefined };
				await site.client.call({ method: "DELETE", path, parameters, query, accept: [404], signal: context.signal });
				return true;
			},
		});
	}
}

async function writeProperties(deed: SpaceDeed, id: string, now: SpaceContent, changed: ReadonlySet<string>): Promise<void> {
	const { context, site, wanted } = deed;
	const owner = spaceProperties(site, id, context.signal);
	for (const { key, value } of wanted.properties.filter((property) => changed.has(`properties/${property.key}`))) {
		await attempt(deed, `properties/${key}`, async () => {
			await context.step(`property ${key}`, {
				run: async () => {
					await writeProperty(owner, { key, value }, "");
					return true;
				},
				find: async () => (canonicalJson((await heldProperty(owner, key))?.value ?? null) === canonicalJson(value) ? true : undefined),
			});
		});
		if (!now.properties.some((held) => held.key === key)) context.created({ ref: { kind, id }, part: `property/${key}` });
	}
}

/** Carries out the plan for one space; its home page and its archiving come when everything in it is there. */
export async function applySpace(site: AppSite, context: ApplyContext, plan: ItemPlan, wanted: StoredItem): Promise<ApplyResult> {
	const deed = beginSpaceDeed(site, context, plan, wanted);
	const id = deed.details.targetId ?? (await makeSpace(deed));
	const now = await spaceNow(site, id, context.signal);
	const { key } = now.main;
	const changed = new Set(spaceChanges(spaceFields(now), spaceFields(deed.wanted), context.options).map(({ field }) => field));
	const { name, description, homepageId } = deed.wanted.main;
	const text = description?.plain?.value ?? "";
	await writeFields(deed, key, "fields", {
		...(changed.has("name") ? { name } : {}),
		...(changed.has("description") ? { description: { plain: { representation: "plain", value: text } } } : {}),
		// Nothing can be written into an archived space.
		...(now.main.status === "archived" ? { status: "CURRENT" } : {}),
	});
	if (changed.has("labels")) await attempt(deed, "labels", () => writeLabels(deed, key, now));
	await writeProperties(deed, id, now, changed);
	await writeAccess(deed, { id, key, roles: now.roles ?? [] }, changed);
	await writeLook(deed, key, changed);
	const made = deed.plan.action === "create" && homepageId != null && now.main.homepageId != null;
	return {
		mapped: { ref: { kind, id }, name: key, ...(made ? { brought: { [homepageId]: now.main.homepageId ?? "" } } : {}) },
		url: `${site.siteUrl}/wiki/spaces/${encodeURIComponent(key)}`,
		problems: deed.problems,
	};
}

/** Sets the home page to what it is called now, and archives the space again. */
export async function finishSpace(
	site: AppSite,
	context: ApplyContext,
	work: { readonly plan: ItemPlan; readonly wanted: StoredItem; readonly result: ApplyResult },
): Promise<void> {
	const deed = beginSpaceDeed(site, context, work.plan, work.wanted);
	const now = await spaceNow(site, work.result.mapped.ref.id, context.signal);
	const changed = new Set(spaceChanges(spaceFields(now), spaceFields(deed.wanted), context.options).map(({ field }) => field));
	const { homepageId, status } = deed.wanted.main;
	const home = homepageId == null ? undefined : (context.mapped({ kind: "confluence.page", id: homepageId })?.ref.id ?? homepageId);
	const moves =
		changed.has("homepageId") && home !== undefined && home !== now.main.homepageId && (await isPage(site, home, context.signal));
	await writeFields(deed, now.main.key, "home page", moves ? { homepage: { id: home ?? "" } } : {});
	const archives = changed.has("status") && status === "archived";
	await writeFields(deed, now.main.key, "archive", archives ? { status: "ARCHIVED" } : {});
}

/** A home page that is not there (any more) can't be set. */
async function isPage(site: AppSite, id: string, signal: AbortSignal): Promise<boolean> {
	const call = {
		method: "GET",
		path: "/wiki/api/v2/pages/{id}",
		parameters: { id },
		query: { status: ["current"] },
		accept: [404],
		signal,
	} as const;
	return (await site.client.call(call)).status === 200;
}
