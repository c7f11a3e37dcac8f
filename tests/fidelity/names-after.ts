import type { RestoreReceipt } from "@skyeworx/engine";
import type { SiteBench } from "../site-bench.ts";
import type { Names } from "./item-facts.ts";

/** What things are called after restores: as their receipts say, the newest last. */
export function namesAfter(bench: SiteBench, ...receipts: readonly RestoreReceipt[]): Names {
	const ids = new Map<string, string>();
	const keys = new Map<string, string>();
	for (const item of receipts.flatMap((receipt) => receipt.items)) {
		if (item.now === undefined || item.now.ref.id === item.ref.id) continue;
		ids.set(`${item.ref.kind}/${item.ref.id}`, item.now.ref.id);
		const key = bench.catalog.item(item.ref)?.key;
		if (key !== undefined && item.now.key !== undefined) keys.set(key, item.now.key);
	}
	return { id: (kind, id) => ids.get(`${kind}/${id}`) ?? id, key: (key) => keys.get(key) ?? key };
}
