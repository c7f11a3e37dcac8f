import type { Random } from "@skyeworx/core";
import type { Store } from "../stores/store.ts";

/** What time the store says it is, epoch milliseconds: from an object written now. The host's clock may be years off. */
export async function storageNow({ store, random }: { readonly store: Store; readonly random: Random }): Promise<number> {
	const name = `probe/${random.uuid()}`;
	await store.create(name, new Uint8Array(1));
	const facts = await store.facts(name);
	await store.delete(name);
	// Without an answer nothing is old enough.
	return facts?.modifiedAt.getTime() ?? 0;
}
