import type { ItemFacts } from "@skyeworx/catalog";
import type { AppName, Clock, ItemRef, JsonValue, KindId, Log, Random } from "@skyeworx/core";
import type { Fidelity } from "./fidelity.ts";
import type { KindRestore } from "./kind-restore.ts";
import type { BackupRequest, Observation } from "./observation.ts";
import type { StoredItem } from "./stored-item.ts";

/** What the connector found out about a site and its credential, before anything is read. */
export interface SiteFacts {
	/** Atlassian's cloudId. */
	readonly cloudId: string;
	readonly url: string;
	readonly name: string;
	/** IANA name. */
	readonly timeZone: string;
	readonly apps: readonly AppName[];
	readonly account: { readonly id: string; readonly name: string };
	/** What this credential can't do, per kind, said before the first run. */
	readonly gaps: readonly { readonly kind: KindId; readonly reason: string }[];
	/** The scopes of an OAuth grant; undefined for credentials without any. */
	readonly scopes?: readonly string[];
}

/** A space that the credential sees now. */
export interface VisibleSpace {
	readonly app: "jira" | "confluence";
	readonly id: string;
	readonly key: string;
}

/** Requests and points spent so far by one connector. */
export interface ApiUsage {
	readonly requests: number;
	readonly points: number;
	/** By `METHOD path-template`. */
	readonly byOperation: Readonly<Record<string, number>>;
	/** 429 answers met. */
	readonly limited: number;
}

/** One kind of Atlassian object, as the engine needs it. One folder implements one. */
export interface KindDefinition {
	readonly id: KindId;
	readonly app: AppName;
	/** Singular and plural for people: `work item`, `work items`. */
	readonly names: readonly [string, string];
	/** OAuth scopes to read it, and those to restore it. */
	readonly scopes: { readonly read: readonly string[]; readonly restore: readonly string[] };
	readonly fidelity: Fidelity;
	/**
	 * `deleted` where Atlassian shows all of the kind or refuses the whole list: what is named no more was deleted. Undefined where it
	 * answers the same of what was deleted and of what it hides from the account.
	 */
	readonly absence?: "deleted";
	/** Names of the parts that `describe` reads; undefined means all. Spares the catalog reading long histories. */
	readonly describedBy?: readonly string[];
	/**
	 * Names of parts that are no content: who likes it, what people were called, what lists said. Read later or told anew, they make no
	 * new version and count as no change.
	 */
	readonly beside?: readonly string[];
	/** Tells what the catalog and the UI show; pure. */
	describe(item: StoredItem, site: { readonly url: string }): ItemFacts;
	/** Field by field, for people; pure. Equal items give an empty list. */
	compare(before: StoredItem | undefined, after: StoredItem | undefined): readonly FieldDifference[];
	/** What the record's own history tells of who changed what; undefined for kinds whose records tell none. Pure. */
	changes?(item: StoredItem): readonly ToldChange[];
	/** Whether a change is one that Atlassian puts nobody's name to, and that can be taken back: a move, a label. Pure. */
	unsigned?(change: FieldDifference): boolean;
	/** Undefined for kinds that are kept but can't be restored yet. */
	readonly restore?: KindRestore;
}

/** One change that a record tells of. */
export interface ToldChange {
	/** Epoch milliseconds. */
	readonly at: number;
	readonly accountId: string;
	/** Paths as {@link FieldDifference.field}, or what is above them: `links`. None when something was added, which changes no field. */
	readonly fields: readonly string[];
}

/** One field that differs. `text` values are for people; `rich` ones are bodies. */
export interface FieldDifference {
	/** Stable path: `fields.summary`, `comments/10023`, `body`. */
	readonly field: string;
	/** `Summary`, `Comment by Ada, 3 May 2026`. */
	readonly label: string;
	readonly before: FieldValue | undefined;
	readonly after: FieldValue | undefined;
}

export type FieldValue =
	| { readonly type: "text"; readonly text: string }
	| { readonly type: "adf"; readonly document: JsonValue }
	| { readonly type: "storage"; readonly markup: string }
	| { readonly type: "list"; readonly items: readonly string[] };

/**
 * The engine's port to a site. Implemented by the atlassian room.
 * Every method throws AppError: `credential-rejected`, `credential-revoked`, `scope-missing`, `site-unreachable`,
 * `site-answer-malformed`, `site-limited` (after the client's own retries), `site-refused`, `answer-lost`, `cancelled`.
 */
export interface Connector {
	readonly kinds: readonly KindDefinition[];
	/** Checks the credential and says what it can see. Costs a handful of requests. */
	inspect(signal?: AbortSignal): Promise<SiteFacts>;
	/** Reads everything or what changed since the cursors. See {@link Observation}. */
	read(request: BackupRequest): AsyncIterable<Observation>;
	/** Reads single items as they are now, in the shape a backup stores. Absent and trashed ones are said so. */
	readLive(refs: readonly ItemRef[], signal?: AbortSignal): Promise<readonly LiveItem[]>;
	/** Opens the content of a file part (`file/…`) of a live item. */
	openLiveFile(ref: ItemRef, fileId: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
	/** Every space that the credential can read from; a request for each hundred. Undefined where nobody can tell. */
	visibleSpaces?(signal?: AbortSignal): Promise<readonly VisibleSpace[]>;
	usage(): ApiUsage;
	close(): Promise<void>;
}

export type LiveItem =
	| { readonly ref: ItemRef; readonly state: "live"; readonly item: StoredItem }
	/** In Atlassian's own trash: can be brought back with its id. */
	| { readonly ref: ItemRef; readonly state: "trashed"; readonly item: StoredItem }
	| { readonly ref: ItemRef; readonly state: "absent" };

export interface ConnectorPorts {
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
}
