import { describe, expect, it } from "vitest";
import { utf8 } from "../format/bytes.ts";
import { memoryStore } from "./memory-store.ts";
import { storeConformance } from "./store.conformance.ts";

storeConformance("the memory store", async () => memoryStore());

describe("the memory store", () => {
	it("creates over a delete marker, as a versioned bucket does", async () => {
		const store = memoryStore();
		await store.create("log/1", utf8("first"));
		store.hide("log/1");
		await expect(store.read("log/1")).rejects.toMatchObject({ code: "store-object-missing" });
		expect(await store.create("log/1", utf8("second"))).toBe("created");
		expect(store.versions("log/1").map((version) => version.bytes)).toEqual([utf8("first"), undefined, utf8("second")]);
	});

	it("refuses to delete what is locked, by its own clock", async () => {
		let now = Date.UTC(2031, 0, 1);
		const store = memoryStore({ now: () => new Date(now) });
		await store.create("packs/x", utf8("x"), { retainUntil: new Date(Date.UTC(2031, 0, 2)) });
		expect(await store.delete("packs/x")).toBe("locked");
		now = Date.UTC(2031, 0, 3);
		expect(await store.delete("packs/x")).toBe("deleted");
	});

	it("fails before or after the effect, dies, and reads too little, as told", async () => {
		const store = memoryStore();
		const next = (fault: "fail-before" | "fail-after" | "crash-after" | "partial") => {
			store.setFault(() => {
				store.setFault(undefined);
				return fault;
			});
		};
		next("fail-before");
		await expect(store.create("a", utf8("a"))).rejects.toMatchObject({ code: "store-unreachable" });
		expect(await store.facts("a")).toBeUndefined();
		next("fail-after");
		await expect(store.create("a", utf8("abcd"))).rejects.toMatchObject({ code: "store-unreachable" });
		expect(await store.facts("a")).toMatchObject({ size: 4 });
		next("partial");
		expect(await store.read("a")).toEqual(utf8("ab"));
		next("crash-after");
		await expect(store.delete("a")).rejects.toThrow("died");
		await expect(store.read("a")).rejects.toThrow("died");
		await expect(store.reopen().read("a")).rejects.toMatchObject({ code: "store-object-missing" });
	});
});
