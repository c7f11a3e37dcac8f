import { blocks, parseStorage, type StorageNode } from "./storage-tree.ts";

/** One decoded character's place in the source. */
interface Place {
	readonly from: number;
	readonly to: number;
}

interface Run {
	text: string;
	readonly places: Place[];
}

/** What an inline comment selects: the `index`th (from 0) of `count` equal texts of a body. */
export interface Selection {
	readonly text: string;
	readonly count: number;
	readonly index: number;
}

const open = (ref: string): string => `<ac:inline-comment-marker ac:ref="${ref}">`;
const close = "</ac:inline-comment-marker>";

/** Puts a comment marker around a selection; undefined when the body does not hold the text exactly `count` times. */
export function markSelection(source: string, selection: Selection, ref: string): string | undefined {
	const matches = findSelections(source, selection.text);
	const chosen = matches[selection.index];
	if (matches.length !== selection.count || chosen === undefined) return undefined;
	let marked = source;
	for (const piece of mergePlaces(chosen).reverse()) {
		marked = `${marked.slice(0, piece.from)}${open(ref)}${marked.slice(piece.from, piece.to)}${close}${marked.slice(piece.to)}`;
	}
	return marked;
}

/** Counts how often a body's visible text holds `text`; a text never spans two blocks. */
export const countSelections = (source: string, text: string): number => findSelections(source, text).length;

function findSelections(source: string, wanted: string): Place[][] {
	if (wanted === "") return [];
	const found: Place[][] = [];
	for (const run of runsOf(source)) {
		for (let at = run.text.indexOf(wanted); at >= 0; at = run.text.indexOf(wanted, at + wanted.length)) {
			found.push(run.places.slice(at, at + wanted.length));
		}
	}
	return found;
}

function mergePlaces(places: readonly Place[]): Place[] {
	const merged: { from: number; to: number }[] = [];
	for (const place of places) {
		const last = merged.at(-1);
		if (last?.to === place.from) last.to = place.to;
		else if (last === undefined || place.from > last.to) merged.push({ ...place });
	}
	return merged;
}

const opaque: ReadonlySet<string> = new Set([
	"ac:parameter",
	"ac:plain-text-body",
	"ac:plain-text-link-body",
	"ac:task-id",
	"ac:task-uuid",
	"ac:task-status",
]);

function runsOf(source: string): Run[] {
	const runs: Run[] = [];
	let run: Run = { text: "", places: [] };
	const flush = (): void => {
		if (run.text !== "") runs.push(run);
		run = { text: "", places: [] };
	};
	const walk = (nodes: readonly StorageNode[]): void => {
		for (const node of nodes) {
			if (node.kind === "text") {
				if (!node.cdata) addText(run, source, node.from, node.to);
				continue;
			}
			if (opaque.has(node.name)) continue;
			if (blocks.has(node.name)) flush();
			walk(node.children);
			if (blocks.has(node.name)) flush();
		}
	};
	walk(parseStorage(source));
	flush();
	return runs;
}

const pieces = /&(?:#\d+|#x[0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);|[\s\S]/g;

function addText(run: Run, source: string, from: number, to: number): void {
	const raw = source.slice(from, to);
	for (const match of raw.matchAll(pieces)) {
		const place = { from: from + match.index, to: from + match.index + match[0].length };
		const node = match[0].length > 1 ? parseStorage(match[0])[0] : undefined;
		const decoded = node?.kind === "text" ? node.text : match[0];
		for (let unit = 0; unit < decoded.length; unit += 1) run.places.push(place);
		run.text += decoded;
	}
}
