import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { BackupRequest, Observation } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { readAhead } from "../../read-ahead.ts";
import { volatileVersion } from "../../record/stable-record.ts";
import type { JiraContext } from "../context.ts";
import { mediaIds, openAttachment } from "./attachments.ts";
import { bulkFetchLimit, type FetchOptions, fetchHistories, fetchItems, historyLimit } from "./fetch-items.ts";
import { allIds, updatedIds, worklogChanges } from "./find-changes.ts";
import { IdList } from "./id-list.ts";
import { attachmentsOf, type WorkItemRecord, workItemKind, workItemRef } from "./record.ts";
import { sweep } from "./sweep.ts";

/** Bulk reads in flight; with their histories they stay under Atlassian's advice of ten calls at once. */
const pagesAhead = 6;

/** Overlap beyond the minute that JQL rounds to: the index may lag behind the database by minutes. */
const overlap = 5 * 60_000;

/** Where a run stands. `since` is the site's time at which the run that first read these items began. */
interface Position {
	readonly since: number;
	/** The cursor that the run set out from: an interrupted run is only continued from the same one. */
	readonly base: number;
	/** Items up to this id are read. */
	readonly after: number;
}

export interface WorkItemRun {
	readonly site: AppSite;
	readonly context: JiraContext;
	readonly request: BackupRequest;
	/** Ids of the Jira spaces to read. */
	readonly spaces: readonly string[];
}

/** A cursor of records that were kept by other rules does not count: everything is read again, once. */
function sinceOf(cursor: JsonValue | undefined): number {
	return isJsonObject(cursor) && cursor.records === volatileVersion && typeof cursor.since === "number" ? cursor.since : 0;
}

function positionOf(run: WorkItemRun): Position {
	const base = sinceOf(run.request.cursors[workItemKind]);
	const resumed = run.request.resume[workItemKind];
	if (isJsonObject(resumed) && resumed.base === base && typeof resumed.since === "number" && typeof resumed.after === "number") {
		return { since: resumed.since, base, after: resumed.after };
	}
	return { since: run.context.siteTime, base, after: 0 };
}

/**
 * Reads work items: all of them without a cursor, else what changed. Ids come from the search index (5,000 a request), content
 * from bulk reads by id, which do not depend on the index: 10 requests for 1,000 items and one or two for their histories. A
 * resumed run goes on after the highest id read: ids never change and new items get higher ones.
 */
export async function* readWorkItems(run: WorkItemRun): AsyncGenerator<Observation> {
	const position = positionOf(run);
	const census = new IdList(await collect(allIds({ client: run.site.client, spaces: run.spaces, signal: run.request.signal })));
	const wanted = position.base === 0 ? census : await changedIds(run, position, census);
	const missing = new Set<number>();
	yield* readItems(run, { position, wanted, missing });
	const swept = position.base === 0 ? 0 : yield* sweepOnce(run, { census, wanted, missing, position });
	for (const ids of census.slices(5000)) {
		yield { type: "census", kind: workItemKind, ids: ids.filter((id) => !missing.has(Number(id))), last: false };
	}
	yield { type: "census", kind: workItemKind, ids: [], last: true };
	yield { type: "cursor", name: workItemKind, value: { since: position.since, records: volatileVersion, swept } };
}

/** Reads what a sweep finds changed; answers how far the sweep went. */
async function* sweepOnce(run: WorkItemRun, reading: Reading & { readonly census: IdList }): AsyncGenerator<Observation, number> {
	const cursor = run.request.cursors[workItemKind];
	const after = isJsonObject(cursor) && typeof cursor.swept === "number" ? cursor.swept : 0;
	const options: FetchOptions = { client: run.site.client, fieldNames: run.context.fieldNames, signal: run.request.signal };
	const { changed, upTo } = await sweep({ options, request: run.request, census: reading.census, wanted: reading.wanted, after });
	for await (const page of readAhead(pageTasks(run, changed, 0), pagesAhead)) for (const item of page.items) yield* observed(run, item);
	return upTo;
}

async function collect(ids: AsyncIterable<number>): Promise<number[]> {
	const list: number[] = [];
	for await (const id of ids) list.push(id);
	return list;
}

/** What the index says was updated, what the worklog feed names, and what the vault does not hold yet. */
async function changedIds(run: WorkItemRun, position: Position, census: IdList): Promise<IdList> {
	const { client } = run.site;
	const { signal } = run.request;
	const since = position.base - overlap;
	const [updated, logged, known] = await Promise.all([
		collect(updatedIds({ client, spaces: run.spaces, timeZone: run.context.timeZone, signal }, since)),
		worklogChanges({ client, signal }, since),
		knownIds(run.request),
	]);
	const wanted = [...updated, ...logged.filter((id) => census.has(id))];
	for (const ids of census.slices(10_000)) wanted.push(...ids.map(Number).filter((id) => !known.has(id)));
	return new IdList(wanted);
}

