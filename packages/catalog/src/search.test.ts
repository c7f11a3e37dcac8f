import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CatalogQuery } from "./catalog.ts";
import { acme, docs, facts, freshCatalog, page, pageFacts, remove, take, upsert, workItem } from "./facts.fixture.ts";

async function sample() {
	const catalog = freshCatalog();
	await take(
		catalog,
		1,
		upsert(workItem(10_001), facts({ key: "ACME-1" })),
		upsert(
			workItem(10_002),
			facts({ key: "ACME-2", title: "Migration plan for the Zürich office", text: "Move the servers. Jammed schedules are likely." }),
		),
		upsert(workItem(10_012), facts({ key: "ACME-12", title: "Buy toner", text: "The printer needs toner.", people: ["Jonas Weber"] })),
		upsert(page(65_601), pageFacts({ title: "Printer guide", text: "Für Drucker in Köln: Papier nachfüllen. ACME-12 tells more." })),
		upsert(page(65_602), pageFacts({ title: "東京オフィス移転計画", text: "来月、東京の新しいオフィスに引っ越します。" })),
	);
	return catalog;
}

async function finds(query: Omit<CatalogQuery, "limit">): Promise<string[]> {
	return (await sample()).search({ limit: 50, ...query }).hits.map((hit) => hit.ref.id);
}

describe("a search", () => {
	it("finds words in titles before words in texts", async () => {
		expect(await finds({ text: "jammed" })).toEqual(["10001", "10002"]);
		expect((await finds({ text: "printer" })).toSorted()).toEqual(["10001", "10012", "65601"]);
	});

	it("finds the last word while it is being typed, and needs all words", async () => {
		expect(await finds({ text: "migr" })).toEqual(["10002"]);
		expect(await finds({ text: "printer ton" })).toEqual(["10012"]);
		expect(await finds({ text: "ton printer" })).toEqual([]);
	});

	it("puts the item with the typed key or id first", async () => {
		expect((await finds({ text: "acme-12" }))[0]).toBe("10012");
		expect(await finds({ text: "ACME-1" })).toEqual(["10001"]);
		expect((await finds({ text: "acme" })).length).toBe(4);
		expect(await finds({ text: "10002" })).toEqual(["10002"]);
		expect((await finds({ text: "printer guide" }))[0]).toBe("65601");
	});

	it("finds an item by the name of a file that it no longer has", async () => {
		const catalog = freshCatalog();
		const file = { id: "7", name: "budget-2026.xlsx", mediaType: "application/vnd.ms-excel", size: 10 };
		await take(catalog, 1, upsert(workItem(10_001), facts({ files: [file] })));
		await take(catalog, 2, upsert(workItem(10_001), facts({ files: [] }), "later"));
		expect(catalog.search({ text: "budget-2026.xlsx", limit: 5 }).hits.map((hit) => hit.ref.id)).toEqual(["10001"]);
	});

	it("keeps a quoted phrase together", async () => {
		expect(await finds({ text: '"printer needs toner"' })).toEqual(["10012"]);
		expect(await finds({ text: '"toner needs printer"' })).toEqual([]);
		expect(await finds({ text: '"printer needs' })).toEqual(["10012"]);
	});

	it("takes umlauts and accents for their plain letters, in whatever form they are typed", async () => {
		for (const text of ["Zürich", "zurich", "ZÜRICH", "Zu\u0308rich", "zür"]) expect(await finds({ text }), text).toEqual(["10002"]);
		expect(await finds({ text: "koln" })).toEqual(["65601"]);
	});

	it("finds parts of texts in scripts without spaces", async () => {
		for (const text of ["東京", "オフィス", "移転", "引っ越し", "東"]) expect(await finds({ text }), text).toEqual(["65602"]);
		expect(await finds({ text: "京東" })).toEqual([]);
	});

	it("finds by a person", async () => {
		expect(await finds({ person: "Jonas Weber" })).toEqual(["10012"]);
		expect(await finds({ person: "jonas", text: "printer" })).toEqual(["10012"]);
		expect(await finds({ person: "Weber Jonas" })).toEqual([]);
		expect(await finds({ text: "lindqvist" })).not.toEqual([]);
	});

	it("filters by kind, app, space and parent", async () => {
		expect(await finds({ text: "printer", kinds: ["confluence.page"] })).toEqual(["65601"]);
		expect((await finds({ app: "confluence" })).toSorted()).toEqual(["65601", "65602"]);
		expect(await finds({ spaceId: acme.id, order: "key" })).toEqual(["10001", "10002", "10012"]);
		expect(await finds({ text: "printer", spaceId: docs.id })).toEqual(["65601"]);
		expect(await finds({ parent: page(1) })).toEqual([]);
		expect((await finds({ parent: "none" })).length).toBe(5);
	});

	it("marks the words in a snippet", async () => {
		const catalog = await sample();
		expect(catalog.search({ text: "toner", limit: 1 }).hits[0]?.snippet).toBe("The printer needs \u0001toner\u0002.");
		expect(catalog.search({ text: "koln papier", limit: 1 }).hits[0]?.snippet).toContain("\u0001Köln\u0002: \u0001Papier\u0002");
		expect(catalog.search({ limit: 1 }).hits[0]?.snippet).toBeUndefined();
	});

	it("counts kinds and states beyond its own kind and state filters", async () => {
		const catalog = await sample();
		await take(catalog, 2, remove(workItem(10_012)));
		const found = catalog.search({ text: "printer", kinds: ["jira.work-item"], state: "live", limit: 10 });
		expect(found.hits.map((hit) => hit.ref.id)).toEqual(["10001"]);
		expect(found.total).toEqual({ count: 1, exact: true });
		expect(found.facets).toEqual({ kinds: { "jira.work-item": 1, "confluence.page": 1 }, states: { live: 1, deleted: 1 } });
	});

	it("pages through everything exactly once in every order", async () => {
		const catalog = freshCatalog();
		const changes = Array.from({ length: 57 }, (_, number) =>
			upsert(
				workItem(number),
				facts({
					key: `ACME-${number}`,
					position: number % 10,
					updatedAt: `2026-09-${String(1 + (number % 20)).padStart(2, "0")}T00:00:00Z`,
					text: "same words ".repeat(1 + (number % 4)),
				}),
			),
		);
		await take(catalog, 1, ...changes);
		for (const order of ["relevance", "updated", "key", "position"] as const) {
			for (const text of [undefined, "same"]) {
				const base = text === undefined ? { order } : { order, text };
				const all = catalog.search({ ...base, limit: 100 }).hits.map((hit) => hit.ref.id);
				const paged: string[] = [];
				let cursor: string | undefined;
				do {
					const found = catalog.search({ ...base, limit: 10, ...(cursor === undefined ? {} : { cursor }) });
					paged.push(...found.hits.map((hit) => hit.ref.id));
					cursor = found.nextCursor;
				} while (cursor !== undefined);
				expect(paged).toEqual(all);
				expect(new Set(paged).size).toBe(57);
			}
		}
		expect(catalog.search({ order: "key", limit: 3 }).hits.map((hit) => hit.key)).toEqual(["ACME-0", "ACME-1", "ACME-2"]);
	});

	it("refuses a cursor of another search, and rubbish for one", async () => {
		const catalog = await sample();
		const { nextCursor } = catalog.search({ order: "key", limit: 1 });
		for (const cursor of [nextCursor ?? "", "", "rubbish", Buffer.from('["updated",{},1]').toString("base64url")]) {
			expect(() => catalog.search({ order: "updated", limit: 1, cursor })).toThrow(expect.objectContaining({ code: "bad-input" }));
		}
		expect(() => catalog.search({ limit: 0 })).toThrow(expect.objectContaining({ code: "bad-input" }));
	});
});

