import { describe, expect, it } from "vitest";
import { readAhead } from "./read-ahead.ts";

describe("reading ahead", () => {
	it("gives results in order and never has more than a few in hand", async () => {
		let open = 0;
		let most = 0;
		const tasks = Array.from({ length: 20 }, (_, index) => async () => {
			open += 1;
			most = Math.max(most, open);
			for (let i = 0; i < 20 - index; i++) await Promise.resolve();
			return index;
		});
		const seen: number[] = [];
		for await (const value of readAhead(tasks, 4)) {
			open -= 1;
			seen.push(value);
		}
		expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index));
		expect(most).toBeLessThanOrEqual(5);
	});

	it("ends with the error of the task whose turn it is; what came before was given", async () => {
		const tasks = [async () => 1, async () => Promise.reject(new Error("second")), async () => Promise.reject(new Error("third"))];
		const seen: number[] = [];
		const reading = async () => {
			for await (const value of readAhead<number>(tasks, 3)) seen.push(value);
		};
		await expect(reading()).rejects.toThrow("second");
		expect(seen).toEqual([1]);
	});
});
