import type { ItemRef, JsonValue } from "@skyeworx/core";
import type { BackupRequest } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import type { AdminKey } from "../admin-key.ts";
import type { LikesBudget } from "./likes-budget.ts";
import type { People } from "./people.ts";
import type { Spool } from "./spool.ts";

export interface SpaceFacts {
	readonly id: string;
	readonly key: string;
	readonly name: string;
}

/** One read of a Confluence site under way. */
export interface Reading {
	readonly site: AppSite;
	readonly request: BackupRequest;
	readonly adminKey: AdminKey;
	/**
	 * `full` reads every body. `sweep` lists everything without bodies and reads the bodies of what differs from the vault; it finds
	 * deletions, moves and changed labels too. `changes` reads what was modified since the last read and nothing else.
	 */
	readonly mode: "full" | "sweep" | "changes";
	/** Everything changed before this has been seen by an earlier read. */
	readonly since: Date | undefined;
	readonly people: People;
	/** Accounts that a full read met: their names are asked for together. */
	readonly accounts: Set<string>;
	readonly spool: Spool;
	/** Comments on files, by the file: which page that is on, only the list of files tells. */
	readonly onFiles: Map<string, JsonValue[]>;
	/** Content properties that pages had at the last sweep, as the search names them; then those they have at this one. */
	readonly propertyPaths: Set<string>;
	/** The same of attachments. */
	readonly filePropertyPaths: Set<string>;
	/** Who likes a page is told one page at a time. */
	readonly likes: LikesBudget;
	readonly spaces: Map<string, SpaceFacts>;
	/** Folders and the like that pages name as their parents, by their texts. */
	readonly parents: Map<string, ItemRef>;
}

/** Most items a list of Confluence v2 gives at once [openapi: `limit`, maximum 250]. */
export const listLimit = 250;
/** A list with bodies of old versions gives no more, whatever is asked (since 2026-06-01). */
export const versionsLimit = 50;

/** Epoch milliseconds of a time as Atlassian writes it. */
export function epoch(time: string | null | undefined): number | undefined {
	const value = time == null ? Number.NaN : Date.parse(time);
	return Number.isNaN(value) ? undefined : value;
}

/** The items of a list that goes from the newest change to the oldest, as far back as the last read has not seen. */
export async function* changedSince<T>(
	pages: AsyncIterable<{ readonly items: readonly JsonValue[] }>,
	since: Date,
	read: (item: JsonValue) => { readonly record: T; readonly at: string | null | undefined },
): AsyncGenerator<{ readonly item: JsonValue; readonly record: T }> {
	for await (const page of pages) {
		for (const item of page.items) {
			const { record, at } = read(item);
			if ((epoch(at) ?? Number.POSITIVE_INFINITY) < since.getTime()) return;
			yield { item, record };
		}
	}
}
