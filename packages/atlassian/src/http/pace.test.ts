import type { Clock } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import { isWrite, Pace } from "./pace.ts";

/** A clock that stands still but for sleeping, and tells how long that was. */
function standing(): Clock & { readonly slept: number[]; pass(milliseconds: number): void } {
	let now = 1_000_000;
	const slept: number[] = [];
	return {
		slept,
		now: () => new Date(now),
		monotonic: () => now,
		sleep: async (milliseconds) => void slept.push(milliseconds),
		pass: (milliseconds) => {
			now += milliseconds;
		},
	};
}

const { signal } = new AbortController();
const put = { method: "PUT", path: "/wiki/api/v2/pages/{id}" } as const;

describe("the pace of writes", () => {
	it("lets some through at once and spreads the rest below the published rate, each operation by itself", async () => {
		const clock = standing();
		const pace = new Pace(clock);
		for (let write = 0; write < 65; write++) await pace.pass(put, signal);
		// 45 of them take a second: nine tenths of the 50 that Atlassian lets through.
		expect(clock.slept).toHaveLength(45);
		expect(clock.slept.at(-1)).toBeGreaterThanOrEqual(999);
		await pace.pass({ method: "DELETE", path: put.path }, signal);
		expect(clock.slept).toHaveLength(45);
	});

	it("never lets more through in a second than is published, however calls come", async () => {
		const clock = standing();
		const pace = new Pace(clock);
		const times: number[] = [];
		for (let write = 0; write < 300; write++) {
			const before = clock.slept.length;
			await pace.pass(put, signal);
			times.push(clock.monotonic() + (clock.slept.length > before ? (clock.slept.at(-1) ?? 0) : 0));
			if (write % 40 === 0) clock.pass(700);
		}
		const busiest = Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + 1000).length));
		// A site's bucket holds a second's worth on top of what flows in.
		expect(busiest).toBeLessThanOrEqual(50 + 20);
	});

	it("is for what writes: searches by POST say that they are idempotent", () => {
		expect(isWrite({ method: "POST" })).toBe(true);
		expect(isWrite({ method: "PUT", idempotent: true })).toBe(true);
		expect(isWrite({ method: "POST", idempotent: true })).toBe(false);
		expect(isWrite({ method: "GET" })).toBe(false);
	});
});
