import { canonicalJson, type JsonObject, type JsonValue } from "@skyeworx/core";
import { cursorPages } from "../../http/paging.ts";
import { withoutMarkers } from "../../storage-format/storage-format.ts";
import { contentUrl } from "../content/describe-content.ts";
import { contentPart, idOf, readComment, readContent } from "../content/records.ts";
import { listLimit } from "../read/reading.ts";
import { bodyOrigin, currentRecord, type Deed, isOwnVersion, versionMessage } from "./deed.ts";
import { parentNow, spaceNow } from "./placement.ts";
import { pagesTitled } from "./places.ts";
import { createProperty, heldProperty, type PropertyOwner, readMark, restoreProperty, writeProperty } from "./property-owner.ts";
import { rewriteBody } from "./rewrite-body.ts";

/** The wanted body under today's names, with only those inline-comment markers whose comments are on the page. */
export function wantedBody(deed: Deed, keepMarker: (ref: string) => boolean): string {
	return rewriteBody(
		withoutMarkers(deed.content.body, (ref) => !keepMarker(ref)),
		deed.context,
		deed.site.siteUrl,
		bodyOrigin(deed),
	);
}

/** Where the page goes. */
export function parentOf(deed: Deed): string | undefined {
	return parentNow(deed.context, deed.details, deed.content.main);
}

/** A title and a body to begin with. */
export interface First {
	readonly title: string;
	readonly body: string;
}

function creation(deed: Deed, first: First): { readonly body: JsonObject; readonly query: Record<string, boolean> } {
	const { main, restrictions } = deed.content;
	const body = { representation: "storage", value: first.body };
	const common = { spaceId: spaceNow(deed.context, deed.details), status: "current", title: first.title, body };
	// Nobody may look at a restricted page in the moment before its restrictions are set.
	const hidden = restrictions.read.users.length + restrictions.read.groups.length > 0 ? { private: true } : {};
	if (deed.flavour.kind === "confluence.blog-post") {
		return { body: { ...common, ...(main.createdAt == null ? {} : { createdAt: main.createdAt }) }, query: hidden };
	}
	const parentId = parentOf(deed);
	const { spaceId, spaceComes, elsewhere } = deed.details;
	const ownSpace = spaceComes || (!elsewhere && spaceId === main.spaceId);
	const rootLevel = parentId === undefined && main.parentId == null && ownSpace;
	return {
		body: { ...common, ...(parentId === undefined ? {} : { parentId }), ...(main.subtype === "live" ? { subtype: "live" } : {}) },
		query: { ...hidden, ...(rootLevel ? { "root-level": true } : {}) },
	};
}

/** A page that this restore created but did not hear of: titles are unique in a space, and the plan found this one free. */
async function findCreated(deed: Deed, { title, body }: First): Promise<{ readonly id: string } | undefined> {
	const spaceId = spaceNow(deed.context, deed.details);
	for (const item of await pagesTitled(deed.site.client, deed.flavour, { spaceId, title, signal: deed.context.signal })) {
		const record = readContent(item);
		const mark = (await readMark(propertiesOf(deed.site, deed.flavour, record.id, deed.context.signal))).restoreId;
		if (mark === deed.context.restoreId) return { id: record.id };
		const untouched = record.version.number === 1 && deed.content.main.id !== record.id;
		if (mark === undefined && untouched && record.body?.storage?.value === body) return { id: record.id };
	}
	return undefined;
}

/** The address of a page that was created just now. */
function newUrl({ site, content }: Deed, id: string): string {
	return contentUrl(site.siteUrl, { main: { ...content.main, id, _links: undefined } });
}

/** Creates the page anew and marks it. */
export async function createPage(deed: Deed, first: First): Promise<string> {
	const { context, flavour, site } = deed;
	const { id } = await context.step("create", {
		run: async () => {
			const { json } = await site.client.call({ method: "POST", path: flavour.list, ...creation(deed, first), signal: context.signal });
			deed.made.main = contentPart(json);
			return { id: idOf(json) };
		},
		find: () => findCreated(deed, first),
	});
	context.created({ ref: { kind: flavour.kind, id }, part: "", url: newUrl(deed, id) });
	await markNewPage(deed, id);
	return id;
}

/** Marks a page that was created a moment ago: it has no property of this name yet. */
async function markNewPage(deed: Deed, id: string): Promise<void> {
	const { context, flavour, site, wanted } = deed;
	const owner = propertiesOf(site, flavour, id, context.signal);
	const value = { restoreId: context.restoreId, from: wanted.ref.id, version: 1 };
	await context.step(`property ${restoreProperty}`, {
		run: async () => {
			await createProperty(owner, { key: restoreProperty, value });
			return true;
		},
		find: async () => ((await readMark(owner)).restoreId === context.restoreId ? true : undefined),
	});
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
	/** What the version says of itself; that it comes from the restored version unless told. */
	readonly message?: string;
}

export async function putPage(deed: Deed, id: string, update: PageUpdate): Promise<void> {
	const { title, body, version, ownerId, message = versionMessage(deed) } = update;
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
			version: { number: version, message },
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
			return isOwnVersion(deed, record.version.message) ? { version: record.version.number } : undefined;
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

/** Whether a page that was created in this restore may name something that has another name by now. */
function mayName({ plan, content, context, site }: Deed, origin: ReturnType<typeof bodyOrigin>): boolean {
	return plan.action !== "create" || rewriteBody(content.body, context, site.siteUrl, origin) !== content.body;
}

/** Rewrites references in the page to things that came back after it. */
export async function rewriteReferences(deed: Deed, id: string): Promise<void> {
	if (!mayName(deed, bodyOrigin(deed))) return;
	const fresh = async () => {
		const now = await currentRecord(deed, id);
		return { ...now, rewritten: rewriteBody(now.body, deed.context, deed.site.siteUrl, bodyOrigin(deed)) };
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

/** The page as the owner of its properties. */
export function propertiesOf(
	{ client }: Pick<Deed["site"], "client">,
	flavour: Deed["flavour"],
	id: string,
	signal: AbortSignal,
): PropertyOwner {
	const { propertyOwner } = flavour;
	return { client, id, list: flavour.properties, listName: propertyOwner, one: flavour.property, oneName: propertyOwner, signal };
}

/** Writes a content property. */
export async function putProperty(deed: Deed, id: string, key: string, value: JsonValue): Promise<void> {
	const owner = propertiesOf(deed.site, deed.flavour, id, deed.context.signal);
	await deed.context.step(`property ${key}`, {
		run: async () => {
			await writeProperty(owner, { key, value }, versionMessage(deed));
			return true;
		},
		find: async () => {
			const held = await heldProperty(owner, key);
			return held !== undefined && canonicalJson(held.value) === canonicalJson(value) ? true : undefined;
		},
	});
}

export async function markPage(deed: Deed, id: string): Promise<void> {
	const { record } = await currentRecord(deed, id);
	const mark = { restoreId: deed.context.restoreId, from: deed.wanted.ref.id, version: record.version.number };
	await putProperty(deed, id, restoreProperty, mark);
}
