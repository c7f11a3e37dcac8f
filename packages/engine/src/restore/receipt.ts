import type { ItemRef } from "@skyeworx/core";
import type { PlanAction, ReceiptField, RestoreProblem } from "../connector/kind-restore.ts";

/** What became of one item of a restore, every field read back from the site. */
export interface ItemReceipt {
	readonly ref: ItemRef;
	readonly label: string;
	readonly action: PlanAction;
	readonly outcome: "restored" | "left" | "failed";
	/** Why it was left alone, or what went wrong and was undone. */
	readonly reason?: string;
	/** What it is called now. */
	readonly now?: { readonly ref: ItemRef; readonly key?: string; readonly url: string };
	readonly fields: readonly ReceiptField[];
	/** Things that did not work but do not make the item useless. */
	readonly problems: readonly RestoreProblem[];
	/** Created things that undoing a failure had to leave, because somebody changed them since. */
	readonly kept?: readonly string[];
}

export interface RestoreReceipt {
	readonly restoreId: string;
	readonly startedAt: string;
	readonly finishedAt: string;
	readonly outcome: "restored" | "partly" | "failed" | "nothing-to-do";
	readonly items: readonly ItemReceipt[];
	readonly totals: {
		readonly created: number;
		readonly changed: number;
		readonly untrashed: number;
		readonly left: number;
		readonly failed: number;
		readonly exact: number;
		readonly degraded: number;
		readonly impossible: number;
		readonly failedFields: number;
	};
	/** What was there before the restore; undefined when nothing was overwritten. */
	readonly safetySnapshotId?: number;
	/** The snapshot that holds what the restore made, as read back. */
	readonly resultSnapshotId?: number;
	readonly requests: number;
}

/** Adds up a receipt. */
export function totalsOf(items: readonly ItemReceipt[]): RestoreReceipt["totals"] {
	const count = (action: PlanAction) => items.filter((item) => item.action === action && item.outcome === "restored").length;
	const fields = items.flatMap((item) => item.fields);
	const results = (result: ReceiptField["result"]) => fields.filter((field) => field.result === result).length;
	return {
		created: count("create"),
		changed: count("change"),
		untrashed: count("untrash"),
		left: items.filter((item) => item.outcome === "left").length,
		failed: items.filter((item) => item.outcome === "failed").length,
		exact: results("exact"),
		degraded: results("degraded"),
		impossible: results("impossible"),
		failedFields: results("failed"),
	};
}

/** The one word for a whole restore: a single field that is not as it should be makes it less than restored. */
export function outcomeOf(items: readonly ItemReceipt[]): RestoreReceipt["outcome"] {
	const restored = items.some((item) => item.outcome === "restored");
	const failed = items.some((item) => item.outcome === "failed" || item.fields.some((field) => field.result === "failed"));
	if (restored) return failed ? "partly" : "restored";
	return failed ? "failed" : "nothing-to-do";
}
