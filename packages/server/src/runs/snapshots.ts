import type { Snapshot, SnapshotChange, SnapshotDetail } from "@skyeworx/contract";
import type { ItemRef } from "@skyeworx/core";
import { readDescriptor } from "@skyeworx/engine";
import type { EntryChange, SnapshotInfo } from "@skyeworx/vault";
import { z } from "zod";
import { readCursor, writeCursor } from "../api/cursor.ts";
import { completeSnapshot } from "../items/item-versions.ts";
import type { SiteRuntime } from "../sites/site-runtimes.ts";
import { countsOf } from "./backup-job.ts";

interface Page {
	readonly cursor?: string | undefined;
	readonly limit: number;
}

/** Pages through a site's restore points, newest first. */
export async function listSnapshots(runtime: SiteRuntime, page: Page): Promise<{ items: Snapshot[]; nextCursor: string | null }> {
	const before = page.cursor === undefined ? Number.POSITIVE_INFINITY : readCursor(page.cursor, "snapshots", z.tuple([z.int()]))[0];
	const kept = restorePoints(runtime).filter((info) => info.id < before);
	const shown = kept.slice(-page.limit).toReversed();
	const items: Snapshot[] = [];
	for (const info of shown) items.push((await describe(runtime, info)).body);
	const last = shown.at(-1);
	return { items, nextCursor: kept.length > shown.length && last !== undefined ? writeCursor("snapshots", [last.id]) : null };
}

/** One restore point. @throws AppError `not-found` */
export async function snapshotDetail(runtime: SiteRuntime, id: number): Promise<SnapshotDetail> {
	const { info } = await completeSnapshot(runtime, id);
	const { body, descriptor } = await describe(runtime, info);
	return {
		...body,
		blindSpots: descriptor.blindSpots.map((spot) => ({ ...spot, count: spot.count ?? null })),
		next: restorePoints(runtime).find((other) => other.id > id)?.id ?? null,
	};
}

function restorePoints(runtime: SiteRuntime): readonly SnapshotInfo[] {
	return runtime.vault.snapshots().filter((snapshot) => snapshot.complete);
}

async function describe(runtime: SiteRuntime, info: SnapshotInfo) {
	const descriptor = await readDescriptor(await runtime.vault.snapshot(info.id));
	const body: Snapshot = {
		siteId: runtime.siteId,
		id: info.id,
		at: info.at.toISOString(),
		type: descriptor.type,
		parent: restorePoints(runtime).findLast((other) => other.id < info.id)?.id ?? null,
		entries: info.entries,
		size: info.size,
		added: info.added,
		runId: descriptor.runId === "" ? null : descriptor.runId,
		counts: countsOf(descriptor.counts, runtime.catalog.counts(info.id)),
		pin: info.pin ?? null,
		holds: [...(info.holds ?? [])],
		lockedUntil: info.lockUntil?.toISOString() ?? null,
	};
	return { body, descriptor };
}

/** Pages through the items that differ between a snapshot and an earlier one. @throws AppError `not-found` */
export async function listChanges(
	runtime: SiteRuntime,
	ids: { readonly to: number; readonly since: number | undefined },
	page: Page,
): Promise<{ items: SnapshotChange[]; nextCursor: string | null }> {
	await completeSnapshot(runtime, ids.to);
	const since = ids.since ?? restorePoints(runtime).findLast((info) => info.id < ids.to)?.id;
	if (ids.since !== undefined) await completeSnapshot(runtime, ids.since);
	const after = page.cursor === undefined ? undefined : readCursor(page.cursor, "changes", z.tuple([z.string(), z.string()]));
	let past = after === undefined;
	const items: SnapshotChange[] = [];
	for await (const { ref, changes } of changedItems(runtime.vault.compare(since, ids.to))) {
		if (!past) {
			past = ref.kind === after?.[0] && ref.id === after[1];
			continue;
		}
		if (items.length === page.limit) {
			const last = items.at(-1);
			return { items, nextCursor: last === undefined ? null : writeCursor("changes", [last.ref.kind, last.ref.id]) };
		}
		const change = changeBody(runtime, { ref, changes, to: ids.to, since });
		if (change !== undefined) items.push(change);
	}
	return { items, nextCursor: null };
}

/** Tree order keeps the parts of an item together. */
async function* changedItems(
	entries: AsyncIterable<EntryChange>,
): AsyncIterable<{ readonly ref: ItemRef; readonly changes: readonly EntryChange[] }> {
	let ref: ItemRef | undefined;
	let changes: EntryChange[] = [];
	for await (const entry of entries) {
		const { kind, id } = entry.key;
		if (ref !== undefined && (ref.kind !== kind || ref.id !== id)) {
			yield { ref, changes };
			changes = [];
		}
		ref = { kind, id };
		changes.push(entry);
	}
	if (ref !== undefined) yield { ref, changes };
}

interface Change {
	readonly ref: ItemRef;
	readonly changes: readonly EntryChange[];
	readonly to: number;
	readonly since: number | undefined;
}

/** Undefined for entries that are ours and not the site's. */
function changeBody(runtime: SiteRuntime, { ref, changes, to, since }: Change): SnapshotChange | undefined {
	const main = changes.find((change) => change.key.part === "");
	const kind =
		main?.before === undefined && main !== undefined ? "created" : main !== undefined && main.after === undefined ? "deleted" : "changed";
	const facts = runtime.catalog.item(ref, kind === "deleted" ? since : to) ?? runtime.catalog.item(ref);
	if (facts === undefined) return undefined;
	return {
		ref,
		change: kind,
		key: facts.key ?? null,
		title: facts.title,
		type: facts.type ?? null,
		spaceKey: facts.space?.key ?? null,
		parts: changes.map((change) => change.key.part),
	};
}
