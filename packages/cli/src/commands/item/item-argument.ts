import type { Client, ItemRefBody } from "@skyeworx/contract";
import { AppError, parseItemRef } from "@skyeworx/core";

/**
 * Reads what a person typed for an item: `jira.work-item/10001`, a key (`ACME-12`), or the exact title.
 * @throws AppError `not-found`, or `bad-input` when several fit
 */
export async function findItem(client: Client, siteId: string, word: string): Promise<ItemRefBody> {
	if (/^[a-z]+\.[a-z-]+\//.test(word)) return parseItemRef(word);
	const { items } = await client.searchSiteItems({ params: { siteId }, query: { q: word, limit: 20 } });
	const exact = items.filter((hit) => hit.key?.toLowerCase() === word.toLowerCase() || hit.title === word || hit.ref.id === word);
	const [only] = exact;
	if (only === undefined) {
		throw new AppError("not-found", `No item is called "${word}"`, { hint: `Look for it: skyeworx item find "${word}"` });
	}
	if (exact.length > 1) {
		const choices = exact.map((hit) => `${hit.ref.kind}/${hit.ref.id}`).join(", ");
		throw new AppError("bad-input", `${exact.length} items are called "${word}"`, { hint: `Name one of: ${choices}` });
	}
	return only.ref;
}
