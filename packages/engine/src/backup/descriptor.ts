import { AppError, type JsonValue } from "@skyeworx/core";
import type { SnapshotReader } from "@skyeworx/vault";
import { z } from "zod";

const refSchema = z.object({ kind: z.string(), id: z.string() });
const json = z.json() as z.ZodType<JsonValue>;

const kindCountsSchema = z.object({
	/** Items observed in this run. */
	seen: z.int(),
	created: z.int(),
	changed: z.int(),
	deleted: z.int(),
	unreadable: z.int(),
});
/** What a run did with one kind, in items. */
export type KindCounts = z.infer<typeof kindCountsSchema>;

const blindSpotSchema = z.object({
	kind: z.string(),
	count: z.int().exactOptional(),
	reason: z.string(),
	cause: z.enum(["permission", "api", "plan", "scope"]),
});
/** What a run could not see, and why. */
export type BlindSpot = z.infer<typeof blindSpotSchema>;

const descriptorSchema = z.object({
	version: z.literal(1),
	/** `backup`: a run of the schedule; `safety`: taken before a restore overwrote something; `restore`: what a restore made. */
	type: z.enum(["backup", "safety", "restore"]),
	runId: z.string(),
	startedAt: z.string(),
	finishedAt: z.string(),
	cursors: z.record(z.string(), json),
	/** Points inside unfinished reads; empty once the run is complete. */
	resume: z.record(z.string(), json),
	counts: z.record(z.string(), kindCountsSchema),
	blindSpots: z.array(blindSpotSchema),
	/** Groups of kinds that failed: their cursors stayed where they were. */
	failures: z.array(z.object({ kinds: z.array(z.string()), code: z.string(), message: z.string(), hint: z.string().exactOptional() })),
	/** Items and files to read again next time, whatever the cursors say. */
	again: z.array(refSchema),
	requests: z.int(),
	points: z.int(),
});

/** What a run writes about itself, sealed beside the data: committed in the same log entry, so never ahead of it. */
export type SnapshotDescriptor = z.infer<typeof descriptorSchema>;

/** Reads a snapshot's descriptor. @throws AppError `vault-damaged` when it has another shape */
export async function readDescriptor(snapshot: SnapshotReader): Promise<SnapshotDescriptor> {
	const parsed = descriptorSchema.safeParse(await snapshot.descriptor());
	if (!parsed.success) {
		throw new AppError("vault-damaged", `The descriptor of snapshot ${snapshot.info.id} has an unknown shape`, {
			cause: parsed.error,
			hint: "Open this vault with a newer version of Skyeworx, or verify it.",
		});
	}
	return parsed.data;
}
