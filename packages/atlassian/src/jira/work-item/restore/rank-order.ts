import type { JsonValue } from "@skyeworx/core";
import type { ApplyContext, ItemPlan, LiveItem } from "@skyeworx/engine";
import { z } from "zod";
import type { HttpClient } from "../../../http/http-client.ts";
import { idAt, textAt } from "../../../record/json-access.ts";
import { spaceNow } from "../../space/space-now.ts";
import { compareRanks, type Rank, rankOf } from "../beside.ts";
import { workItemKind } from "../record.ts";
import { type PlanDetails, parseDetails } from "./plan-details.ts";
import type { Restoring } from "./restoring.ts";

/** A work item's place in the order of backlogs. */
interface Ranked {
	readonly id: string;
	readonly rank: string;
}

const page = z.object({ issues: z.array(z.custom<JsonValue>()).default([]), nextPageToken: z.string().optional() });
/** Reading the order of a space beyond this would cost more than a rank is worth. */
const mostPages = 50;
/** Most work items that one call ranks (Atlassian's document). */
const rankedAtOnce = 50;

/** Reads in which order work items stand, and puts those of a restore back between their neighbours. */
export class RankOrders {
	private readonly client: HttpClient;
	/** Ids whose place could not be given back, by the plans of a restore. */
	private readonly done = new WeakMap<object, Promise<ReadonlySet<string>>>();

	/** Items whose places were given back by undoing, with the ranks they had before. */
	private readonly putBack = new WeakMap<object, Ranked[]>();

	constructor(client: HttpClient) {
		this.client = client;
	}

	/** The work items of some spaces by rank; undefined when they are too many. Read from the search index. */
	async read(spaceIds: readonly string[], fieldId: string, signal: AbortSignal | undefined): Promise<readonly Ranked[] | undefined> {
		const ranked: Ranked[] = [];
		let token: string | undefined;
		for (let pages = 0; pages < mostPages; pages += 1) {
			const jql = `project in (${spaceIds.join(", ")}) ORDER BY ${jqlField(fieldId)} ASC`;
			const body = { jql, fields: [fieldId], maxResults: 5000, ...(token === undefined ? {} : { nextPageToken: token }) };
			const call = { method: "POST", path: "/rest/api/3/search/jql", body, idempotent: true, signal } as const;
			const answer = await this.client.read(call, page);
			for (const issue of answer.issues) {
				const [id, rank] = [idAt(issue, "id"), textAt(issue, "fields", fieldId)];
				if (id !== undefined && rank !== undefined) ranked.push({ id, rank });
			}
			token = answer.nextPageToken;
			if (token === undefined) return ranked;
		}
		return undefined;
	}

	/** Items of a restore that undoing has put back so far; grows. */
	undone(plans: object): Ranked[] {
		const known = this.putBack.get(plans) ?? [];
		this.putBack.set(plans, known);
		return known;
	}

	/** Ranks all items of a restore, once; @returns ids of those that are not where they belong */
	once(plans: object, work: () => Promise<ReadonlySet<string>>): Promise<ReadonlySet<string>> {
		const known = this.done.get(plans);
		if (known !== undefined) return known;
		const working = work();
		this.done.set(plans, working);
		working.catch(() => this.done.delete(plans));
		return working;
	}
}

const jqlField = (fieldId: string): string => `cf[${fieldId.replace("customfield_", "")}]`;

const before = (one: string, other: string): boolean => (compareRanks(one, other) ?? 0) < 0;

