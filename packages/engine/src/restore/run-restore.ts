import { AppError, isAppError, itemRefText, toAppError } from "@skyeworx/core";
import type { LiveItem } from "../connector/connector.ts";
import type { StoredItem } from "../connector/stored-item.ts";
import type { RestoreJournal } from "./journal.ts";
import { isOtherSite, type PlannedItem, planRestore, type RestorePlan, readLiveInOrder, readWanted } from "./plan-restore.ts";
import { readBack } from "./read-back.ts";
import { ReadingBack } from "./reading-back.ts";
import type { RestoreReceipt } from "./receipt.ts";
import { recordLive } from "./record-live.ts";
import { ReferenceMap } from "./reference-map.ts";
import { type PlanPorts, restorableKind } from "./restore-ports.ts";
import { applyContext, RestoreState } from "./restore-state.ts";
import { sideBySide } from "./side-by-side.ts";
import { stopsEverything } from "./take-stock.ts";
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
	/** What it makes goes again at once: no snapshot holds it, and files are compared as the site gives them. */
	readonly unrecorded?: boolean;
}

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
	readonly #unrecorded: boolean;
	readonly #reading: ReadingBack;
	#fetching: Promise<unknown> = Promise.resolve();

	constructor(ports: RestorePorts, options: RunRestoreOptions, state: RestoreState) {
		this.#ports = ports;
		this.#options = options;
		this.#state = state;
		this.#map = new ReferenceMap(isOtherSite(options.plan.options) ? undefined : ports.catalog);
		this.#work = options.plan.items.filter((item) => item.action !== "leave" && item.action !== "cannot");
		// What is on another site is no business of this site's vault; that site's next backup takes it in.
		this.#unrecorded = options.unrecorded === true || isOtherSite(options.plan.options);
		const { restoreId, signal } = options;
		this.#reading = new ReadingBack(ports, { restoreId, recorded: !this.#unrecorded, signal });
		this.#startedAt = ports.clock.now().toISOString();
		this.#requestsBefore = ports.connector.usage().requests;
	}

	async run(): Promise<RestoreReceipt> {
		const live = await this.#checkCurrent();
		await this.#takeSafetySnapshot(live);
		const receipt = await this.#writeAndReadBack();
		await this.#state.note({ type: "finished", receipt });
		return receipt;
	}

	async #writeAndReadBack(): Promise<RestoreReceipt> {
		const { restoreId, plan, signal } = this.#options;
		try {
			await this.#forEach("applying", async (planned) => await this.#apply(planned));
			await this.#forEach("linking", async (planned) => await this.#finish(planned));
			return await readBack(this.#ports, {
				restoreId,
				plan,
				work: this.#work,
				state: this.#state,
				map: this.#map,
				startedAt: this.#startedAt,
				requestsBefore: this.#requestsBefore,
				signal,
				reading: this.#reading,
				unrecorded: this.#unrecorded,
				say: (phase) => this.#say(phase, 0),
			});
		} catch (error) {
			await this.#reading.abort();
			throw error;
		}
	}

	async #forEach(phase: RestoreProgress["phase"], deed: (planned: PlannedItem) => Promise<void>): Promise<void> {
		const width = (kind: string) => restorableKind(this.#ports.connector, kind).restore.atOnce ?? 1;
		let done = 0;
		this.#say(phase, done);
		await sideBySide(this.#work, width, async (planned) => {
			await deed(planned);
			done += 1;
			this.#say(phase, done);
		});
	}

	#say(phase: RestoreProgress["phase"], done: number): void {
		this.#options.onProgress?.({ phase, done, total: this.#work.length });
	}

	/** What was reviewed must be what is done: items nobody touched since are the only ones written. */
	async #checkCurrent(): Promise<readonly LiveItem[]> {
		this.#say("checking", 0);
		const untouched = this.#work.filter((planned) => !this.#state.touched(planned.ref));
		if (untouched.length === 0) return [];
		const selection = untouched.map(({ ref, snapshotId, fields }) => ({ ref, snapshotId, ...(fields === undefined ? {} : { fields }) }));
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
		const snapshot = await recordLive(this.#ports, { type: "safety", restoreId, items, signal });
		await this.#state.note({ type: "safety-snapshot", snapshotId: snapshot.id });
	}

	async #apply(planned: PlannedItem): Promise<void> {
		const item = this.#state.item(planned.ref);
		if (item.failure !== undefined) {
			// Given up before the last interruption, perhaps not taken back to the end.
			if (this.#state.touched(planned.ref) && item.undone === undefined) await this.#takeBack(planned);
			return;
		}
		if (item.result === undefined) {
			try {
				await this.#write(planned);
			} catch (error) {
				await this.#failed(planned, error);
				return;
			}
		}
		if (item.result !== undefined) this.#map.add(planned, item.result.mapped);
	}

	async #write(planned: PlannedItem): Promise<void> {
		const kind = restorableKind(this.#ports.connector, planned.ref.kind);
		const wanted = await this.#wanted(planned);
		const context = this.#context(planned);
		const result = await settled(context, async () => await kind.restore.apply(context, planned, wanted));
		await this.#state.note({ type: "item-applied", item: planned.ref, result });
		this.#reading.written(result.mapped.ref);
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
			const { started } = this.#state.item(planned.ref);
			if ([...started].some((step) => step.startsWith("finish "))) await this.#reading.touched(result.mapped.ref);
		} catch (error) {
			await this.#failed(planned, error);
		}
	}

	/** Undoes the item and says why; an error of the site as a whole goes up instead. */
	async #failed(planned: PlannedItem, error: unknown): Promise<void> {
		const cause = toAppError(error);
		if (cause.code === "cancelled" || stopsEverything(cause.code)) throw cause;
		this.#ports.log.warn("an item could not be restored", { kind: planned.ref.kind, id: planned.ref.id, code: cause.code });
		const failure = { code: cause.code, message: cause.message, ...(cause.hint === undefined ? {} : { hint: cause.hint }) };
		await this.#state.note({ type: "item-failed", item: planned.ref, ...failure });
		await this.#takeBack(planned);
	}

	async #takeBack(planned: PlannedItem): Promise<void> {
		const { restoreId, plan, signal } = this.#options;
		await undoItem(this.#ports, {
			state: this.#state,
			restoreId,
			planned,
			options: plan.options,
			plans: plan.items,
			map: this.#map,
			signal,
		});
	}

	#context(planned: PlannedItem, prefix = "") {
		const { restoreId, plan, signal } = this.#options;
		return applyContext({
			state: this.#state,
			restoreId,
			item: planned.ref,
			options: plan.options,
			plans: plan.items,
			map: this.#map,
			signal,
			prefix,
		});
	}

	/** One after another, so that kinds are given their items in the order in which they were begun. */
	async #wanted(planned: PlannedItem): Promise<StoredItem> {
		const read = this.#fetching.then(async () => await readWanted(this.#ports, [planned]));
		this.#fetching = read.catch(() => {});
		const [wanted] = await read;
		if (wanted === undefined) throw new Error("readWanted answers one item for one selection");
		return wanted;
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
