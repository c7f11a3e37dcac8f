import {
	canonicalJson,
	type ItemRef,
	isAppError,
	isJsonObject,
	itemRefText,
	type JsonObject,
	type JsonValue,
	type KindId,
} from "@skyeworx/core";
import type { LiveItem, StoredFile, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import type { HttpClient } from "../../http/http-client.ts";
import { cursorPages } from "../../http/paging.ts";
import { fileMarksPart } from "../content/file-marks.ts";
import { type ContentFlavour, customContainer, flavours } from "../content/flavour.ts";
import { contextPart, filePart, likesPart } from "../content/parts.ts";
import { contentPart, idOf, readAttachment, readContent } from "../content/records.ts";
import { customContentKindId, fetchCustomContent, readCustomContent } from "../custom-content/custom-content-record.ts";
import { draftKindId, fetchDraft } from "../draft/draft-record.ts";
import { collect, inOrder } from "../read/in-order.ts";
import { accountsIn, People } from "../read/people.ts";
import { withAdfBodies } from "../read/read-adf.ts";
import { readFileMarksPart } from "../read/read-file-marks.ts";
import { openAttachment } from "../read/read-files.ts";
import { listLimit, type SpaceFacts } from "../read/reading.ts";
import { readAttachmentsPart, readCommentsPart, readLabelsAndProperties, readRestrictionsPart } from "../read/single-content.ts";
import { grantsByRoles, readSpaceParts } from "../space/space-parts.ts";
import { readSpace, spacePart } from "../space/space-record.ts";
import { fetchTemplate } from "../template/template-record.ts";
import { type TreeFlavour, treeFlavourOf } from "../tree-object/tree-flavour.ts";
import { fetchTreeObject, readTreeObject } from "../tree-object/tree-object-record.ts";
import { type Hanging, readHangingOnNew } from "./read-recent.ts";

const itemsAtOnce = 6;

/** Live files of a page: the current version of each attachment. */
function liveFiles(client: HttpClient, contentId: string, attachments: JsonValue | undefined): readonly StoredFile[] {
	return (Array.isArray(attachments) ? attachments : []).map((entry) => {
		const { id, fileSize, version } = readAttachment(entry);
		return {
			part: filePart(id, version.number),
			size: fileSize ?? 0,
			async *open(signal) {
				yield* await openAttachment(client, { contentId, attachmentId: id, version: version.number }, signal);
			},
		};
	});
}

function nonEmpty(part: JsonValue): JsonValue | undefined {
	return Array.isArray(part) && part.length === 0 ? undefined : part;
}

/** Reads the parts of a page besides its main record, as a backup would store them. */
export async function readWhole(
	client: HttpClient,
	content: {
		readonly flavour: ContentFlavour;
		readonly id: string;
		readonly main: JsonValue;
		readonly status: string;
		readonly signal?: AbortSignal | undefined;
		/** What hangs on it, where that was read already. */
		readonly hanging?: Hanging | undefined;
	},
): Promise<StoredItem> {
	const source = { client, flavour: content.flavour, id: content.id, signal: content.signal };
	const { hanging } = content;
	const attachments = hanging === undefined ? await readAttachmentsPart(source) : hanging.attachments;
	const [marks, restrictions, comments, fileMarks] = await Promise.all([
		readLabelsAndProperties(source, content.status),
		readRestrictionsPart(source),
		hanging === undefined ? readCommentsPart(source, attachments) : hanging.comments,
		readFileMarksPart(client, attachments, content.signal),
	]);
	const parts = new Map<string, JsonValue>([["", content.main]]);
	const extras = {
		comments,
		labels: nonEmpty(marks.labels),
		properties: nonEmpty(marks.properties),
		[likesPart]: nonEmpty(marks.likes),
		restrictions,
		attachments,
		[fileMarksPart]: fileMarks,
	};
	for (const [name, part] of Object.entries(extras)) if (part !== undefined) parts.set(name, part);
	const covers = ["comments", "labels", "properties", "attachments", fileMarksPart];
	return { ref: { kind: content.flavour.kind, id: content.id }, parts, files: liveFiles(client, content.id, attachments), covers };
}

/** Adds the part `context`, as a backup would. */
async function withContext(site: AppSite, items: readonly StoredItem[], signal: AbortSignal | undefined): Promise<readonly StoredItem[]> {
	const people = new People(site);
	const accounts = items.map((item) => accountsIn(["", "comments", likesPart].map((part) => item.parts.get(part) ?? null)));
	await people.learn(
		accounts.flatMap((ids) => [...ids]),
		signal,
	);
	const spaceIds = [...new Set(items.map((item) => readContent(item.parts.get("") ?? null).spaceId))];
	const spaces = await spacesById(site.client, spaceIds, signal);
	return items.map((item, index) => {
		const space = spaces.get(readContent(item.parts.get("") ?? null).spaceId);
		const context = contextPart(space, people.of([...(accounts[index] ?? [])].sort()));
		return { ...item, parts: new Map([...item.parts, ["context", context]]) };
	});
}

/** Keys and names of spaces. */
export async function spacesById(
	client: HttpClient,
	ids: readonly string[],
	signal?: AbortSignal,
): Promise<ReadonlyMap<string, SpaceFacts>> {
	const found = new Map<string, SpaceFacts>();
	if (ids.length === 0) return found;
	for await (const page of cursorPages(client, { method: "GET", path: "/wiki/api/v2/spaces", query: { ids, limit: listLimit }, signal })) {
		for (const { id, key, name, status } of page.items.map(readSpace)) if (status !== "trashed") found.set(id, { id, key, name });
	}
	return found;
}

/** The main records of pages by id, those in the trash too; what is not there is left out. One request for 250. */
export async function readMains(
	client: HttpClient,
	flavour: ContentFlavour,
	ids: readonly string[],
	signal?: AbortSignal,
): Promise<ReadonlyMap<string, JsonObject>> {
	const found = new Map<string, JsonObject>();
	const numbered = ids.filter((id) => /^\d+$/.test(id));
	for (let at = 0; at < numbered.length; at += listLimit) {
		const query = {
			id: numbered.slice(at, at + listLimit),
			limit: listLimit,
			status: [...flavour.liveStatuses, "trashed"],
			"body-format": "storage",
		};
		for await (const page of cursorPages(client, { method: "GET", path: flavour.list, query, signal })) {
			for (const item of page.items) found.set(idOf(item), contentPart(item));
		}
	}
	return found;
}

/**
 * Confirms pages that were read a moment ago: those whose main record is what it was, but for the place among their siblings. All
 * that a restore writes on a page it writes before it is read.
 */
export async function confirmContent(
	site: AppSite,
	flavour: ContentFlavour,
	read: readonly StoredItem[],
	signal?: AbortSignal,
): Promise<readonly StoredItem[]> {
	const ids = read.map(({ ref }) => ref.id);
	const mains = await withAdfBodies(site.client, flavour, await readMains(site.client, flavour, ids, signal), signal);
	return read.flatMap((item) => {
		const [was, is] = [item.parts.get(""), mains.get(item.ref.id)];
		const same =
			isJsonObject(was) && is !== undefined && canonicalJson({ ...was, position: null }) === canonicalJson({ ...is, position: null });
		return same ? [{ ...item, parts: new Map([...item.parts, ["", is]]) }] : [];
	});
}

async function readLiveContent(
	site: AppSite,
	flavour: ContentFlavour,
	refs: readonly ItemRef[],
	signal?: AbortSignal,
): Promise<readonly LiveItem[]> {
	const ids = refs.map((ref) => ref.id);
	const mains = await withAdfBodies(site.client, flavour, await readMains(site.client, flavour, ids, signal), signal);
	const hanging = await readHangingOnNew(site, mains, signal);
	const read = async (ref: ItemRef): Promise<StoredItem | undefined> => {
		const main = mains.get(ref.id);
		if (main === undefined) return undefined;
		const { status } = readContent(main);
		// Of what is in the trash the main record says enough; a restore reads the rest once it needs it.
		if (status === "trashed") return { ref, parts: new Map([["", main]]), files: [] };
		return await readWhole(site.client, { flavour, id: ref.id, main, status, signal, hanging: hanging.get(ref.id) }).catch(goneSince);
	};
	const items = (await collect(inOrder(refs, itemsAtOnce, read))).filter((item) => item !== undefined);
	const whole = new Map((await withContext(site, items, signal)).map((item) => [item.ref.id, item]));
	return refs.map((ref) => liveItem(ref, whole.get(ref.id)));
}

function goneSince(error: unknown): undefined {
	if (isAppError(error, "not-found")) return undefined;
	throw error;
}

function liveItem(ref: ItemRef, item: StoredItem | undefined): LiveItem {
	if (item === undefined) return { ref, state: "absent" };
	const { status } = readContent(item.parts.get("") ?? null);
	return { ref, state: status === "trashed" ? "trashed" : "live", item };
}

async function readLiveSpaces(site: AppSite, refs: readonly ItemRef[], signal?: AbortSignal): Promise<readonly LiveItem[]> {
	const found = new Map<string, JsonValue>();
	const query = { ids: refs.map((ref) => ref.id), limit: listLimit, "description-format": "plain" };
	for (const status of [undefined, "trashed"]) {
		const call = { method: "GET", path: "/wiki/api/v2/spaces", query: { ...query, status }, signal } as const;
		for await (const page of cursorPages(site.client, call)) for (const item of page.items) found.set(idOf(item), item);
	}
	const roles = found.size > 0 && (await grantsByRoles(site.client, signal));
	const read = async (ref: ItemRef): Promise<LiveItem> => {
		const space = found.get(ref.id);
		if (space === undefined) return { ref, state: "absent" };
		const { id, key, status } = readSpace(space);
		const trashed = status === "trashed";
		const parts = trashed ? [] : await readSpaceParts({ client: site.client, id, key, roles, signal });
		const item = { ref, parts: new Map<string, JsonValue>([["", spacePart(space)], ...parts]), files: [] };
		return { ref, state: trashed ? "trashed" : "live", item };
	};
	return await collect(inOrder(refs, itemsAtOnce, read));
}

async function readLiveTreeObjects(
	site: AppSite,
	tree: TreeFlavour,
	refs: readonly ItemRef[],
	signal?: AbortSignal,
): Promise<readonly LiveItem[]> {
	const read = async (ref: ItemRef): Promise<LiveItem> => {
		const parts = await fetchTreeObject(site.client, tree, ref.id, signal);
		if (parts === undefined) return { ref, state: "absent" };
		const { status } = readTreeObject(parts.get("") ?? null);
		return { ref, state: status === "trashed" ? "trashed" : "live", item: { ref, parts, files: [] } };
	};
	return await collect(inOrder(refs, itemsAtOnce, read));
}

/** Custom content as it is now with what hangs on it; of what is in the trash its record says enough. */
export async function readWholeCustomContent(client: HttpClient, ref: ItemRef, signal?: AbortSignal): Promise<StoredItem | undefined> {
	const parts = await fetchCustomContent(client, ref.id, signal);
	if (parts === undefined) return undefined;
	if (readCustomContent(parts.get("") ?? null).status === "trashed") return { ref, parts, files: [] };
	const source = { client, flavour: customContainer, id: ref.id, signal };
	const attachments = await readAttachmentsPart(source);
	const [comments, fileMarks] = await Promise.all([readCommentsPart(source, attachments), readFileMarksPart(client, attachments, signal)]);
	const extras = Object.entries({ attachments, comments, [fileMarksPart]: fileMarks });
	return {
		ref,
		parts: new Map([...parts, ...extras.flatMap(([name, part]) => (part === undefined ? [] : [[name, part] as const]))]),
		files: liveFiles(client, ref.id, attachments),
		covers: ["labels", "properties", "comments", "attachments", fileMarksPart],
	};
}

async function readLiveCustomContents(site: AppSite, refs: readonly ItemRef[], signal?: AbortSignal): Promise<readonly LiveItem[]> {
	const read = async (ref: ItemRef) => await readWholeCustomContent(site.client, ref, signal).catch(goneSince);
	const items = (await collect(inOrder(refs, itemsAtOnce, read))).filter((item) => item !== undefined);
	const whole = new Map((await withContext(site, items, signal)).map((item) => [item.ref.id, item]));
	return refs.map((ref) => liveItem(ref, whole.get(ref.id)));
}

async function readLiveTemplates(site: AppSite, refs: readonly ItemRef[], signal?: AbortSignal): Promise<readonly LiveItem[]> {
	const read = async (ref: ItemRef): Promise<LiveItem> => {
		const part = await fetchTemplate(site.client, ref.id, signal);
		if (part === undefined) return { ref, state: "absent" };
		return { ref, state: "live", item: { ref, parts: new Map<string, JsonValue>([["", part]]), files: [] } };
	};
	return await collect(inOrder(refs, itemsAtOnce, read));
}

async function readLiveDrafts(site: AppSite, refs: readonly ItemRef[], signal?: AbortSignal): Promise<readonly LiveItem[]> {
	const read = async (ref: ItemRef): Promise<LiveItem> => {
		const main = await fetchDraft(site.client, ref.id, signal);
		return main === undefined ? { ref, state: "absent" } : { ref, state: "live", item: { ref, parts: new Map([["", main]]), files: [] } };
	};
	return await collect(inOrder(refs, itemsAtOnce, read));
}

async function readLiveOfKind(site: AppSite, kind: KindId, refs: readonly ItemRef[], signal?: AbortSignal): Promise<readonly LiveItem[]> {
	const flavour = flavours.find((one) => one.kind === kind);
	if (flavour !== undefined) return await readLiveContent(site, flavour, refs, signal);
	if (kind === draftKindId) return await readLiveDrafts(site, refs, signal);
	if (kind === customContentKindId) return await readLiveCustomContents(site, refs, signal);
	if (kind === "confluence.template") return await readLiveTemplates(site, refs, signal);
	const tree = treeFlavourOf({ kind });
	return tree === undefined ? await readLiveSpaces(site, refs, signal) : await readLiveTreeObjects(site, tree, refs, signal);
}

/** Reads items as they are now; answers each reference, in order. */
export async function readLiveConfluence(site: AppSite, refs: readonly ItemRef[], signal?: AbortSignal): Promise<readonly LiveItem[]> {
	const found = new Map<string, LiveItem>();
	for (const [kind, ofKind] of Map.groupBy(refs, (ref) => ref.kind)) {
		for (const item of await readLiveOfKind(site, kind, ofKind, signal)) found.set(itemRefText(item.ref), item);
	}
	return refs.map((ref) => found.get(itemRefText(ref)) ?? { ref, state: "absent" });
}
