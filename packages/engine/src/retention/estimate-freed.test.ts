import { createHash } from "node:crypto";
import type { RunId } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import { runBackup } from "../backup/run-backup.ts";
import { notesBench } from "../notes-site.fixture.ts";
import { keepsAtLeast, rulesBeyond } from "./compare-policies.ts";
import { estimateFreed } from "./estimate-freed.ts";

/** Bytes that don't compress, so that stored and plain sizes are about the same. */
const noise = (seed: number) => createHash("shake256", { outputLength: 60_000 }).update(String(seed)).digest();

describe("what forgetting snapshots frees", () => {
	it("is what nobody else needs, about as much as a collection then frees", async () => {
		const bench = await notesBench();
		const backup = async () => (await runBackup(bench, { runId: "r" as RunId, signal: new AbortController().signal })).snapshot.id;
		bench.site.write("stays", { file: noise(1) }, "1");
		const first = await backup();
		bench.site.write("passes", { file: noise(2) }, "2");
		bench.site.write("lasts", { file: noise(3) }, "3");
		const second = await backup();
		bench.site.notes.delete("2");
		const third = await backup();
		expect(await estimateFreed(bench.vault, new Set())).toBe(0);
		const middle = await estimateFreed(bench.vault, new Set([second]));
		expect(middle).toBeGreaterThan(50_000);
		expect(middle).toBeLessThan(75_000);
		expect(await estimateFreed(bench.vault, new Set([first]))).toBeLessThan(2000);
		const stored = (await bench.vault.statistics()).stored;
		expect(await estimateFreed(bench.vault, new Set([first, second, third]))).toBeGreaterThan(stored * 0.8);
		await bench.vault.forget(second, "test");
		const { condemned, rewritten } = await bench.vault.collect({ budget: 1e9 });
		expect(condemned.bytes - rewritten.bytes).toBeGreaterThan(middle * 0.8);
		expect(condemned.bytes - rewritten.bytes).toBeLessThan(middle * 1.3);
	});
});

describe("two policies", () => {
	it("are compared by how far their rules reach", () => {
		expect(keepsAtLeast({}, { daily: 7 })).toBe(true);
		expect(keepsAtLeast({ daily: 7 }, {})).toBe(false);
		expect(keepsAtLeast({ daily: 7, yearly: 1 }, { daily: 7 })).toBe(true);
		expect(keepsAtLeast({ daily: 6, yearly: 9 }, { daily: 7 })).toBe(false);
		expect(keepsAtLeast({ withinDays: 30 }, { last: 1 })).toBe(false);
	});

	it("are held against a plan's days", () => {
		expect(rulesBeyond({}, 365)).toEqual([]);
		expect(rulesBeyond({ daily: 30, monthly: 12, yearly: 1, withinDays: 365 }, 365)).toBeUndefined();
		expect(rulesBeyond({ monthly: 13, yearly: 2, weekly: 52, daily: 366 }, 365)).toEqual(["daily", "monthly", "yearly"]);
	});
});
