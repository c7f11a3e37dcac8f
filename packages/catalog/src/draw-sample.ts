import type { ItemRef, Random } from "@skyeworx/core";
import type { CatalogSample } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import { spaceNameOf } from "./search-plan.ts";

interface Drawn extends ItemRef {
	readonly state: string;
	readonly place: string | null;
}

const place = spaceNameOf("item");
/** Rows that are looked at for each item that is wanted, before all that match are listed: then they are few. */
const triesPerItem = 200;

/** Draws living items, each as likely as any other, without reading all of them where many match. */
export function drawSample(reader: Connection, wanted: CatalogSample, random: Random): ItemRef[] {
	const last = reader.get<{ n: number | null }>("SELECT max(n) AS n FROM item")?.n ?? 0;
	const chosen = new Map<number, ItemRef>();
	for (let tries = wanted.count * triesPerItem; tries > 0 && chosen.size < wanted.count && last > 0; tries -= 1) {
		const n = 1 + Math.floor(random.fraction() * last);
		const row = reader.get<Drawn>(`SELECT kind, id, state, ${place} AS place FROM item WHERE n = ?`, n);
		if (row !== undefined && fits(row, wanted)) chosen.set(n, { kind: row.kind, id: row.id });
	}
	return chosen.size === wanted.count ? [...chosen.values()] : drawFromAll(reader, wanted, random);
}

function fits({ kind, state, place: at }: Drawn, { kinds, within, without }: CatalogSample): boolean {
	if (state !== "live" || !kinds.includes(kind)) return false;
	if (at !== null && without.includes(at)) return false;
	return within === undefined || (at !== null && within.includes(at));
}

/** Algorithm R: one pass, each item stays with the same chance. */
function drawFromAll(reader: Connection, wanted: CatalogSample, random: Random): ItemRef[] {
	const kept: ItemRef[] = [];
	let seen = 0;
	for (const kind of wanted.kinds) {
		const rows = reader.all<Drawn>(`SELECT kind, id, state, ${place} AS place FROM item WHERE kind = ? AND state = 'live'`, kind);
		for (const row of rows.filter((one) => fits(one, wanted))) {
			seen += 1;
			const slot = kept.length < wanted.count ? kept.length : Math.floor(random.fraction() * seen);
			if (slot < wanted.count) kept[slot] = { kind: row.kind, id: row.id };
		}
	}
	return kept;
}
