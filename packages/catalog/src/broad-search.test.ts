import { describe, expect, it } from "vitest";
import type { Catalog, CatalogQuery } from "./catalog.ts";
import { facts, freshCatalog, take, upsert, workItem } from "./facts.fixture.ts";

const count = 11_000;

/** "everywhere" stands in each text and in every 2nd title, "often" in each text and in every 20th title. */
async function broadCatalog(): Promise<Catalog> {
	const catalog = freshCatalog();
	const changes = Array.from({ length: count }, (_, number) => {
		const title = `Item${number % 20 === 0 ? " often" : ""}${number % 2 === 0 ? " everywhere" : ""} ${number}`;
		const space = { id: String(number % 500), key: `S${number % 500}`, name: "A space" };
		return upsert(workItem(number), facts({ key: `BIG-${number}`, title, space, text: "everywhere and often", people: [] }));
	});
	changes.push(upsert(workItem("named"), facts({ key: "EVERYWHERE", title: "Its key is the word", text: "", people: [] })));
	await take(catalog, 1, ...changes);
	return catalog;
}

function pages(catalog: Catalog, query: Omit<CatalogQuery, "limit" | "cursor">, limit: number): string[] {
	const ids: string[] = [];
	let cursor: string | undefined;
	do {
		const found = catalog.search({ ...query, limit, ...(cursor === undefined ? {} : { cursor }) });
		ids.push(...found.hits.map((hit) => hit.ref.id));
		cursor = found.nextCursor;
	} while (cursor !== undefined);
	return ids;
}

describe("a search that thousands of items match", () => {
	it("finds named items, then titles, then the rest, each once over all pages", async () => {
		const catalog = await broadCatalog();
		for (const [word, inTitle] of [
			["everywhere", (id: number) => id % 2 === 0],
			["often", (id: number) => id % 20 === 0],
		] as const) {
			const ids = pages(catalog, { text: word }, 500);
			if (word === "everywhere") expect(ids.shift()).toBe("named");
			expect(new Set(ids).size).toBe(count);
			expect(ids.length).toBe(count);
			const firstOther = ids.findIndex((id) => !inTitle(Number(id)));
			expect(firstOther).toBe(Array.from({ length: count }, (_, id) => id).filter(inTitle).length);
		}
		expect(catalog.search({ text: "everywhere", limit: 1 }).total).toEqual({ count: 5000, exact: false });
	});

	it("still obeys its filters exactly", async () => {
		const catalog = await broadCatalog();
		const ids = pages(catalog, { text: "everywhere", spaceId: "7" }, 10).map(Number);
		expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 22 }, (_, turn) => 7 + turn * 500));
		expect(catalog.search({ text: "everywhere", spaceId: "7", limit: 5 }).total).toEqual({ count: 22, exact: true });
	});
});
