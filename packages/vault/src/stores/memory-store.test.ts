import { describe, expect, it } from "vitest";
import { utf8 } from "../format/bytes.ts";
import { steppingClock } from "../vault.fixture.ts";
import { memoryStore } from "./memory-store.ts";
import { patientStore } from "./retrying.ts";
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

	it.each(["409", "429", "503"] as const)("refuses with %s for the moment, without effect; whoever is patient succeeds", async (fault) => {
		let left = 3;
		const store = memoryStore({ fault: () => (left-- > 0 ? fault : undefined) });
		await expect(store.create("a", utf8("a"))).rejects.toMatchObject({ code: "store-unreachable", facts: { status: Number(fault) } });
		expect(store.names()).toEqual([]);
		expect(await patientStore(store, steppingClock()).create("a", utf8("a"))).toBe("created");
	});

	it("answers 412 to a request that was sent twice on the way: the name is taken by the caller's own bytes", async () => {
		const store = memoryStore({ fault: () => "412" });
		expect(await store.create("a", utf8("mine"))).toBe("exists");
		expect(store.versions("a")).toHaveLength(1);
	});

	it("lists page by page, in no order of names, and whoever is patient gets each name once though a page fails", async () => {
		const store = memoryStore();
		const names = Array.from({ length: 23 }, (_, i) => `idx/${String(i * 37).padStart(4, "0")}`);
		for (const name of names) await store.create(name, utf8(name));
		let pages = 0;
		store.setFault(({ operation }) => (operation === "list" && [2, 5, 9].includes(++pages) ? "503" : undefined));
		const listed: string[] = [];
		for await (const { name } of patientStore(store, steppingClock()).list("idx/")) listed.push(name);
		expect(pages).toBeGreaterThan(9);
		expect(listed).not.toEqual(names);
		expect(listed.sort()).toEqual(names);
		store.setFault(({ operation }) => (operation === "list" ? "503" : undefined));
		const impatient = async () => {
			for await (const _object of store.list("idx/"));
		};
		await expect(impatient()).rejects.toMatchObject({ code: "store-unreachable" });
	});

	it("lets a lock grow, never shrink", async () => {
		const store = memoryStore({ now: () => new Date(Date.UTC(2031, 0, 1)) });
		await store.create("packs/x", utf8("x"));
		await store.extendLock?.("packs/x", new Date(Date.UTC(2031, 0, 2)));
		await store.extendLock?.("packs/x", new Date(Date.UTC(2030, 0, 1)));
		expect(await store.delete("packs/x")).toBe("locked");
		await expect(store.extendLock?.("packs/y", new Date(0))).rejects.toMatchObject({ code: "store-object-missing" });
	});
});
