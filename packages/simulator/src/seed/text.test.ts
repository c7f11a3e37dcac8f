import { describe, expect, it } from "vitest";
import { SeededRandom } from "../site/random.ts";
import { createText } from "./text.ts";

const textOf = (seed: number) => {
	const source = new SeededRandom(seed);
	return createText(() => source.fraction());
};

describe("invented text", () => {
	it("is the same for the same seed and another for another seed", () => {
		expect(textOf(7).storage()).toBe(textOf(7).storage());
		expect(textOf(7).storage()).not.toBe(textOf(8).storage());
		expect(textOf(7).adf()).toEqual(textOf(7).adf());
	});

	it("hardly ever says a sentence twice", () => {
		const text = textOf(1);
		const sentences = new Set(Array.from({ length: 5000 }, () => text.sentence()));
		expect(sentences.size).toBeGreaterThan(4500);
		for (const sentence of sentences) expect(sentence).not.toMatch(/[{}]|undefined/);
	});

	it("begins each sentence with a capital and chooses the article by ear", () => {
		const text = textOf(2);
		for (let index = 0; index < 2000; index += 1) {
			const sentence = text.sentence();
			expect(sentence).toMatch(/^[A-Z0-9]/);
			expect(sentence).not.toMatch(/\b[Aa] [aeio]/);
		}
	});

	it("names invented people with addresses below example.com only", () => {
		const text = textOf(3);
		for (let index = 0; index < 500; index += 1) expect(text.person().email).toMatch(/^[a-z-]+\.[a-z-]+@example\.com$/);
	});

	it("shows each file of the material once, in ADF and in storage format", () => {
		const text = textOf(4);
		const media = [{ id: "6b1f0a52-0000-4000-a000-000000000001", collection: "contentId-1", fileName: "chart.png", image: true }];
		expect(JSON.stringify(text.adf({ media })).split("6b1f0a52-0000").length).toBe(2);
		expect(text.storage({ media }).split('ri:filename="chart.png"').length).toBe(2);
	});
});
