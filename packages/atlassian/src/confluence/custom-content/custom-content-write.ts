import { AppError, isAppError, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { ApplyContext, ItemPlan } from "@skyeworx/engine";
import { cursorPages, itemsOfPages } from "../../http/paging.ts";
import { numberAt, objectAt, textAt } from "../../record/json-access.ts";
import { withoutMarkers } from "../../storage-format/storage-format.ts";
import type { Content } from "../content/parts.ts";
import { collect } from "../read/in-order.ts";
import { listLimit } from "../read/reading.ts";
import { authorNames } from "../restore/author-names.ts";
import { bodyOrigin, type ContainerDeed, restoredFrom } from "../restore/deed.ts";
import { spaceNow, spaceRef } from "../restore/placement.ts";
import { createProperty, readMark, restoreProperty } from "../restore/property-owner.ts";
import { lastMessage, originMessage } from "../restore/replay-versions.ts";
import { rewriteBody } from "../restore/rewrite-body.ts";
import type { CustomDetails } from "./custom-content-plan.ts";
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

/** Custom content being restored. */
export interface CustomDeed extends ContainerDeed {
	readonly plan: ItemPlan;
	readonly details: CustomDetails;
	readonly record: CustomContentRecord;
}

type Body = ReturnType<typeof bodyOf>;

interface Origin {
	readonly context: Pick<ApplyContext, "mapped" | "mappedKey">;
	readonly details: { readonly elsewhere: boolean };
	readonly content: Content;
	readonly site: { readonly siteUrl: string };
}

/** A body under today's names; what an app wrote in a form of its own is nobody else's to change. */
export function bodyNow(origin: Origin, { representation, value }: Body): Body {
	if (representation === "raw") return { representation, value };
	return { representation, value: rewriteBody(value, origin.context, origin.site.siteUrl, bodyOrigin(origin)) };
}

/** What it is in by today's name, as the field of a write. @throws AppError `restore-failed` when that was to come back and did not */
function containerNow({ context, details, record }: CustomDeed): JsonObject {
	const container = containerOf(record);
	const missing = (what: string): AppError =>
		new AppError("restore-failed", `${what} was not restored`, { facts: { kind, id: record.id } });
	if (container === undefined) {
		if (details.spaceComes && context.mapped(spaceRef(record.spaceId)) === undefined) throw missing("Its space");
		return { spaceId: spaceNow(context, { ...details, parentId: null, parentKept: false, parentComes: false }) };
	}
	const mapped = context.mapped(container)?.ref.id;
	// Its old id may be somebody else's by now: on another site it is.
	if (mapped === undefined && (details.containerComes || details.elsewhere)) throw missing("What it is in");
	const id = mapped ?? container.id;
	return record.pageId != null ? { pageId: id } : record.blogPostId != null ? { blogPostId: id } : { customContentId: id };
}

/** The record now. @throws AppError `not-found` */
export async function customRecordNow({ site, context }: Pick<CustomDeed, "site" | "context">, id: string): Promise<CustomContentRecord> {
	const parts = await fetchCustomContent(site.client, id, context.signal);
	if (parts === undefined) throw new AppError("not-found", "It is not there any more", { facts: { kind, id } });
	return readCustomContent(parts.get("") ?? null);
}

/** One with these words that this restore made without hearing of it. */
async function findMade({ site, context, record }: CustomDeed, first: State): Promise<{ readonly id: string } | undefined> {
	const query = { type: record.type, sort: "-created-date", limit: listLimit };
	const call = { method: "GET", path: customContentPath, query, signal: context.signal } as const;
	for (const item of await collect(itemsOfPages(cursorPages(site.client, call)))) {
		const listed = readCustomContent(item);
		if (listed.title !== first.title || listed.version.number !== 1 || listed.id === record.id) continue;
		const { restoreId } = await readMark(customProperties(site.client, listed.id, context.signal));
		if (restoreId === context.restoreId) return { id: listed.id };
		if (restoreId !== undefined) continue;
		const parts = await fetchCustomContent(site.client, listed.id, context.signal);
		if (parts !== undefined && bodyOf(readCustomContent(parts.get("") ?? null)).value === first.body.value) return { id: listed.id };
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

/** Title and body of one version. */
interface State {
	readonly title: string;
	readonly body: Body;
}

async function createOne(deed: CustomDeed, first: State): Promise<string> {
	const { site, context, record } = deed;
	const body: JsonObject = { type: record.type, status: "current", title: first.title, body: { ...first.body }, ...containerNow(deed) };
	const { id } = await context.step("create", {
		run: async () => {
			try {
				const { json } = await site.client.call({ method: "POST", path: customContentPath, body, signal: context.signal });
				return { id: textAt(json, "id") ?? "" };
			} catch (error) {
				throw refused(error, record.type);
			}
		},
		find: () => findMade(deed, first),
	});
	context.created({ ref: { kind, id }, part: "" });
	const owner = customProperties(site.client, id, context.signal);
	await context.step(`property ${restoreProperty}`, {
		run: async () => {
			await createProperty(owner, { key: restoreProperty, value: { restoreId: context.restoreId, from: record.id } });
			return true;
		},
		find: async () => ((await readMark(owner)).restoreId === context.restoreId ? true : undefined),
	});
	return id;
}

interface NewVersion {
	readonly step: string;
	readonly message: string;
	/** What it says, given what it says now; and what it goes into, where that changes. */
	readonly state: (now: CustomContentRecord) => State & { readonly container?: JsonObject };
}

async function putVersion({ site, context, record }: CustomDeed, id: string, { step, message, state }: NewVersion): Promise<void> {
	const now = () => customRecordNow({ site, context }, id);
	await context.step(step, {
		run: async () => {
			const live = await now();
			const { title, body, container } = state(live);
			const version = { number: live.version.number + 1, message };
			const change = { id, type: record.type, status: "current", title, body: { ...body }, version, ...container };
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

/** Older versions whose bodies are held, oldest first. */
function olderVersions(deed: CustomDeed): readonly { readonly number: number; readonly part: JsonValue; readonly state: State }[] {
	return [...deed.wanted.parts]
		.filter(([name]) => name.startsWith("versions/"))
		.flatMap(([, part]) => {
			const number = numberAt(part, "number");
			const { representation } = bodyOf(deed.record);
			const value = textAt(objectAt(part, "page"), "body", representation, "value");
			if (number === undefined || value === undefined) return [];
			const body = bodyNow(deed, { representation, value: representation === "raw" ? value : withoutMarkers(value) });
			return [{ number, part, state: { title: textAt(part, "page", "title") ?? deed.record.title, body } }];
		})
		.sort((a, b) => a.number - b.number);
}

/** Makes it anew; where that is asked for, with its older versions, oldest first, and then as it was last. */
export async function createCustomContent(deed: CustomDeed): Promise<string> {
	const last: State = { title: deed.record.title, body: bodyNow(deed, bodyOf(deed.record)) };
	const older = deed.context.options.replayVersions === true ? olderVersions(deed) : [];
	const [first] = older;
	if (first === undefined) return await createOne(deed, last);
	const people = await authorNames(
		deed,
		older.map(({ part }) => part),
	);
	const id = await createOne(deed, first.state);
	// It is made without a message: its first version is written over at once, so that it says where it is from.
	for (const { number, part, state } of older) {
		await putVersion(deed, id, { step: `version ${number}`, message: originMessage(deed, people, part, number), state: () => state });
	}
	await putVersion(deed, id, { step: "last version", message: lastMessage(deed, people), state: () => last });
	return id;
}

/** Title, body and place as a new version: each as it was where the plan says so, else as it is. */
export async function updateCustomContent(deed: CustomDeed, id: string, fields: ReadonlySet<string>): Promise<void> {
	if (!["title", "body", "container"].some((field) => fields.has(field))) return;
	const { record } = deed;
	await putVersion(deed, id, {
		step: "update",
		message: restoredFrom(record.version.number, deed.context),
		state: (now) => ({
			title: fields.has("title") ? record.title : now.title,
			body: fields.has("body") ? bodyNow(deed, bodyOf(record)) : bodyOf(now),
			...(fields.has("container") ? { container: containerNow(deed) } : {}),
		}),
	});
}
