import { type ItemRef, itemRefText, parseItemRef } from "@skyeworx/core";
import type { SnapshotReader } from "@skyeworx/vault";
import { z } from "zod";
import { readPart } from "../items/read-stored-item.ts";

/** Kind of the entries that say what an item was created again as. Ours, not Atlassian's; kept in the tree so that a rebuilt catalog knows it. */
export const lineageKind = "skyeworx.lineage";

const linkSchema = z.object({ kind: z.string(), id: z.string(), restoreId: z.string() });

/** The entry that records `from` came back as `to`. */
export function lineageEntry(from: ItemRef, to: ItemRef, restoreId: string) {
	return { key: { kind: lineageKind, id: itemRefText(from), part: "" }, record: { kind: to.kind, id: to.id, restoreId } };
}

/** Reads a lineage entry; undefined when it was removed. */
export async function readLineage(
	snapshot: SnapshotReader,
	ref: ItemRef,
): Promise<{ readonly from: ItemRef; readonly to: ItemRef } | undefined> {
	const facts = await snapshot.facts({ ...ref, part: "" });
	if (facts === undefined) return undefined;
	const { kind, id } = linkSchema.parse(await readPart(snapshot, facts));
	return { from: parseItemRef(ref.id), to: { kind, id } };
}
