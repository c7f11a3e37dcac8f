import { type ItemRef, itemRefText } from "@skyeworx/core";

/** One item's turn in a restore. */
export interface Turn {
	readonly ref: ItemRef;
	/** What must be done before it, as far as it is among the turns and comes earlier. */
	readonly after: readonly ItemRef[];
}

/**
 * Takes turns side by side, begun in their order: each once what it comes after is done, and those that wait for the same in the
 * order given. Turns of two kinds are never under way at once.
 * @param width how many turns of a kind are under way at once
 * @throws what the first failing turn threw, once all that were under way have ended; no other is begun
 */
export async function sideBySide<T extends Turn>(
	turns: readonly T[],
	width: (kind: string) => number,
	take: (turn: T) => Promise<void>,
): Promise<void> {
	const under = new Map<string, Promise<void>>();
	const failures: unknown[] = [];
	let kind: string | undefined;
	for (const turn of turns) {
		if (turn.ref.kind !== kind) await Promise.all(under.values());
		kind = turn.ref.kind;
		while (under.size >= width(kind)) await Promise.race(under.values());
		if (failures.length > 0) break;
		const text = itemRefText(turn.ref);
		const before = turn.after.flatMap((ref) => under.get(itemRefText(ref)) ?? []);
		const work = Promise.all(before)
			.then(async () => {
				if (failures.length === 0) await take(turn);
			})
			.catch((error: unknown) => void failures.push(error))
			.finally(() => under.delete(text));
		under.set(text, work);
	}
	await Promise.all(under.values());
	if (failures.length > 0) throw failures[0];
}
