import { describe, expect, it } from "vitest";
import { acme, docs, facts, freshCatalog, page, pageFacts, remove, take, upsert, workItem } from "./facts.fixture.ts";

/** The same numbers each time, spread over [0, 1). */
function seeded() {
	let state = 12_345;
	const fraction = () => {
		state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
		return state / 2_147_483_648;
	};
	return { fraction, bytes: (count: number) => new Uint8Array(count), uuid: () => "" };
}

const kinds = ["jira.work-item", "confluence.page"];

async function filled() {
	const catalog = freshCatalog();
	const items = Array.from({ length: 40 }, (_, n) => upsert(workItem(n), facts({ key: `ACME-${n}`, space: acme })));
	const pages = Array.from({ length: 10 }, (_, n) => upsert(page(n), pageFacts({ title: `Page ${n}`, space: docs })));
	await take(catalog, 1, ...items, ...pages);
	await take(catalog, 2, remove(workItem(0)), remove(page(0)));
	return catalog;
}

describe("a sample", () => {
	it("holds living items of the kinds and spaces that were asked for, none twice, all where there are fewer", async () => {
		const catalog = await filled();
		const drawn = catalog.sample({ kinds, without: [], count: 20 }, seeded());
		expect(new Set(drawn.map((ref) => `${ref.kind}/${ref.id}`)).size).toBe(20);
		expect(drawn.every((ref) => ref.id !== "0")).toBe(true);
		const ofPages = catalog.sample({ kinds, within: [`confluence:${docs.id}`], without: [], count: 50 }, seeded());
		expect(ofPages.map((ref) => ref.id).toSorted()).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
		const others = catalog.sample({ kinds, without: [`confluence:${docs.id}`], count: 50 }, seeded());
		expect(others).toHaveLength(39);
		expect(others.every((ref) => ref.kind === "jira.work-item")).toBe(true);
		expect(catalog.sample({ kinds: ["jira.board"], without: [], count: 5 }, seeded())).toEqual([]);
		expect(catalog.sample({ kinds, within: [], without: [], count: 5 }, seeded())).toEqual([]);
	});

	it("gives each item the same chance, whichever way it is drawn", async () => {
		const catalog = await filled();
		const random = seeded();
		for (const wanted of [
			{ kinds, without: [] },
			{ kinds, within: [`confluence:${docs.id}`], without: [] },
		]) {
			const times = new Map<string, number>();
			const rounds = 3000;
			for (let round = 0; round < rounds; round += 1) {
				for (const { kind, id } of catalog.sample({ ...wanted, count: 3 }, random))
					times.set(`${kind}/${id}`, (times.get(`${kind}/${id}`) ?? 0) + 1);
			}
			const expected = (rounds * 3) / ("within" in wanted ? 9 : 48);
			for (const [ref, count] of times) expect(Math.abs(count - expected), ref).toBeLessThan(6 * Math.sqrt(expected));
		}
	});
});
