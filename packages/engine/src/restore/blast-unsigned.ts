import type { CatalogHit, CatalogVersion } from "@skyeworx/catalog";
import type { FieldDifference, KindDefinition } from "../connector/connector.ts";
import { readStoredItem } from "../items/read-stored-item.ts";
import type { BlastFinding, BlastPorts, BlastQuery } from "./blast-radius.ts";

type Unsigned = NonNullable<KindDefinition["unsigned"]>;

/** Two versions of an item next to each other. */
interface Step {
	readonly before: CatalogVersion;
	readonly after: CatalogVersion;
}

/** Steps that may have been taken in the time asked about and made no new version of the record. */
function unsignedSteps(versions: readonly CatalogVersion[], { from, to }: BlastQuery): readonly Step[] {
	return versions.slice(1).flatMap((after, index): readonly Step[] => {
		const before = versions[index];
		if (before === undefined || before.state === "deleted" || after.state === "deleted") return [];
		const within = Date.parse(after.at) >= from.getTime() && Date.parse(before.at) <= to.getTime();
		return within && before.updatedAt === after.updatedAt ? [{ before, after }] : [];
	});
}

async function compared(
	ports: BlastPorts,
	kind: KindDefinition,
	hit: CatalogHit,
	ids: readonly [number, number],
): Promise<readonly FieldDifference[]> {
	const [before, after] = await Promise.all(ids.map(async (id) => await readStoredItem(await ports.vault.snapshot(id), hit.ref)));
	return before === undefined || after === undefined ? [] : kind.compare(before, after);
}

/**
 * What changed on an item without anybody's name: moves, labels, restrictions. Nobody knows whose change it was, so it goes back only
 * where such changes are asked for, as deletions are, and not where somebody changed the same field again.
 */
export async function examineUnsigned(
	ports: BlastPorts,
	{ kind, unsigned }: { readonly kind: KindDefinition; readonly unsigned: Unsigned },
	{
		hit,
		versions,
		query,
		newest,
	}: { readonly hit: CatalogHit; readonly versions: readonly CatalogVersion[]; readonly query: BlastQuery; readonly newest: number },
): Promise<BlastFinding> {
	const steps = unsignedSteps(versions, query);
	const [first, last] = [steps[0], steps.at(-1)];
	if (first === undefined || last === undefined) return { kept: [] };
	const fields = new Map<string, string>();
	for (const { before, after } of steps) {
		for (const change of await compared(ports, kind, hit, [before.snapshotId, after.snapshotId])) {
			if (unsigned(change)) fields.set(change.field, change.label);
		}
	}
	if (fields.size === 0) return { kept: [] };
	const told = (names: Iterable<string>): string => [...names].map((name) => fields.get(name) ?? name).join(", ");
	if (query.deletions !== true)
		return {
			kept: [`Changed about that time: ${told(fields.keys())}. Atlassian does not say by whom: ask for deletions to take it back, too.`],
		};
	const since = new Set((await compared(ports, kind, hit, [last.after.snapshotId, newest])).map(({ field }) => field));
	const free = [...fields.keys()].filter((field) => !since.has(field));
	const left = [...fields.keys()].filter((field) => since.has(field));
	const kept = left.length === 0 ? [] : [`Changed again since, and that stays: ${told(left)}.`];
	return free.length === 0 ? { kept } : { kept, selected: { ref: hit.ref, snapshotId: first.before.snapshotId, fields: free } };
}
