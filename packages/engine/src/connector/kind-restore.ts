import type { ItemRef, JsonValue } from "@skyeworx/core";
import type { FieldDifference, LiveItem } from "./connector.ts";
import type { StoredItem } from "./stored-item.ts";

/** Where restored items go. */
export type RestoreTarget =
	/** Back to where it was: changed in place, taken out of the trash, or created again. */
	| { readonly type: "in-place" }
	/**
	 * Beside the original, which is not touched. With `spaceId` in that space; with `siteId` (Skyeworx's id) on another site, to
	 * which the connector then belongs. `unmarked` items are not called copies in their titles.
	 */
	| { readonly type: "copy"; readonly spaceId?: string; readonly siteId?: string; readonly unmarked?: boolean };

export interface RestoreOptions {
	readonly target: RestoreTarget;
	/** When the item still exists and differs. */
	readonly ifExists: "overwrite" | "skip" | "copy";
	/** Only these field paths (as {@link FieldDifference.field}); undefined means all. */
	readonly fields?: readonly string[];
	/** Items that are created again get their older versions, too, oldest first, where the API can write versions. */
	readonly replayVersions?: boolean;
	/** Account id that stands in for people whom the target site does not know. */
	readonly standIn?: string;
	/** Items that are created again get their old keys, by making and deleting placeholders, where the numbers are still free. */
	readonly keepKeys?: boolean;
	/** Puts back what a restore overwrote; the plans of the context are still those of that restore. */
	readonly undoing?: boolean;
}

/** Something that did not work but does not make an item useless. */
export interface RestoreProblem {
	readonly field: string;
	/** The field's name for people. */
	readonly label?: string;
	readonly reason: string;
}

export type PlanAction = "create" | "change" | "untrash" | "leave" | "cannot";

/** What a restore would do with one item; plain data, reviewed by a person, then carried out as it stands. */
export interface ItemPlan {
	readonly ref: ItemRef;
	/** `ACME-12 Login fails` */
	readonly label: string;
	readonly action: PlanAction;
	/**
	 * What bodies call it besides its id and its key, told apart from other kinds' names by the kind itself: a page's space and
	 * title. What it is called after the restore is {@link MappedItem.name}.
	 */
	readonly name?: string;
	/** Why it is left alone or can't be restored. */
	readonly reason?: string;
	/** From live (before) to what will be (after). */
	readonly changes: readonly FieldDifference[];
	/** What will not come back exactly, and why. */
	readonly losses: readonly {
		readonly field: string;
		readonly label: string;
		readonly level: "degraded" | "impossible";
		readonly reason: string;
	}[];
	/** Items of the same selection that must be there first (parent, linked ones come after). */
	readonly after: readonly ItemRef[];
	/** Its place among the items of its kind: those of a lower rank are done first, as far as `after` lets them. */
	readonly rank?: number;
	/** Digest of the live state the plan was made from; apply stops with `plan-outdated` when it moved. */
	readonly liveDigest: string;
	/** For the kind's own use between plan and apply; no content, JSON. */
	readonly details: JsonValue;
	/** Estimated requests. */
	readonly requests: number;
}

/** What apply is given. */
export interface ApplyContext {
	/** Id of this restore, put on created items as a mark (`skyeworx.restore` property / version message). */
	readonly restoreId: string;
	readonly options: RestoreOptions;
	readonly signal: AbortSignal;
	/** What an item of this restore (or an earlier incarnation) is called now; undefined when it kept its name. */
	readonly mapped: (ref: ItemRef) => MappedItem | undefined;
	/** Maps every Jira key and every {@link ItemPlan.name} met in bodies; see the reference map. */
	readonly mappedKey: (key: string) => string | undefined;
	/**
	 * Runs one write exactly once. The journal remembers its answer: after a crash a finished step returns the remembered
	 * answer without running. `find` looks for the effect of a write whose answer was lost (or that ran just before a
	 * crash) and is asked before running a step that was started before; never run twice without it.
	 * Answers hold ids only, no content.
	 */
	step<T extends JsonValue>(
		name: string,
		action: { readonly run: () => Promise<T>; readonly find?: () => Promise<T | undefined> },
	): Promise<T>;
	/** Whether a step was begun, now or before an interruption: what it makes may be there without having been remembered. */
	begun(step: string): boolean;
	/** What a step of the restore answered, also while it is taken back; undefined when it did not come to its end. */
	answered(step: string): JsonValue | undefined;
	/** Every item of this restore, in the order in which they are done. */
	readonly plans: readonly Pick<ItemPlan, "ref" | "details">[];
	/** Says in `finish` that something did not work; shown in the receipt. */
	problem(problem: RestoreProblem): void;
	/** Says that the step created something, at once after the creating step; undo deletes it. */
	created(made: CreatedThing): void;
}

