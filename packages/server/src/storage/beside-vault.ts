import { checkpointsFolder } from "../audit/checkpoints.ts";
import { cardFolder } from "../rebuild/site-card.ts";

/** What the server keeps beside a site's vault, in the same place: it moves along, and goes with the place. */
export const besideVault: readonly string[] = [cardFolder, checkpointsFolder];
