import { diffArrays, diffWordsWithSpace } from "diff";

/** A stretch of words within a line. */
export interface Words {
	readonly text: string;
	readonly change: "same" | "added" | "removed";
}

/** One line of a comparison: unchanged, only on one side, or on both sides with different words. */
export type ComparedLine =
	| { readonly type: "same"; readonly text: string }
	| { readonly type: "removed"; readonly words: readonly Words[] }
	| { readonly type: "added"; readonly words: readonly Words[] }
	| { readonly type: "changed"; readonly before: readonly Words[]; readonly after: readonly Words[] };

/** Longer lines are compared whole: word by word would take too long to be worth it. */
const longestLine = 20_000;

function words(before: string, after: string): { readonly before: readonly Words[]; readonly after: readonly Words[] } {
	if (before.length + after.length > longestLine) {
		return { before: [{ text: before, change: "removed" }], after: [{ text: after, change: "added" }] };
	}
	const parts = diffWordsWithSpace(before, after).map(
		(part): Words => ({ text: part.value, change: part.added ? "added" : part.removed ? "removed" : "same" }),
	);
	return { before: parts.filter((part) => part.change !== "added"), after: parts.filter((part) => part.change !== "removed") };
}

/** How much of two lines is the same, 0 to 1. */
function likeness(pair: { readonly before: readonly Words[]; readonly after: readonly Words[] }): number {
	const length = (parts: readonly Words[]): number => parts.reduce((sum, part) => sum + part.text.length, 0);
	const same = length(pair.before.filter((part) => part.change === "same"));
	return (2 * same) / Math.max(1, length(pair.before) + length(pair.after));
}

function pairUp(removed: readonly string[], added: readonly string[], out: ComparedLine[]): void {
	const common = Math.min(removed.length, added.length);
	for (let at = 0; at < common; at++) {
		const before = removed[at] ?? "";
		const after = added[at] ?? "";
		const pair = words(before, after);
		if (likeness(pair) >= 0.3) out.push({ type: "changed", ...pair });
		else
			out.push(
				{ type: "removed", words: [{ text: before, change: "removed" }] },
				{ type: "added", words: [{ text: after, change: "added" }] },
			);
	}
	for (const text of removed.slice(common)) out.push({ type: "removed", words: [{ text, change: "removed" }] });
	for (const text of added.slice(common)) out.push({ type: "added", words: [{ text, change: "added" }] });
}

/** Compares two texts line by line, and lines that are alike word by word. */
export function compareLines(before: readonly string[], after: readonly string[]): readonly ComparedLine[] {
	const out: ComparedLine[] = [];
	let removed: readonly string[] = [];
	for (const part of diffArrays([...before], [...after])) {
		if (part.removed) {
			removed = part.value;
			continue;
		}
		if (part.added) pairUp(removed, part.value, out);
		else {
			pairUp(removed, [], out);
			out.push(...part.value.map((text): ComparedLine => ({ type: "same", text })));
		}
		removed = [];
	}
	pairUp(removed, [], out);
	return out;
}

/** Either a line, or a count of unchanged ones that are folded away. */
export type FoldedLine = ComparedLine | { readonly type: "folded"; readonly count: number };

/** Folds unchanged lines that are further than `context` lines from a change. */
export function foldUnchanged(lines: readonly ComparedLine[], context = 1): readonly FoldedLine[] {
	const near = lines.map((_, index) => lines.slice(Math.max(0, index - context), index + context + 1).some((line) => line.type !== "same"));
	const out: FoldedLine[] = [];
	lines.forEach((line, index) => {
		if (near[index]) out.push(line);
		else {
			const last = out.at(-1);
			if (last?.type === "folded") out[out.length - 1] = { type: "folded", count: last.count + 1 };
			else out.push({ type: "folded", count: 1 });
		}
	});
	return out;
}