/** Takes changes of rank out of plans whose items stand where they stood, only under another number. */
export async function withoutIdleRanks(
	ranks: RankOrders,
	plans: readonly ItemPlan[],
	live: readonly LiveItem[],
): Promise<readonly ItemPlan[]> {
	const moved = plans.flatMap((plan, index) => {
		const [details, there] = [plan.action === "change" ? parseDetails(plan.details) : undefined, live[index]];
		const now = there?.state === "live" ? rankOf(there.item.parts.get("")) : undefined;
		if (details?.rank === undefined || details.rank === null || details.live === null || now === undefined) return [];
		return [{ plan, details, rank: details.rank, id: details.live.id, now: now.value }];
	});
	if (moved.length === 0) return plans;
	const own = new Set(moved.map(({ id }) => id));
	const spaces = [...new Set(moved.map(({ details }) => details.spaceId))];
	const order = await ranks.read(spaces, moved[0]?.rank.fieldId ?? "", undefined);
	if (order === undefined) return plans;
	const others = order.filter(({ id }) => !own.has(id));
	const below = (value: string) => others.filter((other) => before(other.rank, value)).length;
	const idle = new Set<ItemPlan>();
	for (const { plan, rank, now } of moved) {
		const ordered = moved.every((other) => other.plan === plan || before(other.rank.value, rank.value) === before(other.now, now));
		if (below(rank.value) === below(now) && ordered) idle.add(plan);
	}
	return plans.map((plan) => (idle.has(plan) ? withoutRank(plan) : plan));
}

function withoutRank(plan: ItemPlan): ItemPlan {
	const changes = plan.changes.filter((change) => change.field !== "rank");
	const losses = plan.losses.filter((loss) => loss.field !== "rank");
	const details: PlanDetails = { ...parseDetails(plan.details), rank: null };
	if (changes.length > 0) return { ...plan, changes, losses, details };
	const reason = "It is as the snapshot has it; newer comments and files are kept.";
	return { ...plan, action: "leave", reason, changes, losses: [], after: [], details: null, requests: 0 };
}

interface ToRank extends Ranked {
	readonly spaceId: string;
}

/** The items of a restore that are to be ranked, as they are called now, in the order wanted. */
function itemsToRank(context: ApplyContext): readonly ToRank[] {
	const items = context.plans.flatMap(({ ref, details }): ToRank[] => {
		if (ref.kind !== workItemKind || details === null) return [];
		const { rank, live, spaceId } = parseDetails(details);
		const id = context.mapped(ref)?.ref.id ?? live?.id;
		return rank === null || id === undefined ? [] : [{ id, rank: rank.value, spaceId: spaceNow(context, spaceId) }];
	});
	return items.toSorted((a, b) => compareRanks(a.rank, b.rank) ?? 0);
}

/** Items that stand next to each other, with the one that stays before and after them. */
interface Group {
	readonly ids: readonly string[];
	readonly previous: string | undefined;
	readonly next: string | undefined;
}

/** Sorts items into an order that stays as it is. */
function groupsOf(items: readonly ToRank[], order: readonly Ranked[]): readonly Group[] {
	const own = new Set(items.map(({ id }) => id));
	const others = order.filter(({ id }) => !own.has(id)).toSorted((a, b) => compareRanks(a.rank, b.rank) ?? 0);
	const groups: { ids: string[]; previous: string | undefined; next: string | undefined; place: number }[] = [];
	let place = 0;
	for (const { id, rank } of items) {
		while (place < others.length && before(others[place]?.rank ?? "", rank)) place += 1;
		const last = groups.at(-1);
		if (last !== undefined && last.place === place && last.ids.length < rankedAtOnce) last.ids.push(id);
		else {
			const previous = last !== undefined && last.place === place ? last.ids.at(-1) : others[place - 1]?.id;
			groups.push({ ids: [id], previous, next: others[place]?.id, place });
		}
	}
	return groups;
}

/**
 * Gives work items their places in backlogs back, all of a restore's at once. Ranks can't be written: an item is put after the
 * one that stood before it, and where it came to stand is read back.
 */
