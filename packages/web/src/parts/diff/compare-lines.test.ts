import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ComparedLine, compareLines, foldUnchanged } from "./compare-lines.ts";

function side(lines: readonly ComparedLine[], which: "before" | "after"): readonly string[] {
	return lines.flatMap((line) => {
		if (line.type === "same") return [line.text];
		if (line.type === "changed") return [line[which].map((part) => part.text).join("")];
		return line.type === (which === "before" ? "removed" : "added") ? [line.words.map((part) => part.text).join("")] : [];
	});
}

describe("comparing two texts", () => {
	it("marks the words that changed within a line", () => {
		expect(compareLines(["retries fail after 30 s"], ["retries fail after 60 s"])).toEqual([
			{
				type: "changed",
				before: [
					{ text: "retries fail after ", change: "same" },
					{ text: "30", change: "removed" },
					{ text: " s", change: "same" },
				],
				after: [
					{ text: "retries fail after ", change: "same" },
					{ text: "60", change: "added" },
					{ text: " s", change: "same" },
				],
			},
		]);
	});

	it("shows lines that have little in common as removed and added", () => {
		expect(compareLines(["alpha beta gamma"], ["something else entirely"]).map((line) => line.type)).toEqual(["removed", "added"]);
	});

	it("keeps every line of both sides, in order, whatever they are", () => {
		const texts = fc.array(fc.constantFrom("a", "b c", "b d", "", "long line of words here", "long line of other words"), {
			maxLength: 12,
		});
		fc.assert(
			fc.property(texts, texts, (before, after) => {
				const lines = compareLines(before, after);
				expect(side(lines, "before")).toEqual(before);
				expect(side(lines, "after")).toEqual(after);
			}),
		);
	});

	it("folds unchanged lines away from changes, and counts them", () => {
		const lines = compareLines(["1", "2", "3", "4", "5", "6"], ["1", "2", "3", "4", "5", "six"]);
		expect(foldUnchanged(lines)[0]).toEqual({ type: "folded", count: 4 });
	});
});
