import { readStoredItem } from "../items/read-stored-item.ts";
import { type BlastPorts, type BlastQuery, type ChangedItem, changedSince, isWithin } from "./blast-radius.ts";
import { examineUnsigned } from "./blast-unsigned.ts";

/** An account that changed something between two times. */
interface Changer {
	readonly accountId: string;
	/** As the items name it; undefined where none does. */
	readonly name: string | undefined;
	/** How many items it changed. */
	readonly items: number;
	readonly first: Date;
	readonly last: Date;
}

/** Who changed things between two times, the busiest first, and how many items changed in nobody's name. */
export interface Changers {
	readonly accounts: readonly Changer[];
	/** Items that went missing, or were moved, labelled or restricted: Atlassian names nobody for that. */
	readonly unsigned: number;
}

type Window = Pick<BlastQuery, "from" | "to">;
/** When each account changed one item. */
type Deeds = ReadonlyMap<string, { readonly name: string | undefined; readonly times: readonly number[] }>;

async function deedsOn(ports: BlastPorts, { hit, versions, reader }: ChangedItem, window: Window): Promise<Deeds> {
	const kind = ports.kinds.find(({ id }) => id === hit.ref.kind);
	const told: { readonly accountId: string; readonly name: string | undefined; readonly at: number }[] = [];
	if (kind?.changes !== undefined) {
		const item = await readStoredItem(reader, hit.ref);
		for (const { accountId, at } of item === undefined ? [] : kind.changes(item)) told.push({ accountId, at, name: undefined });
	} else {
		for (const version of versions.filter(({ state }) => state !== "deleted")) {
			const by = ports.catalog.item(hit.ref, version.snapshotId)?.updatedBy;
			if (by !== undefined) told.push({ ...by, at: Date.parse(version.updatedAt ?? version.at) });
		}
	}
	const within = Map.groupBy(
		told.filter(({ at }) => isWithin(at, window)),
		({ accountId }) => accountId,
	);
	return new Map(
		[...within].map(([id, deeds]) => [id, { name: deeds.find(({ name }) => name !== undefined)?.name, times: deeds.map(({ at }) => at) }]),
	);
}

/** Whether it went missing in that time, or something of it changed for which Atlassian names nobody. */
async function changedUnsigned(ports: BlastPorts, { hit, versions, reader }: ChangedItem, window: Window): Promise<boolean> {
	if (hit.state === "deleted") {
		const last = versions.findLast(({ state }) => state !== "deleted");
		return last !== undefined && Date.parse(hit.deletedAt ?? "") >= window.from.getTime() && Date.parse(last.at) <= window.to.getTime();
	}
	const kind = ports.kinds.find(({ id }) => id === hit.ref.kind);
	if (kind?.unsigned === undefined || kind.changes !== undefined) return false;
	const query = { accountId: "", ...window, deletions: true };
	const found = await examineUnsigned(ports, { kind, unsigned: kind.unsigned }, { hit, versions, query, newest: reader.info.id });
	return found.selected !== undefined || found.kept.length > 0;
}

/**
 * Says who changed how many items between two times: the way to an account's blast radius for somebody who does not know yet whose.
 * @throws AppError `bad-input` when the times are the wrong way round, `not-found` without a snapshot from before
 */
export async function findChangers(ports: BlastPorts, window: Window): Promise<Changers> {
	const accounts = new Map<string, Changer>();
	let unsigned = 0;
	for await (const changed of changedSince(ports, window)) {
		const deeds = changed.hit.state === "deleted" ? new Map() : await deedsOn(ports, changed, window);
		for (const [accountId, { name, times }] of deeds as Deeds) {
			const known = accounts.get(accountId);
			const all = [...times, ...(known === undefined ? [] : [known.first.getTime(), known.last.getTime()])];
			accounts.set(accountId, {
				accountId,
				name: known?.name ?? name,
				items: (known?.items ?? 0) + 1,
				first: new Date(Math.min(...all)),
				last: new Date(Math.max(...all)),
			});
		}
		if (deeds.size === 0 && (await changedUnsigned(ports, changed, window))) unsigned += 1;
	}
	return { accounts: [...accounts.values()].sort((a, b) => b.items - a.items), unsigned };
}