export async function restoreRank(restoring: Restoring): Promise<void> {
	const { context, details, ranks, wanted } = restoring;
	const { rank } = details;
	if (rank === null) return;
	const id = context.mapped(wanted.ref)?.ref.id ?? details.live?.id ?? "";
	if (context.options.undoing === true) {
		await rankBack(restoring, { id, rank: rank.value }, rank.fieldId);
		return;
	}
	const misplaced = await ranks.once(context.plans, async () => {
		const run = () => rankAll(restoring, rank);
		return new Set(await context.step("rank", { run, find: () => Promise.resolve(undefined) }));
	});
	if (misplaced.has(id)) restoring.problem("rank", "It is not back between the work items that stood beside it.");
}

async function rankAll(restoring: Restoring, { fieldId }: Rank): Promise<string[]> {
	const { context, ranks } = restoring;
	const items = itemsToRank(context);
	const spaces = [...new Set(items.map(({ spaceId }) => spaceId))];
	const order = await ranks.read(spaces, fieldId, context.signal);
	const comparable = order?.filter(({ rank }) => compareRanks(rank, items[0]?.rank ?? "") !== undefined) ?? [];
	if (order === undefined || comparable.length < order.length) return items.map(({ id }) => id);
	const misplaced: string[] = [];
	for (const group of groupsOf(items, order)) {
		if (!(await rankGroup(restoring, group)) || !(await stands(restoring, group, fieldId))) misplaced.push(...group.ids);
	}
	return misplaced;
}

/** Undoing goes item by item: the other items of the restore say nothing until they are back themselves. */
async function rankBack(restoring: Restoring, item: Ranked, fieldId: string): Promise<void> {
	const { context, details, ranks } = restoring;
	const ranked = itemsToRank(context);
	const own = new Set(ranked.map(({ id }) => id));
	const spaces = [...new Set([details.spaceId, ...ranked.map(({ spaceId }) => spaceId)])];
	const order = await ranks.read(spaces, fieldId, context.signal);
	if (order === undefined) return;
	const undone = ranks.undone(context.plans);
	const row = [...order.filter(({ id }) => !own.has(id) && id !== item.id), ...undone].toSorted(
		(a, b) => compareRanks(a.rank, b.rank) ?? 0,
	);
	const place = row.filter((other) => before(other.rank, item.rank)).length;
	const group = { ids: [item.id], previous: row[place - 1]?.id, next: row[place]?.id };
	const run = async () => ((await rankGroup(restoring, group)) ? "ranked" : "refused");
	await context.step("rank", { run, find: () => Promise.resolve(undefined) });
	undone.push(item);
}

/** @returns whether Jira took it */
async function rankGroup({ site, context }: Restoring, { ids, previous, next }: Group): Promise<boolean> {
	const [first = "", ...rest] = ids;
	const isAlone = previous === undefined && next === undefined;
	const issues = isAlone ? rest : ids;
	if (issues.length === 0) return true;
	const anchor = previous === undefined && !isAlone ? { rankBeforeIssue: next ?? "" } : { rankAfterIssue: previous ?? first };
	const call = { method: "PUT", path: "/rest/agile/1.0/issue/rank", body: { issues, ...anchor }, signal: context.signal } as const;
	return (await site.client.call({ ...call, accept: [400, 403, 404] })).status === 204;
}

const fetched = z.object({ issues: z.array(z.custom<JsonValue>()).default([]) });

/** Whether a group stands where it belongs, in its order; read from the database behind the index. */
async function stands({ site, context }: Restoring, { ids, previous, next }: Group, fieldId: string): Promise<boolean> {
	const row = [previous, ...ids, next].filter((id) => id !== undefined);
	const body = { issueIdsOrKeys: row, fields: [fieldId] };
	const call = { method: "POST", path: "/rest/api/3/issue/bulkfetch", body, idempotent: true, signal: context.signal } as const;
	const { issues } = await site.client.read(call, fetched);
	const ranks = new Map(issues.map((issue) => [idAt(issue, "id"), textAt(issue, "fields", fieldId) ?? ""]));
	return row.every((id, index) => index === 0 || before(ranks.get(row[index - 1]) ?? "", ranks.get(id) ?? ""));
}
