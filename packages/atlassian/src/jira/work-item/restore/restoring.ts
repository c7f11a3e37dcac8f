import type { JsonValue } from "@skyeworx/core";
import type { ApplyContext, ItemPlan, StoredItem } from "@skyeworx/engine";
import type { AppSite } from "../../../app-reader.ts";
import { fieldLabel } from "../field-values.ts";
import type { CreateScreens } from "./field-metadata.ts";
import { type PlanDetails, parseDetails } from "./plan-details.ts";

/** What applying one plan works with. */
export interface Restoring {
	readonly site: AppSite;
	readonly screens: CreateScreens;
	readonly context: ApplyContext;
	readonly wanted: StoredItem;
	readonly main: JsonValue;
	readonly details: PlanDetails;
	/** Says that something did not work, without giving up the item. */
	problem(field: string, reason: string): void;
	readonly problems: readonly { readonly field: string; readonly reason: string }[];
}

/** Makes ready to apply a plan. */
export function beginRestoring(
	ports: { readonly site: AppSite; readonly screens: CreateScreens },
	context: ApplyContext,
	plan: ItemPlan,
	wanted: StoredItem,
): Restoring {
	const problems: { readonly field: string; readonly reason: string }[] = [];
	return {
		...ports,
		context,
		wanted,
		main: wanted.parts.get("") ?? null,
		details: parseDetails(plan.details),
		problems,
		problem: (field, reason) => {
			if (!problems.some((known) => known.field === field)) problems.push({ field, reason });
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

/** A field's name for people. */
export function labelOf(restoring: Restoring, field: string): string {
	return fieldLabel(field, restoring.main);
}
