import { describe, expect, it } from "vitest";
import { utf8 } from "../format/bytes.ts";
import type { Store } from "./store.ts";

async function names(store: Store, prefix: string): Promise<string[]> {
	const out: string[] = [];
	for await (const { name } of store.list(prefix)) out.push(name);
	return out.sort();
}

/** What every store must do; mandatory for each implementation. */
export function storeConformance(kind: string, make: () => Promise<Store>): void {
	const bytes = utf8("some bytes of an object");

	describe(`${kind} as a store`, () => {
		it("gives back what was created", async () => {
			const store = await make();
			expect(await store.create("packs/R/ab/one", bytes)).toBe("created");
			expect(await store.read("packs/R/ab/one")).toEqual(bytes);
		});

		it("never overwrites by create, whatever the bytes", async () => {
			const store = await make();
			await store.create("log/0000000000000001", bytes);
			expect(await store.create("log/0000000000000001", utf8("other"))).toBe("exists");
			expect(await store.create("log/0000000000000001", bytes)).toBe("exists");
			expect(await store.read("log/0000000000000001")).toEqual(bytes);
		});

		it("lets exactly one of many concurrent creators win", async () => {
			const store = await make();
			const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => store.create("log/0000000000000002", utf8(`writer ${i}`))));
			expect(answers.filter((answer) => answer === "created")).toHaveLength(1);
			expect(await store.read("log/0000000000000002")).toEqual(utf8(`writer ${answers.indexOf("created")}`));
		});

		it("replaces in the mutable area", async () => {
			const store = await make();
			await store.replace("keys/slots/a.json", bytes);
			await store.replace("keys/slots/a.json", utf8("newer"));
			expect(await store.read("keys/slots/a.json")).toEqual(utf8("newer"));
		});

		it("reads ranges and suffixes, cut off at the end", async () => {
			const store = await make();
			await store.create("packs/R/ab/two", bytes);
			expect(await store.read("packs/R/ab/two", { offset: 5, length: 5 })).toEqual(bytes.subarray(5, 10));
			expect(await store.read("packs/R/ab/two", { offset: 20, length: 500 })).toEqual(bytes.subarray(20));
			expect(await store.read("packs/R/ab/two", { offset: 500, length: 5 })).toEqual(new Uint8Array(0));
			expect(await store.read("packs/R/ab/two", { suffix: 4 })).toEqual(bytes.subarray(-4));
			expect(await store.read("packs/R/ab/two", { suffix: 400 })).toEqual(bytes);
		});

		it("says that an object is missing", async () => {
			const store = await make();
			await expect(store.read("packs/R/ab/none")).rejects.toMatchObject({
				code: "store-object-missing",
				facts: { object: "packs/R/ab/none" },
			});
			expect(await store.facts("packs/R/ab/none")).toBeUndefined();
		});

		it("tells size and time of an object", async () => {
			const store = await make();
			await store.create("probe/x", bytes);
			const facts = await store.facts("probe/x");
			expect(facts).toMatchObject({ name: "probe/x", size: bytes.length });
			expect(facts?.modifiedAt.getTime()).toBeGreaterThan(Date.UTC(2020, 0, 1));
		});

		it("lists by any prefix, also one that ends within a name", async () => {
			const store = await make();
			for (const name of ["log/0000000000000001", "log/0000000000000010", "packs/R/ab/x", "packs/M/ab/y", "vault.json"])
				await store.create(name, bytes);
			expect(await names(store, "log/")).toEqual(["log/0000000000000001", "log/0000000000000010"]);
			expect(await names(store, "log/000000000000001")).toEqual(["log/0000000000000010"]);
			expect(await names(store, "packs/")).toEqual(["packs/M/ab/y", "packs/R/ab/x"]);
			expect(await names(store, "")).toHaveLength(5);
			expect(await names(store, "none/")).toEqual([]);
		});

		it("deletes, also what is not there", async () => {
			const store = await make();
			await store.create("probe/y", bytes);
			expect(await store.delete("probe/y")).toBe("deleted");
			expect(await store.delete("probe/y")).toBe("deleted");
			expect(await store.facts("probe/y")).toBeUndefined();
			expect(await store.create("probe/y", utf8("again"))).toBe("created");
		});

		it.each(["../outside", "/absolute", "a//b", "a/../b", "", "with space", "a/.hidden", "a\\b"])("refuses the name %j", async (name) => {
			const store = await make();
			await expect(store.create(name, bytes)).rejects.toMatchObject({ code: "bad-input" });
			await expect(store.read(name)).rejects.toMatchObject({ code: "bad-input" });
		});

		it("keeps its own copy of the bytes", async () => {
			const store = await make();
			const mine = utf8("mine");
			await store.create("probe/z", mine);
			mine.fill(0);
			(await store.read("probe/z")).fill(0);
			expect(await store.read("probe/z")).toEqual(utf8("mine"));
		});

		it("does nothing once the signal is aborted", async () => {
			const store = await make();
			const signal = AbortSignal.abort();
			await expect(store.create("probe/s", bytes, { signal })).rejects.toMatchObject({ code: "cancelled" });
			expect(await store.facts("probe/s")).toBeUndefined();
		});

		it("takes an empty object and one of many megabytes", async () => {
			const store = await make();
			const large = new Uint8Array(9_000_001).fill(65);
			await store.create("probe/empty", new Uint8Array(0));
			await store.create("probe/large", large);
			expect(await store.read("probe/empty")).toHaveLength(0);
			expect(Buffer.compare(await store.read("probe/large"), large)).toBe(0);
		});
	});
}
