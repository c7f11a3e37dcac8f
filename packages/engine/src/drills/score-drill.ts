import { type ItemRef, itemRefText } from "@skyeworx/core";
import type { ReceiptField } from "../connector/kind-restore.ts";
import type { RestorePlan } from "../restore/plan-restore.ts";
import type { ItemReceipt } from "../restore/receipt.ts";
import type { DrillFault, ReadOut } from "./read-out.ts";
import type { TrialResult } from "./run-trial.ts";

/** How faithfully the fields of the restored copies came back. */
interface DrillFields {
	readonly exact: number;
	readonly degraded: number;
	readonly impossible: number;
	readonly failed: number;
}

export interface DrillScore {
	/** Between 0 and 1; null when nothing was tried. */
	readonly score: number | null;
	readonly fields: DrillFields;
	readonly restored: number;
	readonly notRestored: number;
	readonly faults: readonly DrillFault[];
}

/**
 * The share that came back exact of what could. Fields of restored copies count when there are any, otherwise the parts that were read
 * out of the vault; each part that could not be read, and each item that did not come back, counts as one that failed. What came back in
 * another form counts neither way, and neither does what the plan announced as lost: Atlassian's API can't do better, the receipt has the
 * reason, and a score that is never full tells nobody anything.
 */
export function scoreDrill(read: ReadOut, trials: readonly TrialResult[]): DrillScore {
	const items = trials.flatMap(({ plan, receipt }) => receipt.items.map((item) => ({ ...item, ...compareWithPlan(plan, item) })));
	const all = items.flatMap((item) => item.fields);
	const count = (result: (typeof all)[number]["result"]) => all.filter((field) => field.result === result).length;
	const fields = { exact: count("exact"), degraded: count("degraded"), impossible: count("impossible"), failed: count("failed") };
	const notRestored = items.filter((item) => item.outcome === "failed");
	const faults: DrillFault[] = [
		...notRestored.map(({ ref }): DrillFault => ({ ref, what: "not-restored", code: "restore-failed" })),
		...items.flatMap(({ ref, fields: own }) =>
			own.filter((field) => field.result === "failed").map(({ field }): DrillFault => ({ ref, field, what: "field", code: "differs" })),
		),
	];
	const counted = items.reduce((sum, item) => sum + item.counted, 0);
	const tried = counted + notRestored.length > 0;
	const exact = tried ? fields.exact : read.parts - read.damagedParts;
	const total = tried ? counted + notRestored.length + read.damagedParts : read.parts;
	return {
		score: total === 0 ? null : exact / total,
		fields,
		restored: items.filter((item) => item.outcome === "restored").length,
		notRestored: notRestored.length,
		faults,
	};
}

interface Compared {
	readonly fields: readonly ReceiptField[];
	/** How many of them count: exact, failed, and lost though nobody said so. */
	readonly counted: number;
}

/** What the plan said beforehand would not come back is no fault: whoever reviews a restore knows it. */
function compareWithPlan(plan: RestorePlan, { ref, fields }: ItemReceipt): Compared {
	const losses = plan.items.find((planned) => itemRefText(planned.ref) === itemRefText(ref))?.losses ?? [];
	const seen = fields.map((field): ReceiptField => {
		const loss = field.result === "failed" ? losses.find((one) => one.field === field.field) : undefined;
		return loss === undefined ? field : { ...field, result: loss.level };
	});
	const isAnnounced = (field: string) => losses.some((loss) => loss.level === "impossible" && isPartOf(field, loss.field));
	const counts = ({ field, result }: ReceiptField) =>
		result === "exact" || result === "failed" || (result === "impossible" && !isAnnounced(field));
	return { fields: seen, counted: seen.filter(counts).length };
}

/** Plans name whole lists (`votes`), receipts what is in them (`votes/216310`). */
function isPartOf(field: string, whole: string): boolean {
	return field === whole || field.startsWith(`${whole}/`) || field.startsWith(`${whole}.`);
}

/** Measured against Atlassian's limits: about four writes a second are allowed on one site. */
const secondsPerRequest = 0.25;

export interface RestoreTime {
	/** Whether copies were made and timed, or the time follows from the plan's requests. */
	readonly basis: "measured" | "planned";
	readonly secondsPerItem: number;
	/** For all items of the site, one after another. */
	readonly wholeSiteSeconds: number;
}

interface Timed {
	readonly read: ReadOut;
	readonly trials: readonly TrialResult[];
	/** Of the plan in place, by which the time is reckoned when nothing was restored. */
	readonly planned: { readonly requests: number; readonly items: number };
	/** Items in the snapshot, by kind. */
	readonly held: Readonly<Record<string, number>>;
}

/** How long a restore takes: each kind by its own items where some were timed, by the average where none was. Undefined without any. */
export function restoreTime({ read, trials, planned, held }: Timed): RestoreTime | undefined {
	const timed = trials.flatMap((trial) => shared(trial));
	const readSeconds = read.milliseconds / 1000 / Math.max(1, read.items.length);
	if (timed.length === 0) {
		if (planned.items === 0) return undefined;
		const each = readSeconds + (planned.requests / planned.items) * secondsPerRequest;
		return { basis: "planned", secondsPerItem: each, wholeSiteSeconds: each * total(held) };
	}
	const average = mean(timed.map(({ seconds }) => seconds));
	const byKind = Map.groupBy(timed, ({ ref }) => ref.kind);
	const whole = Object.entries(held).reduce((sum, [kind, count]) => {
		const own = byKind.get(kind);
		return sum + count * (own === undefined ? average : mean(own.map(({ seconds }) => seconds)));
	}, 0);
	return { basis: "measured", secondsPerItem: average + readSeconds, wholeSiteSeconds: whole + readSeconds * total(held) };
}

/** Each item's own time and its share of what was done for all together: checking, linking, reading back. */
function shared({ milliseconds, itemMilliseconds }: TrialResult): { readonly ref: ItemRef; readonly seconds: number }[] {
	const own = itemMilliseconds.reduce((sum, one) => sum + one.milliseconds, 0);
	const rest = (milliseconds - own) / Math.max(1, itemMilliseconds.length);
	return itemMilliseconds.map(({ ref, milliseconds: mine }) => ({ ref, seconds: (mine + rest) / 1000 }));
}

function total(held: Readonly<Record<string, number>>): number {
	return Object.values(held).reduce((sum, count) => sum + count, 0);
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
