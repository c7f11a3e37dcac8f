import { AppError, type ItemRef, type JsonObject } from "@skyeworx/core";
import type { ApplyContext, ApplyResult, CreatedThing, ItemPlan, KindRestore, LiveItem, ReceiptField, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../app-reader.ts";
import { isOutOfReach } from "./apart.ts";
import { beginDeed, removeThing, type Work } from "./deed.ts";
import { essencesOf, isAsWanted, labelOf, rowOf } from "./essence.ts";
import { identityOf, parseDetails, planSetting, unreachablePlan, type WritableKind } from "./plan-setting.ts";
import { listedRecords, readingOf, recordsOf } from "./reading.ts";
import { renamed } from "./references.ts";
import { treeOf } from "./setting-kind.ts";

/** The restore half of a kind that can be written. */
export function settingRestore(site: AppSite, kind: WritableKind): KindRestore {
	return {
		...(kind.write.reachesOtherSites === true ? { reachesOtherSites: true } : {}),
		async plan(wanted, live, options, selection = []) {
			if (isOutOfReach(site, kind)) return wanted.map((item) => unreachablePlan(kind, item));
			const makes = live.some((one) => one.state !== "live");
			const there = makes ? (await listedRecords(kind, readingOf(site, undefined))).map(treeOf) : [];
			const before = selection.map(({ ref }) => ref).filter((ref) => kind.follows?.includes(ref.kind) === true);
			const plans = wanted.map((item, index) => planSetting({ kind, wanted: item, live: live[index], options, there, before }));
			return await Promise.all(plans.map((plan, index) => withForeseen(site, kind, { plan, wanted: wanted[index], live: live[index] })));
		},
		apply: (context, plan, wanted) => applySetting(site, kind, { context, plan, wanted }),
		undoCreated: (made, context) => undoCreated(site, kind, made, context.signal),
		...undoesBeside(site, kind),
		receipt: (wanted, now, context) => receiptOf(kind, wanted, now, context),
	};
}

function undoesBeside(site: AppSite, kind: WritableKind): Pick<KindRestore, "undoBeside"> {
	const { undoBeside } = kind.write;
	if (undoBeside === undefined) return {};
	return {
		async undoBeside(context, plan) {
			const ref = { kind: kind.id, id: parseDetails(plan.details).live ?? plan.ref.id };
			return await undoBeside(beginDeed(site, context, { reading: readingOf(site, context.signal), ref: () => ref }));
		},
	};
}

interface Foreseeing {
	readonly plan: ItemPlan;
	readonly wanted: StoredItem | undefined;
	readonly live: LiveItem | undefined;
}

/** The plan with what its change would do to other things. */
async function withForeseen(site: AppSite, kind: WritableKind, { plan, wanted, live }: Foreseeing): Promise<ItemPlan> {
	if (plan.action !== "change" || live?.state !== "live" || kind.write.foresee === undefined) return plan;
	const rows = new Set(parseDetails(plan.details).rows);
	const change = { id: live.ref.id, rows, wanted: treeOf(wanted), live: treeOf(live.item) };
	return { ...plan, losses: [...plan.losses, ...(await kind.write.foresee(readingOf(site, undefined), change))] };
}

interface Application {
	readonly context: ApplyContext;
	readonly plan: ItemPlan;
	readonly wanted: StoredItem;
}

async function applySetting(site: AppSite, kind: WritableKind, { context, plan, wanted }: Application): Promise<ApplyResult> {
	const { live, rows } = parseDetails(plan.details);
	const reading = readingOf(site, context.signal);
	let ref: ItemRef = { kind: kind.id, id: live ?? wanted.ref.id };
	const deed = beginDeed(site, context, { reading, ref: () => ref });
	const tree = renamed(treeOf(wanted), kind, context.mapped);
	if (plan.action === "untrash") await takeOutOfTrash(kind, deed, ref);
	else {
		const isNew = live === null;
		if (isNew) ref = await create(kind, deed, tree);
		const now = (await recordsOf(kind, reading, [ref.id])).get(ref.id);
		if (now === undefined) throw new AppError("restore-failed", `The ${kind.names[0]} is not there any more`);
		const change = { id: ref.id, rows: new Set(rows), wanted: tree, live: treeOf(now), isNew };
		await kind.write.change(deed, isNew ? { ...change, rows: rowsLeft(kind, change) } : change);
	}
	const url = kind.facts?.({ ...tree, id: ref.id }, { url: site.siteUrl }).url ?? site.siteUrl;
	const key = kind.facts?.(tree, { url: site.siteUrl }).key;
	return { mapped: { ref, ...(key === undefined ? {} : { key }) }, url, problems: deed.problems };
}

/** Of a thing just created: what the creating call did not carry. */
function rowsLeft(
	kind: WritableKind,
	change: { readonly rows: ReadonlySet<string>; readonly wanted: JsonObject; readonly live: JsonObject },
) {
	const [then, now] = [essencesOf(kind, change.wanted), essencesOf(kind, change.live)];
	const left = [...change.rows].filter(
		(member) => !isAsWanted(then.get(member), now.get(member), kind.write.grows?.includes(member) ?? false),
	);
	return new Set(left);
}

async function create(kind: WritableKind, deed: Work, tree: JsonObject): Promise<ItemRef> {
	const same = async (): Promise<string[]> => {
		const all = await listedRecords(kind, deed.reading);
		return all.filter((one) => identityOf(kind, treeOf(one)) === identityOf(kind, tree)).map((one) => one.id);
	};
	const before = await deed.context.step("known", { run: same });
	const id = await deed.context.step("create", {
		run: () => kind.write.create(deed, tree),
		find: async () => (await same()).find((one) => !before.includes(one)),
	});
	const ref = { kind: kind.id, id };
	deed.context.created({ ref, part: "" });
	return ref;
}

async function takeOutOfTrash(kind: WritableKind, deed: Work, ref: ItemRef): Promise<void> {
	const call = kind.write.untrash?.(ref.id);
	if (call === undefined) throw new AppError("internal", "This kind has no trash", { facts: { kind: kind.id } });
	await deed.context.step("untrash", {
		run: async () => {
			await deed.client.call({ ...call, idempotent: true, signal: deed.context.signal });
			return true;
		},
		find: async () => ((await recordsOf(kind, deed.reading, [ref.id])).has(ref.id) ? true : undefined),
	});
	deed.context.created({ ref, part: "untrashed" });
}

async function undoCreated(site: AppSite, kind: WritableKind, made: CreatedThing, signal: AbortSignal): Promise<"undone" | "kept"> {
	const { write } = kind;
	const reading = readingOf(site, signal);
	const slash = made.part.indexOf("/");
	if (slash > 0) {
		const call = await write.removePart?.(made.ref.id, made.part.slice(0, slash), made.part.slice(slash + 1), reading);
		return call === undefined ? "kept" : await removeThing(site, call, signal);
	}
	const record = (await recordsOf(kind, reading, [made.ref.id])).get(made.ref.id);
	if (record === undefined) return "undone";
	if (write.remove === undefined || (await write.keep?.(reading, made.ref.id)) !== undefined) return "kept";
	const live = treeOf(record);
	const first = write.beforeRemoval?.(made.ref.id, live);
	if (first !== undefined && (await removeThing(site, first, signal)) === "kept") return "kept";
	return await removeThing(site, write.remove(made.ref.id, live), signal);
}

type ReceiptContext = Parameters<KindRestore["receipt"]>[2];

/** Compares what was wanted with what is there now, row by row, through the reference map; pure. */
function receiptOf(kind: WritableKind, wanted: StoredItem, now: StoredItem, context: ReceiptContext): readonly ReceiptField[] {
	const tree = renamed(treeOf(wanted), kind, context.mapped);
	const [then, current] = [essencesOf(kind, tree), essencesOf(kind, treeOf(now))];
	const { fields } = context.options;
	return [...new Set([...then.keys(), ...current.keys()])].flatMap((member): ReceiptField[] => {
		if (fields !== undefined && !fields.includes(member)) return [];
		const row = rowOf(kind, member);
		const line = { field: member, label: labelOf(kind, member) };
		const said = context.action === "create" ? row?.recreated : row?.inPlace;
		const [one, other] = [then.get(member), current.get(member)];
		const grows = kind.write.grows?.includes(member) ?? false;
		if (grows && one === undefined) return [];
		if (isAsWanted(one, other, false)) return [{ ...line, result: "exact" }];
		if (isAsWanted(one, other, grows)) {
			const result = said?.level === "degraded" ? { result: "degraded" as const, reason: said.why } : { result: "exact" as const };
			return [{ ...line, ...result }];
		}
		if (said === undefined || said.level === "derived") return [];
		if (said.level === "impossible") return [{ ...line, result: "impossible", reason: said.reason }];
		if (said.level === "degraded" && other !== undefined) return [{ ...line, result: "degraded", reason: said.why }];
		const reason =
			context.action === "untrash" ? "It was in the trash with another value; restore it once more." : "The site has another value.";
		return [{ ...line, result: "failed", reason }];
	});
}
