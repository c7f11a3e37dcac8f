import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { cursorPages } from "../../http/paging.ts";
import { withoutMarkers } from "../../storage-format/storage-format.ts";
import { restoreProperty } from "../content/compare-content.ts";
import { contentUrl } from "../content/describe-content.ts";
import { idOf, readComment, readContent, readProperty } from "../content/records.ts";
import { listLimit } from "../read/reading.ts";
import { carriesMark, currentRecord, type Deed, versionMessage } from "./deed.ts";
import { pagesTitled } from "./places.ts";
import { rewriteBody } from "./rewrite-body.ts";

/** The wanted body under today's names, with only those inline-comment markers whose comments are on the page. */
export function wantedBody(deed: Deed, keepMarker: (ref: string) => boolean): string {
	return rewriteBody(
		withoutMarkers(deed.content.body, (ref) => !keepMarker(ref)),
		deed.context,
		deed.site.siteUrl,
	);
}

/** Where the page goes: under its own parent where that is there (again), else where the plan says. */
export function parentNow(deed: Deed): string | undefined {
	const { parentId, parentType } = deed.content.main;
	const sameSpace = deed.details.spaceId === deed.content.main.spaceId;
	if (parentId != null && sameSpace) {
		const kind = parentType === "folder" ? "confluence.folder" : "confluence.page";
		const mapped = deed.context.mapped({ kind, id: parentId });
		if (mapped !== undefined) return mapped.ref.id;
		if (deed.details.parentKept) return parentId;
	}
	return deed.details.parentId ?? undefined;
}

function creation(deed: Deed): { readonly body: JsonObject; readonly query: Record<string, boolean> } {
	const { main, restrictions } = deed.content;
	const body = { representation: "storage", value: wantedBody(deed, () => false) };
	const common = { spaceId: deed.details.spaceId, status: "current", title: deed.details.title, body };
	// Nobody may look at a restricted page in the moment before its restrictions are set.
	const hidden = restrictions.read.users.length + restrictions.read.groups.length > 0 ? { private: true } : {};
	if (deed.flavour.kind === "confluence.blog-post") {
		return { body: { ...common, ...(main.createdAt == null ? {} : { createdAt: main.createdAt }) }, query: hidden };
	}
	const parentId = parentNow(deed);
	const rootLevel = parentId === undefined && main.parentId == null && deed.details.spaceId === main.spaceId;
	return {
		body: { ...common, ...(parentId === undefined ? {} : { parentId }), ...(main.subtype === "live" ? { subtype: "live" } : {}) },
		query: { ...hidden, ...(rootLevel ? { "root-level": true } : {}) },
	};
}

/** A page that this restore created but did not hear of: titles are unique in a space, and the plan found this one free. */
async function findCreated(deed: Deed): Promise<{ readonly id: string } | undefined> {
	const { spaceId, title } = deed.details;
	for (const item of await pagesTitled(deed.site.client, deed.flavour, { spaceId, title, signal: deed.context.signal })) {
		const record = readContent(item);
		const mark = await readMark(deed, record.id);
		if (mark === deed.context.restoreId) return { id: record.id };
		const untouched = record.version.number === 1 && deed.content.main.id !== record.id;
		if (mark === undefined && untouched && record.body?.storage?.value === wantedBody(deed, () => false)) return { id: record.id };
	}
	return undefined;
}

/** Creates the page anew and marks it. */
export async function createPage(deed: Deed): Promise<string> {
	const { context, flavour, site } = deed;
	const { id } = await context.step("create", {
		run: async () => {
			const { json } = await site.client.call({ method: "POST", path: flavour.list, ...creation(deed), signal: context.signal });
			return { id: idOf(json) };
		},
		find: () => findCreated(deed),
	});
	context.created({
		ref: { kind: flavour.kind, id },
		part: "",
		url: contentUrl(site.siteUrl, { main: { ...deed.content.main, id, _links: undefined } }),
	});
	await markPage(deed, id);
	return id;
}

/** Takes the page out of the trash; its content stays what it was when it was deleted. */
export async function untrashPage(deed: Deed, id: string): Promise<void> {
	const { context, flavour } = deed;
	await context.step("untrash", {
		run: async () => {
			const { record, body } = await currentRecord(deed, id);
			if (record.status === "trashed") await putPage(deed, id, { title: record.title, body, version: record.version.number + 1 });
			return { id };
		},
		find: async () => ((await currentRecord(deed, id)).record.status === "trashed" ? undefined : { id }),
	});
	context.created({ ref: { kind: flavour.kind, id }, part: "untrashed" });
	await markPage(deed, id);
}

interface PageUpdate {
	readonly title: string;
	readonly body: string;
	readonly version: number;
	readonly ownerId?: string;
}

async function putPage(deed: Deed, id: string, update: PageUpdate): Promise<void> {
	const { title, body, version, ownerId } = update;
	await deed.site.client.call({
		method: "PUT",
		path: deed.flavour.one,
		parameters: { id },
		body: {
			id,
			status: "current",
			title,
			...(ownerId === undefined ? {} : { ownerId }),
			body: { representation: "storage", value: body },
			version: { number: version, message: versionMessage(deed) },
		},
		item: id,
		// A version number is taken once: a second try of a PUT that was done is refused, so the step looks before it repeats.
		idempotent: false,
		signal: deed.context.signal,
	});
}

