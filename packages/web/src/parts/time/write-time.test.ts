import { describe, expect, it } from "vitest";
import { exactTime, relativeTime, spanText, workTime } from "./write-time.ts";

const now = Date.parse("2026-11-22T08:00:00Z");

describe("times for people", () => {
	it.each([
		[32_400, "9 h"],
		[5400, "1 h 30 min"],
		[2700, "45 min"],
		[288_000, "80 h"],
		[20, "0 min"],
	])("%d seconds of work are %s", (seconds, text) => {
		expect(workTime(seconds)).toBe(text);
	});

	it.each([
		["2026-11-22T07:59:40Z", "just now"],
		["2026-11-22T07:59:10Z", "1 minute ago"],
		["2026-11-22T07:01:00Z", "59 minutes ago"],
		["2026-11-22T05:00:00Z", "3 hours ago"],
		["2026-11-20T08:00:00Z", "2 days ago"],
		["2026-11-22T10:00:00Z", "in 2 hours"],
		["2026-10-24T08:00:00Z", "29 days ago"],
		["2026-10-02T12:00:00Z", "2 Oct 2026"],
		["2024-02-29T12:00:00Z", "29 Feb 2024"],
		["2027-11-22T08:00:00Z", "next year"],
		["no time", "no time"],
	])("writes %s as %s", (at, words) => {
		expect(relativeTime(at, now)).toBe(words);
	});

	it("names the zone of an exact time", () => {
		expect(exactTime("2026-11-22T08:00:00Z", "Australia/Sydney")).toMatch(/22 Nov 2026.*19:00:00.*AEDT/);
	});

	it.each([
		[0.2, "under 1 s"],
		[72, "1 min 12 s"],
		[3600, "1 h"],
		[86_400, "24 h"],
		[604_800, "7 days"],
	])("writes %d seconds as %s", (seconds, words) => {
		expect(spanText(seconds)).toBe(words);
	});
});
