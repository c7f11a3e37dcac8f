import type { ItemPlan, KindRestore } from "@skyeworx/engine";
import type { AppSite } from "../../../app-reader.ts";
import { readAccount } from "../../context.ts";
import { applyItem, finishItem } from "./apply-item.ts";
import { CreateScreens } from "./field-metadata.ts";
import { parseDetails } from "./plan-details.ts";
import { planWorkItems } from "./plan-items.ts";
import { RankOrders, withoutIdleRanks } from "./rank-order.ts";
import { receiptOf } from "./receipt.ts";
import type { ApplyPorts } from "./restoring.ts";
import { undoCreated } from "./undo-created.ts";

/** The restore half of work items. */
export function workItemRestore(site: AppSite): KindRestore {
	const ports: ApplyPorts = { site, screens: new CreateScreens(site.client), ranks: new RankOrders(site.client), me: ownAccount(site) };
	return {
		plan: async (wanted, live, options) => {
			const plans = await withoutLostSpaces(site, planWorkItems(wanted, live, options));
			return options.undoing === true ? plans : await withoutIdleRanks(ports.ranks, plans, live);
		},
		apply: (context, plan, wanted) => applyItem(ports, context, plan, wanted),
		finish: (context, plan, wanted, result) => finishItem(ports, context, { plan, wanted, result }),
		finishesUndo: true,
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

/** An item can't be made in a space that is gone: said in the plan, before anybody relies on it. */
async function withoutLostSpaces(site: AppSite, plans: readonly ItemPlan[]): Promise<readonly ItemPlan[]> {
	const spaceOf = (plan: ItemPlan) => (plan.action === "create" ? parseDetails(plan.details).spaceId : undefined);
	const spaces = [...new Set(plans.map(spaceOf).filter((id) => id !== undefined))];
	const there = new Map(await Promise.all(spaces.map(async (id) => [id, await isThere(site, id)] as const)));
	return plans.map((plan) => {
		const space = spaceOf(plan);
		if (space === undefined || there.get(space) === true) return plan;
		const reason = "Its space is not there any more: take it out of Jira's trash, or restore a copy into another space.";
		return { ...plan, action: "cannot", reason, changes: [], losses: [], requests: 0 };
	});
}

async function isThere(site: AppSite, spaceId: string): Promise<boolean> {
	if (spaceId === "") return false;
	const call = { method: "GET", path: "/rest/api/3/project/{projectIdOrKey}", parameters: { projectIdOrKey: spaceId } } as const;
	const { status } = await site.client.call({ ...call, accept: [404] });
	return status !== 404;
}
