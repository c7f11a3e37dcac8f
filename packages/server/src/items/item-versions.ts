import type { ItemDiff, ItemVersion, VersionName } from "@skyeworx/contract";
import { AppError, type Clock, type ItemRef, itemRefText } from "@skyeworx/core";
import { type KindDefinition, readStoredItem, type StoredItem } from "@skyeworx/engine";
import { differenceBody } from "../restores/plan-body.ts";
import type { SiteRuntime } from "../sites/site-runtimes.ts";
import { isWithin } from "./limited-catalog.ts";
import { withinPatience } from "./live-deadline.ts";
import type { SiteView } from "./site-view.ts";

export interface VersionPorts {
	readonly clock: Clock;
	readonly kinds: readonly KindDefinition[];
}

/** One version of an item, read: from a snapshot, or from the site as it is now. */
export interface ReadVersion {
	readonly name: VersionName;
	/** What it is called there: on the site a re-created item has another id. */
	readonly ref: ItemRef;
	readonly item: StoredItem | undefined;
}

/** @throws AppError `not-found` for a kind that nobody knows */
export function kindOf(ports: VersionPorts, id: string): KindDefinition {
	const kind = ports.kinds.find((candidate) => candidate.id === id);
	if (kind !== undefined) return kind;
	throw new AppError("not-found", `There is no kind ${id}`, { hint: "GET /api/coverage lists the kinds." });
}

/**
 * Reads a version by its name: a snapshot's number or `live`. An absent item is an answer, not an error; one that lay in a space
 * which the caller may not see is absent.
 */
export async function readVersion(
	ports: VersionPorts,
	view: SiteView,
	ref: ItemRef,
	version: string,
	signal?: AbortSignal,
): Promise<ReadVersion> {
	const read = version === "live" ? await readLive(ports, view, ref, signal) : await readKept(ports, view, ref, version);
	if (read.item === undefined || view.within === null) return read;
	const facts = kindOf(ports, ref.kind).describe(read.item, { url: view.url });
	return isWithin(view.within, ref, facts) ? read : { ref, item: undefined, name: { ...read.name, state: "absent" } };
}

async function readKept(ports: VersionPorts, runtime: SiteRuntime, ref: ItemRef, version: string): Promise<ReadVersion> {
	const reader = await completeSnapshot(runtime, Number(version));
	const found = await readStoredItem(reader, ref);
	const item = found === undefined ? undefined : await withReadLater(ports, runtime, found, reader.info.id);
	const state = item === undefined ? "absent" : "present";
	return { ref, item, name: { type: "snapshot", snapshotId: reader.info.id, at: reader.info.at.toISOString(), state } };
}

/** What stands beside an item's content and was read later, as long as this version stood: who likes a page, what people are called. */
async function withReadLater(ports: VersionPorts, runtime: SiteRuntime, item: StoredItem, id: number): Promise<StoredItem> {
	const missing = (kindOf(ports, item.ref.kind).beside ?? []).filter((part) => !item.parts.has(part));
	if (missing.length === 0) return item;
	const end = runtime.catalog.versions(item.ref).find((version) => version.snapshotId > id)?.snapshotId ?? Number.POSITIVE_INFINITY;
	const position = runtime.catalog.position() ?? id;
	const last = runtime.vault.snapshots().findLast((info) => info.complete && info.id > id && info.id < end && info.id <= position);
	const later = last === undefined ? undefined : await readStoredItem(await runtime.vault.snapshot(last.id), item.ref);
	const parts = missing.flatMap((part) => {
		const value = later?.parts.get(part);
		return value === undefined ? [] : [[part, value] as const];
	});
	return parts.length === 0 ? item : { ...item, parts: new Map([...item.parts, ...parts]) };
}

