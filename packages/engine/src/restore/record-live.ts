import { AppError, canonicalBytes, type ItemRef } from "@skyeworx/core";
import type { SnapshotInfo, SnapshotWriter } from "@skyeworx/vault";
import { readDescriptor, type SnapshotDescriptor } from "../backup/descriptor.ts";
import { FileFetcher } from "../backup/fetch-files.ts";
import type { StoredItem } from "../connector/stored-item.ts";
import { lineageEntry } from "./lineage.ts";
import type { PlanPorts } from "./restore-ports.ts";

export interface RecordLiveOptions {
	readonly type: "safety" | "restore";
	readonly restoreId: string;
	readonly items: readonly StoredItem[];
	/** Items that came back under a new id. */
	readonly lineage: readonly { readonly from: ItemRef; readonly to: ItemRef }[];
	readonly signal: AbortSignal;
}

/**
 * Commits a snapshot that is the newest one with these items as they are on the site now. Cursors stay those of the newest
 * backup, so the next backup still reads everything that changed since.
 */
export async function recordLive(ports: PlanPorts, options: RecordLiveOptions): Promise<SnapshotInfo> {
	await ports.vault.refresh();
	const newest = ports.vault.snapshots().at(-1);
	if (newest === undefined) throw new AppError("not-found", "This vault holds no snapshot yet", { hint: "Back the site up first." });
	const base = await readDescriptor(await ports.vault.snapshot(newest.id));
	const writer = await ports.vault.beginSnapshot({ parent: newest.id, signal: options.signal });
	try {
		for (const item of options.items) {
			for (const [part, record] of item.parts) await writer.put({ ...item.ref, part }, canonicalBytes(record));
			await removeAbsent(writer, item);
		}
		await fetchFiles(writer, options);
		for (const { from, to } of options.lineage) {
			const { key, record } = lineageEntry(from, to, options.restoreId);
			await writer.put(key, canonicalBytes(record));
		}
		return await writer.commit({ descriptor: descriptorOf(ports, options, base), complete: newest.complete });
	} catch (error) {
		await writer.abort();
		throw error;
	}
}

/** What the newest backup held of an item and is not there any more: put back, it would be something new. */
async function removeAbsent(writer: SnapshotWriter, { ref, parts, covers = [] }: StoredItem): Promise<void> {
	const absent = new Set(covers.filter((part) => !parts.has(part)));
	if (absent.size === 0 || writer.parent === undefined) return;
	for await (const facts of writer.parent.entries({ kind: ref.kind, id: ref.id })) if (absent.has(facts.part)) await writer.remove(facts);
}

/** Several at a time: each is a call or two to the site. */
async function fetchFiles(writer: SnapshotWriter, { items, signal }: RecordLiveOptions): Promise<void> {
	const files = new FileFetcher({
		signal,
		store: async ({ ref, part }, content) => void (await writer.putStream({ ...ref, part }, content)),
		failed: async (_file, error) => {
			throw error;
		},
	});
	for (const { ref, files: held } of items) {
		for (const { part, size, open } of held) {
			if ((await writer.facts({ ...ref, part })) !== undefined) continue;
			// A size of zero may be one that the site did not tell.
			await files.add({ type: "file", ref, part, size: size === 0 ? undefined : size, open: async (stop) => open(stop) });
		}
	}
	await files.drain();
}

function descriptorOf(ports: PlanPorts, options: RecordLiveOptions, base: SnapshotDescriptor): SnapshotDescriptor {
	const now = ports.clock.now().toISOString();
	return { ...base, type: options.type, runId: options.restoreId, startedAt: now, finishedAt: now, counts: {}, requests: 0, points: 0 };
}
