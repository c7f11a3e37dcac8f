import { describe, expect, it } from "vitest";
import type { CatalogChange } from "./catalog.ts";
import { acme, docs, facts, freshCatalog, page, pageFacts, remove, take, timeOf, upsert, workItem } from "./facts.fixture.ts";

const one = workItem(10_001);

describe("an item's life", () => {
	it("is told version by version, oldest first, its deletion and return too", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, upsert(one, facts({ title: "First", updatedBy: { accountId: "a-1", name: "Mara Lindqvist" } })));
		await take(catalog, 2);
		await take(catalog, 3, upsert(one, facts({ title: "Second" })));
		await take(catalog, 5, remove(one));
		await take(catalog, 7, upsert(one, facts({ title: "Third" })));
		const told = catalog.versions(one).map(({ snapshotId, state, title, updatedBy }) => [snapshotId, state, title, updatedBy]);
		expect(told).toEqual([
			[1, "created", "First", "Mara Lindqvist"],
			[3, "changed", "Second", undefined],
			[5, "deleted", "Second", undefined],
			[7, "created", "Third", undefined],
		]);
		expect(catalog.versions(one).at(-1)?.at).toBe(timeOf(7).toISOString());
		expect(catalog.item(one)).toMatchObject({ state: "live", firstSnapshotId: 1, lastSnapshotId: 7, versions: 3, deletedAt: undefined });
		expect(catalog.versions(workItem(9))).toEqual([]);
	});

	it("can be seen as each snapshot saw it", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, upsert(one, facts({ title: "First", text: "one" })));
		await take(catalog, 2, upsert(one, facts({ title: "Second", text: "two" })));
		await take(catalog, 3);
		await take(catalog, 4, remove(one));
		await take(catalog, 5);
		expect(catalog.item(one, 0)).toBeUndefined();
		expect(catalog.item(one, 1)).toMatchObject({ title: "First", text: "one", state: "live", versions: 1, lastSnapshotId: 1 });
		expect(catalog.item(one, 3)).toMatchObject({ title: "Second", text: "two", state: "live", versions: 2, lastSnapshotId: 3 });
		const gone = { title: "Second", text: "two", state: "deleted", versions: 2, lastSnapshotId: 3, deletedAt: timeOf(4).toISOString() };
		expect(catalog.item(one, 4)).toMatchObject(gone);
		expect(catalog.item(one)).toMatchObject(gone);
		expect(catalog.search({ asOf: 1, limit: 5 }).hits.map((hit) => hit.title)).toEqual(["First"]);
		expect(catalog.search({ asOf: 3, text: "second", state: "live", limit: 5 }).total.count).toBe(1);
		expect(catalog.search({ asOf: 3, state: "deleted", limit: 5 }).total.count).toBe(0);
		expect(catalog.search({ asOf: 4, state: "deleted", limit: 5 }).total.count).toBe(1);
		expect(catalog.counts(0)).toEqual({});
		expect(catalog.counts(3)).toEqual({ "jira.work-item": { live: 1, deleted: 0 } });
		expect(catalog.counts()).toEqual({ "jira.work-item": { live: 0, deleted: 1 } });
	});

	it("gives all facts back as they were put in", async () => {
		const catalog = freshCatalog();
		const all = facts({
			parent: workItem(9),
			position: 3.5,
			people: ["Mara Lindqvist", "Jonas Weber"],
			updatedBy: { accountId: "a-1", name: "Jonas Weber" },
			createdAt: "2026-01-01T00:00:00.000+0200",
			url: "https://acme.example.com/browse/ACME-1",
			references: [page(1), workItem(2)],
			files: [{ id: "7", name: "jam.png", mediaType: "image/png", size: 1234 }],
		});
		await take(catalog, 1, upsert(one, all));
		expect(catalog.item(one)).toEqual({
			...all,
			ref: one,
			state: "live",
			firstSnapshotId: 1,
			lastSnapshotId: 1,
			versions: 1,
			deletedAt: undefined,
		});
		const { text: _t, people: _p, references: _r, ...hit } = all;
		expect(catalog.search({ limit: 1 }).hits[0]).toEqual({
			...hit,
			ref: one,
			state: "live",
			firstSnapshotId: 1,
			lastSnapshotId: 1,
			versions: 1,
			deletedAt: undefined,
			snippet: undefined,
		});
	});

	it("has no new version when its content is the same", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, upsert(one, facts(), "same"));
		await take(catalog, 2, upsert(one, facts({ space: { ...acme, name: "Acme renamed" } }), "same"));
		expect(catalog.versions(one).length).toBe(1);
		expect(catalog.item(one)?.space?.name).toBe("Acme renamed");
		expect(catalog.search({ changedSince: 2, limit: 5 }).hits).toEqual([]);
	});

	it("may change more than once within one snapshot", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, upsert(one, facts({ title: "First" })), upsert(one, facts({ title: "Again" })));
		await take(catalog, 2, remove(one), upsert(one, facts({ title: "Moved" })), remove(workItem(404)));
		expect(catalog.versions(one).map(({ snapshotId, state, title }) => [snapshotId, state, title])).toEqual([
			[1, "created", "Again"],
			[2, "changed", "Moved"],
		]);
		expect(catalog.search({ text: "again", limit: 5 }).total.count).toBe(1);
	});

	it("is found after its deletion, by the words and names it had, and when it changed", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, upsert(one, facts({ title: "Oldest name" })), upsert(workItem(2), facts({ key: "ACME-2" })));
		await take(catalog, 2, upsert(one, facts({ title: "Later name", text: "purple elephants" })));
		await take(catalog, 3, remove(one));
		for (const text of ["oldest", "later", "elephants", "ACME-1", "10001"]) {
			expect(
				catalog.search({ text, state: "deleted", limit: 5 }).hits.map((hit) => hit.ref.id),
				text,
			).toEqual(["10001"]);
		}
		expect(catalog.search({ changedSince: 3, limit: 5 }).hits.map((hit) => hit.ref.id)).toEqual(["10001"]);
		expect(catalog.search({ text: "elephants", state: "live", limit: 5 }).hits).toEqual([]);
	});
});