describe("rubbish in a query", () => {
	const rubbish = [
		'"',
		'""',
		"'",
		"*",
		"***",
		"AND",
		"OR NOT NEAR",
		"NEAR(a b)",
		"title:x",
		"people : x",
		"-x",
		"a OR",
		"(",
		")",
		"^a",
		"{a b}: c",
		"%",
		"_",
		"\\",
		"\0",
		"a\0b",
		";DROP TABLE item;--",
		"\ud800",
		"🙂",
		"+",
		"rank:1",
		"words",
		"x".repeat(10_000),
		"ab ".repeat(4000),
		'"'.repeat(999),
	];

	it("never throws", async () => {
		const catalog = await sample();
		for (const text of rubbish) {
			expect(() => catalog.search({ text, person: text, limit: 5 }), JSON.stringify(text.slice(0, 40))).not.toThrow();
			expect(() => catalog.search({ text, spaceId: text, kinds: [text], limit: 5 })).not.toThrow();
			expect(() => catalog.findByKey(text)).not.toThrow();
		}
		fc.assert(
			fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
				catalog.search({ text, limit: 5 });
				catalog.search({ person: text, limit: 5 });
			}),
			{ numRuns: 400 },
		);
	});

	it("is no wildcard: a query without any word finds nothing", async () => {
		expect(await finds({ text: "***" })).toEqual([]);
		expect(await finds({ text: "printer", person: "???" })).toEqual([]);
		expect((await finds({ text: "  " })).length).toBe(5);
	});

	it("may be the whole title of an item", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, upsert(workItem(1), facts({ key: "🙂" })), upsert(page(2), pageFacts({ title: "???" })));
		expect(catalog.search({ text: "🙂", limit: 5 }).hits.map((hit) => hit.ref.id)).toEqual(["1"]);
		expect(catalog.search({ text: "???", limit: 5 }).hits.map((hit) => hit.ref.id)).toEqual(["2"]);
	});

	it("takes operators for words", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, upsert(workItem(1), facts({ title: "To be OR not" })), upsert(workItem(2), facts({ title: "To be" })));
		expect(catalog.search({ text: "be OR", limit: 5 }).hits.map((hit) => hit.ref.id)).toEqual(["1"]);
		expect(catalog.search({ text: "be NOT or", limit: 5 }).hits.map((hit) => hit.ref.id)).toEqual(["1"]);
	});

	it("may be one letter", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, upsert(workItem(1), facts({ title: "Plan B" })), upsert(workItem(2), facts({ title: "Plan beta" })));
		expect(catalog.search({ text: "b", limit: 5 }).hits.map((hit) => hit.ref.id)).toEqual(["1"]);
	});
});
