import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { BackupRequest, Observation } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { readAhead } from "../../read-ahead.ts";
import { idAt } from "../../record/json-access.ts";
import { volatileVersion } from "../../record/stable-record.ts";
import type { JiraContext } from "../context.ts";
import { hiddenIds } from "../space/space-standings.ts";
import { mediaIds, openAttachment } from "./attachments.ts";
import type { BulkProperties } from "./bulk-properties.ts";
import { bulkFetchLimit, type FetchOptions, fetchHistories, fetchItems, historyLimit } from "./fetch-items.ts";
import { allIds, updatedIds, worklogChanges } from "./find-changes.ts";
import { IdList } from "./id-list.ts";
import { costOfLists, type ItemLists, type KnownLists, ListBudget, listsOfBulk, listsToAsk, readLists } from "./item-lists.ts";
import { type ListsByPerson, listsByPerson } from "./lists-by-person.ts";
import { readVanished } from "./read-vanished.ts";
import { attachmentsOf, workItemKind, workItemRef } from "./record.ts";
import { sweep } from "./sweep.ts";
import { type WrittenHistory, type WrittenItem, writeHistory, writeItem } from "./written-item.ts";

/** Bulk reads in flight; with their histories they stay under Atlassian's advice of ten calls at once. */
const pagesAhead = 3;

/** Overlap beyond the minute that JQL rounds to: the index may lag behind the database by minutes. */
const overlap = 5 * 60_000;

/** Where a run stands. `since` is the site's time at which the run that first read these items began. */
interface Position {
	readonly since: number;
	/** The cursor that the run set out from: an interrupted run is only continued from the same one. */
	readonly base: number;
	/** Items up to this id are read. */
	readonly after: number;
	/** Above this id lists of single items are still to be read; null when none is. */
	readonly unlisted: number | null;
}

/** Requests that a run spends on lists of single items: an app's points are few, an API token's calls cost none. */
const listRequests = { oauth: 2_000, "api-token": 10_000 } as const;

/** Work items whose lists are read by person in one run: a search costs a point for each item it finds. */
const mostByPerson = { oauth: 10_000, "api-token": Number.POSITIVE_INFINITY } as const;

export interface WorkItemRun {
	readonly site: AppSite;
	readonly context: JiraContext;
	readonly request: BackupRequest;
	/** Ids of the Jira spaces to read. */
	readonly spaces: readonly string[];
	/** Ids of spaces that are there though the account may not look into them. */
	readonly hidden: ReadonlySet<string>;
	/** Ids of spaces in Jira's trash. */
	readonly trashed: ReadonlySet<string>;
	readonly bulk: BulkProperties;
}

/** A cursor of records that were kept by other rules does not count: everything is read again, once. */
function sinceOf(cursor: JsonValue | undefined): number {
	return isJsonObject(cursor) && cursor.records === volatileVersion && typeof cursor.since === "number" ? cursor.since : 0;
}

function positionOf(run: WorkItemRun): Position {
	const base = sinceOf(run.request.cursors[workItemKind]);
	const resumed = run.request.resume[workItemKind];
	if (isJsonObject(resumed) && resumed.base === base && typeof resumed.since === "number" && typeof resumed.after === "number") {
		return { since: resumed.since, base, after: resumed.after, unlisted: unlistedOf(resumed) };
	}
	return { since: run.context.siteTime, base, after: 0, unlisted: base === 0 ? null : unlistedOf(run.request.cursors[workItemKind]) };
}

/** A cursor that says nothing of lists is of a time when they were not read. */
function unlistedOf(cursor: JsonValue | undefined): number | null {
	if (!isJsonObject(cursor) || cursor.unlisted === undefined) return 0;
	return typeof cursor.unlisted === "number" ? cursor.unlisted : null;
}

/**
 * Reads work items: all of them without a cursor, else what changed. Ids come from the search index (5,000 a request), content
 * from bulk reads by id, which do not depend on the index: 10 requests for 1,000 items and one or two for their histories. A
 * resumed run goes on after the highest id read: ids never change and new items get higher ones.
 */
