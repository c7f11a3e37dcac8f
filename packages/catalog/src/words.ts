/** A word of a text, in lower case and without accents, and where it stands. */
export interface Word {
	readonly folded: string;
	readonly start: number;
	readonly end: number;
}

const wordPattern = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;
/** Scripts that write words without spaces between them. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
const unspacedRun =
	/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]+/gu;

/** The form in which words are compared: as the full-text index folds them. */
function fold(text: string): string {
	return text
		.normalize("NFD")
		.replace(/\p{M}+/gu, "")
		.toLowerCase();
}

/** Whether the word's script has no spaces: then each character is a word. */
export function isUnspaced(word: string): boolean {
	return unspaced.test(word);
}

/** The words of a text, one after the other. */
export function* wordsOf(text: string): Generator<Word> {
	for (const match of text.matchAll(wordPattern)) {
		const [run] = match;
		if (!unspaced.test(run)) {
			yield { folded: fold(run), start: match.index, end: match.index + run.length };
			continue;
		}
		for (const part of run.matchAll(unspacedRun)) {
			const start = match.index + part.index;
			yield { folded: fold(part[0]), start, end: start + part[0].length };
		}
	}
}

/** Writes a text so that the full-text index sees each character of a script without spaces as a word. */
export function forIndex(text: string): string {
	const composed = text.normalize("NFC");
	return unspaced.test(composed) ? composed.replace(new RegExp(unspaced.source, "gu"), " $& ") : composed;
}
