import { AppError, type ItemRef, isAppError } from "@skyeworx/core";
import type { KindDefinition, KindRestore, LiveItem } from "@skyeworx/engine";
import type { AppFacts, AppReader, AppSite } from "../app-reader.ts";
import { assetObjects } from "./assets/object/asset-object.ts";
import { assetObjectKind } from "./assets/object/object-record.ts";
import { assetObjectRestore, liveAssetObjects } from "./assets/object/restore/object-restore.ts";
import { assetsGap } from "./assets/read-assets.ts";
import { readContext } from "./context.ts";
import { readJira } from "./read-jira.ts";
import { allSettingKinds } from "./registered-kinds.ts";
import { defineSetting } from "./setting/define-setting.ts";
import { liveSettings } from "./setting/reading.ts";
import { settingRestore } from "./setting/restore-setting.ts";
import type { SettingKind } from "./setting/setting-kind.ts";
import type { SiteFields } from "./site-fields.ts";
import { browsableSpaceKeys } from "./space/list-spaces.ts";
import { spaceKind } from "./space/space-kind.ts";
import { openAttachment } from "./work-item/attachments.ts";
import { BulkProperties } from "./work-item/bulk-properties.ts";
import { liveWorkItems } from "./work-item/live-items.ts";
import { workItemKind } from "./work-item/record.ts";
import { workItemRestore } from "./work-item/restore/work-item-restore.ts";
import { jiraWorkItemKind } from "./work-item/work-item-kind.ts";

/** Jira's kinds without their restore halves: one line a kind. */
export function jiraKinds(): readonly KindDefinition[] {
	return [jiraWorkItemKind, assetObjects, ...allSettingKinds.map(defineSetting)];
}

/** Opens Jira's half of the connector. */
export function openJira(site: AppSite): AppReader {
	let fields: Promise<SiteFields> | undefined;
	const fieldsOnce = (signal: AbortSignal | undefined): Promise<SiteFields> => {
		fields ??= readContext(site, signal).then((context) => context.siteFields);
		fields.catch(() => {
			fields = undefined;
		});
		return fields;
	};
	const bulk = new BulkProperties();
	const restores = new Map<string, KindRestore>([
		[workItemKind, workItemRestore(site)],
		[assetObjectKind, assetObjectRestore(site)],
	]);
	for (const kind of allSettingKinds) {
		if (kind.write !== undefined) restores.set(kind.id, settingRestore(site, { ...kind, write: kind.write }));
	}
	const kinds = jiraKinds().map((kind) => {
		const restore = restores.get(kind.id);
		return restore === undefined ? kind : { ...kind, restore };
	});
	return {
		kinds,
		inspect: (signal) => inspectJira(site, signal),
		visibleSpaces: (signal) => browsableSpaceKeys(site, signal),
		read: (request) => readJira(site, request, bulk),
		async readLive(refs, signal) {
			const live: LiveItem[] = [];
			for (const [kind, asked] of Map.groupBy(refs, (ref) => ref.kind)) {
				if (kind === workItemKind) live.push(...(await liveWorkItems(site, await fieldsOnce(signal), { refs: asked, bulk, signal })));
				else if (kind === assetObjectKind) live.push(...(await liveAssetObjects(site, { refs: asked, signal })));
				else live.push(...(await liveSettings(site, settingKind(kind), { refs: asked, signal })));
			}
			return live;
		},
		openLiveFile: (ref, fileId, signal) => openLiveFile(site, { ref, fileId, signal }),
	};
}

async function openLiveFile(
	site: AppSite,
	file: { readonly ref: ItemRef; readonly fileId: string; readonly signal: AbortSignal | undefined },
): Promise<AsyncIterable<Uint8Array>> {
	if (file.ref.kind !== workItemKind) throw new AppError("not-found", "Items of this kind have no files");
	return openAttachment(site.client, file.fileId.replace(/^file\//, ""), { signal: file.signal });
}

function settingKind(id: string): SettingKind {
	const kind = allSettingKinds.find((one) => one.id === id);
	if (kind === undefined) throw new AppError("internal", "Jira has no such kind", { facts: { kind: id } });
	return kind;
}

/** One cheap call of each sort that a backup makes: what is refused now is said before the first run. */
async function inspectJira(site: AppSite, signal: AbortSignal | undefined): Promise<AppFacts> {
	const { client } = site;
	const probes: readonly { readonly kind: string; readonly run: () => Promise<unknown> }[] = [
		{
			kind: spaceKind,
			run: () => client.call({ method: "GET", path: "/rest/api/3/project/search", query: { maxResults: 1 }, signal, accept: [404] }),
		},
		{
			kind: "jira.priority",
			run: () => client.call({ method: "GET", path: "/rest/api/3/priority/search", query: { maxResults: 1 }, signal }),
		},
		{ kind: "jira.user", run: () => client.call({ method: "GET", path: "/rest/api/3/users/search", query: { maxResults: 1 }, signal }) },
	];
	const gaps: AppFacts["gaps"][number][] = [];
	let present = true;
	const [gap] = await Promise.all([
		assetsGap(site, signal),
		...probes.map(async ({ kind, run }) => {
			try {
				await run();
			} catch (error) {
				if (isAppError(error, "scope-missing")) gaps.push({ kind, reason: error.message, scope: true });
				else if (isAppError(error, "site-refused"))
					gaps.push({ kind, reason: "The connection's account lacks the permission to read it." });
				else if (isAppError(error, "not-found") && kind === spaceKind) present = false;
				else throw error;
			}
		}),
	]);
	return { present, gaps: gap === undefined ? gaps : [...gaps, gap] };
}