export async function* readWorkItems(run: WorkItemRun): AsyncGenerator<Observation> {
	const position = positionOf(run);
	const budget = new ListBudget(listRequests[run.site.credential], position.unlisted ?? undefined);
	const cursor = run.request.cursors[workItemKind];
	if (isJsonObject(cursor) && cursor.properties === "withheld") run.bulk.withhold();
	const census = new IdList(await collect(allIds({ client: run.site.client, spaces: run.spaces, signal: run.request.signal })));
	const wanted = position.base === 0 ? census : await changedIds(run, position, census);
	const missing = new Set<number>();
	const byPerson = position.base === 0 ? await readByPerson(run) : undefined;
	yield* readItems(run, { position, wanted, missing, budget, byPerson });
	const swept = position.base === 0 ? 0 : yield* sweepOnce(run, { census, wanted, missing, position, budget });
	if (position.base !== 0) yield* readUnlisted(run, census, budget);
	for (const ids of census.slices(5000)) {
		yield { type: "census", kind: workItemKind, ids: ids.filter((id) => !missing.has(Number(id))), last: false };
	}
	const kept = new Set<string>();
	for await (const id of hiddenItems(run, census)) {
		kept.add(id);
		yield { type: "census", kind: workItemKind, ids: [id], last: false };
	}
	const isNamed = (id: string) => kept.has(id) || (census.has(Number(id)) && !missing.has(Number(id)));
	if (position.base !== 0) yield* readVanished({ client: run.site.client, request: run.request, trashed: run.trashed, isNamed });
	yield { type: "census", kind: workItemKind, ids: [], last: true };
	const { unlisted, refusedRequests, refusedForms } = budget;
	if (unlisted !== undefined) yield notListedYet(census.countAbove(unlisted));
	if (refusedRequests > 0) yield withheldRequests(refusedRequests);
	if (refusedForms > 0) yield withheldForms(refusedForms);
	const properties = run.bulk.withheld ? { properties: "withheld" } : {};
	const value = { since: position.since, records: volatileVersion, swept, unlisted: unlisted ?? null, ...properties };
	yield { type: "cursor", name: workItemKind, value };
}

/** Work items of spaces that the account may no longer look into: nobody says that they are gone. */
function hiddenItems({ request, hidden }: WorkItemRun, census: IdList): AsyncIterable<string> {
	const isNamed = (id: string) => census.has(Number(id));
	const spaceOf = async (main: JsonObject) => idAt(main, "fields", "project", "id");
	return hiddenIds(request, { kind: workItemKind, hidden, isNamed, spaceOf });
}

/** Lists of people for a reading of everything; later runs ask for the few that changed. */
function readByPerson({ site, spaces, request }: WorkItemRun): Promise<ListsByPerson | undefined> {
	return listsByPerson({ client: site.client, spaces, signal: request.signal, most: mostByPerson[site.credential] });
}

function notListedYet(count: number): Observation {
	const reason =
		"Who watches, who voted, links to other sites and the customer's side of requests, not read yet: Atlassian lists them for one work item at a time, and every backup reads on.";
	return { type: "blind-spot", kind: workItemKind, count, cause: "api", reason };
}

function withheldRequests(count: number): Observation {
	const reason =
		"Participants, approvals, service levels and feedback of requests: the account is no agent of their service desk, or the connection lacks the scope read:servicedesk-request.";
	return { type: "blind-spot", kind: workItemKind, count, cause: "permission", reason };
}

function withheldForms(count: number): Observation {
	const reason = "Forms on work items, and their answers: Atlassian does not show them to the connection's API token.";
	return { type: "blind-spot", kind: workItemKind, count, cause: "permission", reason };
}

/** Reads on where an earlier run had no requests left for lists of single items. */
async function* readUnlisted(run: WorkItemRun, census: IdList, budget: ListBudget): AsyncGenerator<Observation> {
	if (budget.unlisted === undefined || budget.room === 0) return;
	const [ids = []] = census.slices(budget.room, budget.unlisted);
	const last = Number(ids.at(-1) ?? 0);
	budget.unlisted = census.countAbove(last) === 0 ? undefined : last;
	const tasks = pageTasks(run, { wanted: new IdList(ids.map(Number)), after: 0, budget });
	for await (const page of readAhead(tasks, pagesAhead)) for (const item of page.items) yield* observed(run, item);
}

/** Reads what a sweep finds changed; answers how far the sweep went. */
async function* sweepOnce(run: WorkItemRun, reading: Reading & { readonly census: IdList }): AsyncGenerator<Observation, number> {
	const cursor = run.request.cursors[workItemKind];
	const after = isJsonObject(cursor) && typeof cursor.swept === "number" ? cursor.swept : 0;
	const options: FetchOptions = { client: run.site.client, fields: run.context.siteFields, signal: run.request.signal, bulk: run.bulk };
	const { changed, upTo } = await sweep({ options, request: run.request, census: reading.census, wanted: reading.wanted, after });
	const tasks = pageTasks(run, { wanted: changed, after: 0, budget: reading.budget });
	for await (const page of readAhead(tasks, pagesAhead)) for (const item of page.items) yield* observed(run, item);
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
	readonly budget: ListBudget;
	readonly byPerson?: ListsByPerson | undefined;
}

interface ReadPage {
	readonly ids: readonly string[];
	readonly items: readonly PreparedItem[];
	readonly missing: readonly string[];
}

async function* readItems(run: WorkItemRun, reading: Reading): AsyncGenerator<Observation> {
	const { position, wanted, missing, budget, byPerson } = reading;
	const total = wanted.length;
	let done = total - wanted.countAbove(position.after);
	yield { type: "progress", kind: workItemKind, done, total };
	for await (const page of readAhead(pageTasks(run, { wanted, after: position.after, budget, byPerson }), pagesAhead)) {
		for (const item of page.items) yield* observed(run, item);
		for (const id of page.missing) missing.add(Number(id));
		done += page.ids.length;
		const value = { ...position, after: Number(page.ids.at(-1) ?? position.after), unlisted: budget.unlisted ?? null };
		yield { type: "resume-point", name: workItemKind, value };
		yield { type: "progress", kind: workItemKind, done, total };
	}
}

