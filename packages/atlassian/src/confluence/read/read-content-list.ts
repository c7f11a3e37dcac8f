import { canonicalJson, isJsonObject, itemRefText, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { cursorPages, type Page } from "../../http/paging.ts";
import { idAt } from "../../record/json-access.ts";
import type { ContentFlavour } from "../content/flavour.ts";
import { contentPart, idOf, readContent } from "../content/records.ts";
import { parentRef } from "../restore/placement.ts";
import { treeFlavourOf } from "../tree-object/tree-flavour.ts";
import { ahead, inOrder } from "./in-order.ts";
import { accountsIn } from "./people.ts";
import { type AdfBody, besideStorage, readAdf } from "./read-adf.ts";
import { readVanished } from "./read-vanished.ts";
import { changedSince, epoch, listLimit, type Reading } from "./reading.ts";

/** Lists of which the second form of the bodies is asked for while the next one comes. */
const listsAtOnce = 2;
/** Most spaces that one list may be limited to [openapi: `space-id`, maxItems]. */
const spacesAtOnce = 100;

/** What the later steps of a read need of a page; put aside under the page's id with the tag `here`. */
export interface Here extends JsonObject {
	readonly kind: string;
	readonly version: number;
	readonly spaceId: string;
	readonly accounts: readonly string[];
	/** Its main record was read in this run, or what hangs on it never was. */
	readonly fresh: boolean;
	/** The form of its bodies, where it is not the storage format. */
	readonly format?: "raw";
}

function batches<T>(all: readonly T[], size: number): T[][] {
	return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
}

/** The lists to go through: one for the whole site, or one for each hundred wanted spaces. */
function spaceFilters(reading: Reading): readonly (readonly string[] | undefined)[] {
	return reading.request.spaces === undefined ? [undefined] : batches(reading.request.spaces, spacesAtOnce);
}

function listPages(reading: Reading, flavour: ContentFlavour, spaces: readonly string[] | undefined) {
	const query = {
		limit: listLimit,
		sort: "id",
		status: flavour.liveStatuses,
		"body-format": reading.mode === "full" ? "storage" : undefined,
		"space-id": spaces,
	};
	return ahead(cursorPages(reading.site.client, { method: "GET", path: flavour.list, query, signal: reading.request.signal }));
}

/** A page of a list with the same bodies as ADF: Atlassian gives one form at a time, so this is a list of its own, of the same ids. */
interface Bodies {
	readonly items: readonly JsonValue[];
	readonly adf: ReadonlyMap<string, AdfBody>;
}

async function withBodies(reading: Reading, flavour: ContentFlavour, items: readonly JsonValue[]): Promise<Bodies> {
	const { request, site } = reading;
	return { items, adf: await readAdf(site.client, flavour, items.map(idOf), request.signal) };
}

function observed(reading: Reading, flavour: ContentFlavour, item: JsonValue, adf: Bodies["adf"]): Observation {
	const record = readContent(item);
	const part = besideStorage(contentPart(item), adf);
	const updatedAt = epoch(record.version.createdAt);
	const here: Here = {
		kind: flavour.kind,
		version: record.version.number,
		spaceId: record.spaceId,
		accounts: [...accountsIn(part)],
		fresh: true,
	};
	reading.spool.add(record.id, "here", here);
	for (const account of here.accounts) reading.accounts.add(account);
	return {
		type: "item",
		ref: { kind: flavour.kind, id: record.id },
		parts: new Map([["", part]]),
		...(updatedAt === undefined ? {} : { updatedAt }),
		covers: [""],
	};
}

/** Whether what is listed without a body is what the vault holds, the body aside: a new body has a new version number. */
async function isHeld(reading: Reading, flavour: ContentFlavour, listed: JsonObject, id: string): Promise<boolean> {
	const held = await reading.request.known({ kind: flavour.kind, id }, "");
	if (!isJsonObject(held === "file" ? undefined : held)) return false;
	const { body: _, ...rest } = held as JsonObject;
	const { body: __, ...now } = listed;
	return canonicalJson(rest) === canonicalJson(now);
}

async function* readBodies(reading: Reading, flavour: ContentFlavour, ids: readonly string[]): AsyncGenerator<Observation> {
	if (ids.length === 0) return;
	const query = { id: ids, limit: listLimit, status: flavour.liveStatuses, "body-format": "storage" };
	const call = { method: "GET", path: flavour.list, query, signal: reading.request.signal } as const;
	for await (const page of cursorPages(reading.site.client, call)) {
		const { items, adf } = await withBodies(reading, flavour, page.items);
		for (const item of items) yield observed(reading, flavour, item, adf);
	}
}

async function* sweepPage(reading: Reading, flavour: ContentFlavour, items: readonly JsonValue[]): AsyncGenerator<Observation> {
	const changed: string[] = [];
	for (const item of items) {
		const record = readContent(item);
		const part = contentPart(item);
		if (await isHeld(reading, flavour, part, record.id)) {
			const here: Here = {
				kind: flavour.kind,
				version: record.version.number,
				spaceId: record.spaceId,
				accounts: [...accountsIn(part)],
				// Every page has a context: one without was met by a run that was interrupted before it read the rest.
				fresh: (await reading.request.known({ kind: flavour.kind, id: record.id }, "context")) === undefined,
			};
			reading.spool.add(record.id, "here", here);
		} else changed.push(record.id);
	}
	yield* readBodies(reading, flavour, changed);
}

/** Reads which of a known space's items were not listed any more; used when only some spaces are read. */
async function* goneFrom(reading: Reading, flavour: ContentFlavour, listed: ReadonlySet<string>): AsyncGenerator<Observation> {
	const spaces = new Set(reading.request.spaces);
	for await (const id of reading.request.knownIds(flavour.kind)) {
		if (listed.has(id)) continue;
		const ref = { kind: flavour.kind, id };
		const main = await reading.request.known(ref, "");
		if (spaces.has(idAt(main, "spaceId") ?? "")) yield { type: "gone", ref };
	}
}

/** Remembers a folder or the like that a page names as its parent. */
function noteParent(reading: Reading, record: ReturnType<typeof readContent>): void {
	const parent = parentRef(record);
	if (parent !== undefined && treeFlavourOf(parent) !== undefined) reading.parents.set(itemRefText(parent), parent);
}

/** Reads the pages or blog posts that were modified since the last read; tells nothing of what is gone, moved or relabelled. */
export async function* readContentChanges(reading: Reading, flavour: ContentFlavour, since: Date): AsyncGenerator<Observation> {
	const wanted = reading.request.spaces === undefined ? undefined : new Set(reading.request.spaces);
	const query = { limit: 50, sort: "-modified-date", status: flavour.liveStatuses, "body-format": "storage" };
	const pages = cursorPages(reading.site.client, { method: "GET", path: flavour.list, query, signal: reading.request.signal });
	const changes = changedSince(pages, since, (item) => {
		const record = readContent(item);
		return { record, at: record.version.createdAt };
	});
	const changed: JsonValue[] = [];
	let done = 0;
	const bodies = async function* (): AsyncGenerator<Observation> {
		const { items, adf } = await withBodies(reading, flavour, changed.splice(0));
		for (const one of items) yield observed(reading, flavour, one, adf);
		done += items.length;
	};
	for await (const { item, record } of changes) {
		if (wanted?.has(record.spaceId) === false) continue;
		noteParent(reading, record);
		if (await isHeld(reading, flavour, contentPart(item), record.id)) continue;
		if (changed.push(item) === listLimit) yield* bodies();
	}
	if (changed.length > 0) yield* bodies();
	yield { type: "progress", kind: flavour.kind, done, total: undefined };
}

/** What a pass over all pages (or blog posts) found, beside what it said. */
interface ListOutcome {
	readonly count: number;
	/** Pages named as parents that the list did not contain: hidden from this account. */
	readonly hiddenParents: number;
}

/** Reads all pages or blog posts: their main records, and the enumeration that shows which are gone. */
export async function* readContentList(reading: Reading, flavour: ContentFlavour): AsyncGenerator<Observation, ListOutcome> {
	const listed = new Set<string>();
	const parents = new Set<string>();
	const whole = reading.request.spaces === undefined;
	const full = reading.mode === "full";
	const bodiesOf = async ({ items }: Page): Promise<Bodies> =>
		full ? await withBodies(reading, flavour, items) : { items, adf: new Map() };
	for (const spaces of spaceFilters(reading)) {
		for await (const page of inOrder(listPages(reading, flavour, spaces), listsAtOnce, bodiesOf)) {
			const records = page.items.map(readContent);
			const ids = records.map((record) => record.id);
			for (const record of records) {
				listed.add(record.id);
				if (record.parentId != null && record.parentType === "page") parents.add(record.parentId);
				noteParent(reading, record);
			}
			if (full) for (const item of page.items) yield observed(reading, flavour, item, page.adf);
			else yield* sweepPage(reading, flavour, page.items);
			if (whole) yield { type: "census", kind: flavour.kind, ids, last: false };
			yield { type: "progress", kind: flavour.kind, done: listed.size, total: undefined };
		}
	}
	if (whole) {
		yield* readVanished(reading, flavour, listed);
		yield { type: "census", kind: flavour.kind, ids: [], last: true };
	} else yield* goneFrom(reading, flavour, listed);
	return { count: listed.size, hiddenParents: [...parents].filter((id) => !listed.has(id)).length };
}
