import type { ItemPlan, KindRestore } from "@skyeworx/engine";
import type { AppSite } from "../../../app-reader.ts";
import { applyItem, finishItem } from "./apply-item.ts";
import { CreateScreens } from "./field-metadata.ts";
import { parseDetails } from "./plan-details.ts";
import { planWorkItems } from "./plan-items.ts";
import { receiptOf } from "./receipt.ts";
import { undoCreated } from "./undo-created.ts";

/** The restore half of work items. */
export function workItemRestore(site: AppSite): KindRestore {
	const ports = { site, screens: new CreateScreens(site.client) };
	return {
		plan: async (wanted, live, options) => await withoutLostSpaces(site, planWorkItems(wanted, live, options)),
		apply: (context, plan, wanted) => applyItem(ports, context, plan, wanted),
		finish: (context, plan, wanted, result) => finishItem(ports, context, { plan, wanted, result }),
		undoCreated: (made, context) => undoCreated(site, made, context),
		receipt: receiptOf,
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
