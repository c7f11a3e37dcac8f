import { type ItemRef, isAppError, isJsonObject, type JsonValue } from "@skyeworx/core";
import type { LiveItem } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { collectItems, offsetPages } from "../../http/paging.ts";
import { readAhead } from "../../read-ahead.ts";
import { at, idAt, listAt, textAt, without } from "../../record/json-access.ts";
import { stable } from "../../record/stable-record.ts";
import { browsableSpaces } from "../space/list-spaces.ts";
import { isOutOfReach } from "./apart.ts";
import type { Reading, SettingKind, SettingRecord } from "./setting-kind.ts";

/** Remembers what was asked for once, for as long as a run lasts. */
export function remembering(): Pick<Reading, "once"> {
	const known = new Map<string, Promise<unknown>>();
	return {
		once<T>(name: string, read: () => Promise<T>): Promise<T> {
			const found = known.get(name) ?? read();
			known.set(name, found);
			return found as Promise<T>;
		},
	};
}

/** A reading outside a backup: everything is asked anew, each time. */
export function readingOf(site: AppSite, signal: AbortSignal | undefined): Reading {
	return {
		once: (_name, read) => read(),
		client: site.client,
		signal,
		at: site.ports.clock.now().getTime(),
		whole: true,
		spaces: () => browsableSpaces(site, signal),
		known: async () => undefined,
	};
}

/** All things of a kind as their list shows them, without parts that cost requests of their own. */
export async function listedRecords(kind: SettingKind, reading: Reading): Promise<readonly SettingRecord[]> {
	return await kind.read({ ...reading, whole: kind.allWhenWhole === true, known: async () => null });
}

/** The single things of a kind that are there, by id. */
export async function recordsOf(kind: SettingKind, reading: Reading, ids: readonly string[]): Promise<ReadonlyMap<string, SettingRecord>> {
	const only: Reading = { ...reading, whole: false, known: async (id) => (ids.includes(id) ? undefined : null) };
	const records = kind.readSome === undefined ? await kind.read(only) : await kind.readSome(reading, ids);
	return new Map(records.filter((record) => ids.includes(record.id)).map((record) => [record.id, record]));
}

/** Reads things as they are now; those in Atlassian's trash are said so. */
export async function liveSettings(
	site: AppSite,
	kind: SettingKind,
	asked: { readonly refs: readonly ItemRef[]; readonly signal: AbortSignal | undefined },
): Promise<readonly LiveItem[]> {
	if (isOutOfReach(site, kind)) return asked.refs.map((ref): LiveItem => ({ ref, state: "absent" }));
	const reading = readingOf(site, asked.signal);
	const there = await recordsOf(
		kind,
		reading,
		asked.refs.map((ref) => ref.id),
	);
	const missing = asked.refs.filter((ref) => !there.has(ref.id)).map((ref) => ref.id);
	const found = missing.length > 0 && kind.trashed !== undefined ? await kind.trashed(reading, missing) : [];
	const trash = new Map(found.map((record) => [record.id, record]));
	return asked.refs.map((ref): LiveItem => {
		const record = there.get(ref.id) ?? trash.get(ref.id);
		if (record === undefined) return { ref, state: "absent" };
		if (!there.has(ref.id)) return { ref, state: "trashed", item: { ref, parts: record.parts, files: [] } };
		return { ref, state: "live", item: { ref, parts: record.parts, files: [], covers: record.covers ?? kind.parts ?? [] } };
	});
}

interface List {
	readonly path: string;
	readonly parameters?: Readonly<Record<string, string | number>>;
	readonly query?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
	/** Name of the list in the answer: `values` unless told. */
	readonly list?: string;
	/** `maxResults`: 100 unless told. */
	readonly size?: number;
}

/** Everything of a list that is paged by `startAt`. */
export async function pagedList(reading: Reading, { path, parameters, query, list, size = 100 }: List): Promise<readonly JsonValue[]> {
	const call = { method: "GET", path, query: { maxResults: size, ...query }, signal: reading.signal } as const;
	return await collectItems(offsetPages(reading.client, parameters === undefined ? call : { ...call, parameters }, list));
}

