import type { JsonValue } from "@skyeworx/core";
import type { ApplyContext, ApplyResult, ItemPlan, StoredItem } from "@skyeworx/engine";
import { z } from "zod";
import type { AppSite } from "../../../app-reader.ts";
import type { PropertyOwner } from "../../restore/property-owner.ts";
import { type SpaceContent, spaceContent } from "../space-content.ts";

const detailsShape = z.object({
	/** The space on the site that is changed; null when one is created. */
	targetId: z.string().nullable(),
	/** Its key after the restore. */
	key: z.string(),
	/** Whether the site grants by space roles. */
	roles: z.boolean(),
});
export type SpaceDetails = z.infer<typeof detailsShape>;

export function spaceDetailsJson(details: SpaceDetails): JsonValue {
	return { ...details };
}

/** One space being restored. */
export interface SpaceDeed {
	readonly site: AppSite;
	readonly context: ApplyContext;
	readonly plan: ItemPlan;
	readonly details: SpaceDetails;
	readonly wanted: SpaceContent;
	/** What did not work although the space came back; shown in the receipt. */
	readonly problems: ApplyResult["problems"][number][];
}

export function beginSpaceDeed(site: AppSite, context: ApplyContext, plan: ItemPlan, wanted: StoredItem): SpaceDeed {
	return { site, context, plan, details: detailsShape.parse(plan.details), wanted: spaceContent(wanted), problems: [] };
}

/** The space as the owner of its properties. */
export function spaceProperties(site: Pick<AppSite, "client">, id: string, signal?: AbortSignal): PropertyOwner {
	return {
		client: site.client,
		id,
		list: "/wiki/api/v2/spaces/{space-id}/properties",
		listName: "space-id",
		one: "/wiki/api/v2/spaces/{space-id}/properties/{property-id}",
		oneName: "space-id",
		signal,
	};
}

/** Bodies name a space by its key; keys of Jira's spaces may be the same. */
export function spaceName(key: string): string {
	return `confluence.space ${key}`;
}
