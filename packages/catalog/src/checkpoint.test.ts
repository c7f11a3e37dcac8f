import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { facts, freshCatalog, freshPath, sampleKey, take, upsert, workItem } from "./facts.fixture.ts";
import { openCatalog } from "./open-catalog.ts";

/** More text than the log may hold before a thread takes it along. */
const many = (count: number) =>
	Array.from({ length: count }, (_, number) =>
		upsert(workItem(number), facts({ key: `ACME-${number}`, text: `${"plenty of words ".repeat(200)}${number}` })),
	);

describe("the log of a large snapshot", () => {
	it("is moved into the file aside, and what is recorded meanwhile is kept", async () => {
		const path = freshPath();
		const catalog = freshCatalog(path);
		await take(catalog, 1, ...many(1500));
		expect(statSync(`${path}-wal`).size).toBeGreaterThan(4_000_000);
		catalog.recordLineage(workItem(1), workItem(2));
		expect(catalog.lineage(workItem(2)).length).toBe(2);
		await take(catalog, 2, upsert(workItem(5000), facts({ title: "After the log was moved" })));
		expect(statSync(`${path}-wal`).size).toBeLessThan(4_000_000);
		expect(catalog.search({ text: "moved", limit: 5 }).total.count).toBe(1);
		expect(catalog.lineage(workItem(2)).length).toBe(2);
	});

	it("does not keep the catalog from closing, nor what was recorded from being kept", async () => {
		const path = freshPath();
		const catalog = openCatalog({ path, key: sampleKey });
		await take(catalog, 1, ...many(1500));
		catalog.recordLineage(workItem(1), workItem(2));
		catalog.close();
		const again = freshCatalog(path);
		expect(again.position()).toBe(1);
		expect(again.lineage(workItem(1)).length).toBe(2);
		expect(again.search({ text: "plenty", limit: 1 }).total.count).toBe(1500);
	});
});