/** One answer. */
export async function answer(reading: Reading, { path, parameters, query }: Omit<List, "list" | "size">): Promise<JsonValue> {
	const call = { method: "GET", path, ...(query === undefined ? {} : { query }), signal: reading.signal } as const;
	return (await reading.client.call(parameters === undefined ? call : { ...call, parameters })).json;
}

/** Undefined where Jira does not have it or does not show it: a part of a thing, not the thing. */
export async function optional<T>(work: Promise<T>): Promise<T | undefined> {
	try {
		return await work;
	} catch (error) {
		if (isAppError(error, "not-found") || isAppError(error, "site-refused") || isAppError(error, "scope-missing")) return undefined;
		throw error;
	}
}

/** The records of a list as things of their own, by their id. */
export function recordsFrom(list: readonly JsonValue[], idName = "id"): readonly SettingRecord[] {
	return list.flatMap((one): SettingRecord[] => {
		const id = idAt(one, idName);
		return id === undefined || !isJsonObject(one) ? [] : [{ id, parts: new Map([["", stable(without(one, "expand"))]]) }];
	});
}

/** Adds parts to a record; empty ones are left out. */
export function withParts(record: SettingRecord, parts: Readonly<Record<string, JsonValue | undefined>>): SettingRecord {
	const all = new Map(record.parts);
	for (const [name, value] of Object.entries(parts)) {
		if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
		if (isJsonObject(value) && Object.keys(value).length === 0) continue;
		all.set(name, value);
	}
	return { id: record.id, parts: all };
}

/** The properties that apps keep beside a thing: one request for their names, one for each. */
export async function propertiesAt(
	reading: Reading,
	path: string,
	parameters: Readonly<Record<string, string>>,
): Promise<readonly JsonValue[]> {
	const keys = await optional(answer(reading, { path, parameters }));
	const found: JsonValue[] = [];
	for (const entry of listAt(keys, "keys")) {
		const propertyKey = textAt(entry, "key");
		if (propertyKey === undefined) continue;
		const property = await optional(answer(reading, { path: `${path}/{propertyKey}`, parameters: { ...parameters, propertyKey } }));
		if (property !== undefined) found.push({ key: propertyKey, value: at(property, "value") ?? null });
	}
	return found;
}

/** Things whose parts one reading asks for, beside new ones: each costs requests of its own. */
const partsARun = 50;

/**
 * Which of many things have their parts read now: all while they are few, else those that the vault does not know, and others by
 * turns, a stretch of the row a day.
 */
async function inTurn(reading: Reading, records: readonly SettingRecord[], part: string): Promise<ReadonlySet<string>> {
	const chosen = new Set<string>();
	const few = records.length <= partsARun && reading.whole;
	for (const { id } of records) if (few || (await reading.known(id, part)) === undefined) chosen.add(id);
	if (few || !reading.whole) return chosen;
	const begin = (Math.floor(reading.at / 86_400_000) * partsARun) % records.length;
	for (const { id } of [...records.slice(begin), ...records.slice(0, begin)].slice(0, partsARun)) chosen.add(id);
	return chosen;
}

/** Adds parts to those chosen, a few at a time; the others keep the parts that the vault holds. */
export async function withPartsInTurn(
	reading: Reading,
	records: readonly SettingRecord[],
	work: {
		readonly part: string;
		readonly parts: (record: SettingRecord) => Promise<Readonly<Record<string, JsonValue | undefined>> | undefined>;
	},
): Promise<readonly SettingRecord[]> {
	const chosen = await inTurn(reading, records, work.part);
	const all: SettingRecord[] = [];
	const tasks = records.map((record) => async (): Promise<SettingRecord> => {
		const parts = chosen.has(record.id) ? await work.parts(record) : undefined;
		return parts === undefined ? { ...record, covers: [] } : withParts(record, parts);
	});
	for await (const record of readAhead(tasks, 4)) all.push(record);
	return all;
}
