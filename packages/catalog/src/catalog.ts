import type { AppName, ItemRef, Random } from "@skyeworx/core";

/** What the catalog keeps of one version of an item; content, so the file is encrypted. */
export interface ItemFacts {
	readonly app: AppName;
	/** `ACME-12`; undefined for kinds without keys. */
	readonly key?: string;
	readonly title: string;
	/** The container: a Jira project or Confluence space. */
	readonly space?: { readonly id: string; readonly key: string; readonly name: string };
	readonly parent?: ItemRef;
	/** Position among siblings, for trees. */
	readonly position?: number;
	/** Sub-type for people: `Bug`, `Epic`, `live`, `image/png`. */
	readonly type?: string;
	readonly status?: string;
	/** Everything searchable, plain words. */
	readonly text: string;
	/** Display names of people that the item names (author, assignee, ...). */
	readonly people: readonly string[];
	/** Account id and name of who changed it last, when the source says. */
	readonly updatedBy?: { readonly accountId: string; readonly name: string };
	/** RFC 3339. */
	readonly createdAt?: string;
	readonly updatedAt?: string;
	/** Address a person can open. */
	readonly url?: string;
	/** Items this one mentions or links. */
	readonly references: readonly ItemRef[];
	/** Files that belong to it. */
	readonly files: readonly { readonly id: string; readonly name: string; readonly mediaType: string; readonly size: number }[];
}

/** One change between two snapshots, by item. */
export type CatalogChange =
	| { readonly type: "upsert"; readonly ref: ItemRef; readonly facts: ItemFacts; readonly contentHash: string }
	| { readonly type: "delete"; readonly ref: ItemRef };

export interface CatalogSnapshot {
	readonly id: number;
	readonly at: Date;
}

export interface CatalogVersion {
	/** The snapshot that first saw this version. */
	readonly snapshotId: number;
	readonly at: string;
	readonly state: "created" | "changed" | "deleted";
	readonly title: string;
	readonly updatedAt: string | undefined;
	readonly updatedBy: string | undefined;
}

export interface CatalogItem extends ItemFacts {
	readonly ref: ItemRef;
	readonly state: "live" | "deleted";
	/** First and last snapshot that held it. */
	readonly firstSnapshotId: number;
	readonly lastSnapshotId: number;
	readonly versions: number;
	/** Snapshot time at which its absence was first seen. */
	readonly deletedAt: string | undefined;
}

export interface CatalogQuery {
	/** Words (prefixes match), a key (`ACME-12`), an id, or a quoted phrase; empty means browse. */
	readonly text?: string;
	readonly kinds?: readonly string[];
	readonly app?: AppName;
	readonly spaceId?: string;
	/** Only what lies in one of these spaces (`jira:10001`, `confluence:65537`); what lies in none is left out. */
	readonly within?: readonly string[];
	readonly parent?: ItemRef | "none";
	readonly state?: "any" | "live" | "deleted";
	/** Only items changed (or deleted) at or after this snapshot. */
	readonly changedSince?: number;
	/** See the world as this snapshot saw it. */
	readonly asOf?: number;
	readonly person?: string;
	readonly order?: "relevance" | "updated" | "key" | "position";
	readonly limit: number;
	/** From a previous answer. */
	readonly cursor?: string;
}

export interface CatalogHit extends Omit<CatalogItem, "text" | "references" | "people"> {
	/** A few words around the match; matches between U+0001 and U+0002. */
	readonly snippet: string | undefined;
}

export interface CatalogPage {
	readonly hits: readonly CatalogHit[];
	readonly total: { readonly count: number; readonly exact: boolean };
	readonly facets: { readonly kinds: Readonly<Record<string, number>>; readonly states: Readonly<Record<string, number>> };
	readonly nextCursor: string | undefined;
}

/** Which items a sample is drawn from. */
export interface CatalogSample {
	readonly kinds: readonly string[];
	/** Only what lies in one of these spaces (`jira:10001`). */
	readonly within?: readonly string[];
	/** Nothing that lies in one of these. */
	readonly without: readonly string[];
	readonly count: number;
}

export interface CatalogSpace {
	readonly app: AppName;
	readonly id: string;
	readonly key: string;
	readonly name: string;
	readonly state: "live" | "deleted";
	readonly items: number;
}

/** The searchable index of one vault: encrypted, rebuilt from the vault at any time, never the only copy. */
export interface Catalog {
	/** The newest snapshot it has taken in, or undefined when empty. */
	position(): number | undefined;
	/** Takes in one snapshot in one transaction; a snapshot already taken in is ignored. */
	apply(snapshot: CatalogSnapshot, changes: AsyncIterable<CatalogChange>): Promise<void>;
	/**
	 * Lets go of all snapshots but these: versions that none of them has are found, listed and counted no more. When the newest was let
	 * go, {@link position} goes back to the newest that is kept. Nothing, at almost no cost, when all are kept.
	 */
	retain(snapshots: readonly number[]): Promise<void>;
	search(query: CatalogQuery): CatalogPage;
	item(ref: ItemRef, asOf?: number): CatalogItem | undefined;
	/** Jira key, or Confluence title alone or as `SPACEKEY:Title`; living items and the newest bearers first; moved items keep answering to old keys. */
	findByKey(key: string): readonly CatalogItem[];
	/** Oldest first; a deletion is a version too. */
	versions(ref: ItemRef): readonly CatalogVersion[];
	spaces(asOf?: number): readonly CatalogSpace[];
	/** Draws so many living items, each as likely as any other; fewer where there are fewer. */
	sample(wanted: CatalogSample, random: Random): readonly ItemRef[];
	/** Items that reference this one. */
	referencedBy(ref: ItemRef): readonly ItemRef[];
	/** Links a re-created item to the one it was made from, so that its history stays one. */
	recordLineage(from: ItemRef, to: ItemRef): void;
	/** The whole chain of incarnations that this item belongs to, oldest first; just itself when never re-created. */
	lineage(ref: ItemRef): readonly ItemRef[];
	/** Counts per kind for overview pages. */
	counts(asOf?: number): Readonly<Record<string, { readonly live: number; readonly deleted: number }>>;
	close(): void;
}

export interface OpenCatalogOptions {
	readonly path: string;
	/** 32 bytes; see Vault.deriveKey("catalog"). */
	readonly key: Uint8Array;
}
