import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adfProblem } from "../../adf/adf-check.ts";
import { findDocuments } from "../../contract/documents.ts";
import { createText } from "../../seed/text.ts";
import { SeededRandom } from "../../site/random.ts";
import { adfToStorage } from "./adf-to-storage.ts";
import { countSelections, markSelection } from "./inline-marker.ts";
import { storageToAdf } from "./storage-to-adf.ts";
import { storageToHtml } from "./storage-to-html.ts";
import { decodeEntities, parseStorage, textOf } from "./storage-tree.ts";

const context = {
	fileName: (id: string) => `${id}.png`,
	media: (name: string) => ({ id: name.replace(".png", ""), collection: "contentId-1" }),
};
const nowhere = { fileAddress: () => undefined, pageAddress: () => undefined };
const unmarked = (source: string): string => source.replace(/<\/?ac:inline-comment-marker[^>]*>/g, "");

const documents = findDocuments();
const fixtures = documents === undefined ? undefined : join(documents, "../fixtures");
const there = fixtures !== undefined && existsSync(fixtures);
if (!there) process.stderr.write("SKIPPED: storage format and ADF of real sites: the recorded fixtures are not here\n");

const seeded = fc.integer({ min: 1, max: 1_000_000 }).map((seed) => {
	const random = new SeededRandom(seed);
	return createText(() => random.fraction());
});

describe("storage format", () => {
	it("decodes entities, keeps CDATA as it is, and leaves parameters out of the text", () => {
		const source =
			'<p>&eacute;&#233;&#xe9;&nbsp;x</p><ac:structured-macro ac:name="code"><ac:parameter ac:name="language">c</ac:parameter><ac:plain-text-body><![CDATA[a &amp; <b>]]></ac:plain-text-body></ac:structured-macro>';
		expect(textOf(parseStorage(source)).replace(/\n/g, "")).toBe("ééé\u00a0xa &amp; <b>");
		expect(decodeEntities("1 &lt; 2 &amp;&amp; 3")).toBe("1 < 2 && 3");
	});

	it("says where a body breaks", () => {
		expect(() => parseStorage("<p>ok</p><p>broken</div>")).toThrow(/unexpected close tag <\/div>; expected <\/p> at offset 18/);
	});

	it.skipIf(!there)("of real pages is read, turned into valid ADF and shown as HTML", () => {
		let read = 0;
		for (const folder of ["md2conf/tests/target", "mark/testdata"]) {
			for (const name of readdirSync(join(fixtures ?? "", folder)).filter((file) => /\.(xml|html)$/.test(file))) {
				const source = readFileSync(join(fixtures ?? "", folder, name), "utf8");
				expect([name, adfProblem(storageToAdf(source, context))]).toEqual([name, undefined]);
				expect(storageToHtml(source, nowhere)).not.toMatch(/<(ac|ri):|<script/);
				read += 1;
			}
		}
		expect(read).toBeGreaterThan(20);
	});

	it.skipIf(!there)("is written from real ADF so that it can be read again", () => {
		const folder = join(fixtures ?? "", "atlas_doc_parser/tests/adf_samples");
		for (const name of readdirSync(folder)) {
			const document = JSON.parse(readFileSync(join(folder, name), "utf8"));
			const storage = adfToStorage(document, context);
			expect([name, adfProblem(storageToAdf(storage, context))]).toEqual([name, undefined]);
		}
	});

	it("of every invented document stays well-formed through both conversions", () => {
		const media = [
			{
				id: "6b1f0a52-0000-4000-a000-000000000001",
				collection: "contentId-1",
				fileName: "6b1f0a52-0000-4000-a000-000000000001.png",
				image: true,
			},
		];
		const people = [{ accountId: "712020:ab", displayName: "Ada & Co" }];
		fc.assert(
			fc.property(seeded, (text) => {
				const storage = text.storage({ media, people, pages: [{ title: 'A "quoted" <title>', spaceKey: "ENG" }] });
				expect(adfProblem(storageToAdf(storage, context))).toBeUndefined();
				const document = text.adf({ media, people });
				expect(adfProblem(document)).toBeUndefined();
				const again = storageToAdf(adfToStorage(document, context), context);
				expect(adfProblem(again)).toBeUndefined();
				expect(JSON.stringify(again)).toContain(media[0]?.id);
			}),
			{ numRuns: 60 },
		);
	});
});

describe("an inline comment's marker", () => {
	it("is put around any text that stands in one block, and nothing else changes", () => {
		fc.assert(
			fc.property(seeded, fc.nat(), fc.integer({ min: 1, max: 30 }), (text, start, length) => {
				const source = text.storage();
				const blocks = [...source.matchAll(/<p>([^<]{40,})<\/p>/g)].map((match) => decodeEntities(match[1] ?? ""));
				const block = blocks[start % Math.max(1, blocks.length)];
				if (block === undefined) return;
				const from = start % (block.length - length);
				const selection = block.slice(from, from + length);
				const count = countSelections(source, selection);
				expect(count).toBeGreaterThan(0);
				const marked = markSelection(source, { text: selection, count, index: count - 1 }, "ref-1");
				expect(unmarked(marked ?? "")).toBe(source);
				expect(textOf(parseStorage(marked ?? ""))).toBe(textOf(parseStorage(source)));
			}),
			{ numRuns: 150 },
		);
	});

	it("counts nothing inside code and parameters, nor across blocks", () => {
		const source =
			'<p>key</p><ac:structured-macro ac:name="jira"><ac:parameter ac:name="key">key</ac:parameter></ac:structured-macro><ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[key]]></ac:plain-text-body></ac:structured-macro><p>ke</p><p>y</p>';
		expect(countSelections(source, "key")).toBe(1);
		expect(markSelection(source, { text: "key", count: 2, index: 0 }, "r")).toBeUndefined();
	});
});

describe("storage shown as HTML", () => {
	it("runs nothing and keeps only harmless addresses", () => {
		const shown = storageToHtml(
			`<p onclick="x()">a</p><a href="javascript:x()">b</a><script>alert(1)</script><p>&lt;img src=x onerror=x&gt;</p>`,
			nowhere,
		);
		expect(shown).toBe("<p>a</p>balert(1)<p>&lt;img src=x onerror=x&gt;</p>");
	});
});
