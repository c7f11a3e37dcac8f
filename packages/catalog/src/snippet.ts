import type { Phrase } from "./query-text.ts";
import { wordsOf } from "./words.ts";

const matchStart = "\u0001";
const matchEnd = "\u0002";
/** Characters around the best place. */
const length = 180;
/** A snippet is worth looking through this much of a text, not more. */
const maxScan = 100_000;
const maxMatches = 200;

interface Match {
	readonly start: number;
	readonly end: number;
	readonly term: string;
}

function findMatches(text: string, phrases: readonly Phrase[]): Match[] {
	const exact = new Set(phrases.flatMap((phrase) => (phrase.open ? phrase.words.slice(0, -1) : phrase.words)));
	const openings = phrases.flatMap((phrase) => (phrase.open ? phrase.words.slice(-1) : []));
	const matches: Match[] = [];
	for (const word of wordsOf(text.slice(0, maxScan))) {
		const term = exact.has(word.folded) ? word.folded : openings.find((opening) => word.folded.startsWith(opening));
		if (term !== undefined) matches.push({ start: word.start, end: word.end, term });
		if (matches.length >= maxMatches) break;
	}
	return matches;
}

/** The stretch with the most different words of the query in it; the first of equal ones. */
function bestStart(matches: readonly Match[]): number {
	let best = 0;
	let bestTerms = 0;
	for (const [index, first] of matches.entries()) {
		const terms = new Set<string>();
		for (let at = index; at < matches.length; at++) {
			const match = matches[at];
			if (match === undefined || match.end - first.start > length) break;
			terms.add(match.term);
		}
		if (terms.size > bestTerms) {
			bestTerms = terms.size;
			best = first.start;
		}
	}
	return best;
}

/** Moves a cut out of a word and out of a pair of surrogates. */
function wordStart(text: string, at: number): number {
	if (at <= 0) return 0;
	const space = text.slice(at, at + 24).search(/\s/);
	const start = space >= 0 ? at + space + 1 : at;
	return /[\udc00-\udfff]/.test(text.charAt(start)) ? start + 1 : start;
}

function wordEnd(text: string, at: number): number {
	if (at >= text.length) return text.length;
	const space = text.slice(at - 24, at).lastIndexOf(" ");
	const end = space >= 0 ? at - 24 + space : at;
	return /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? end - 1 : end;
}

/** A few words of the text around what was searched, matches marked; undefined when none of the words stand in it. */
export function makeSnippet(text: string, phrases: readonly Phrase[]): string | undefined {
	const matches = findMatches(text, phrases);
	if (matches.length === 0) return undefined;
	const first = bestStart(matches);
	const from = wordStart(text, Math.max(0, first - 50));
	const start = Math.min(from, first);
	const to = Math.max(wordEnd(text, Math.min(text.length, start + length)), matches.find((match) => match.start === first)?.end ?? 0);
	let marked = start > 0 ? "…" : "";
	let position = start;
	for (const match of matches) {
		if (match.start < position || match.end > to) continue;
		marked += `${clean(text.slice(position, match.start))}${matchStart}${clean(text.slice(match.start, match.end))}${matchEnd}`;
		position = match.end;
	}
	return `${marked}${clean(text.slice(position, to))}${to < text.length ? "…" : ""}`;
}

/** White space as one space; the marks themselves never come from the text. */
function clean(text: string): string {
	return text.replaceAll(matchStart, "").replaceAll(matchEnd, "").replace(/\s+/g, " ");
}
