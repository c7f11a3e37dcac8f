import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Catalog, CatalogChange, ItemFacts } from "./catalog.ts";
import { facts, freshCatalog, remove, take, upsert, workItem } from "./facts.fixture.ts";

const one = workItem(10_001);
const two = workItem(10_002);

const titled = (title: string, text = `text of ${title}`) => facts({ title, text, key: "ACME-1" });
const found = (catalog: Catalog, text: string) => catalog.search({ text, limit: 9 }).hits.map((hit) => hit.ref.id);
const told = (catalog: Catalog) => catalog.versions(one).map(({ snapshotId, state, title }) => [snapshotId, state, title]);

describe("snapshots that are let go", () => {
	it("leave a version under the first kept snapshot that has it", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, upsert(one, titled("First")));
		await take(catalog, 2, upsert(one, titled("Second")));
		await take(catalog, 3);
		await catalog.retain([1, 3]);
		expect(told(catalog)).toEqual([
			[1, "created", "First"],
			[3, "changed", "Second"],
		]);
		expect(catalog.item(one, 3)).toMatchObject({ title: "Second", versions: 2, firstSnapshotId: 1, lastSnapshotId: 3 });
	});

	it("take with them what only they had: from versions, names and search", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, upsert(one, titled("Walnut")));
		await take(catalog, 2, upsert(one, titled("Hazel")), upsert(two, facts({ key: "ACME-2", title: "Passing", text: "fleeting" })));
		await take(catalog, 3, upsert(one, titled("Almond")), remove(two));
		await catalog.retain([1, 3]);
		expect(told(catalog)).toEqual([
			[1, "created", "Walnut"],
			[3, "changed", "Almond"],
		]);
		expect(found(catalog, "hazel")).toEqual([]);
		expect(found(catalog, "walnut")).toEqual([one.id]);
		expect(catalog.item(two)).toBeUndefined();
		expect(catalog.findByKey("ACME-2")).toEqual([]);
		expect([...found(catalog, "fleeting"), ...found(catalog, "passing")]).toEqual([]);
		expect(catalog.counts()).toEqual({ "jira.work-item": { live: 1, deleted: 0 } });
	});

	it("let a deletion tell of the last version that is left", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, upsert(one, titled("Walnut")));
		await take(catalog, 2, upsert(one, titled("Hazel")));
		await take(catalog, 3, remove(one));
		await take(catalog, 4);
		await catalog.retain([1, 4]);
		expect(told(catalog)).toEqual([
			[1, "created", "Walnut"],
			[4, "deleted", "Walnut"],
		]);
		expect(catalog.item(one)).toMatchObject({ state: "deleted", title: "Walnut", text: "text of Walnut", lastSnapshotId: 1, versions: 1 });
		expect(found(catalog, "hazel")).toEqual([]);
	});

	it("put the catalog back to the newest that is kept, so that it goes on from there", async () => {
		const catalog = freshCatalog();
		await take(catalog, 1, upsert(one, titled("Walnut")), upsert(two, facts({ key: "ACME-2" })));
		await take(catalog, 2, upsert(one, titled("Hazel")), remove(two));
		await catalog.retain([1]);
		expect(catalog.position()).toBe(1);
		expect(catalog.item(one)).toMatchObject({ title: "Walnut", versions: 1 });
		expect(catalog.item(two)).toMatchObject({ state: "live" });
		await take(catalog, 3, upsert(one, titled("Almond")));
		expect(told(catalog).map(([id]) => id)).toEqual([1, 3]);
		await catalog.retain([]);
		expect(catalog.position()).toBeUndefined();
		expect(catalog.search({ limit: 9 }).hits).toEqual([]);
	});
});

/** The world of one snapshot: which items have which word. */
type World = ReadonlyMap<string, string>;

const words = ["walnut", "hazel", "almond", "cashew"] as const;
const itemOf = (id: string) => workItem(id);
const factsOf = (id: string, word: string): ItemFacts =>
	facts({ key: `ACME-${id}`, title: `${word} ${id}`, text: `about ${word}`, people: [] });

function changesBetween(before: World | undefined, after: World): CatalogChange[] {
	const written = [...after].filter(([id, word]) => before?.get(id) !== word).map(([id, word]) => upsert(itemOf(id), factsOf(id, word)));
	const deleted = [...(before?.keys() ?? [])].filter((id) => !after.has(id)).map((id) => remove(itemOf(id)));
	return [...written, ...deleted];
}

/** All that a catalog answers for the snapshots that are kept. */
function answers(catalog: Catalog, snapshots: readonly number[]) {
	const ids = ["1", "2", "3"];
	const shown = (asOf: number | undefined) =>
		ids.map((id) => {
			const item = catalog.item(itemOf(id), asOf);
			return item && [item.state, item.title, item.text, item.firstSnapshotId, item.lastSnapshotId, item.deletedAt];
		});
	return {
		position: catalog.position(),
		now: shown(undefined),
		asOf: snapshots.map(shown),
		counts: snapshots.map((asOf) => Object.values(catalog.counts(asOf)).filter(({ live, deleted }) => live + deleted > 0)),
		found: words.map((word) => catalog.search({ text: word, order: "key", limit: 9 }).hits.map((hit) => [hit.ref.id, hit.state])),
		foundThen: snapshots.map((asOf) =>
			words.map((word) => catalog.search({ text: word, asOf, order: "key", limit: 9 }).hits.map((hit) => hit.ref.id)),
		),
		named: ids.map((id) => catalog.findByKey(`ACME-${id}`).length),
	};
}

describe("a catalog that let snapshots go", () => {
	it("answers as one that never saw them", async () => {
		const world = fc
			.dictionary(fc.constantFrom("1", "2", "3"), fc.constantFrom(...words))
			.map((entries) => new Map(Object.entries(entries)));
		const history = fc.array(fc.record({ world, kept: fc.boolean() }), { minLength: 1, maxLength: 8 });
		await fc.assert(
			fc.asyncProperty(history, fc.nat(7), async (snapshots, cut) => {
				const thinned = freshCatalog();
				const fresh = freshCatalog();
				const kept = snapshots.flatMap((one, index) => (one.kept ? [index + 1] : []));
				let before: World | undefined;
				let keptBefore: World | undefined;
				for (const [index, { world: now, kept: stays }] of snapshots.entries()) {
					await take(thinned, index + 1, ...changesBetween(before, now));
					before = now;
					if (!stays) continue;
					await take(fresh, index + 1, ...changesBetween(keptBefore, now));
					keptBefore = now;
				}
				// In two steps: what is left must bear to be thinned again.
				await thinned.retain(snapshots.flatMap((one, index) => (one.kept || index < cut ? [index + 1] : [])));
				await thinned.retain(kept);
				expect(answers(thinned, kept)).toEqual(answers(fresh, kept));
				const readable = new Set(kept);
				for (const id of ["1", "2", "3"]) {
					const versions = thinned.versions(itemOf(id));
					expect(versions.filter((version) => !readable.has(version.snapshotId))).toEqual([]);
					for (const { snapshotId, state, title } of versions) {
						const word = snapshots[snapshotId - 1]?.world.get(id);
						if (state === "deleted") expect(word).toBeUndefined();
						else expect(title).toBe(`${word} ${id}`);
					}
				}
			}),
			{ numRuns: 25 },
		);
	});
});
