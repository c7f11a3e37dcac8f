import type { BlindSpot } from "@skyeworx/contract";
import type { ReactNode } from "react";
import { BlindList } from "../../parts/blind-list.tsx";
import { count } from "../../parts/write-number.ts";

/** Why something could not be seen, as people say it. */
export const blindCauses = {
	permission: "The account may not see it",
	api: "Atlassian’s API does not show it",
	plan: "The site’s plan does not include it",
	scope: "The connection lacks a scope",
} as const;

/** What a run or restore point could not see. */
export function BlindSpots({ entries }: { readonly entries: readonly BlindSpot[] }): ReactNode {
	const unseen = entries.map(({ kind, count: known, cause, reason }) => ({
		kind,
		count: known === null ? null : count(known),
		cause: blindCauses[cause],
		reason,
	}));
	return <BlindList label="Blind spots" entries={unseen} nothing="Nothing was hidden from this run" />;
}
