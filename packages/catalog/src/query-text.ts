import { isUnspaced, wordsOf } from "./words.ts";

/** What a person typed, taken apart. */
export interface ParsedText {
	/** Phrases that must all occur; each is one or more folded words in a row. */
	readonly phrases: readonly Phrase[];
}

export interface Phrase {
	readonly words: readonly string[];
	/** The last word may go on. */
	readonly open: boolean;
}

/** More than anybody types; the rest is ignored. */
const maxLength = 1000;
const maxWords = 24;

/** Takes a query apart: quoted parts stay together, the last word is open while it is being typed. Never throws. */
export function parseQueryText(text: string): ParsedText {
	const shown = text.slice(0, maxLength);
	const phrases: Phrase[] = [];
	let room = maxWords;
	for (const [part, quoted] of parts(shown)) {
		const words = [...wordsOf(part)].map((word) => word.folded).filter((word) => word !== "");
		const taken = words.slice(0, room);
		room -= taken.length;
		const last = taken.at(-1);
		if (last === undefined) continue;
		const isEnd = !quoted && shown.trimEnd().endsWith(part) && text.length <= maxLength;
		phrases.push({ words: taken, open: isEnd && last.length > 1 && !isUnspaced(last) });
	}
	return { phrases: phrases.map((phrase, index) => (index === phrases.length - 1 ? phrase : { ...phrase, open: false })) };
}

function* parts(text: string): Generator<readonly [string, boolean]> {
	for (const match of text.matchAll(/"([^"]*)"|[^\s"]+/gu)) yield match[1] === undefined ? [match[0], false] : [match[1], true];
}

/** A phrase in the language of FTS5: everything quoted, nothing that it could take for an operator. */
function matchPhrase(phrase: Phrase): string {
	return `"${phrase.words.join(" ")}"${phrase.open ? " *" : ""}`;
}

/** Takes a person's name as one phrase; undefined when there is no word in it. */
export function parsePerson(name: string): Phrase | undefined {
	const words = [...wordsOf(name.slice(0, maxLength))].map((word) => word.folded).filter((word) => word !== "");
	return words.length === 0 ? undefined : { words: words.slice(0, maxWords), open: false };
}

/** The MATCH expression for words and a person; undefined when nothing is asked for. */
export function matchExpression(text: ParsedText, person: Phrase | undefined): string | undefined {
	const terms = text.phrases.map(matchPhrase);
	if (person !== undefined) terms.push(`people : ${matchPhrase(person)}`);
	return terms.length === 0 ? undefined : terms.join(" AND ");
}
