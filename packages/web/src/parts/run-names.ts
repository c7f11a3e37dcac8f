import type { Run } from "@skyeworx/contract";

/** What a run is called, by its type. */
export const runNames: Readonly<Record<Run["type"], string>> = {
	backup: "Backup",
	verify: "Verification",
	upkeep: "Upkeep",
	move: "Move",
	drill: "Restore drill",
};
