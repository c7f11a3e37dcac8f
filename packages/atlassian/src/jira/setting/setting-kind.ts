import type { ItemFacts } from "@skyeworx/catalog";
import type { AppName, JsonObject, JsonValue, KindId } from "@skyeworx/core";
import type { ApplyContext, Fidelity, ItemPlan, StoredItem, UndoneBeside } from "@skyeworx/engine";
import type { HttpClient } from "../../http/http-client.ts";
import type { Naming } from "./references.ts";

/** One thing of a kind as the site has it now, in the parts that are stored. */
export interface SettingRecord {
	readonly id: string;
	readonly parts: ReadonlyMap<string, JsonValue>;
	/** Parts that were read this time, empty ones included; those of the kind unless told. */
	readonly covers?: readonly string[];
}

/** What reading a kind stands on. */
export interface Reading {
	readonly client: HttpClient;
	readonly signal: AbortSignal | undefined;
	/** Epoch milliseconds: what is read in turns goes on with the days. */
	readonly at: number;
	/** Everything is read; otherwise a kind may leave out parts that seldom change. */
	readonly whole: boolean;
	/** Ids of the spaces that are read. */
	readonly spaces: () => Promise<readonly string[]>;
	/** A list that several kinds need, read once in a run. */
	once<T>(name: string, read: () => Promise<T>): Promise<T>;
	/** A part that the vault holds already; undefined when it does not. */
	readonly known: (id: string, part: string) => Promise<JsonValue | undefined>;
	/** Told when some of the things could not be listed: what is not named then is not gone. */
	readonly withheld?: (error: unknown) => void;
}

/** What the deeds of a restore stand on. */
export interface Deed {
	readonly client: HttpClient;
	readonly siteUrl: string;
	readonly context: ApplyContext;
	/** Reads the kind's own list on the way: what the site has now. */
	readonly reading: Reading;
	/** Says that something did not work, without giving up the item. */
	problem(field: string, reason: string): void;
	/** The site's clock, epoch milliseconds. */
	now(): Promise<number>;
	/** Waits for work that Jira goes on with after it answered. */
	pause(milliseconds: number): Promise<void>;
	/** One write that may be done twice without harm; a refusal is a problem of the field, not of the item. */
	put(field: string, step: string, call: DeedCall): Promise<boolean>;
	/**
	 * The entries of a list that were there before this restore made any: remembered by their ids, so that after an interruption
	 * what it made itself is made out and not taken for something that it found.
	 */
	before(list: string, entries: readonly JsonValue[]): Promise<readonly JsonValue[]>;
	/** One write that makes a part; `find` looks for it when an answer was lost. Undefined when Jira refuses. */
	make(field: string, step: string, part: MadePart): Promise<string | undefined>;
}

export interface DeedCall {
	readonly method: "PUT" | "POST" | "DELETE";
	readonly path: string;
	readonly parameters?: Readonly<Record<string, string | number>>;
	readonly query?: Readonly<Record<string, string | number | boolean>>;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: JsonValue;
}

export interface MadePart {
	readonly call: DeedCall;
	/** Takes the new part's id out of the answer. */
	readonly id: (answer: JsonValue) => string | undefined;
	readonly find: () => Promise<string | undefined>;
	/** Name of the part for undoing: `component/10023` is written `component`; undefined when it goes with the whole. */
	readonly part?: string;
}

