import { AppError, type ItemRef, isAppError } from "@skyeworx/core";
import type { KindDefinition } from "@skyeworx/engine";
import type { AppFacts, AppReader, AppSite } from "../app-reader.ts";
import { collectItems, cursorPages } from "../http/paging.ts";
import { idAt } from "../record/json-access.ts";
import { withAdminKey } from "./admin-key.ts";
import { contentKind } from "./content/content-kind.ts";
import { containerOfKind, flavours } from "./content/flavour.ts";
import { customContentKind } from "./custom-content/custom-content-kind.ts";
import { customContentRestore } from "./custom-content/custom-content-restore.ts";
import { draftKind } from "./draft/draft-kind.ts";
import { draftRestore } from "./draft/draft-restore.ts";
import { readLiveConfluence } from "./live/read-live.ts";
import { confluenceKindIds, readConfluence } from "./read/read-confluence.ts";
import { openAttachment } from "./read/read-files.ts";
import { contentRestore } from "./restore/content-restore.ts";
import { spaceRestore } from "./space/restore/space-restore.ts";
import { spaceKind } from "./space/space-kind.ts";
import { templateKind } from "./template/template-kind.ts";
import { templateRestore } from "./template/template-restore.ts";
import { treeObjectRestore } from "./tree-object/restore/tree-object-restore.ts";
import { treeFlavours } from "./tree-object/tree-flavour.ts";
import { treeObjectKind } from "./tree-object/tree-object-kind.ts";

async function inspect(site: AppSite, signal: AbortSignal | undefined): Promise<AppFacts> {
	try {
		await site.client.call({ method: "GET", path: "/wiki/api/v2/spaces", query: { limit: 1 }, signal });
		return { present: true, gaps: [] };
	} catch (error) {
		// A site without Confluence answers 404 under /wiki.
		if (isAppError(error, "not-found")) return { present: false, gaps: [] };
		if (!isAppError(error, "scope-missing") && !isAppError(error, "site-refused")) throw error;
		return {
			present: false,
			gaps: confluenceKindIds.map((kind) => ({ kind, reason: error.message, scope: error.code === "scope-missing" })),
		};
	}
}

async function visibleSpaces({ client }: AppSite, signal: AbortSignal | undefined) {
	const call = { method: "GET", path: "/wiki/api/v2/spaces", query: { limit: 250, status: "current" }, signal } as const;
	const records = await collectItems(cursorPages(client, call));
	return records.flatMap((record) => {
		const id = idAt(record, "id");
		return id === undefined ? [] : [{ id, key: idAt(record, "key") ?? id }];
	});
}

async function openLiveFile(
	site: AppSite,
	ref: ItemRef,
	fileId: string,
	signal: AbortSignal | undefined,
): Promise<AsyncIterable<Uint8Array>> {
	const match = /^(?:file\/)?(att\d+|\d+)(?:@(\d+))?$/.exec(fileId);
	if (containerOfKind(ref.kind) === undefined || match?.[1] === undefined) {
		throw new AppError("bad-input", "This does not name a file of a page", { facts: { kind: ref.kind, id: ref.id } });
	}
	const file = { contentId: ref.id, attachmentId: match[1], ...(match[2] === undefined ? {} : { version: Number(match[2]) }) };
	return await openAttachment(site.client, file, signal);
}

/** What this room knows of Confluence's kinds; without a site, so nothing can be restored with them. */
export function confluenceKinds(): readonly KindDefinition[] {
	return [
		spaceKind(),
		templateKind(),
		...treeFlavours.map((tree) => treeObjectKind(tree)),
		...flavours.map((flavour) => contentKind(flavour)),
		customContentKind(),
		draftKind(),
	];
}

/** The Confluence half of the connector. */
export function openConfluence(plain: AppSite): AppReader {
	const { client, key } = withAdminKey(plain);
	const site: AppSite = { ...plain, client };
	return {
		kinds: [
			spaceKind(spaceRestore(site)),
			templateKind(templateRestore(site)),
			...treeFlavours.map((tree) => treeObjectKind(tree, treeObjectRestore(site, tree))),
			...flavours.map((flavour) => contentKind(flavour, contentRestore(site, flavour))),
			customContentKind(customContentRestore(site)),
			draftKind(draftRestore(site)),
		],
		inspect: (signal) => inspect(plain, signal),
		visibleSpaces: (signal) => visibleSpaces(plain, signal),
		read: (request) => readConfluence(site, request, key),
		readLive: (refs, signal) => readLiveConfluence(site, refs, signal),
		openLiveFile: (ref, fileId, signal) => openLiveFile(site, ref, fileId, signal),
	};
}