async function knownIds(request: BackupRequest): Promise<IdList> {
	const ids: number[] = [];
	for await (const id of request.knownIds(workItemKind)) ids.push(Number(id));
	return new IdList(ids);
}

interface Reading {
	readonly position: Position;
	readonly wanted: IdList;
	/** Filled with ids that the index named and the database does not know. */
	readonly missing: Set<number>;
}

interface ReadPage {
	readonly ids: readonly string[];
	readonly items: readonly PreparedItem[];
	readonly missing: readonly string[];
}

async function* readItems(run: WorkItemRun, reading: Reading): AsyncGenerator<Observation> {
	const { position, wanted, missing } = reading;
	const total = wanted.length;
	let done = total - wanted.countAbove(position.after);
	yield { type: "progress", kind: workItemKind, done, total };
	for await (const page of readAhead(pageTasks(run, wanted, position.after), pagesAhead)) {
		for (const item of page.items) yield* observed(run, item);
		for (const id of page.missing) missing.add(Number(id));
		done += page.ids.length;
		yield { type: "resume-point", name: workItemKind, value: { ...position, after: Number(page.ids.at(-1) ?? position.after) } };
		yield { type: "progress", kind: workItemKind, done, total };
	}
}

/** One task a bulk read; the ten of a thousand share one reading of histories, begun with the first of them. */
function* pageTasks(run: WorkItemRun, wanted: IdList, after: number): Generator<() => Promise<ReadPage>> {
	const options: FetchOptions = { client: run.site.client, fieldNames: run.context.fieldNames, signal: run.request.signal };
	for (const batch of wanted.slices(historyLimit, after)) {
		const histories = once(() => fetchHistories(options, batch));
		for (let start = 0; start < batch.length; start += bulkFetchLimit) {
			const ids = batch.slice(start, start + bulkFetchLimit);
			yield () => readPage(run, options, { ids, histories });
		}
	}
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
	let begun: Promise<T> | undefined;
	return () => {
		begun ??= work();
		return begun;
	};
}

type Histories = Awaited<ReturnType<typeof fetchHistories>>;

interface PreparedItem {
	readonly item: WorkItemRecord;
	readonly history: readonly JsonValue[];
	readonly media: JsonObject;
	/** Where a new attachment's bytes lie, when that had to be asked for its media id. */
	readonly addresses: ReadonlyMap<string, string>;
}

async function readPage(
	run: WorkItemRun,
	options: FetchOptions,
	page: { readonly ids: readonly string[]; readonly histories: () => Promise<Histories> },
): Promise<ReadPage> {
	const [fetched, histories] = await Promise.all([fetchItems(options, page.ids), page.histories()]);
	const items = fetched.items.map(async (item): Promise<PreparedItem> => {
		const known = (id: string) => run.request.known(workItemRef(id), "media");
		const { media, addresses } = await mediaIds(options, item, known);
		return { item, history: histories.get(item.id) ?? [], media, addresses };
	});
	return { ids: page.ids, items: await Promise.all(items), missing: fetched.missing };
}

/** Everything that covers a work item but its files. */
const covers = ["comments", "worklogs", "history", "media", "file/"];

async function* observed(run: WorkItemRun, prepared: PreparedItem): AsyncGenerator<Observation> {
	const { item } = prepared;
	const ref = workItemRef(item.id);
	const attachments = attachmentsOf(item.main);
	yield {
		type: "item",
		ref,
		parts: partsOf(item, prepared.history, prepared.media),
		...(item.updatedAt === undefined ? {} : { updatedAt: item.updatedAt }),
		covers,
		keeps: attachments.map((attachment) => `file/${attachment.id}`),
	};
	for (const { id, size } of attachments) {
		const part = `file/${id}`;
		if ((await run.request.known(ref, part)) !== undefined) continue;
		const from = prepared.addresses.get(id);
		yield { type: "file", ref, part, size, open: (signal) => openAttachment(run.site.client, id, { from, signal }) };
	}
}

/** The parts that are stored; empty lists are not. */
export function partsOf(item: WorkItemRecord, history: readonly JsonValue[], media: JsonObject): ReadonlyMap<string, JsonValue> {
	const parts = new Map<string, JsonValue>([["", item.main]]);
	for (const [name, list] of [
		["comments", item.comments],
		["worklogs", item.worklogs],
		["history", history],
	] as const) {
		if (list.length > 0) parts.set(name, list);
	}
	if (Object.keys(media).length > 0) parts.set("media", media);
	return parts;
}
