import { applyEdits, type Edit } from "./rewrite-storage.ts";
import { visiblePieces } from "./visible-text.ts";

/** The text that an inline comment is tied to, as `POST /inline-comments` wants it named. */
export interface MarkedText {
	readonly ref: string;
	readonly text: string;
	/** How often the text occurs in the body. */
	readonly count: number;
	/** Which of them, from zero. */
	readonly index: number;
}

interface Span {
	readonly ref: string;
	readonly start: number;
	end: number;
}

/** The text a reader sees, with what each marker covers. Blocks are kept apart, since no selection spans them silently. */
function markedSpans(source: string): { readonly text: string; readonly spans: readonly Span[] } {
	let text = "";
	const spans: Span[] = [];
	const open: Span[] = [];
	for (const piece of visiblePieces(source)) {
		if (piece.type === "text") text += piece.text;
		else if (piece.type === "edge") text += "\n";
		else if (piece.type === "marker-open") {
			const span = { ref: piece.ref, start: text.length, end: text.length };
			spans.push(span);
			if (!piece.token.empty) open.push(span);
		} else {
			const span = open.pop();
			if (span !== undefined) span.end = text.length;
		}
	}
	return { text, spans };
}

function occurrences(text: string, wanted: string): readonly number[] {
	const found: number[] = [];
	for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) found.push(at);
	return found;
}

/**
 * Tells for each inline-comment marker of a body which text it marks. A comment over several blocks has several markers
 * of one ref; the first one that holds text stands for it. Markers without text are left out.
 */
export function markedTexts(source: string): ReadonlyMap<string, MarkedText> {
	const { text, spans } = markedSpans(source);
	const marked = new Map<string, MarkedText>();
	for (const span of spans) {
		const selection = text.slice(span.start, span.end).trim();
		if (selection === "" || marked.has(span.ref)) continue;
		const start = text.indexOf(selection, span.start);
		const found = occurrences(text, selection);
		// An overlapping occurrence before it can hide the marked one from a search that goes from match to match.
		const index = found.includes(start) ? found.indexOf(start) : found.filter((at) => at < start).length - 1;
		marked.set(span.ref, { ref: span.ref, text: selection, count: found.length, index: Math.max(0, index) });
	}
	return marked;
}

/** Takes inline-comment markers out of a body and keeps what they mark; `drop` chooses them by ref. */
export function withoutMarkers(source: string, drop: (ref: string) => boolean = () => true): string {
	const edits: Edit[] = [];
	const open: boolean[] = [];
	for (const piece of visiblePieces(source)) {
		if (piece.type === "marker-open") {
			const dropped = drop(piece.ref);
			if (!piece.token.empty) open.push(dropped);
			if (dropped) edits.push({ start: piece.token.start, end: piece.token.end, text: "" });
		} else if (piece.type === "marker-close" && open.pop() === true) {
			edits.push({ start: piece.token.start, end: piece.token.end, text: "" });
		}
	}
	return applyEdits(source, edits);
}

/** How often a text occurs in what a reader sees of a body. */
export function textOccurrences(source: string, text: string): number {
	return text === "" ? 0 : occurrences(markedSpans(source).text, text).length;
}
