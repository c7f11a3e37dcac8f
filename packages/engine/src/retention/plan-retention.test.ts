import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { notesBench } from "../notes-site.fixture.ts";
import { applyRetention } from "./apply-retention.ts";
import { planRetention, type RetainedSnapshot, type RetentionPolicy } from "./plan-retention.ts";

const now = new Date("2026-11-22T12:00:00Z");

function snapshot(id: number, at: string, more: Partial<RetainedSnapshot> = {}): RetainedSnapshot {
	return { id, at: new Date(at), complete: true, ...more };
}

/** One every hour for so many hours up to now. */
function hourly(count: number): RetainedSnapshot[] {
	return Array.from({ length: count }, (_, i) => snapshot(i + 1, new Date(now.getTime() - (count - 1 - i) * 3_600_000).toISOString()));
}

function kept(snapshots: readonly RetainedSnapshot[], policy: RetentionPolicy): number[] {
	return planRetention(snapshots, policy, now).keep.map((verdict) => verdict.snapshot);
}

describe("a retention plan", () => {
	it("keeps the newest of each period and says why", () => {
		const plan = planRetention(hourly(100), { hourly: 3, daily: 3 }, now);
		expect(plan.keep.map(({ snapshot: id, reasons }) => [id, reasons])).toEqual([
			[100, ["newest", "hourly 1 of 3", "daily 1 of 3"]],
			[99, ["hourly 2 of 3"]],
			[98, ["hourly 3 of 3"]],
			[87, ["daily 2 of 3"]],
			[63, ["daily 3 of 3"]],
		]);
		expect(plan.forget).toHaveLength(95);
		expect(plan.forget[0]).toMatchObject({ snapshot: 97, reasons: ["kept by no rule"] });
	});

	it("counts weeks from Monday, over the turn of the year too, and months and years", () => {
		const snapshots = [
			snapshot(1, "2024-12-29T23:00:00Z"),
			snapshot(2, "2024-12-30T01:00:00Z"),
			snapshot(3, "2025-01-01T01:00:00Z"),
			snapshot(4, "2025-01-05T01:00:00Z"),
			snapshot(5, "2025-01-06T01:00:00Z"),
			snapshot(6, "2025-02-01T01:00:00Z"),
		];
		expect(kept(snapshots, { weekly: 4 })).toEqual([6, 5, 4, 1]);
		expect(kept(snapshots, { monthly: 3 })).toEqual([6, 5, 2]);
		expect(kept(snapshots, { yearly: 5 })).toEqual([6, 2]);
	});

	it("begins days where the policy says", () => {
		const snapshots = [snapshot(1, "2026-11-20T22:30:00Z"), snapshot(2, "2026-11-20T23:30:00Z"), snapshot(3, "2026-11-21T10:00:00Z")];
		expect(kept(snapshots, { daily: 2 })).toEqual([3, 2]);
		expect(kept(snapshots, { daily: 2, timeZone: "Europe/Berlin" })).toEqual([3, 1]);
	});

	it("takes the hour that a clock change repeats for two hours", () => {
		const snapshots = [snapshot(1, "2026-10-25T00:30:00Z"), snapshot(2, "2026-10-25T01:30:00Z")];
		expect(kept(snapshots, { hourly: 2, timeZone: "Europe/Berlin" })).toEqual([2, 1]);
	});

	it("never lets go of the newest, of pinned, held or locked ones, nor of checkpoints", () => {
		const snapshots = [
			snapshot(1, "2020-01-01T00:00:00Z", { pin: "before the migration" }),
			snapshot(2, "2020-01-02T00:00:00Z", { holds: ["case 7", "case 9"] }),
			snapshot(3, "2020-01-03T00:00:00Z", { lockUntil: new Date("2027-01-01T00:00:00Z") }),
			snapshot(4, "2020-01-04T00:00:00Z", { lockUntil: new Date("2026-01-01T00:00:00Z") }),
			snapshot(5, "2020-01-05T00:00:00Z", { complete: false }),
			snapshot(6, "2020-01-06T00:00:00Z"),
			snapshot(7, "2020-01-07T00:00:00Z", { complete: false }),
		];
		const plan = planRetention(snapshots, { last: 0 }, now);
		expect(plan.forget.map((verdict) => verdict.snapshot)).toEqual([4]);
		expect(plan.keep.find((verdict) => verdict.snapshot === 2)?.reasons).toEqual(["held: case 7", "held: case 9"]);
	});

	it("keeps everything when no rule says otherwise", () => {
		expect(planRetention(hourly(10), {}, now).forget).toEqual([]);
	});

	it("is stable: what is kept today is kept by the same plan made again", () => {
		const count = fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined });
		const rules = fc.record({ last: count, hourly: count, daily: count, weekly: count, monthly: count, yearly: count });
		const times = fc.uniqueArray(fc.integer({ min: 0, max: 900 * 24 }), { maxLength: 40 });
		fc.assert(
			fc.property(times, rules, (hours, rule) => {
				const snapshots = hours.map((hour, i) => snapshot(i + 1, new Date(now.getTime() - hour * 3_600_000).toISOString()));
				const policy = Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined)) as RetentionPolicy;
				const plan = planRetention(snapshots, policy, now);
				expect(plan.keep.length + plan.forget.length).toBe(snapshots.length);
				if (snapshots.length > 0) expect(plan.keep.length).toBeGreaterThan(0);
				const left = snapshots.filter(({ id }) => plan.keep.some((verdict) => verdict.snapshot === id));
				expect(planRetention(left, policy, now).forget).toEqual([]);
			}),
		);
	});
});

describe("retention carried out", () => {
	it("forgets what the plan names, but not what was pinned after it was made", async () => {
		const { vault } = await notesBench();
		for (let i = 0; i < 5; i++) {
			const writer = await vault.beginSnapshot({ parent: vault.snapshots().at(-1)?.id });
			await writer.commit({ descriptor: { i }, complete: true });
		}
		const ids = vault.snapshots().map(({ id }) => id);
		const plan = planRetention(vault.snapshots(), { last: 2 }, now);
		await vault.pin(ids[1] ?? 0, "in a hurry");
		const result = await applyRetention(vault, plan);
		expect(result).toEqual({ forgotten: [ids[2], ids[0]], passed: [ids[1]] });
		expect(vault.snapshots().map(({ id }) => id)).toEqual([ids[1], ids[3], ids[4]]);
	});
});