/** One task a bulk read; the ten of a thousand share one reading of histories, begun with the first of them. */
function* pageTasks(
	run: WorkItemRun,
	{ wanted, after, budget, byPerson }: Pick<Reading, "wanted" | "budget" | "byPerson"> & { readonly after: number },
): Generator<() => Promise<ReadPage>> {
	const { client } = run.site;
	const options: FetchOptions = { client, fields: run.context.siteFields, signal: run.request.signal, bulk: run.bulk };
	for (const batch of wanted.slices(historyLimit, after)) {
		const histories = once(async () => writeHistories(await fetchHistories(options, batch)));
		for (let start = 0; start < batch.length; start += bulkFetchLimit) {
			const ids = batch.slice(start, start + bulkFetchLimit);
			yield () => readPage(run, { ...options, byPerson }, { ids, histories, budget });
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

type Histories = ReadonlyMap<string, WrittenHistory>;

function writeHistories(histories: ReadonlyMap<string, readonly JsonValue[]>): Histories {
	return new Map([...histories].map(([id, history]) => [id, writeHistory(history)]));
}

interface PreparedItem {
	readonly item: WrittenItem;
	readonly history: WrittenHistory;
	readonly media: JsonObject;
	readonly lists: ItemLists;
	/** Where a new attachment's bytes lie, when that had to be asked for its media id. */
	readonly addresses: ReadonlyMap<string, string>;
}

const noMedia = { media: {}, addresses: new Map<string, string>() } as const;

async function readPage(
	run: WorkItemRun,
	options: FetchOptions & KnownLists,
	page: { readonly ids: readonly string[]; readonly histories: () => Promise<Histories>; readonly budget: ListBudget },
): Promise<ReadPage> {
	const written = fetchItems(options, page.ids).then(({ items, missing }) => ({
		items: items.map((item) => writeItem(item, options.fields)),
		missing,
	}));
	const [fetched, histories] = await Promise.all([written, page.histories()]);
	const historyOf = (id: string) => histories.get(id) ?? writeHistory([]);
	const asked = new Map(fetched.items.map(({ facts }) => [facts.id, listsToAsk(facts, historyOf(facts.id).tellsOfRemoteLinks, options)]));
	const cost = fetched.items.reduce((sum, { facts }) => sum + costOfLists(facts, asked.get(facts.id) ?? [], options), 0);
	const isAdmitted = page.budget.admit(cost, page.ids);
	const items = fetched.items.map(async (item): Promise<PreparedItem> => {
		const { facts } = item;
		const known = (id: string) => run.request.known(workItemRef(id), "media");
		const { media, addresses } = item.showsFiles ? await mediaIds(options, facts, known) : noMedia;
		const lists = isAdmitted ? await readLists(options, facts, asked.get(facts.id) ?? []) : listsOfBulk(facts, options.bulk);
		if (lists.refused.has("forms")) page.budget.refusedForms += 1;
		if (lists.refused.has("request")) page.budget.refusedRequests += 1;
		return { item, history: historyOf(facts.id), media, lists, addresses };
	});
	return { ids: page.ids, items: await Promise.all(items), missing: fetched.missing };
}

/** Everything that every reading covers: lists of single items are not read each time. */
const covers = ["comments", "worklogs", "history", "media", "file/"];

async function* observed(run: WorkItemRun, prepared: PreparedItem): AsyncGenerator<Observation> {
	const { facts } = prepared.item;
	const ref = workItemRef(facts.id);
	const attachments = attachmentsOf(facts.main);
	yield {
		type: "item",
		ref,
		parts: partsOf(prepared),
		...(facts.updatedAt === undefined ? {} : { updatedAt: facts.updatedAt }),
		covers: [...covers, ...prepared.lists.known],
		keeps: attachments.map((attachment) => `file/${attachment.id}`),
	};
	for (const { id, size } of attachments) {
		const part = `file/${id}`;
		if ((await run.request.known(ref, part)) !== undefined) continue;
		const from = prepared.addresses.get(id);
		yield { type: "file", ref, part, size, open: (signal) => openAttachment(run.site.client, id, { from, signal }) };
	}
}

function partsOf({ item, history, media, lists }: PreparedItem): ReadonlyMap<string, JsonValue | Uint8Array> {
	const parts = new Map<string, JsonValue | Uint8Array>(item.parts);
	if (history.part !== undefined) parts.set("history", history.part);
	if (Object.keys(media).length > 0) parts.set("media", media);
	for (const [name, list] of lists.parts) parts.set(name, list);
	return parts;
}
