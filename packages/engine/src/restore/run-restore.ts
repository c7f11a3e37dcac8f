import { AppError, type ItemRef, isAppError, itemRefText, toAppError } from "@skyeworx/core";
import type { LiveItem } from "../connector/connector.ts";
import type { ApplyResult } from "../connector/kind-restore.ts";
import type { StoredItem } from "../connector/stored-item.ts";
import type { RestoreJournal } from "./journal.ts";
import { type PlannedItem, planRestore, type RestorePlan, readLiveInOrder, readWanted } from "./plan-restore.ts";
import { type ItemReceipt, outcomeOf, type RestoreReceipt, totalsOf } from "./receipt.ts";
import { recordLive } from "./record-live.ts";
import { ReferenceMap } from "./reference-map.ts";
import { type PlanPorts, restorableKind } from "./restore-ports.ts";
import { applyContext, RestoreState } from "./restore-state.ts";
import { undoItem } from "./undo-item.ts";

export interface RestorePorts extends PlanPorts {
	readonly journal: RestoreJournal;
}

export interface RestoreProgress {
	readonly phase: "checking" | "safety-snapshot" | "applying" | "linking" | "reading-back" | "recording";
	readonly done: number;
	readonly total: number;
}

export interface RunRestoreOptions {
	readonly restoreId: string;
	readonly plan: RestorePlan;
	readonly signal: AbortSignal;
	readonly onProgress?: (progress: RestoreProgress) => void;
}

/** Errors of the site or its credential as a whole: going on with the next item makes no sense. */
const stops = new Set(["credential-rejected", "credential-revoked", "scope-missing", "site-unreachable", "site-limited", "cancelled"]);

/**
 * Carries out exactly the plan, from the journal: called again after a crash with the same id it goes on, creating nothing
 * twice. An item that fails is undone and said so; the others go on.
 * @throws AppError `plan-outdated` before anything is written, when the site moved since the review; errors of the site as a
 * whole, after which the restore can be run again or undone
 */
export async function runRestore(ports: RestorePorts, options: RunRestoreOptions): Promise<RestoreReceipt> {
	const state = await RestoreState.load(ports.journal, options.restoreId);
	if (state.finished !== undefined) return state.finished;
	return await new RestoreRun(ports, options, state).run();
}

class RestoreRun {
	readonly #ports: RestorePorts;
	readonly #options: RunRestoreOptions;
	readonly #state: RestoreState;
	readonly #map: ReferenceMap;
	readonly #work: readonly PlannedItem[];
	readonly #startedAt: string;
	readonly #requestsBefore: number;

	constructor(ports: RestorePorts, options: RunRestoreOptions, state: RestoreState) {
		this.#ports = ports;
		this.#options = options;
		this.#state = state;
		this.#map = new ReferenceMap(ports.catalog);
		this.#work = options.plan.items.filter((item) => item.action !== "leave" && item.action !== "cannot");
		this.#startedAt = ports.clock.now().toISOString();
		this.#requestsBefore = ports.connector.usage().requests;
	}

	async run(): Promise<RestoreReceipt> {
		const live = await this.#checkCurrent();
		await this.#takeSafetySnapshot(live);
		await this.#forEach("applying", async (planned) => await this.#apply(planned));
		await this.#forEach("linking", async (planned) => await this.#finish(planned));
		const { items, now } = await this.#readBack();
		const receipt = await this.#record(items, now);
		await this.#state.note({ type: "finished", receipt });
		return receipt;
	}

