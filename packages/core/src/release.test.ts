import { expect, it } from "vitest";
import { release } from "./release.ts";

it("empties bytes that are alone in their memory, and only those", () => {
	const [short, long] = [new Uint8Array(100), new Uint8Array(1_000_000)];
	const part = long.subarray(10, 20);
	const pooled = Buffer.from("lies among others");
	release(pooled);
	expect(pooled.toString()).toBe("lies among others");
	for (const bytes of [short, part]) {
		release(bytes);
		// Twice is as good as once.
		release(bytes);
		expect(bytes.length).toBe(0);
	}
	expect(long.length).toBe(0);
});
