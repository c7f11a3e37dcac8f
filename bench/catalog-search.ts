import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Catalog, type CatalogChange, type CatalogQuery, openCatalog } from "@skyeworx/catalog";
import type { Figure } from "./figure.ts";

const items = 100_000;
const vocabulary = 40_000;
const limitMilliseconds = 50;

/** A small generator with a seed: every run measures the same catalog. */
function random(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

const syllables =
	"ba be bi bo con cu da de di dis en er es fa for gra il in ka la le li lo ma me mi mo na ne ni no pa per po pre pro ra re ri ro sa se si so sta ta te ti to tra un va ve vi".split(
		" ",
	);
const commonWords =
	"the of and to in a is that for it on with as was be by at this have from or an are not but we can will if all has when there they which do their would about after other what so up out into new time could these only its no over than then also been how more should because any page issue work done open user error version update change".split(
		" ",
	);

/** Words as frequent as in natural language: the n-th occurs about 1/n as often as the first (Zipf). */
function makeWords(next: () => number): string[] {
	const words = [...commonWords];
	const known = new Set(words);
	while (words.length < vocabulary) {
		const word = Array.from({ length: 2 + Math.floor(next() * 3) }, () => syllables[Math.floor(next() * syllables.length)]).join("");
		if (!known.has(word)) words.push(word);
		known.add(word);
	}
	return words;
}

function pickWord(words: readonly string[], next: () => number): string {
	return words[Math.floor(Math.exp(next() * Math.log(words.length))) - 1] ?? "the";
}

function sentence(words: readonly string[], next: () => number, length: number): string {
	return Array.from({ length }, () => pickWord(words, next)).join(" ");
}

function* makeChanges(words: readonly string[], next: () => number): Generator<CatalogChange> {
	for (let number = 0; number < items; number++) {
		const isPage = number % 6 === 0;
		const spaceNumber = Math.floor(next() * 20);
		const length = Math.round(20 + 120 * -Math.log(1 - next()));
		yield {
			type: "upsert",
			ref: { kind: isPage ? "confluence.page" : "jira.work-item", id: String(100_000 + number) },
			contentHash: String(number),
			facts: {
				app: isPage ? "confluence" : "jira",
				...(isPage ? {} : { key: `TEAM${spaceNumber}-${number}` }),
				title: sentence(words, next, 4 + Math.floor(next() * 6)),
				space: { id: String(spaceNumber), key: `TEAM${spaceNumber}`, name: `Team ${spaceNumber}` },
				type: "Task",
				status: "Open",
				text: sentence(words, next, Math.min(length, 2000)),
				people: [`person${Math.floor(next() * 300)} surname${Math.floor(next() * 300)}`],
				updatedAt: new Date(1_700_000_000_000 + Math.floor(next() * 5e10)).toISOString(),
				references: [],
				files: [],
			},
		};
	}
}

async function* each(changes: Iterable<CatalogChange>): AsyncGenerator<CatalogChange> {
	yield* changes;
}

/** What people type: words of titles, beginnings of words, keys, filters; some of it very common. */
function makeQueries(words: readonly string[], next: () => number): Map<string, CatalogQuery[]> {
	const many = (make: (number: number) => Omit<CatalogQuery, "limit">) =>
		Array.from({ length: 120 }, (_, number): CatalogQuery => ({ limit: 25, ...make(number) }));
	const word = () => pickWord(words, next);
	const rareWord = () => words[Math.floor(200 + next() * 5000)] ?? "page";
	return new Map([
		["a word", many(() => ({ text: rareWord() }))],
		["a word of any frequency", many(() => ({ text: word() }))],
		["two words", many(() => ({ text: `${word()} ${rareWord()}` }))],
		["a beginning of 2 to 4 letters", many((number) => ({ text: rareWord().slice(0, 2 + (number % 3)) }))],
		[
			"a word and a beginning, in one space",
			many((number) => ({ text: `${word()} ${rareWord().slice(0, 3)}`, spaceId: String(number % 20) })),
		],
		["a key", many((number) => ({ text: `TEAM3-${number * 37}` }))],
		["a phrase", many(() => ({ text: `"${word()} ${word()}"` }))],
		["browse a space by key", many((number) => ({ spaceId: String(number % 20), order: "key" as const }))],
		["a word of any frequency, newest first", many(() => ({ text: word(), order: "updated" as const }))],
		["browse everything, newest first", many(() => ({}))],
		["a word, as an older snapshot saw it", many(() => ({ text: rareWord(), asOf: 1 }))],
	]);
}

function percentile(sorted: readonly number[], share: number): number {
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function measure(catalog: Catalog, queries: readonly CatalogQuery[]): number[] {
	return queries.map((query) => {
		const start = performance.now();
		catalog.search(query);
		return performance.now() - start;
	});
}

/** Measures the search over 100,000 items with natural word frequencies; 120 queries of each sort. */
export async function run(): Promise<Figure[]> {
	const folder = mkdtempSync(join(tmpdir(), "catalog-bench-"));
	try {
		const next = random(7);
		const words = makeWords(next);
		const path = join(folder, "catalog.db");
		const catalog = openCatalog({ path, key: new Uint8Array(32).fill(1) });
		const start = performance.now();
		await catalog.apply({ id: 1, at: new Date(0) }, each(makeChanges(words, next)));
		const seconds = (performance.now() - start) / 1000;
		await catalog.apply({ id: 2, at: new Date(1) }, each([]));
		const figures: Figure[] = [
			{
				name: "catalog: taking in a first snapshot",
				value: items / seconds,
				unit: "items/s",
				note: `${items.toLocaleString("en")} items of 900 characters on average`,
			},
		];
		const all: number[] = [];
		for (const [name, queries] of makeQueries(words, next)) {
			const times = measure(catalog, queries).sort((a, b) => a - b);
			all.push(...times);
			figures.push(figure(`catalog search, ${name}: p95`, times));
		}
		figures.push(
			figure(
				"catalog search, all of these: p95",
				all.sort((a, b) => a - b),
			),
		);
		catalog.close();
		figures.push({ name: "catalog: file", value: statSync(path).size / 1e6, unit: "MB", note: "encrypted, with the text for previews" });
		return figures;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function figure(name: string, sorted: readonly number[]): Figure {
	return {
		name,
		value: percentile(sorted, 0.95),
		unit: "ms",
		limit: { sense: "at most", value: limitMilliseconds },
		note: `${sorted.length} queries over ${items.toLocaleString("en")} items, median ${percentile(sorted, 0.5).toFixed(1)} ms`,
	};
}
