import { type Clock, quietLog } from "@skyeworx/core";
import { describe, expect, it } from "vitest";
import { Gates } from "./limits.ts";

/** A clock on which sleeping takes its time and nothing else does. */
function sleeping(): Clock {
	let now = 1_000_000;
	return {
		now: () => new Date(now),
		monotonic: () => now,
		sleep: async (milliseconds) => {
			const until = now + milliseconds;
			await Promise.resolve();
			now = Math.max(now, until);
		},
	};
}

const { signal } = new AbortController();
const operation = "GET /wiki/api/v2/pages/{id}";
const refusal = { scope: "burst", operation, item: undefined, wait: 1000 } as const;

async function passing(gates: Gates, clock: Clock, calls: number): Promise<number> {
	const before = clock.monotonic();
	for (let call = 0; call < calls; call++) {
		await gates.pass(operation, undefined, signal);
		gates.passed(operation);
	}
	return clock.monotonic() - before;
}

describe("an endpoint that refused calls for coming too fast", () => {
	it("is called again no faster than is published for it, however many calls were refused at once", async () => {
		const clock = sleeping();
		const gates = new Gates({ clock, log: quietLog });
		expect(await passing(gates, clock, 100)).toBe(0);
		expect(Array.from({ length: 8 }, () => gates.hold(refusal))).toEqual([true, ...Array.from({ length: 7 }, () => false)]);
		const spent = await passing(gates, clock, 181);
		// The second that it asked for, then 90 a second: nine tenths of the 100 that are published.
		expect(spent).toBeGreaterThanOrEqual(1000 + 2000 - 1);
		expect(spent).toBeLessThan(1000 + 2000 + 100);
		expect(await passing(gates, clock, 90)).toBeGreaterThanOrEqual(990);
	});

	it("is called ever more slowly while it goes on refusing, and faster again once it takes calls", async () => {
		const clock = sleeping();
		const gates = new Gates({ clock, log: quietLog });
		for (let round = 0; round < 5; round++) {
			expect(gates.hold(refusal)).toBe(true);
			await clock.sleep(1001, signal);
		}
		const slow = await passing(gates, clock, 10);
		await passing(gates, clock, 100);
		expect(await passing(gates, clock, 10)).toBeLessThan(slow / 4);
	});
});
