import { AppError } from "@skyeworx/core";
import { expect, it } from "vitest";
import { withinPatience } from "./live-deadline.ts";

/** A clock whose waits end when the test says so. */
function handClock() {
	const waits: { end: () => void; readonly milliseconds: number }[] = [];
	const sleep = (milliseconds: number, signal?: AbortSignal) =>
		new Promise<void>((resolve, reject) => {
			waits.push({ end: resolve, milliseconds });
			signal?.addEventListener("abort", () => reject(new AppError("cancelled", "")));
		});
	return { waits, sleep };
}

it("a live read that takes too long is stopped, and says that the site did not answer", async () => {
	const clock = handClock();
	let stopped = false;
	const reading = withinPatience(clock, undefined, (signal) => {
		signal.addEventListener("abort", () => {
			stopped = true;
		});
		return new Promise<never>(() => {});
	});
	expect(clock.waits[0]?.milliseconds).toBeLessThan(10_000);
	clock.waits[0]?.end();
	await expect(reading).rejects.toMatchObject({ code: "site-unreachable", hint: expect.stringContaining("kept versions") });
	expect(stopped).toBe(true);
});

it("one that answers, fails, or is given up by its caller ends as it would have", async () => {
	expect(await withinPatience(handClock(), undefined, async () => 1)).toBe(1);
	await expect(withinPatience(handClock(), undefined, async () => Promise.reject(new AppError("not-found", "gone")))).rejects.toMatchObject(
		{
			code: "not-found",
		},
	);
	const caller = new AbortController();
	const reading = withinPatience(handClock(), caller.signal, (signal) => {
		return new Promise<never>((_resolve, reject) => signal.addEventListener("abort", () => reject(new AppError("cancelled", "left"))));
	});
	caller.abort();
	await expect(reading).rejects.toMatchObject({ code: "cancelled" });
});
