import type { Insights } from "@skyeworx/contract";
import type { ReactNode } from "react";
import { BlindList, type Unseen } from "../../parts/blind-list.tsx";
import { count } from "../../parts/write-number.ts";
import { blindCauses } from "../backups/blind-spots.tsx";

function unseenOf({ sites }: Insights): Unseen[] {
	return sites.flatMap(({ name: site, gaps, blindSpots }) => [
		...gaps.map(({ kind, reason }) => ({ site, kind, count: "All", cause: "Not read at all", reason })),
		...blindSpots.map(({ kind, count: known, cause, reason }) => ({
			site,
			kind,
			count: known === null ? null : count(known),
			cause: blindCauses[cause],
			reason,
		})),
	]);
}

/** What the backups do not hold, and why. */
export function CoverageList({ insights }: { readonly insights: Insights }): ReactNode {
	return (
		<BlindList
			label="What is not protected"
			entries={unseenOf(insights)}
			nothing="Every kind is read, and nothing was hidden from the newest backups"
		/>
	);
}
