import { AppError, type ItemRef, isAppError, itemRefText, type JsonValue } from "@skyeworx/core";
import type {
	ApplyContext,
	ApplyResult,
	Connector,
	CreatedThing,
	ItemPlan,
	KindDefinition,
	KindRestore,
	LiveItem,
	MappedItem,
	ReceiptField,
	RestoreOptions,
	RestoreProblem,
	StoredItem,
} from "@skyeworx/engine";

type Live = Pick<Connector, "readLive" | "kinds">;

/** What a restore remembers durably; given to a second runner it goes on after a crash. */
export class Journal {
	readonly started = new Set<string>();
	readonly answers = new Map<string, JsonValue>();
	readonly created: CreatedThing[] = [];
}

export const inPlace: RestoreOptions = { target: { type: "in-place" }, ifExists: "overwrite" };

export interface Restored {
	readonly plans: readonly ItemPlan[];
	readonly results: ReadonlyMap<string, ApplyResult>;
	readonly live: ReadonlyMap<string, LiveItem>;
	readonly receipts: ReadonlyMap<string, readonly ReceiptField[]>;
	readonly journal: Journal;
}

/** Carries a restore out as the engine does, with a journal in memory and a place to crash. */
export class RestoreRunner {
	private readonly site: Live;
	private readonly options: RestoreOptions;
	private readonly restoreId: string;
	readonly journal: Journal;
	private readonly mapped = new Map<string, MappedItem>();
	/** What Jira keys are called now. */
	private readonly keys = new Map<string, string>();
	private plans: readonly ItemPlan[] = [];
	private readonly problems: RestoreProblem[] = [];
	/** Called before each run of a step; throws to crash there. */
	beforeStep: (name: string) => void = () => {};
	/** Called after a step did its work and before that is remembered. */
	afterStep: (name: string) => void = () => {};

	constructor(site: Live, options: RestoreOptions = inPlace, restoreId = "11111111-2222-4333-8444-555555555555", journal = new Journal()) {
		this.site = site;
		this.options = options;
		this.restoreId = restoreId;
		this.journal = journal;
	}

	private kind(ref: ItemRef): { readonly kind: KindDefinition; readonly restore: KindRestore } {
		const kind = this.site.kinds.find((one) => one.id === ref.kind);
		if (kind?.restore === undefined) throw new Error(`${ref.kind} can't be restored`);
		return { kind, restore: kind.restore };
	}

	private context(item: ItemRef, phase = ""): ApplyContext {
		const { journal } = this;
		return {
			plans: this.plans,
			problem: (problem) => void this.problems.push(problem),
			restoreId: this.restoreId,
			options: this.options,
			signal: new AbortController().signal,
			mapped: (ref) => this.mapped.get(itemRefText(ref)),
			mappedKey: (key) => this.keys.get(key),
			begun: (name) => journal.started.has(`${itemRefText(item)} ${phase}${name}`),
			answered: (name) => journal.answers.get(`${itemRefText(item)} ${name}`),
			created: (thing) => {
				if (!journal.created.some((one) => JSON.stringify(one) === JSON.stringify(thing))) journal.created.push(thing);
			},
			step: async (name, action) => {
				const key = `${itemRefText(item)} ${phase}${name}`;
				const remembered = journal.answers.get(key);
				if (remembered !== undefined) return remembered as never;
				const found = journal.started.has(key) ? await action.find?.() : undefined;
				journal.started.add(key);
				const answer = found ?? (await this.runOnce(name, action));
				journal.answers.set(key, answer);
				return answer;
			},
		};
	}

	private async runOnce<T>(
		name: string,
		action: { readonly run: () => Promise<T>; readonly find?: () => Promise<T | undefined> },
	): Promise<T> {
		this.beforeStep(name);
		try {
			const answer = await action.run();
			this.afterStep(name);
			return answer;
		} catch (error) {
			if (!isAppError(error, "answer-lost") || action.find === undefined) throw error;
			return (await action.find()) ?? (await action.run());
		}
	}

