import { AppError, type Log } from "@skyeworx/core";
import type { BlobReader } from "../blobs/blob-reader.ts";
import type { LiveIndex } from "../blobs/live-index.ts";
import type { SegmentPorts } from "../blobs/segment-upload.ts";
import type { VaultLog } from "../log/vault-log.ts";
import type { OpenSegment } from "./live-marks.ts";

/** What a collection works with. */
export interface CollectParts extends SegmentPorts {
	readonly log: VaultLog;
	readonly checkpointKey: () => Uint8Array;
	readonly report: Log;
	readonly blobs: BlobReader;
	readonly index: LiveIndex;
	readonly signal?: AbortSignal | undefined;
}

/** @throws AppError `cancelled` */
export function requireCollecting({ signal }: Pick<CollectParts, "signal">): void {
	if (signal?.aborted === true) throw new AppError("cancelled", "The collection was stopped", { cause: signal.reason });
}

/** The segments that the log names at this moment, open, each with its record. */
export async function openSegments({ log, index }: Pick<CollectParts, "log" | "index">): Promise<readonly OpenSegment[]> {
	for (;;) {
		const records = log.state.segments;
		const { segments } = await index.current();
		if (log.state.segments !== records || segments.length !== records.length) continue;
		return records.flatMap((record, i) => {
			const segment = segments[i];
			return segment === undefined ? [] : [{ record, segment }];
		});
	}
}