/** How a kind is written. Records given are trees (see `treeOf`) whose references have today's names. */
export interface SettingWrite {
	/** Why this one can't be written at all; said in the plan. */
	refusal?(wanted: JsonObject): string | undefined;
	/** Why these rows of one that is there must not be written; said in the plan. */
	refusesChange?(live: JsonObject, rows: readonly string[]): string | undefined;
	/** What a change would do beside the thing itself, with what the site has now; said in the plan. */
	foresee?(reading: Reading, change: Omit<SettingChange, "isNew">): Promise<ItemPlan["losses"]>;
	/** Why one that is gone can't be made by itself; said in the plan. */
	readonly comesWith?: string;
	/** Creates it, answers its id. Runs as one step: further writes belong into `complete`. */
	create(deed: Deed, wanted: JsonObject): Promise<string>;
	/** Writes rows of the table that differ; after creating, all that the creating call could not carry. */
	change(deed: Deed, change: SettingChange): Promise<void>;
	/** The call that deletes one; undefined when Jira has none. */
	remove?(id: string, live: JsonObject): DeedCall;
	/** A call without which Atlassian deletes none. */
	beforeRemoval?(id: string, live: JsonObject): DeedCall | undefined;
	/** The call that deletes a part which a restore made: `component`, `10023`. */
	removePart?(id: string, part: string, partId: string, reading: Reading): DeedCall | undefined | Promise<DeedCall | undefined>;
	/** Members that make two things of the kind the same: names are unique within them. The name alone unless told. */
	readonly identity?: readonly string[];
	/** Several may be the same in these: names are not unique. */
	readonly allowsTwins?: boolean;
	/** One can be made on another site, where its essence has no ids of this one. */
	readonly reachesOtherSites?: boolean;
	/** Takes one out of Atlassian's trash. */
	untrash?(id: string): DeedCall;
	/** Rows whose newer entries are kept: a restore deletes nothing. */
	readonly grows?: readonly string[];
	/** Takes back what a change of one did to other items, once it was put back. */
	undoBeside?(deed: Deed): Promise<readonly UndoneBeside[]>;
	/** Why an undo must leave a created thing alone; undefined when it may go. */
	keep?(reading: Reading, id: string): Promise<string | undefined>;
}

export interface SettingChange {
	readonly id: string;
	/** Rows to write. */
	readonly rows: ReadonlySet<string>;
	readonly wanted: JsonObject;
	/** What is there now; just created when the item is. */
	readonly live: JsonObject;
	readonly isNew: boolean;
}

/**
 * A kind of Jira's that is read by lists: spaces, boards, filters, configuration. What differs between them is data and a few
 * functions here; reading, describing, comparing, planning, undoing and receipts are the same for all.
 */
export interface SettingKind extends Naming {
	readonly id: KindId;
	readonly app?: AppName;
	/** Singular and plural for people. */
	readonly names: readonly [string, string];
	readonly scopes: { readonly read: readonly string[]; readonly restore: readonly string[] };
	/** All of them as the site has them now. */
	read(reading: Reading): Promise<readonly SettingRecord[]>;
	/** Asks for single ones, where that is cheaper than the list or shows what lists do not; absent ones are left out. */
	readSome?(reading: Reading, ids: readonly string[]): Promise<readonly SettingRecord[]>;
	/** Those of these ids that lie in Atlassian's trash. */
	trashed?(reading: Reading, ids: readonly string[]): Promise<readonly SettingRecord[]>;
	/** Its list is whole or refused as such, so that what it names no more was deleted: see `KindDefinition`. */
	readonly absence?: "deleted";
	/** It has an address of its own that takes an API token alone; trouble there is no trouble of the site. */
	readonly apart?: boolean;
	/** Only a whole reading names all of them: what another one does not name is not gone. */
	readonly allWhenWhole?: boolean;
	/** Names of the parts beside the main record. */
	readonly parts?: readonly string[];
	readonly table: Fidelity;
	/** Kinds that it refers to by name: restored with them, it comes after. */
	readonly follows?: readonly KindId[];
	/** What the catalog shows beyond title and words. */
	facts?(tree: JsonObject, site: { readonly url: string }): Partial<ItemFacts>;
	/** The board that it belongs to, by its id: who may not look into that one's space does not see it either. */
	boardOf?(tree: JsonObject): string | undefined;
	/** Makes a value comparable, where order or numbers in it say nothing. */
	essence?(row: string, value: JsonValue, tree: JsonObject): JsonValue;
	readonly write?: SettingWrite;
}

/** A stored item as one tree: the members of its main record and its other parts side by side. */
export function treeOf(item: Pick<StoredItem, "parts"> | undefined): JsonObject {
	if (item === undefined) return {};
	const tree: Record<string, JsonValue> = {};
	for (const [part, value] of item.parts) {
		if (part === "") Object.assign(tree, value);
		else tree[part] = value;
	}
	return tree;
}
