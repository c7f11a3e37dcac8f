import type { CatalogHit, CatalogVersion } from "@skyeworx/catalog";
import { AppError, type ItemRef } from "@skyeworx/core";
import type { SnapshotReader } from "@skyeworx/vault";
import type { KindDefinition, ToldChange } from "../connector/connector.ts";
import { readStoredItem } from "../items/read-stored-item.ts";
import { examineUnsigned } from "./blast-unsigned.ts";
import type { RestoreSelection } from "./plan-restore.ts";
import type { PlanPorts } from "./restore-ports.ts";

/** Whose changes are to be taken back. */
export interface BlastQuery {
	/** Atlassian account id. */
	readonly accountId: string;
	readonly from: Date;
	readonly to: Date;
	/** What Atlassian names nobody for goes back, too: items that went missing in that time, moves, labels, restrictions. */
	readonly deletions?: boolean;
}

/** Everything that an account changed between two times, as a selection for one plan. */
export interface BlastRadius {
	/** Each item with the version from before and the fields that go back. */
	readonly selection: readonly RestoreSelection[];
	/** What is not taken back, and why. */
	readonly kept: readonly { readonly ref: ItemRef; readonly label: string; readonly reason: string }[];
}

/** What looking for changes needs. */
export type BlastPorts = Pick<PlanPorts, "vault" | "catalog"> & { readonly kinds: readonly KindDefinition[] };
/** What was found of one item: what goes back, and why the rest stays. */
export type BlastFinding = { readonly selected?: RestoreSelection; readonly kept: readonly string[] };

const pageSize = 200;

/** An item that changed since the last snapshot from before a time, with its versions and the newest snapshot. */
export interface ChangedItem {
	readonly hit: CatalogHit;
	readonly versions: readonly CatalogVersion[];
	readonly reader: SnapshotReader;
}

/**
 * Walks through what changed since the last snapshot from before a time.
 * @throws AppError `bad-input` when the times are the wrong way round, `not-found` without a snapshot from before
 */
export async function* changedSince(ports: BlastPorts, { from, to }: Pick<BlastQuery, "from" | "to">): AsyncGenerator<ChangedItem> {
	if (from > to) throw new AppError("bad-input", "The first time is after the second one");
	const complete = ports.vault.snapshots().filter((snapshot) => snapshot.complete);
	const newest = complete.at(-1);
	const before = complete.findLast((snapshot) => snapshot.at <= from);
	if (newest === undefined || before === undefined) {
		throw new AppError("not-found", "No snapshot is from before that time", { hint: "Choose a later beginning." });
	}
	const since = complete.find((snapshot) => snapshot.id > before.id);
	if (since === undefined) return;
	const reader = await ports.vault.snapshot(newest.id);
	for (const hit of changedItems(ports, since.id)) yield { hit, versions: ports.catalog.versions(hit.ref), reader };
}

/**
 * Finds what an account changed, from change histories and snapshots. A field goes back only when the account was the last to
 * change it and nobody else changed it between the snapshot and the account's first change: other people's work stays.
 * @throws AppError `bad-input` when the times are the wrong way round, `not-found` without a snapshot from before
 */
export async function blastRadius(ports: BlastPorts, query: BlastQuery): Promise<BlastRadius> {
	const selection: RestoreSelection[] = [];
	const kept: BlastRadius["kept"][number][] = [];
	for await (const changed of changedSince(ports, query)) {
		const { hit } = changed;
		const finding = await examine(ports, changed, query);
		if (finding.selected !== undefined) selection.push(finding.selected);
		const label = `${hit.key ?? ""} ${hit.title}`.trim();
		for (const reason of finding.kept) kept.push({ ref: hit.ref, label, reason });
	}
	return { selection, kept };
}

/** Items that some snapshot since then saw changed or gone; of kinds that can be restored. */
function* changedItems({ catalog, kinds }: BlastPorts, since: number): Generator<CatalogHit> {
	const restorable = kinds.filter((kind) => kind.restore !== undefined).map((kind) => kind.id);
	let cursor: string | undefined;
	do {
		const asked = { kinds: restorable, state: "any", changedSince: since, order: "key", limit: pageSize } as const;
		const page = catalog.search(cursor === undefined ? asked : { ...asked, cursor });
		yield* page.hits;
		cursor = page.nextCursor;
	} while (cursor !== undefined);
}

