import { AppError } from "@skyeworx/core";
import type { SnapshotReader, Vault } from "@skyeworx/vault";

/** The snapshot that was asked for, or the newest complete one. @throws AppError `not-found` */
export async function chooseSnapshot(vault: Vault, wanted: number | undefined): Promise<SnapshotReader> {
	const id = wanted ?? vault.snapshots().findLast((snapshot) => snapshot.complete)?.id;
	if (id === undefined) throw new AppError("not-found", "This vault holds no complete snapshot");
	return vault.snapshot(id);
}