	async plan(wanted: readonly StoredItem[], refs = wanted.map((item) => item.ref)): Promise<readonly ItemPlan[]> {
		const plans: ItemPlan[] = [];
		const live = await this.site.readLive(refs);
		for (const [kind, items] of Map.groupBy(
			wanted.map((item, index) => ({ item, live: live[index] as LiveItem })),
			({ item }) => item.ref.kind,
		)) {
			const { restore } = this.kind({ kind, id: "" });
			plans.push(
				...(await restore.plan(
					items.map(({ item }) => item),
					items.map((one) => one.live),
					this.options,
				)),
			);
		}
		return plans;
	}

	async run(wanted: readonly StoredItem[], plans?: readonly ItemPlan[]): Promise<Restored> {
		const planned = plans ?? (await this.plan(wanted));
		const ordered = inOrder(planned);
		this.plans = ordered;
		const results = new Map<string, ApplyResult>();
		const itemOf = (ref: ItemRef) => wanted.find((item) => itemRefText(item.ref) === itemRefText(ref)) as StoredItem;
		const work = ordered.filter((plan) => plan.action !== "leave" && plan.action !== "cannot");
		for (const plan of work) {
			const result = await this.kind(plan.ref).restore.apply(this.context(plan.ref), plan, itemOf(plan.ref));
			results.set(itemRefText(plan.ref), result);
			this.mapped.set(itemRefText(plan.ref), result.mapped);
			const { key } = this.kind(plan.ref).kind.describe(itemOf(plan.ref), { url: "" });
			if (key !== undefined && result.mapped.key !== undefined && key !== result.mapped.key) this.keys.set(key, result.mapped.key);
		}
		for (const plan of work) {
			const result = results.get(itemRefText(plan.ref));
			if (result !== undefined)
				await this.kind(plan.ref).restore.finish?.(this.context(plan.ref, "finish "), plan, itemOf(plan.ref), result);
		}
		return { plans: planned, results, ...(await this.readBack(work, itemOf)), journal: this.journal };
	}

	private async readBack(work: readonly ItemPlan[], itemOf: (ref: ItemRef) => StoredItem): Promise<Pick<Restored, "live" | "receipts">> {
		const live = new Map<string, LiveItem>();
		const receipts = new Map<string, readonly ReceiptField[]>();
		for (const plan of work) {
			const now = this.mapped.get(itemRefText(plan.ref))?.ref ?? plan.ref;
			const [item] = await this.site.readLive([now]);
			if (item === undefined || item.state !== "live") throw new AppError("restore-failed", `${itemRefText(now)} is not there`);
			live.set(itemRefText(plan.ref), item);
			const { mapped, mappedKey } = this.context(plan.ref);
			const { details } = plan;
			const context = { action: plan.action, mapped, mappedKey, options: this.options, details, problems: this.problems };
			receipts.set(itemRefText(plan.ref), this.kind(plan.ref).restore.receipt(itemOf(plan.ref), item.item, context));
		}
		return { live, receipts };
	}

	async undo(): Promise<readonly ("undone" | "kept")[]> {
		const signal = new AbortController().signal;
		const answers: ("undone" | "kept")[] = [];
		for (const thing of this.journal.created.toReversed()) {
			answers.push(await this.kind(thing.ref).restore.undoCreated(thing, { restoreId: this.restoreId, signal }));
		}
		return answers;
	}
}

function inOrder(plans: readonly ItemPlan[]): readonly ItemPlan[] {
	const ordered: ItemPlan[] = [];
	const add = (plan: ItemPlan): void => {
		if (ordered.includes(plan)) return;
		for (const ref of plan.after) for (const other of plans) if (itemRefText(other.ref) === itemRefText(ref)) add(other);
		ordered.push(plan);
	};
	for (const plan of plans) add(plan);
	return ordered;
}
