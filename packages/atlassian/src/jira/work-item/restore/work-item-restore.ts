import type { ItemRef } from "@skyeworx/core";
import type { ItemPlan, KindRestore, LiveItem, RestoreOptions, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../../app-reader.ts";
import type { HttpClient } from "../../../http/http-client.ts";
import { idAt } from "../../../record/json-access.ts";
import { readAccount } from "../../context.ts";
import { spaceKind } from "../../space/space-kind.ts";
import { workItemKind } from "../record.ts";
import { applyItem, finishItem } from "./apply-item.ts";
import { fitToSpace, learnVocabulary, lossesOnTheWay, withoutForeignLinks, withWords, wordsOf } from "./elsewhere/plan-elsewhere.ts";
import { translateItem } from "./elsewhere/translate-item.ts";
import { CreateScreens } from "./field-metadata.ts";
import { arrangeKeys, NewestKeys } from "./keep-keys.ts";
import { standings } from "./move/move-item.ts";
import { arrangeMoves, fitMove } from "./move/plan-moves.ts";
import { parseDetails } from "./plan-details.ts";
import { isRestricted, planWorkItems } from "./plan-items.ts";
import { RankOrders, withoutIdleRanks } from "./rank-order.ts";
import { receiptOf } from "./receipt.ts";
import type { ApplyPorts } from "./restoring.ts";
import { afterThings } from "./things-now.ts";
import { KnownWays } from "./transition-item.ts";
import { undoCreated } from "./undo-created.ts";
import { WholeRestore } from "./whole-restore.ts";

/** The restore half of work items. */
export function workItemRestore(site: AppSite): KindRestore {
	const ports: ApplyPorts = {
		site,
		screens: new CreateScreens(site.client),
		ranks: new RankOrders(site.client),
		ways: new KnownWays(),
		newest: new NewestKeys(),
		whole: new WholeRestore(),
		me: ownAccount(site),
	};
	return {
		plan: (wanted, live, options, selection = []) => planAll(ports, { wanted, live, options, selection }),
		arrange: async (plans, options) => {
			const moved = arrangeMoves(plans);
			return options.keepKeys === true ? await arrangeKeys(site.client, moved) : moved;
		},
		apply: (context, plan, wanted) => applyItem(ports, context, plan, wanted),
		finish: (context, plan, wanted, result) => finishItem(ports, context, { plan, wanted, result }),
		finishesUndo: true,
		reachesOtherSites: true,
		goesIntoSpaces: true,
		undoCreated: (made, context) => undoCreated(site, made, context),
		receipt: receiptOf,
	};
}

/** The connection's account, asked once. */
function ownAccount(site: AppSite): () => Promise<string> {
	let asked: Promise<string> | undefined;
	return () => {
		asked ??= readAccount(site, undefined).then((account) => account.accountId);
		asked.catch(() => {
			asked = undefined;
		});
		return asked;
	};
}

interface Planning {
	readonly wanted: readonly StoredItem[];
	readonly live: readonly LiveItem[];
	readonly options: RestoreOptions;
	readonly selection: readonly { readonly ref: ItemRef }[];
}

async function planAll(ports: ApplyPorts, { wanted, live, options, selection }: Planning): Promise<readonly ItemPlan[]> {
	const { client } = ports.site;
	const words = isOtherSite(options) ? await learnVocabulary(client, wanted, options, selection) : undefined;
	const own = wanted.map((item) => (words === undefined ? undefined : wordsOf(item, words)));
	const items = wanted.map((item, index) => (own[index] === undefined ? item : translateItem(item, own[index])));
	const planned = planWorkItems(items, live, options).map((plan, index) => {
		const [mine, item] = [own[index], wanted[index]];
		if (mine === undefined || item === undefined) return plan;
		return withWords({ ...plan, losses: [...plan.losses, ...lossesOnTheWay(item, mine, options.standIn)] }, mine);
	});
	const there = (await withSpaces(client, planned, selection)).map((plan, index) => {
		const item = items[index];
		return options.target.type === "copy" && item !== undefined ? withoutForeignLinks(plan, item, selection) : plan;
	});
	const fitted = await Promise.all(
		there.map(async (plan, index) => {
			const item = items[index];
			if (plan.action !== "create" || item === undefined || !goesElsewhere(plan, item, options)) return plan;
			return await fitToSpace(ports, plan, item, selection);
		}),
	);
	const movable = await fitMoves(ports, fitted, { wanted: items, selection, options });
	const closed = movable.map((fit, index) => {
		const item = items[index];
		const plan = item === undefined ? fit : afterThings(fit, item, selection);
		return plan.action === "create" && item !== undefined && opensUp(item, options) ? inTheOpen(plan) : plan;
	});
	return options.undoing === true ? closed : await withoutIdleRanks(ports.ranks, closed, live);
}

/** Holds moves against the spaces that they go to. */
async function fitMoves(
	{ site: { client }, screens }: ApplyPorts,
	plans: readonly ItemPlan[],
	{ wanted, selection, options }: Pick<Planning, "wanted" | "selection" | "options">,
): Promise<readonly ItemPlan[]> {
	const goalOf = (plan: ItemPlan) => {
		const details = plan.action === "change" ? parseDetails(plan.details) : undefined;
		return details?.move == null ? undefined : details.spaceId;
	};
	const goals = [...new Set(plans.map(goalOf).filter((id) => id !== undefined))];
	const there = new Map(await Promise.all(goals.map(async (id) => [id, await spaceId(client, id)] as const)));
	const isSelected = (kind: string) => (id: string) => selection.some(({ ref }) => ref.kind === kind && ref.id === id);
	const spaces = {
		screens,
		there: (id: string) => there.get(id),
		isRestored: (id: string) => there.get(id) === undefined && isSelected(spaceKind)(id),
		// An undo puts one item back at a time: a parent that the restore moved with it goes back with it.
		isSelected: (id: string) => options.undoing === true || isSelected(workItemKind)(id),
		spaceOf: async (id: string) => (await standings(client, [id], undefined)).get(id)?.spaceId,
	};
	return await Promise.all(
		plans.map(async (plan, index) => {
			const [goal, item] = [goalOf(plan), wanted[index]];
			if (goal === undefined || item === undefined) return plan;
			const fit = await fitMove(plan, item, spaces);
			return spaces.isRestored(goal) ? { ...fit, after: [...fit.after, { kind: spaceKind, id: goal }] } : fit;
		}),
	);
}

/** An item that only some roles saw, made where nobody chose the space for it. */
function opensUp(item: StoredItem, { target }: RestoreOptions): boolean {
	return isRestricted(item.parts.get("")) && !(target.type === "copy" && target.spaceId !== undefined);
}

function inTheOpen(plan: ItemPlan): ItemPlan {
	const reason =
		"Only some roles could see it, and Jira's API can't restrict it again: everybody in its space would. Restore it into a space that only they see.";
	return { ...plan, action: "cannot", reason, changes: [], losses: [], requests: 0 };
}

const isOtherSite = ({ target }: RestoreOptions): boolean => target.type === "copy" && target.siteId !== undefined;

function goesElsewhere(plan: ItemPlan, item: StoredItem, options: RestoreOptions): boolean {
	return isOtherSite(options) || parseDetails(plan.details).spaceId !== idAt(item.parts.get(""), "fields", "project", "id");
}

/**
 * An item can't be made in a space that is not there: said in the plan, before anybody relies on it. A space that is restored with
 * it comes first. Keys become ids.
 */
async function withSpaces(client: HttpClient, plans: readonly ItemPlan[], selection: Planning["selection"]): Promise<readonly ItemPlan[]> {
	const spaceOf = (plan: ItemPlan) => (plan.action === "create" ? parseDetails(plan.details).spaceId : undefined);
	const spaces = [...new Set(plans.map(spaceOf).filter((id) => id !== undefined))];
	const there = new Map(await Promise.all(spaces.map(async (id) => [id, await spaceId(client, id)] as const)));
	return plans.map((plan) => {
		const space = spaceOf(plan);
		if (space === undefined) return plan;
		const found = there.get(space);
		if (found !== undefined) return { ...plan, details: { ...parseDetails(plan.details), spaceId: found } };
		const restored = selection.find(({ ref }) => ref.kind === spaceKind && ref.id === space);
		if (restored !== undefined) return { ...plan, after: [...plan.after, restored.ref] };
		const reason = "Its space is not there: take it out of Jira's trash, or restore a copy into another space.";
		return { ...plan, action: "cannot", reason, changes: [], losses: [], requests: 0 };
	});
}

/** The id of a space that is named by its id or its key; undefined when it is not there. */
async function spaceId(client: HttpClient, name: string): Promise<string | undefined> {
	if (name === "") return undefined;
	const call = { method: "GET", path: "/rest/api/3/project/{projectIdOrKey}", parameters: { projectIdOrKey: name } } as const;
	const { status, json } = await client.call({ ...call, accept: [404] });
	return status === 404 ? undefined : idAt(json, "id");
}