	async #forEach(phase: RestoreProgress["phase"], deed: (planned: PlannedItem) => Promise<void>): Promise<void> {
		for (const [index, planned] of this.#work.entries()) {
			this.#say(phase, index);
			await deed(planned);
		}
		this.#say(phase, this.#work.length);
	}

	#say(phase: RestoreProgress["phase"], done: number): void {
		this.#options.onProgress?.({ phase, done, total: this.#work.length });
	}

	/** What was reviewed must be what is done: items nobody touched since are the only ones written. */
	async #checkCurrent(): Promise<readonly LiveItem[]> {
		this.#say("checking", 0);
		const untouched = this.#work.filter((planned) => !this.#state.touched(planned.ref));
		if (untouched.length === 0) return [];
		const selection = untouched.map(({ ref, snapshotId }) => ({ ref, snapshotId }));
		const again = await planRestore(this.#ports, selection, this.#options.plan.options, this.#options.signal);
		const digests = new Map(again.items.map((item) => [itemRefText(item.ref), item.liveDigest]));
		const moved = untouched.filter((planned) => digests.get(itemRefText(planned.ref)) !== planned.liveDigest);
		if (moved.length > 0 && untouched.length === this.#work.length) throw outdated(moved.length, this.#work.length);
		for (const planned of moved) {
			const message = "It was changed on the site after the restore began, so it was left as it is.";
			await this.#state.note({ type: "item-failed", item: planned.ref, code: "plan-outdated", message });
		}
		const overwritten = untouched.filter((planned) => planned.action === "change");
		return await readLiveInOrder(
			this.#ports,
			overwritten.map((planned) => planned.liveRef),
			this.#options.signal,
		);
	}

	async #takeSafetySnapshot(live: readonly LiveItem[]): Promise<void> {
		const items = live.flatMap((item) => (item.state === "live" ? [item.item] : []));
		if (items.length === 0 || this.#state.safetySnapshotId !== undefined) return;
		this.#say("safety-snapshot", 0);
		const { restoreId, signal } = this.#options;
		const snapshot = await recordLive(this.#ports, { type: "safety", restoreId, items, lineage: [], signal });
		await this.#state.note({ type: "safety-snapshot", snapshotId: snapshot.id });
	}

	async #apply(planned: PlannedItem): Promise<void> {
		const item = this.#state.item(planned.ref);
		if (item.failure !== undefined) return;
		if (item.result === undefined) {
			try {
				await this.#write(planned);
			} catch (error) {
				await this.#failed(planned, error);
				return;
			}
		}
		if (item.result !== undefined) this.#map.add(planned.ref, item.result.mapped, planned.key);
	}

	async #write(planned: PlannedItem): Promise<void> {
		const kind = restorableKind(this.#ports.connector, planned.ref.kind);
		const wanted = await this.#wanted(planned);
		const context = this.#context(planned);
		const result = await settled(context, async () => await kind.restore.apply(context, planned, wanted));
		await this.#state.note({ type: "item-applied", item: planned.ref, result });
	}

	async #finish(planned: PlannedItem): Promise<void> {
		const { result, failure } = this.#state.item(planned.ref);
		const kind = restorableKind(this.#ports.connector, planned.ref.kind);
		if (result === undefined || failure !== undefined || kind.restore.finish === undefined) return;
		const { finish } = kind.restore;
		const context = this.#context(planned, "finish ");
		try {
			const wanted = await this.#wanted(planned);
			await settled(context, async () => await finish(context, planned, wanted, result));
		} catch (error) {
			await this.#failed(planned, error);
		}
	}

	/** Undoes the item and says why; an error of the site as a whole goes up instead. */
	async #failed(planned: PlannedItem, error: unknown): Promise<void> {
		const cause = toAppError(error);
		if (stops.has(cause.code)) throw cause;
		this.#ports.log.warn("an item could not be restored", { kind: planned.ref.kind, id: planned.ref.id, code: cause.code });
		const failure = { code: cause.code, message: cause.message, ...(cause.hint === undefined ? {} : { hint: cause.hint }) };
		await this.#state.note({ type: "item-failed", item: planned.ref, ...failure });
		const { restoreId, signal } = this.#options;
		await undoItem(this.#ports, { state: this.#state, restoreId, planned, map: this.#map, signal });
	}

	#context(planned: PlannedItem, prefix = "") {
		const { restoreId, plan, signal } = this.#options;
		return applyContext({ state: this.#state, restoreId, item: planned.ref, options: plan.options, map: this.#map, signal, prefix });
	}

	async #wanted(planned: PlannedItem): Promise<StoredItem> {
		const [wanted] = await readWanted(this.#ports, [planned]);
		if (wanted === undefined) throw new Error("readWanted answers one item for one selection");
		return wanted;
	}

	async #readBack(): Promise<{ readonly items: readonly ItemReceipt[]; readonly now: readonly StoredItem[] }> {
		this.#say("reading-back", 0);
		const applied = this.#work.filter((planned) => this.#state.item(planned.ref).failure === undefined);
		const refs = applied.map((planned) => this.#resultOf(planned).mapped.ref);
		const live = await readLiveInOrder(this.#ports, refs, this.#options.signal);
		const liveOf = new Map(applied.map((planned, index) => [itemRefText(planned.ref), live[index]]));
		const items: ItemReceipt[] = [];
		for (const planned of this.#options.plan.items) items.push(await this.#receiptOf(planned, liveOf.get(itemRefText(planned.ref))));
		return { items, now: live.flatMap((item) => (item.state === "live" ? [item.item] : [])) };
	}

	async #receiptOf(planned: PlannedItem, live: LiveItem | undefined): Promise<ItemReceipt> {
		const { ref, label, action } = planned;
		const about = { ref, label, action, fields: [], problems: [] };
		if (action === "leave" || action === "cannot") {
			const reason = planned.reason ?? "It is as the snapshot has it.";
			return { ...about, outcome: action === "leave" ? "left" : "failed", reason };
		}
		const { failure } = this.#state.item(ref);
		if (failure !== undefined) return { ...about, outcome: "failed", reason: failure.message };
		const result = this.#resultOf(planned);
		const now = { ref: result.mapped.ref, url: result.url, ...(result.mapped.key === undefined ? {} : { key: result.mapped.key }) };
		if (live?.state !== "live") {
			return { ...about, outcome: "failed", reason: "It was written, but the site did not show it when it was read back.", now };
		}
		const fields = restorableKind(this.#ports.connector, ref.kind).restore.receipt(await this.#wanted(planned), live.item, {
			action,
			mapped: this.#map.mapped,
			mappedKey: this.#map.mappedKey,
			options: this.#options.plan.options,
		});
		return { ...about, outcome: "restored", now, fields, problems: result.problems };
	}

	#resultOf(planned: PlannedItem): ApplyResult {
		const { result } = this.#state.item(planned.ref);
		if (result === undefined) throw new Error("an item that did not fail has a result");
		return result;
	}

	/** Created items that stand for one that is gone, not beside one that is there: their history goes on. */
	async #newIncarnations(items: readonly ItemReceipt[]): Promise<{ readonly from: ItemRef; readonly to: ItemRef }[]> {
		if (this.#options.plan.options.target.type === "copy") return [];
		const liveRefs = new Map(this.#work.map((planned) => [itemRefText(planned.ref), planned.liveRef]));
		const made = items.flatMap(({ ref, now, outcome, action }) => {
			const from = liveRefs.get(itemRefText(ref));
			const isNew = outcome === "restored" && action === "create" && now !== undefined && from !== undefined && now.ref.id !== from.id;
			return isNew ? [{ from, to: now.ref }] : [];
		});
		const originals = await readLiveInOrder(
			this.#ports,
			made.map(({ from }) => from),
			this.#options.signal,
		);
		return made.filter((_pair, index) => originals[index]?.state !== "live");
	}

	async #record(items: readonly ItemReceipt[], now: readonly StoredItem[]): Promise<RestoreReceipt> {
		this.#say("recording", 0);
		const { restoreId, signal } = this.#options;
		const lineage = await this.#newIncarnations(items);
		const snapshot =
			now.length === 0 ? undefined : await recordLive(this.#ports, { type: "restore", restoreId, items: now, lineage, signal });
		return {
			restoreId,
			startedAt: this.#startedAt,
			finishedAt: this.#ports.clock.now().toISOString(),
			outcome: outcomeOf(items),
			items,
			totals: totalsOf(items),
			...(this.#state.safetySnapshotId === undefined ? {} : { safetySnapshotId: this.#state.safetySnapshotId }),
			...(snapshot === undefined ? {} : { resultSnapshotId: snapshot.id }),
			requests: this.#ports.connector.usage().requests - this.#requestsBefore,
		};
	}
}

/** What was said to be created is in the journal before anything else happens, also when the work throws. */
async function settled<T>(context: { settle(): Promise<void> }, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} finally {
		await context.settle();
	}
}

function outdated(moved: number, total: number): AppError {
	return new AppError("plan-outdated", `${moved} of ${total} items changed on the site since the plan was made`, {
		hint: "Make the plan again and review it; nothing was written.",
	});
}

/** Whether a restore that threw this may be run again as it stands. */
export function isResumable(error: unknown): boolean {
	return !isAppError(error, "plan-outdated") && !isAppError(error, "bad-input");
}
