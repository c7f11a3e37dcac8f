import { z } from "zod";
import { itemRef, moment, snapshotId, uuid } from "./primitives.ts";
import { blindSpot, kindCounts } from "./run.ts";

/** A site at a point in time. */
export const snapshot = z
	.object({
		siteId: uuid,
		id: snapshotId,
		at: moment,
		/** `backup`; `safety`: taken before a restore overwrote something; `restore`: what a restore made. */
		type: z.enum(["backup", "safety", "restore"]),
		parent: snapshotId.nullable(),
		/** Stored records, parts and files. */
		entries: z.int(),
		/** Bytes of plaintext reachable from it. */
		size: z.int(),
		/** Bytes that it added to the store. */
		added: z.int(),
		/** The backup or the restore that made it. */
		runId: z.string().nullable(),
		counts: z.array(kindCounts),
		/** Why somebody keeps it from retention; null when nobody does. */
		pin: z.string().nullable(),
		/** For what it is held: it can't be forgotten before each of them is released. */
		holds: z.array(z.string()),
		/** Until when the store itself refuses to delete it. */
		lockedUntil: moment.nullable(),
	})
	.meta({ id: "Snapshot" });
export type Snapshot = z.infer<typeof snapshot>;

export const snapshotDetail = snapshot
	.extend({ blindSpots: z.array(blindSpot), next: snapshotId.nullable() })
	.meta({ id: "SnapshotDetail" });
export type SnapshotDetail = z.infer<typeof snapshotDetail>;

/** One item that differs between two snapshots. */
export const snapshotChange = z
	.object({
		ref: itemRef,
		change: z.enum(["created", "changed", "deleted"]),
		key: z.string().nullable(),
		title: z.string(),
		type: z.string().nullable(),
		spaceKey: z.string().nullable(),
		/** Names of the parts that differ: `comments`, `file/10023`; `""` is the main record. */
		parts: z.array(z.string()),
	})
	.meta({ id: "SnapshotChange" });
export type SnapshotChange = z.infer<typeof snapshotChange>;
