import { AppError, type Clock, type ItemRef, type Log, type RunId, toAppError } from "@skyeworx/core";
import type { SnapshotInfo, Vault } from "@skyeworx/vault";
import type { ApiUsage, Connector } from "../connector/connector.ts";
import type { Cursors, Observation } from "../connector/observation.ts";
import { isFilePart, readPart } from "../items/read-stored-item.ts";
import { idsOfKind } from "./census.ts";
import { readDescriptor, type SnapshotDescriptor } from "./descriptor.ts";
import { type Base, findBase, lostName } from "./find-base.ts";
import { BackupRecorder } from "./record-observations.ts";

export interface BackupPorts {
	readonly vault: Vault;
	readonly connector: Connector;
	readonly clock: Clock;
	readonly log: Log;
}

export interface BackupProgress {
	readonly phase: "reading" | "committing";
	/** Items done and, when the source says, to do; by kind. */
	readonly kinds: Readonly<Record<string, { readonly done: number; readonly total: number | undefined }>>;
	readonly requests: number;
	/** Bytes of plaintext handled. */
	readonly bytes: number;
	readonly files: number;
}

export interface BackupOptions {
	readonly runId: RunId;
	readonly signal: AbortSignal;
	readonly onProgress?: (progress: BackupProgress) => void;
	/** Commits a checkpoint at the first safe point after so many records or milliseconds; a killed run resumes there. */
	readonly checkpoint?: { readonly records: number; readonly milliseconds: number };
	/** Atlassian ids of spaces; undefined means the whole site. */
	readonly spaces?: readonly string[];
	/** Ignores the cursors and reads everything again. */
	readonly full?: boolean;
	/** So many days from the start of the run on the store is asked to keep all that the snapshot reaches; stores without locks ignore it. */
	readonly lockDays?: number;
}

export interface BackupResult {
	readonly snapshot: SnapshotInfo;
	readonly descriptor: SnapshotDescriptor;
	/** `partial`: some kinds or items could not be read; said in the descriptor, tried again next time. */
	readonly outcome: "complete" | "partial";
	readonly usage: ApiUsage;
}

/**
 * Backs up a site into its vault: a full view each time, at the cost of what changed. Resumes from the newest checkpoint.
 * @throws AppError what the connector or the vault throws; nothing half-done is visible then, checkpoints stay
 */
export async function runBackup(ports: BackupPorts, options: BackupOptions): Promise<BackupResult> {
	const startedAt = ports.clock.now();
	await ports.vault.refresh();
	const base = await findBase(ports.vault);
	const resuming = base.parent !== undefined && !base.parent.info.complete && !base.readAll;
	const readAll = base.readAll || (options.full === true && !resuming);
	const cursors: Cursors = readAll ? {} : (base.descriptor?.cursors ?? {});
	const recorder = await BackupRecorder.begin({ ...ports, startedAt, base, resuming, cursors, options });
	try {
		const observations = ports.connector.read({
			cursors,
			resume: resuming ? (base.descriptor?.resume ?? {}) : {},
			known: async (ref, part) => await knownPart(base, ref, part),
			knownIds: (kind) => idsOfKind(base.parent, kind),
			...(options.spaces === undefined ? {} : { spaces: options.spaces }),
			signal: options.signal,
		});
		await recordAll(observations, recorder, options.signal);
		await recorder.rereadUnfinished(base.descriptor?.again ?? []);
		await recorder.rereadLost();
		return await finish(ports, recorder);
	} catch (error) {
		await recorder.abandon();
		throw toAppError(error);
	}
}

async function knownPart({ parent, lost }: Base, ref: ItemRef, part: string) {
	const facts = await parent?.facts({ ...ref, part });
	if (parent === undefined || facts === undefined || facts.stale) return undefined;
	if (lost.some((entry) => lostName(entry) === lostName({ ...ref, part }))) return undefined;
	return isFilePart(part) ? ("file" as const) : await readPart(parent, facts);
}

async function recordAll(observations: AsyncIterable<Observation>, recorder: BackupRecorder, signal: AbortSignal): Promise<void> {
	for await (const observation of observations) {
		if (signal.aborted) throw new AppError("cancelled", "The backup was cancelled");
		await recorder.record(observation);
	}
}

async function finish(ports: BackupPorts, recorder: BackupRecorder): Promise<BackupResult> {
	const { snapshot, descriptor } = await recorder.complete();
	for (const info of ports.vault.snapshots()) {
		if (info.complete || info.id >= snapshot.id) continue;
		// A safety snapshot taken on top of a checkpoint is still needed to undo its restore.
		if ((await readDescriptor(await ports.vault.snapshot(info.id))).type !== "backup") continue;
		await ports.vault.forget(info.id, "checkpoint of a run that is complete");
	}
	const partial = descriptor.failures.length > 0 || descriptor.again.length > 0;
	return { snapshot, descriptor, outcome: partial ? "partial" : "complete", usage: ports.connector.usage() };
}
