import { describe, expect, it } from "vitest";
import type { PackTally } from "./live-marks.ts";
import { planCollection } from "./plan-collection.ts";

const megabyte = 1_000_000;
let names = 0;

function pack(size: number, share: number, more: Partial<PackTally> = {}): PackTally {
	const sha256 = String(names++).padStart(64, "0");
	return { record: { class: "R", sha256, size }, total: size * 4, live: size * 4 * share, promise: 0, ...more };
}

const limits = { now: 1000, budget: 20 * megabyte };

describe("a plan of what to collect", () => {
	it("lets dead packs go, writes those anew that are live for less than 60 %, the emptiest first, within the budget", () => {
		const [dead, tenth, half, most, full] = [0, 0.1, 0.5, 0.61, 1].map((share) => pack(16 * megabyte, share));
		const packs = [dead, tenth, half, most, full].flatMap((one) => (one === undefined ? [] : [one]));
		const plan = planCollection(packs, limits);
		expect(plan.dead).toEqual([dead?.record]);
		expect(plan.rewrite).toEqual([tenth?.record, half?.record]);
		expect(plan.rewritten).toBe(1.6 * megabyte + 8 * megabyte);
		expect(plan.garbage).toBe(16 * megabyte - Math.ceil(16 * megabyte * 0.61));
		expect(planCollection(packs, { ...limits, budget: 2 * megabyte })).toMatchObject({
			rewrite: [tenth?.record],
			postponed: [half?.record],
		});
	});

	it("spends 5 % of what is stored, but always enough for one pack", () => {
		const packs = Array.from({ length: 100 }, () => pack(16 * megabyte, 0.5));
		expect(planCollection(packs, { now: 0 }).rewrite).toHaveLength(10);
		expect(planCollection(packs.slice(0, 3), { now: 0 }).rewrite).toHaveLength(2);
	});

	it("does not write a pack anew that a lock keeps anyway", () => {
		const locked = pack(16 * megabyte, 0.2, { promise: 2000 });
		expect(planCollection([locked], limits)).toMatchObject({ rewrite: [], postponed: [locked.record] });
	});

	it("merges eight small packs of one class and about one size, and no large ones", () => {
		const small = Array.from({ length: 8 }, () => pack(20_000, 1));
		const others = [pack(700_000, 1), pack(12 * megabyte, 1), pack(20_000, 1, { promise: 5000 })];
		expect(planCollection([...small, ...others], limits).rewrite).toHaveLength(8);
		expect(planCollection([...small.slice(1), ...others], limits).rewrite).toEqual([]);
	});
});
