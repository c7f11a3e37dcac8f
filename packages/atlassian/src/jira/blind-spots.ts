import type { JsonValue } from "@skyeworx/core";
import type { Observation } from "@skyeworx/engine";
import { z } from "zod";
import type { AppSite } from "../app-reader.ts";
import { allJiraLimits, limitSpot } from "./limits.ts";
import { spaceKind } from "./space/space-kind.ts";
import { type SpaceStandings, unlessRefused } from "./space/space-standings.ts";

type BlindSpot = Extract<Observation, { type: "blind-spot" }>;

const policy = z.object({ anyContentBlocked: z.boolean().optional() });

/** Counts what the account can't see. A count that can't be had is no failure of the run. */
export async function* readBlindSpots(
	site: AppSite,
	standings: SpaceStandings,
	signal: AbortSignal | undefined,
): AsyncGenerator<Observation> {
	yield* allJiraLimits.filter(({ only }) => only === undefined || only === site.credential).map(limitSpot);
	const { browsable, archived, trashed, closed } = standings;
	const blocked = site.credential === "oauth" ? await unlessRefused(blockedContent(site, signal)) : undefined;
	if (closed.length > 0) {
		const reason =
			"The account sees these spaces but lacks the permission Browse projects there. What an earlier backup holds of them stays, and is not called deleted.";
		yield spot(closed.length, "permission", reason);
	}
	const shelved = (archived ?? []).filter((id) => !browsable.has(id)).length;
	if (shelved > 0)
		yield spot(shelved, "api", "Archived spaces: Jira's search does not show their work items. Unarchive them to back them up.");
	if (trashed !== undefined && trashed.length > 0) {
		yield spot(trashed.length, "api", "Spaces in Jira's trash: their work items can't be read until they are taken out of the trash.");
	}
	if (blocked === true)
		yield spot(undefined, "permission", "A data security policy hides some spaces from apps; Jira leaves them out silently.");
}

function spot(count: number | undefined, cause: BlindSpot["cause"], reason: string): BlindSpot {
	return { type: "blind-spot", kind: spaceKind, count, cause, reason };
}

async function blockedContent(site: AppSite, signal: AbortSignal | undefined): Promise<boolean> {
	const answer: JsonValue = (await site.client.call({ method: "GET", path: "/rest/api/3/data-policy", signal })).json;
	return policy.safeParse(answer).data?.anyContentBlocked === true;
}
