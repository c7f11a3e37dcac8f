import { AppError } from "@skyeworx/core";
import type { Operation } from "../log/operation.ts";
import type { VaultState } from "../log/state.ts";
import type { VaultLog } from "../log/vault-log.ts";
import type { SnapshotId } from "./snapshot.ts";

const longest = 200;

/** Checks the text that a person gives. @throws AppError `bad-input` */
function requireText(text: string, what: string): string {
	const trimmed = text.trim();
	if (trimmed.length > 0 && trimmed.length <= longest) return trimmed;
	throw new AppError("bad-input", `The ${what} must have 1 to ${longest} characters`);
}

function requireSnapshot(state: Readonly<VaultState>, snapshot: SnapshotId): void {
	if (!state.snapshots.has(snapshot))
		throw new AppError("not-found", `There is no snapshot ${snapshot} in the vault`, { facts: { snapshot } });
}

/** A checkpoint of an unfinished run goes when the run is complete: nothing to keep. */
function requireComplete(state: Readonly<VaultState>, snapshot: SnapshotId): void {
	requireSnapshot(state, snapshot);
	if (state.snapshots.get(snapshot)?.complete === false)
		throw new AppError("bad-input", `Snapshot ${snapshot} is the checkpoint of an unfinished run`, { facts: { snapshot } });
}

/** Drops a snapshot from the list. @throws AppError `conflict` while it is pinned or held, `not-found` */
export async function forgetSnapshot(log: VaultLog, snapshot: SnapshotId, reason: string): Promise<void> {
	await log.append((state) => {
		requireSnapshot(state, snapshot);
		const holds = [...(state.holds.get(snapshot) ?? [])];
		if (holds.length > 0) {
			throw new AppError("conflict", `Snapshot ${snapshot} is held and can't be forgotten`, {
				hint: `Release it first; it is held for ${holds.map((name) => `"${name}"`).join(", ")}.`,
				facts: { snapshot, holds: holds.length },
			});
		}
		if (state.pins.has(snapshot))
			throw new AppError("conflict", `Snapshot ${snapshot} is pinned and can't be forgotten`, {
				hint: "Unpin it first.",
				facts: { snapshot },
			});
		return { op: "forget", snapshot, reason: reason.slice(0, longest) };
	});
}

/** Keeps a snapshot from retention until it is unpinned; a second pin replaces the label. */
export async function pinSnapshot(log: VaultLog, snapshot: SnapshotId, label: string): Promise<void> {
	const text = requireText(label, "label");
	await log.appendIf((state): Operation | undefined => {
		requireComplete(state, snapshot);
		return state.pins.get(snapshot) === text ? undefined : { op: "pin", snapshot, label: text };
	});
}

/** Takes a pin away; without one nothing happens. */
export async function unpinSnapshot(log: VaultLog, snapshot: SnapshotId): Promise<void> {
	await log.appendIf((state): Operation | undefined => {
		requireSnapshot(state, snapshot);
		return state.pins.has(snapshot) ? { op: "unpin", snapshot } : undefined;
	});
}

/** Holds a snapshot under a name: it can't be forgotten before each of its holds is released. */
export async function holdSnapshot(log: VaultLog, snapshot: SnapshotId, name: string): Promise<void> {
	const text = requireText(name, "name of a hold");
	await log.appendIf((state): Operation | undefined => {
		requireComplete(state, snapshot);
		return state.holds.get(snapshot)?.has(text) === true ? undefined : { op: "hold", snapshot, name: text };
	});
}

/** Ends one hold. @throws AppError `not-found` when the snapshot is not held under this name */
export async function releaseSnapshot(log: VaultLog, snapshot: SnapshotId, name: string): Promise<void> {
	const text = requireText(name, "name of a hold");
	await log.append((state) => {
		requireSnapshot(state, snapshot);
		if (state.holds.get(snapshot)?.has(text) !== true)
			throw new AppError("not-found", `Snapshot ${snapshot} is not held for "${text}"`, { facts: { snapshot } });
		return { op: "release", snapshot, name: text };
	});
}
