import { AppError, type ItemRef, isRetryable, itemRefText, type JsonValue } from "@skyeworx/core";
import type { ApplyContext, ApplyResult, CreatedThing, RestoreOptions, RestoreProblem } from "../connector/kind-restore.ts";
import type { JournalRecord, RestoreJournal, UndoneItem } from "./journal.ts";
import type { ReferenceMap } from "./reference-map.ts";

interface ItemState {
	readonly started: Set<string>;
	readonly answers: Map<string, JsonValue>;
	readonly created: CreatedThing[];
	readonly problems: RestoreProblem[];
	result: ApplyResult | undefined;
	failure: { readonly code: string; readonly message: string } | undefined;
	undone: UndoneItem | undefined;
}

/** What the journal says of a restore, kept in step with it. */
export class RestoreState {
	readonly #journal: RestoreJournal;
	readonly #restoreId: string;
	readonly #items = new Map<string, ItemState>();
	safetySnapshotId: number | undefined;
	finished: Extract<JournalRecord, { type: "finished" }>["receipt"] | undefined;

	private constructor(journal: RestoreJournal, restoreId: string) {
		this.#journal = journal;
		this.#restoreId = restoreId;
	}

	/** Reads the journal back: after a crash this is all that is known. */
	static async load(journal: RestoreJournal, restoreId: string): Promise<RestoreState> {
		const state = new RestoreState(journal, restoreId);
		for (const record of await journal.read(restoreId)) state.#apply(record);
		return state;
	}

	item(ref: ItemRef): ItemState {
		const text = itemRefText(ref);
		let state = this.#items.get(text);
		if (state === undefined) {
			state = {
				started: new Set(),
				answers: new Map(),
				created: [],
				problems: [],
				result: undefined,
				failure: undefined,
				undone: undefined,
			};
			this.#items.set(text, state);
		}
		return state;
	}

	/** Whether anything was written for this item. */
	touched(ref: ItemRef): boolean {
		const state = this.#items.get(itemRefText(ref));
		return state !== undefined && (state.started.size > 0 || state.result !== undefined);
	}

	/** Makes the record durable, then takes it in. */
	async note(record: JournalRecord): Promise<void> {
		await this.#journal.append(this.#restoreId, record);
		this.#apply(record);
	}

	#apply(record: JournalRecord): void {
		switch (record.type) {
			case "safety-snapshot":
				this.safetySnapshotId = record.snapshotId;
				return;
			case "finished":
				this.finished = record.receipt;
				return;
			case "step-started":
				this.item(record.item).started.add(record.step);
				return;
			case "step-finished":
				this.item(record.item).answers.set(record.step, record.answer);
				return;
			case "created":
				this.item(record.item).created.push(record.thing);
				return;
			case "problem":
				this.item(record.item).problems.push(record.problem);
				return;
			case "item-applied":
				this.item(record.item).result = record.result;
				return;
			case "item-failed":
				this.item(record.item).failure = { code: record.code, message: record.message };
				return;
			case "item-undone":
				this.item(record.item).undone = record;
		}
	}
}

interface ContextOptions {
	readonly state: RestoreState;
	readonly restoreId: string;
	readonly item: ItemRef;
	readonly options: RestoreOptions;
	readonly plans: ApplyContext["plans"];
	readonly map: Pick<ReferenceMap, "mapped" | "mappedKey">;
	readonly signal: AbortSignal;
	/** Keeps the steps of undoing apart from those of doing. */
	readonly prefix?: string;
	/** Looks only: a step that left no trace ends the work with `cancelled`, and nothing is written. */
	readonly looking?: boolean;
}

/** An {@link ApplyContext} whose steps run once: the journal remembers them. */
export interface JournaledContext extends ApplyContext {
	/** Waits until what was said to be created is in the journal. */
	settle(): Promise<void>;
}

/** Makes the context of one item's work. */
export function applyContext(setup: ContextOptions): JournaledContext {
	const { state, item, signal, map, restoreId, options, plans, prefix = "", looking = false } = setup;
	let pending: Promise<void> = Promise.resolve();
	return {
		restoreId,
		options,
		plans,
		signal,
		mapped: map.mapped,
		mappedKey: map.mappedKey,
		settle: async () => await pending,
		begun: (name) => state.item(item).started.has(prefix + name),
		answered: (name) => state.item(item).answers.get(name),
		problem(problem) {
			const known = state.item(item).problems.some((other) => JSON.stringify(other) === JSON.stringify(problem));
			if (!known) pending = pending.then(() => state.note({ type: "problem", item, problem }));
		},
		created(thing) {
			const known = state.item(item).created.some((other) => JSON.stringify(other) === JSON.stringify(thing));
			if (!known) pending = pending.then(() => state.note({ type: "created", item, thing }));
		},
		async step<T extends JsonValue>(name: string, action: StepAction<T>) {
			await pending;
			if (signal.aborted) throw new AppError("cancelled", "The restore was cancelled");
			const step = prefix + name;
			const { answers, started } = state.item(item);
			const remembered = answers.get(step);
			if (remembered !== undefined) return remembered as T;
			const found = started.has(step) ? await action.find?.() : undefined;
			if (found === undefined && looking) throw new AppError("cancelled", "Nothing more was done");
			if (found === undefined) await state.note({ type: "step-started", item, step });
			const answer = found ?? (await runOnce(action));
			await state.note({ type: "step-finished", item, step, answer });
			return answer;
		},
	};
}

interface StepAction<T> {
	readonly run: () => Promise<T>;
	readonly find?: () => Promise<T | undefined>;
}

const triesOfAStep = 3;

/** A write whose answer was lost is looked for before anything else happens; only a write that left no trace is repeated. */
async function runOnce<T>(action: StepAction<T>): Promise<T> {
	for (let tries = 1; ; tries += 1) {
		try {
			return await action.run();
		} catch (error) {
			const lost = error instanceof AppError && (error.code === "answer-lost" || isRetryable(error));
			if (!lost || action.find === undefined) throw error;
			const found = await action.find();
			if (found !== undefined) return found;
			if (tries >= triesOfAStep) throw error;
		}
	}
}