describe("names", () => {
	it("answer to old keys after a move, the present bearer first", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, upsert(one, facts({ key: "OLD-7" })));
		await take(catalog, 2, upsert(one, facts({ key: "ACME-70" })));
		expect(catalog.findByKey("old-7").map((item) => item.key)).toEqual(["ACME-70"]);
		await take(catalog, 3, upsert(workItem(2), facts({ key: "OLD-7" })));
		expect(catalog.findByKey("OLD-7").map((item) => item.ref.id)).toEqual(["2", "10001"]);
		expect(
			catalog
				.search({ text: "OLD-7", limit: 5 })
				.hits.map((hit) => hit.ref.id)
				.toSorted(),
		).toEqual(["10001", "2"]);
		expect(catalog.findByKey("NEW-1")).toEqual([]);
	});

	it("of pages are their titles, alone or within their space", async () => {
		const catalog = freshCatalog();
		await take(
			catalog,
			1,
			upsert(page(1), pageFacts({ title: "Home" })),
			upsert(page(2), pageFacts({ title: "Home", space: { id: "2", key: "OPS", name: "Operations" } })),
		);
		expect(catalog.findByKey("home").length).toBe(2);
		expect(catalog.findByKey("OPS:Home").map((item) => item.ref.id)).toEqual(["2"]);
	});
});

describe("the overview", () => {
	it("tells spaces by their own items, with what lies in them", async () => {
		const catalog = freshCatalog();
		const space = { kind: "jira.space", id: acme.id };
		await take(
			catalog,
			1,
			upsert(space, facts({ key: "ACME", title: "Acme rollout", text: "" })),
			upsert(one, facts()),
			upsert(workItem(2), facts({ key: "ACME-2" })),
			upsert(page(1), pageFacts()),
		);
		await take(catalog, 2, remove(workItem(2)));
		expect(catalog.spaces()).toEqual([
			{ app: "confluence", id: docs.id, key: "DOCS", name: "Handbook", state: "live", items: 1 },
			{ app: "jira", id: acme.id, key: "ACME", name: "Acme rollout", state: "live", items: 1 },
		]);
		expect(catalog.spaces(1)[1]).toMatchObject({ items: 2 });
		await take(catalog, 3, remove(space), remove(one));
		expect(catalog.spaces()[1]).toMatchObject({ state: "deleted", items: 0 });
		expect(catalog.spaces(0)).toEqual([]);
	});

	it("tells who references an item, as of the newest version", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, upsert(one, facts({ references: [page(1), page(1)] })), upsert(page(2), pageFacts({ references: [page(1)] })));
		expect(catalog.referencedBy(page(1))).toEqual([page(2), one]);
		await take(catalog, 2, upsert(one, facts({ references: [page(3)] })));
		expect(catalog.referencedBy(page(1))).toEqual([page(2)]);
		expect(catalog.referencedBy(page(3))).toEqual([one]);
	});
});

describe("lineage", () => {
	it("is the whole chain of incarnations from any of them", () => {
		const catalog = freshCatalog();
		catalog.recordLineage(workItem(1), workItem(2));
		catalog.recordLineage(workItem(2), workItem(3));
		catalog.recordLineage(workItem(2), workItem(3));
		for (const id of [1, 2, 3]) expect(catalog.lineage(workItem(id)).map((ref) => ref.id)).toEqual(["1", "2", "3"]);
		expect(catalog.lineage(workItem(9))).toEqual([workItem(9)]);
		catalog.recordLineage(workItem(3), workItem(1));
		expect(catalog.lineage(workItem(1)).length).toBe(3);
	});

	it("recorded while a snapshot is taken in is known at once and kept, even when the snapshot fails", async () => {
		const catalog = freshCatalog();
		async function* failing(): AsyncGenerator<CatalogChange> {
			yield upsert(one, facts());
			catalog.recordLineage(workItem(1), workItem(2));
			expect(catalog.lineage(workItem(2)).length).toBe(2);
			throw new Error("the source broke");
		}
		await expect(catalog.apply({ id: 1, at: timeOf(1) }, failing())).rejects.toThrow("the source broke");
		expect(catalog.lineage(workItem(1)).map((ref) => ref.id)).toEqual(["1", "2"]);
	});
});
