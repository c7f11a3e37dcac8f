import type { Client, ItemRefBody } from "@skyeworx/contract";
import { AppError } from "@skyeworx/core";

/** The newest snapshot that holds the item. @throws AppError `not-found` when none does */
export async function newestPresent(client: Client, siteId: string, ref: ItemRefBody): Promise<number> {
	const { history } = await client.getItem({ params: { siteId, ...ref } });
	const newest = history.find((version) => version.state !== "deleted" && version.ref.id === ref.id);
	if (newest === undefined) throw new AppError("not-found", `No snapshot holds ${ref.kind}/${ref.id}`);
	return newest.snapshotId;
}