/** @throws AppError `not-found` for a number that no restore point has */
export async function completeSnapshot(runtime: SiteRuntime, id: number) {
	const info = runtime.vault.snapshots().find((snapshot) => snapshot.id === id && snapshot.complete);
	if (info === undefined)
		throw new AppError("not-found", `There is no snapshot ${id}`, { hint: "List the site's snapshots to see which there are." });
	return await runtime.vault.snapshot(info.id);
}

async function readLive(ports: VersionPorts, runtime: SiteRuntime, ref: ItemRef, signal: AbortSignal | undefined): Promise<ReadVersion> {
	const liveRef = runtime.catalog.lineage(ref).at(-1) ?? ref;
	const [live] = await withinPatience(ports.clock, signal, (given) => runtime.live.readLive([liveRef], given));
	const state = live === undefined || live.state === "absent" ? "absent" : live.state === "trashed" ? "trashed" : "present";
	const item = live === undefined || live.state === "absent" ? undefined : live.item;
	return { ref: liveRef, item, name: { type: "live", snapshotId: null, at: ports.clock.now().toISOString(), state } };
}

/** A version with its parts, for a preview. @throws AppError `not-found` when the item is not there */
export async function itemVersionBody(
	ports: VersionPorts,
	runtime: SiteView,
	ref: ItemRef,
	version: string,
	signal?: AbortSignal,
): Promise<ItemVersion> {
	const kind = kindOf(ports, ref.kind);
	const read = await readVersion(ports, runtime, ref, version, signal);
	if (read.item === undefined) throw notInVersion(ref, version);
	const facts = kind.describe(read.item, { url: runtime.url });
	return {
		ref: read.ref,
		version: read.name,
		key: facts.key ?? null,
		title: facts.title,
		type: facts.type ?? null,
		status: facts.status ?? null,
		space: facts.space ?? null,
		url: facts.url ?? null,
		people: [...facts.people],
		parts: Object.fromEntries(read.item.parts),
		files: facts.files.map((file) => ({ ...file })),
	};
}

/** @throws AppError `not-found` */
export function notInVersion(ref: ItemRef, version: string): AppError {
	const where = version === "live" ? "The site does not have" : `Snapshot ${version} does not hold`;
	return new AppError("not-found", `${where} ${itemRefText(ref)}`, { hint: "Choose one of the versions in the item's history." });
}

/** Two versions, field by field. `previous` is the version before `to`. */
export async function itemDiffBody(
	ports: VersionPorts,
	runtime: SiteView,
	ref: ItemRef,
	between: { readonly from: string; readonly to: string; readonly signal?: AbortSignal },
): Promise<ItemDiff> {
	const kind = kindOf(ports, ref.kind);
	const from = between.from === "previous" ? previousOf(runtime, ref, between.to) : between.from;
	const [before, after] = [
		await readVersion(ports, runtime, ref, from, between.signal),
		await readVersion(ports, runtime, ref, between.to, between.signal),
	];
	if (before.item === undefined && after.item === undefined) throw notInVersion(ref, between.to);
	return {
		ref,
		from: before.name,
		to: after.name,
		differences: kind.compare(before.item, after.item).map(differenceBody),
	};
}

/** The version before another: the newest change before a snapshot's, or, for the live item, the newest that is held. */
function previousOf(runtime: SiteRuntime, ref: ItemRef, to: string): string {
	const versions = runtime.catalog.versions(ref);
	if (to === "live") {
		const newest = versions.at(-1);
		if (newest !== undefined) return String(newest.snapshotId);
	} else {
		const current = versions.findLast((version) => version.snapshotId <= Number(to));
		const before = versions.findLast((version) => current !== undefined && version.snapshotId < current.snapshotId);
		if (before !== undefined) return String(before.snapshotId);
		const earlier = runtime.vault.snapshots().findLast((snapshot) => snapshot.complete && snapshot.id < Number(to));
		if (earlier !== undefined) return String(earlier.id);
	}
	throw new AppError("not-found", "There is no version before this one", { hint: "It is the first one; compare it with live instead." });
}
