import type { JsonValue } from "@skyeworx/core";
import type { ApplyContext, ItemPlan, RestoreProblem, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../../app-reader.ts";
import { spaceNow } from "../../space/space-now.ts";
import { compareWorkItems } from "../compare-items.ts";
import { fieldLabel } from "../field-values.ts";
import { translateItem } from "./elsewhere/translate-item.ts";
import type { CreateScreens } from "./field-metadata.ts";
import type { NewestKeys } from "./keep-keys.ts";
import { type PlanDetails, parseDetails } from "./plan-details.ts";
import type { RankOrders } from "./rank-order.ts";
import type { KnownWays } from "./transition-item.ts";
import type { WholeRestore } from "./whole-restore.ts";

/** What outlives a single plan. */
export interface ApplyPorts {
	readonly site: AppSite;
	readonly screens: CreateScreens;
	readonly ranks: RankOrders;
	readonly ways: KnownWays;
	readonly newest: NewestKeys;
	readonly whole: WholeRestore;
	/** The account in whose name everything is written. */
	readonly me: () => Promise<string>;
}

/** What applying one plan works with. */
export interface Restoring extends ApplyPorts {
	readonly context: ApplyContext;
	readonly wanted: StoredItem;
	readonly main: JsonValue;
	readonly details: PlanDetails;
	/** Says that something did not work, without giving up the item. */
	problem(field: string, reason: string): void;
	readonly problems: readonly RestoreProblem[];
}

/** Makes ready to apply a plan. */
export function beginRestoring(ports: ApplyPorts, context: ApplyContext, plan: ItemPlan, stored: StoredItem): Restoring {
	const problems: RestoreProblem[] = [];
	const planned = parseDetails(plan.details);
	const details = { ...planned, spaceId: spaceNow(context, planned.spaceId) };
	const wanted = details.words === null ? stored : translateItem(stored, details.words);
	const main = wanted.parts.get("") ?? null;
	return {
		...ports,
		context,
		wanted,
		main,
		details,
		problems,
		problem: (field, reason) => {
			if (!problems.some((known) => known.field === field)) problems.push({ field, label: placeLabel(field, wanted), reason });
		},
	};
}

/** The mark's value: which restore made it from what. */
export function markOf(restoring: Restoring, part: string): JsonValue {
	return { restore: restoring.context.restoreId, item: restoring.wanted.ref.id, part };
}

/** The work item written to. */
export interface TargetItem {
	readonly id: string;
	readonly key: string;
}

/** The name for people of anything that a receipt speaks of: `Story points`, `Comment by Ada, 3 May 2026`. */
function placeLabel(place: string, wanted: StoredItem): string {
	if (place.startsWith("fields.")) return fieldLabel(place.slice("fields.".length), wanted.parts.get(""));
	return compareWorkItems(undefined, wanted).find((difference) => difference.field === place)?.label ?? place;
}

/** A field's name for people. */
export function labelOf(restoring: Pick<Restoring, "main">, field: string): string {
	return fieldLabel(field, restoring.main);
}
