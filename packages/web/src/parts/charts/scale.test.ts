import { expect, it } from "vitest";
import { dayText, roundUp } from "./scale.ts";

it("a scale ends with a round number that holds the value, and whose half is whole", () => {
	for (const [value, end] of [
		[0, 2],
		[1, 2],
		[3, 6],
		[7, 10],
		[10, 10],
		[11, 20],
		[260, 500],
		[5001, 10_000],
	] as const) {
		expect(roundUp(value), String(value)).toBe(end);
	}
	for (let value = 1; value < 3000; value += 7) {
		expect(roundUp(value)).toBeGreaterThanOrEqual(value);
		expect(Number.isInteger(roundUp(value) / 2)).toBe(true);
	}
});

it("a day is named as people do, in the zone that it was counted in", () => {
	expect(dayText("2026-11-01")).toBe("1 Nov");
});
