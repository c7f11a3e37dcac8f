import type { ItemRef, JsonValue } from "@skyeworx/core";
import type { ApplyResult, CreatedThing, RestoreProblem, UndoneBeside } from "../connector/kind-restore.ts";
import type { RestoreReceipt } from "./receipt.ts";

/** What became of an item whose restore was taken back. */
export interface UndoneItem {
	/** Created things that were kept, because somebody changed them since. */
	readonly kept: readonly CreatedThing[];
	/** Overwritten fields that could not be put back as they were. */
	readonly problems?: readonly RestoreProblem[];
	/** Other items that writing this one had moved. */
	readonly beside?: readonly UndoneBeside[];
}

/** One thing that happened in a restore, in order. Ids only, no content. */
export type JournalRecord =
	| { readonly type: "safety-snapshot"; readonly snapshotId: number }
	| { readonly type: "step-started"; readonly item: ItemRef; readonly step: string }
	| { readonly type: "step-finished"; readonly item: ItemRef; readonly step: string; readonly answer: JsonValue }
	| { readonly type: "created"; readonly item: ItemRef; readonly thing: CreatedThing }
	| { readonly type: "problem"; readonly item: ItemRef; readonly problem: RestoreProblem }
	| { readonly type: "item-applied"; readonly item: ItemRef; readonly result: ApplyResult }
	| { readonly type: "item-failed"; readonly item: ItemRef; readonly code: string; readonly message: string; readonly hint?: string }
	| ({ readonly type: "item-undone"; readonly item: ItemRef } & UndoneItem)
	| { readonly type: "finished"; readonly receipt: RestoreReceipt };

/**
 * Remembers what a restore did, durably, before the next thing is done: what makes it resumable after kill -9 and undoable.
 * Implemented in PostgreSQL by the server (sealed) and in memory for tests.
 */
export interface RestoreJournal {
	/** Resolves once the record is durable. Records that are appended at once keep the order of the calls. */
	append(restoreId: string, record: JournalRecord): Promise<void>;
	/** Every record of a restore, in the order of appending. */
	read(restoreId: string): Promise<readonly JournalRecord[]>;
}

/** A journal that lives as long as the process. */
export function memoryJournal(): RestoreJournal {
	const records = new Map<string, JournalRecord[]>();
	return {
		append: async (restoreId, record) => {
			const held = records.get(restoreId) ?? [];
			held.push(structuredClone(record));
			records.set(restoreId, held);
		},
		read: async (restoreId) => [...(records.get(restoreId) ?? [])],
	};
}
