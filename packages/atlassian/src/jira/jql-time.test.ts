import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jqlTime } from "./jql-time.ts";

const at = (text: string): number => Date.parse(text);

describe("an instant in JQL", () => {
	it("is written in the account's time zone, to the minute", () => {
		expect(jqlTime(at("2026-06-04T15:30:59Z"), "Australia/Sydney")).toBe("2026-06-05 01:30");
		expect(jqlTime(at("2026-06-04T15:30:59Z"), "America/New_York")).toBe("2026-06-04 11:30");
		expect(jqlTime(at("2026-12-31T23:59:00Z"), "Asia/Kolkata")).toBe("2027-01-01 05:29");
	});

	it("reaches back rather than forward when clocks are set back and an hour comes twice", () => {
		// 2026-04-05 in Sydney: 03:00 becomes 02:00 at 16:00 UTC; "02:30" would also be read as an hour later.
		expect(jqlTime(at("2026-04-04T15:30:00Z"), "Australia/Sydney")).toBe("2026-04-05 01:30");
	});

	it("never names a minute after the instant, whichever way a doubtful one is read", () => {
		const zones = ["Australia/Sydney", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"];
		fc.assert(
			fc.property(
				fc.constantFrom(...zones),
				fc.integer({ min: at("2025-01-01T00:00:00Z"), max: at("2027-12-31T00:00:00Z") }),
				(zone, time) => {
					const text = jqlTime(time, zone);
					const latest = readings(text, zone).at(-1) ?? Number.POSITIVE_INFINITY;
					expect(latest).toBeLessThanOrEqual(time);
					expect(time - latest).toBeLessThan(2 * 3_600_000);
				},
			),
			{ numRuns: 500 },
		);
	});
});

/** All instants that a wall clock of a zone shows as this text. */
function readings(text: string, timeZone: string): number[] {
	const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
	const base = at(`${text.replace(" ", "T")}:00Z`);
	const found: number[] = [];
	for (let minutes = -14 * 60; minutes <= 14 * 60; minutes += 15) {
		if (format.format(base + minutes * 60_000) === text) found.push(base + minutes * 60_000);
	}
	return found;
}
