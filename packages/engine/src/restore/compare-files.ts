import { createHash } from "node:crypto";
import type { EntryFacts, SnapshotReader } from "@skyeworx/vault";
import type { MappedItem, ReceiptField } from "../connector/kind-restore.ts";
import type { StoredFile, StoredItem } from "../connector/stored-item.ts";
import type { PlannedItem } from "./plan-restore.ts";
import type { ItemReceipt } from "./receipt.ts";

/** Files of an item by their id; of several versions (`file/att7@2`) the last. */
async function filesOf(snapshot: SnapshotReader, ref: { readonly kind: string; readonly id: string }): Promise<Map<string, EntryFacts>> {
	const files = new Map<string, EntryFacts>();
	for await (const facts of snapshot.entries({ kind: ref.kind, id: ref.id })) {
		const match = /^file\/([^@]+)(?:@(\d+))?$/.exec(facts.part);
		const id = match?.[1];
		if (id === undefined) continue;
		const known = files.get(id);
		const version = Number(match?.[2] ?? 0);
		if (known === undefined || version >= Number(/@(\d+)$/.exec(known.part)?.[1] ?? 0)) files.set(id, facts);
	}
	return files;
}

/**
 * Compares the bytes of restored files with those of the snapshot. Both are in the vault by then, so equal content ids prove
 * equal bytes; a receipt never says "same bytes" on the strength of a name and a size.
 */
export async function filesDiffering(
	wanted: { readonly planned: PlannedItem; readonly snapshot: SnapshotReader },
	now: { readonly mapped: MappedItem; readonly snapshot: SnapshotReader },
): Promise<readonly string[]> {
	const names = Object.entries(now.mapped.files ?? {});
	if (names.length === 0) return [];
	const before = await filesOf(wanted.snapshot, wanted.planned.ref);
	const after = await filesOf(now.snapshot, now.mapped.ref);
	return names.flatMap(([old, { id }]) => {
		const [one, other] = [before.get(old), after.get(id)];
		const same = one !== undefined && other !== undefined && one.contentIds.join() === other.contentIds.join();
		return same ? [] : [old];
	});
}

/** Compares the bytes of files that the vault does not take in, by their digests: what is not there differs. */
export async function liveFilesDiffering(
	wanted: StoredItem,
	now: { readonly mapped: MappedItem; readonly item: StoredItem; readonly signal: AbortSignal },
): Promise<readonly string[]> {
	const fileOf = (item: StoredItem, id: string) =>
		item.files.filter((file) => file.part.replace(/@\d+$/, "") === `file/${id}`).toSorted((a, b) => versionOf(b) - versionOf(a))[0];
	const differing: string[] = [];
	for (const [old, { id }] of Object.entries(now.mapped.files ?? {})) {
		const [one, other] = [fileOf(wanted, old), fileOf(now.item, id)];
		const same = one !== undefined && other !== undefined && (await digestOf(one, now.signal)) === (await digestOf(other, now.signal));
		if (!same) differing.push(old);
	}
	return differing;
}

/** Of `file/att7@2`: 2. */
function versionOf({ part }: StoredFile): number {
	return Number(/@(\d+)$/.exec(part)?.[1] ?? 0);
}

async function digestOf(file: StoredFile, signal: AbortSignal): Promise<string> {
	const hash = createHash("sha256");
	for await (const chunk of file.open(signal)) hash.update(chunk);
	return hash.digest("hex");
}

/** Writes the finding into a receipt. */
export function withDifferingFiles(receipt: ItemReceipt, differing: readonly string[]): ItemReceipt {
	const bad = new Set(differing.map((id) => `file/${id}`));
	const fields = receipt.fields.map(
		(field): ReceiptField =>
			bad.has(field.field) && field.result !== "failed"
				? { ...field, result: "failed", reason: "The bytes on the site are not those of the snapshot." }
				: field,
	);
	return { ...receipt, fields };
}
