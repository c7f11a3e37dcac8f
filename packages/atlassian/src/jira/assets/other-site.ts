import type { RestoreOptions } from "@skyeworx/engine";

/** Whether a restore writes to another site than the snapshot's: ids of the snapshot mean nothing there, or something else. */
export function isOtherSite({ target }: Pick<RestoreOptions, "target">): boolean {
	return target.type === "copy" && target.siteId !== undefined;
}