async function examine(ports: BlastPorts, { hit, versions, reader }: ChangedItem, query: BlastQuery): Promise<BlastFinding> {
	if (hit.state === "deleted") return examineDeleted(hit, versions, query);
	const kind = ports.kinds.find(({ id }) => id === hit.ref.kind);
	if (kind?.changes === undefined) {
		const signed = examineVersions(ports, hit, versions, query);
		if (kind?.unsigned === undefined || signed.selected !== undefined || signed.kept.length > 0) return signed;
		return await examineUnsigned(ports, { kind, unsigned: kind.unsigned }, { hit, versions, query, newest: reader.info.id });
	}
	const item = await readStoredItem(reader, hit.ref);
	return item === undefined ? { kept: [] } : examineChanges(ports, hit.ref, { told: kind.changes(item), versions, query });
}

export const isWithin = (at: number, { from, to }: Pick<BlastQuery, "from" | "to">): boolean => at >= from.getTime() && at <= to.getTime();

/** The version that a snapshot saw at or before a moment. */
function versionBefore(versions: readonly CatalogVersion[], moment: number): CatalogVersion | undefined {
	const version = versions.findLast(({ at }) => Date.parse(at) <= moment);
	return version?.state === "deleted" ? undefined : version;
}

function examineDeleted(hit: CatalogHit, versions: readonly CatalogVersion[], query: BlastQuery): BlastFinding {
	const gone = Date.parse(hit.deletedAt ?? "");
	const last = versions.findLast((version) => version.state !== "deleted");
	// It was deleted between the last snapshot that held it and the first that did not.
	if (last === undefined || gone < query.from.getTime() || Date.parse(last.at) > query.to.getTime()) return { kept: [] };
	if (query.deletions === true) return { selected: { ref: hit.ref, snapshotId: last.snapshotId }, kept: [] };
	return { kept: ["Deleted about that time; Atlassian does not say by whom. Ask for deletions to bring it back."] };
}

/** Kinds whose records tell no history of fields: the whole item goes back when the account made its last version. */
function examineVersions(
	{ catalog }: BlastPorts,
	{ ref }: CatalogHit,
	versions: readonly CatalogVersion[],
	query: BlastQuery,
): BlastFinding {
	const made = versions.flatMap((version) => {
		const facts = version.state === "deleted" ? undefined : catalog.item(ref, version.snapshotId);
		const at = Date.parse(version.updatedAt ?? version.at);
		return facts === undefined ? [] : [{ version, at, isTheirs: facts.updatedBy?.accountId === query.accountId && isWithin(at, query) }];
	});
	const first = made.findIndex(({ isTheirs }) => isTheirs);
	if (first === -1) return { kept: [] };
	const base = made[first - 1]?.version;
	if (base === undefined) return { kept: ["Made in that time; a restore deletes nothing."] };
	if (!made.slice(first).every(({ isTheirs }) => isTheirs)) return { kept: ["Others changed it since: their work stays."] };
	return { selected: { ref, snapshotId: base.snapshotId }, kept: [] };
}

interface Told {
	readonly told: readonly ToldChange[];
	readonly versions: readonly CatalogVersion[];
	readonly query: BlastQuery;
}

function examineChanges({ catalog }: BlastPorts, ref: ItemRef, { told, versions, query }: Told): BlastFinding {
	const ordered = told.toSorted((a, b) => a.at - b.at);
	const theirs = ordered.filter((change) => change.accountId === query.accountId && isWithin(change.at, query));
	const [first] = theirs;
	if (first === undefined) return { kept: [] };
	const kept: string[] = [];
	const added = theirs.filter((change) => change.fields.length === 0).length;
	if (added > 0) kept.push(`${added} added in that time: a restore deletes nothing.`);
	const fields = [...new Set(theirs.flatMap((change) => change.fields))];
	if (fields.length === 0) return { kept };
	const base = versionBefore(versions, first.at);
	if (base === undefined) return { kept: [...kept, "No snapshot from before the change holds it."] };
	const known = Date.parse(catalog.item(ref, base.snapshotId)?.updatedAt ?? base.at);
	const free = fields.filter((field) => {
		const changes = ordered.filter((change) => change.at > known && change.fields.includes(field));
		return changes.every((change) => theirs.includes(change));
	});
	if (free.length < fields.length) {
		const left = fields.filter((field) => !free.includes(field));
		kept.push(`Others changed it, too, and their work stays: ${left.join(", ")}.`);
	}
	return free.length === 0 ? { kept } : { selected: { ref, snapshotId: base.snapshotId, fields: free }, kept };
}
