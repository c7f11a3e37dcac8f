import { canonicalBytes, type JsonValue } from "@skyeworx/core";
import type { SiteFields } from "../site-fields.ts";
import { showsFiles } from "./attachments.ts";
import { tellsOfRemoteLinks } from "./item-lists.ts";
import { recordsOf, type WorkItemRecord } from "./record.ts";

/**
 * A work item whose records are written already. Parsed, the pages in hand are megabytes of objects that live until everything beside
 * them was asked for: long enough for the garbage collector to copy each of them twice, and to look through all that lives for them.
 */
export interface WrittenItem {
	/** Of the fields, those that later steps look at. */
	readonly facts: WorkItemRecord;
	/** Canonical JSON of the parts that the bulk read gives. */
	readonly parts: ReadonlyMap<string, Uint8Array>;
	/** Whether a text of it shows a file. */
	readonly showsFiles: boolean;
}

/** Writes what a bulk read said of a work item. */
export function writeItem(item: WorkItemRecord, { ofRequests }: SiteFields): WrittenItem {
	const { fields } = item.main;
	const asked = ["project", "attachment", ...Object.values(ofRequests).flat()];
	const kept = Object.fromEntries(Object.entries(fields as Readonly<Record<string, JsonValue>>).filter(([name]) => asked.includes(name)));
	return {
		facts: { ...item, main: { ...item.main, fields: kept, names: {} }, comments: [], worklogs: [] },
		parts: new Map([...recordsOf(item)].map(([part, record]) => [part, canonicalBytes(record)])),
		showsFiles: showsFiles(item),
	};
}

/** A change history written already. */
export interface WrittenHistory {
	/** Undefined when there is none. */
	readonly part: Uint8Array | undefined;
	readonly tellsOfRemoteLinks: boolean;
}

/** Writes a change history, oldest first. */
export function writeHistory(history: readonly JsonValue[]): WrittenHistory {
	return { part: history.length === 0 ? undefined : canonicalBytes(history), tellsOfRemoteLinks: tellsOfRemoteLinks(history) };
}
