import { z } from "zod";
import { kindId, moment, snapshotId, uuid } from "./primitives.ts";
import { verifyLevel } from "./run.ts";

/** An object of the vault that is damaged, and what can't be read because of it. */
const damagedObject = z.object({
	object: z.string(),
	/** One word: `missing`, `hash`, `tag`, ... */
	what: z.string(),
	detail: z.string(),
	/** At most 1,000; `lostCount` is exact. Empty for who is limited to spaces. */
	lost: z.array(
		z.object({ snapshotId, kind: kindId, id: z.string(), part: z.string(), key: z.string().nullable(), title: z.string().nullable() }),
	),
	lostCount: z.int(),
});
export type DamagedObject = z.infer<typeof damagedObject>;

/** How a site's vault is looked after. */
export const upkeep = z
	.object({
		siteId: uuid,
		/** In the past while it waits for its turn. */
		nextDueAt: moment,
		/** The newest upkeep that ended, and the one under way. */
		lastRunId: uuid.nullable(),
		lastAt: moment.nullable(),
		runningRunId: uuid.nullable(),
		/** When something of the vault was last read and held against what it should be, and how deeply. */
		verifiedAt: moment.nullable(),
		verifiedLevel: verifyLevel.nullable(),
		/** Every byte was read since then; null before the first whole pass. */
		wholeSince: moment.nullable(),
		verifyWithinDays: z.int(),
		/** What is damaged still, after all that could be mended was; null in a sound vault. */
		damage: z.object({ at: moment, objects: z.array(damagedObject) }).nullable(),
	})
	.meta({ id: "Upkeep" });
export type Upkeep = z.infer<typeof upkeep>;