/** Something a restore brought into being: what undo takes away again. */
export interface CreatedThing {
	readonly ref: ItemRef;
	/**
	 * Empty for the item itself; `comment/10077`, `file/10023`, `worklog/…`, `link/…` for a part created on an item;
	 * `untrashed` for an item taken out of Atlassian's trash, which undoing puts back there.
	 */
	readonly part: string;
	readonly key?: string;
	readonly url?: string;
}

/** Another item than the one that was written, which the writing moved, and how its way back ended. */
export interface UndoneBeside {
	readonly ref: ItemRef;
	/** `ACME-12 Login fails` */
	readonly label: string;
	readonly outcome: "undone" | "kept";
	/** Why it stands where it stands now. */
	readonly reason: string;
}

export interface MappedItem {
	readonly ref: ItemRef;
	readonly key?: string;
	/** What bodies call it now, where its plan has a name. */
	readonly name?: string;
	/** Items that came into being with it, by their ids in the snapshot: the home page of a space. */
	readonly brought?: Readonly<Record<string, string>>;
	/** File id in the snapshot to file id (and ADF media id, when known) now. */
	readonly files?: Readonly<Record<string, { readonly id: string; readonly mediaId?: string }>>;
}

export interface ApplyResult {
	/** What the item is called now. */
	readonly mapped: MappedItem;
	readonly url: string;
	/** Each is shown in the receipt. */
	readonly problems: readonly RestoreProblem[];
}

export interface ReceiptField {
	readonly field: string;
	readonly label: string;
	readonly result: "exact" | "degraded" | "impossible" | "failed";
	readonly reason?: string;
}

/** The restore half of a kind. Reads through its own client; writes only inside `step`. */
export interface KindRestore {
	/**
	 * Says what would happen; writes nothing. `wanted` and `live` are in the same order.
	 * With action `copy` (or `ifExists: copy`) the plan says `create`.
	 * `selection` names all items of the restore, of which these may be a part, and what stands for each on the site today.
	 */
	plan(
		wanted: readonly StoredItem[],
		live: readonly LiveItem[],
		options: RestoreOptions,
		selection?: readonly { readonly ref: ItemRef; readonly liveRef: ItemRef }[],
	): Promise<readonly ItemPlan[]>;
	/** Once all items of the kind are planned: what depends on all of them, their order above all. Writes nothing. */
	arrange?(plans: readonly ItemPlan[], options: RestoreOptions): Promise<readonly ItemPlan[]>;
	/** Carries out one item's plan. Throws AppError when the item could not be restored; the engine then undoes it. */
	apply(context: ApplyContext, plan: ItemPlan, wanted: StoredItem): Promise<ApplyResult>;
	/** After all items of a restore are applied: links between them, references inside bodies to items that came later. */
	finish?(context: ApplyContext, plan: ItemPlan, wanted: StoredItem, result: ApplyResult): Promise<void>;
	/**
	 * How many items are applied or finished at once; one when left out. Each is begun once those in its plan's `after` are done, and
	 * those that wait for the same are begun in the order of the plan.
	 */
	readonly atOnce?: number;
	/**
	 * Items may be read back while others are still written. Answers those that are as they were read a while ago, with what moves by
	 * itself (a place among siblings) as it is now; what is left out is read again.
	 */
	confirm?(read: readonly StoredItem[], signal: AbortSignal): Promise<readonly StoredItem[]>;
	/** Items can be made on another site than the one that they come from. */
	readonly reachesOtherSites?: boolean;
	/** A copy can be made in a chosen space and touches nothing outside of it: what a drill may try out. */
	readonly goesIntoSpaces?: boolean;
	/** Putting overwritten fields back takes `finish`, too. */
	readonly finishesUndo?: boolean;
	/** Takes away what a restore created, if it still carries the mark; idempotent; says `kept` when somebody changed it since. */
	undoCreated(made: CreatedThing, context: { readonly restoreId: string; readonly signal: AbortSignal }): Promise<"undone" | "kept">;
	/**
	 * Takes back what applying did to other items: work items that a change of their workflow moved to other statuses. Comes after
	 * the item itself was put back; idempotent.
	 */
	undoBeside?(context: ApplyContext, plan: ItemPlan): Promise<readonly UndoneBeside[]>;
	/** Compares what was wanted with what is there now, field by field, through the reference map; pure. */
	receipt(
		wanted: StoredItem,
		now: StoredItem,
		context: {
			readonly action: PlanAction;
			readonly mapped: ApplyContext["mapped"];
			readonly mappedKey: ApplyContext["mappedKey"];
			readonly options: RestoreOptions;
			/** The plan's, as planning wrote them. */
			readonly details: JsonValue;
			/** What was said not to have worked. */
			readonly problems: readonly RestoreProblem[];
		},
	): readonly ReceiptField[];
}