/** Puts title and body back as a new version. */
export async function updatePage(deed: Deed, id: string, fields: { readonly title: boolean; readonly body: boolean }): Promise<void> {
	await deed.context.step("page", {
		run: async () => {
			const { record, body } = await currentRecord(deed, id);
			const refs = await markersOnPage(deed, id);
			const title = fields.title ? deed.details.title : record.title;
			await putPage(deed, id, {
				title,
				body: fields.body ? wantedBody(deed, (ref) => refs.has(ref)) : body,
				version: record.version.number + 1,
			});
			return { version: record.version.number + 1 };
		},
		find: async () => {
			const { record } = await currentRecord(deed, id);
			return carriesMark(record.version.message, deed.context.restoreId) ? { version: record.version.number } : undefined;
		},
	});
}

/** Makes an account the page's owner again. */
export async function putOwner(deed: Deed, id: string, ownerId: string): Promise<void> {
	await deed.context.step("owner", {
		run: async () => {
			const { record, body } = await currentRecord(deed, id);
			await putPage(deed, id, { title: record.title, body, version: record.version.number + 1, ownerId });
			return true;
		},
		find: async () => ((await currentRecord(deed, id)).record.ownerId === ownerId ? true : undefined),
	});
}

/** Markers of inline comments that are on the page now and were when the backup was taken. */
async function markersOnPage(deed: Deed, id: string): Promise<ReadonlySet<string>> {
	const refs = new Set<string>();
	const query = { limit: listLimit };
	const call = { method: "GET", path: deed.flavour.inlineComments, parameters: { id }, query, signal: deed.context.signal } as const;
	for await (const page of cursorPages(deed.site.client, call)) {
		for (const { properties: marker } of page.items.map(readComment)) if (marker?.inlineMarkerRef != null) refs.add(marker.inlineMarkerRef);
	}
	return refs;
}

/** Rewrites references in the page to things that came back after it. */
export async function rewriteReferences(deed: Deed, id: string): Promise<void> {
	const fresh = async () => {
		const now = await currentRecord(deed, id);
		return { ...now, rewritten: rewriteBody(now.body, deed.context, deed.site.siteUrl) };
	};
	const before = await fresh();
	if (before.rewritten === before.body) return;
	await deed.context.step("references", {
		run: async () => {
			const { record, rewritten } = await fresh();
			await putPage(deed, id, { title: record.title, body: rewritten, version: record.version.number + 1 });
			return { version: record.version.number + 1 };
		},
		find: async () => {
			const { record, body, rewritten } = await fresh();
			return body === rewritten ? { version: record.version.number } : undefined;
		},
	});
}

async function properties(deed: Deed, id: string, key: string) {
	const { json } = await deed.site.client.call({
		method: "GET",
		path: deed.flavour.properties,
		parameters: { [deed.flavour.propertyOwner]: id },
		query: { key },
		signal: deed.context.signal,
	});
	const results = isJsonObject(json) && Array.isArray(json.results) ? json.results : [];
	const found = results.find((one) => readProperty(one).key === key);
	return found === undefined ? undefined : { ...readProperty(found), value: isJsonObject(found) ? (found.value ?? null) : null };
}

async function readMark(deed: Deed, id: string): Promise<string | undefined> {
	const mark = await properties(deed, id, restoreProperty);
	return mark !== undefined && isJsonObject(mark.value) && typeof mark.value.restoreId === "string" ? mark.value.restoreId : undefined;
}

/** Writes a content property, whether it is there or not; writing it twice gives the same. */
export async function putProperty(deed: Deed, id: string, key: string, value: JsonValue): Promise<void> {
	const { client } = deed.site;
	const { flavour, context } = deed;
	const owner = { [flavour.propertyOwner]: id };
	await context.step(`property ${key}`, {
		run: async () => {
			const held = await properties(deed, id, key);
			if (held?.id == null) {
				await client.call({
					method: "POST",
					path: flavour.properties,
					parameters: owner,
					body: { key, value },
					item: id,
					signal: context.signal,
				});
			} else {
				const body = { key, value, version: { number: (held.version?.number ?? 1) + 1, message: versionMessage(deed) } };
				const parameters = { ...owner, "property-id": held.id };
				await client.call({ method: "PUT", path: flavour.property, parameters, body, item: id, idempotent: false, signal: context.signal });
			}
			return true;
		},
		find: async () => {
			const held = await properties(deed, id, key);
			return held !== undefined && canonicalJson(held.value) === canonicalJson(value) ? true : undefined;
		},
	});
}

async function markPage(deed: Deed, id: string): Promise<void> {
	const { record } = await currentRecord(deed, id);
	const mark = { restoreId: deed.context.restoreId, from: deed.wanted.ref.id, version: record.version.number };
	await putProperty(deed, id, restoreProperty, mark);
}
