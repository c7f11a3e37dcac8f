import { type Log, toAppError } from "@skyeworx/core";
import { mergeSegments } from "../index/index.ts";
import { type Segment, SegmentBuilder } from "../index/segment.ts";
import type { SegmentRecord } from "../log/operation.ts";
import type { VaultLog } from "../log/vault-log.ts";
import { type SegmentPorts, uploadSegment } from "./segment-upload.ts";

/** So many segments of one size are merged into one of the next. */
const mergeAt = 8;
const smallest = 1024;

/** Which segments to merge now: eight of about one size, or none. Pure, so that it can be tested. */
export function planCompaction(segments: readonly SegmentRecord[]): readonly SegmentRecord[] {
	const bySize = new Map<number, SegmentRecord[]>();
	for (const segment of segments) {
		const size = Math.max(0, Math.floor(Math.log(Math.max(1, segment.entries / smallest)) / Math.log(mergeAt)));
		bySize.set(size, [...(bySize.get(size) ?? []), segment]);
	}
	for (const [, group] of [...bySize].sort((a, b) => a[0] - b[0])) if (group.length >= mergeAt) return group;
	return [];
}

export interface CompactionPorts extends SegmentPorts {
	readonly log: VaultLog;
	readonly report: Log;
	/** Opens a live segment. */
	readonly open: (record: SegmentRecord) => Promise<Segment>;
}

/**
 * Merges small segments, so that a lookup asks a few and not one for each snapshot ever made. Inputs and outputs are named in
 * the log entry.
 */
export async function compactIndex(ports: CompactionPorts): Promise<void> {
	const plan = planCompaction(ports.log.state.segments);
	if (plan.length === 0) return;
	try {
		await replaceSegments(ports, plan);
	} catch (error) {
		// The snapshot is published whatever happens here; the next one tries again.
		ports.report.warn("the vault's index was not compacted", { error: toAppError(error).code });
	}
}

/**
 * Merges live segments into new ones and drops what lies in packs that are gone. Of a blob's places one in a pack that stays is
 * kept, so while others condemn packs the choice would be outdated: then nothing is replaced. False says so.
 */
export async function replaceSegments(ports: CompactionPorts, inputs: readonly SegmentRecord[]): Promise<boolean> {
	const { lastCondemn, quarantined } = ports.log.state;
	const known = quarantined.size;
	const add = await merge(ports, inputs);
	const remove = inputs.map((record) => record.sha256);
	const done = await ports.log.appendIf((now) => {
		const live = new Set(now.segments.map((segment) => segment.sha256));
		const fits = now.lastCondemn === lastCondemn && now.quarantined.size === known && remove.every((name) => live.has(name));
		return fits ? { op: "idx-replace", segments: { remove, add } } : undefined;
	});
	return done !== undefined;
}

async function merge(ports: CompactionPorts, plan: readonly SegmentRecord[]): Promise<SegmentRecord[]> {
	const { packs, condemned, quarantined } = ports.log.state;
	// Each by its name: while this waits, other tasks may move the state on.
	const inputs = await Promise.all(plan.map(ports.open));
	const out: SegmentRecord[] = [];
	let builder = new SegmentBuilder();
	await mergeSegments({
		inputs,
		isDead: (pack) => !packs.has(pack),
		isLast: (pack) => condemned.has(pack) || quarantined.has(pack),
		async write({ id, ...location }) {
			builder.add(id, location);
			if (!builder.isFull) return;
			out.push(await uploadSegment(ports, builder));
			builder = new SegmentBuilder();
		},
	});
	if (builder.count > 0) out.push(await uploadSegment(ports, builder));
	return out;
}
