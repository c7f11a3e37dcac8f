import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue, parseJson } from "@skyeworx/core";
import { atlassianDocuments } from "@skyeworx/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeMedia, mediaUses } from "./media.ts";
import { adfText } from "./plain-text.ts";
import { adfReferences, rewriteReferences } from "./references.ts";
import { isAdf, transformDocument } from "./walk.ts";

const doc = (...content: JsonObject[]): JsonObject => ({ type: "doc", version: 1, content });
const paragraph = (...content: JsonObject[]): JsonObject => ({ type: "paragraph", content });
const text = (words: string, ...marks: JsonObject[]): JsonObject => ({ type: "text", text: words, ...(marks.length > 0 ? { marks } : {}) });
const link = (href: string): JsonObject => ({ type: "link", attrs: { href } });
const media = (id: string, alt?: string): JsonObject => ({
	type: "media",
	attrs: { type: "file", id, collection: "", ...(alt === undefined ? {} : { alt }) },
});

/** Every document found anywhere inside the recorded answers. */
function recordedDocuments(folder: string): readonly JsonObject[] {
	const found: JsonObject[] = [];
	const search = (value: JsonValue): void => {
		if (isAdf(value)) found.push(value);
		else if (Array.isArray(value)) value.forEach(search);
		else if (isJsonObject(value)) Object.values(value).forEach(search);
	};
	for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
		const content = name.endsWith(".json") ? readFileSync(join(folder, name), "utf8") : "";
		if (content.includes('"doc"')) search(parseJson(content));
	}
	return found;
}

const fixtures = atlassianDocuments("fixtures", process.env);

describe("documents recorded from real sites", () => {
	const documents = fixtures === undefined ? [] : recordedDocuments(fixtures);

	it.skipIf(fixtures === undefined)("are found", () => {
		expect(documents.length).toBeGreaterThan(30);
	});

	it.skipIf(fixtures === undefined)("come back as the very same object when nothing is to be changed", () => {
		const none = { key: () => undefined, page: () => undefined };
		for (const document of documents) {
			expect(transformDocument(document, (node) => [node])).toBe(document);
			expect(changeMedia(document, () => ({ type: "keep" }))).toBe(document);
			expect(rewriteReferences(document, none)).toBe(document);
		}
	});

	it.skipIf(fixtures === undefined)("show every media id that stands in them, and lose none in repointing", () => {
		for (const document of documents) {
			const uses = mediaUses(document);
			const moved = changeMedia(document, (use) => ({ type: "repoint", mediaId: `new-${use.mediaId}` }));
			expect(mediaUses(moved).map((use) => use.mediaId)).toEqual(uses.map((use) => `new-${use.mediaId}`));
			const back = changeMedia(moved, (use) => ({ type: "repoint", mediaId: use.mediaId.slice(4) }));
			expect(canonicalJson(back)).toBe(canonicalJson(document));
		}
	});

	it.skipIf(fixtures === undefined)("give up their words", () => {
		const all = documents.map(adfText).join("\n");
		expect(all.length).toBeGreaterThan(1000);
		expect(all).not.toContain("[object");
	});
});

describe("walking", () => {
	const node: fc.Arbitrary<JsonObject> = fc.letrec<{ node: JsonObject }>((tie) => ({
		node: fc.record({
			type: fc.constantFrom("paragraph", "text", "futureNode", "media", "mediaSingle", "extension"),
			attrs: fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>,
			content: fc.array(fc.oneof({ maxDepth: 4 }, fc.constant<JsonObject>({ type: "text", text: "x" }), tie("node")), { maxLength: 3 }),
		}) as unknown as fc.Arbitrary<JsonObject>,
	})).node;

	it("keeps nodes it does not know, with all their members", () => {
		fc.assert(
			fc.property(fc.array(node, { maxLength: 4 }), (content) => {
				const document = doc(...content);
				const copied = transformDocument(document, (one) => [{ ...one }]);
				expect(canonicalJson(copied)).toBe(canonicalJson(document));
			}),
			{ numRuns: 200 },
		);
	});
});

describe("words", () => {
	it("come block by block, with mentions, emoji, dates, statuses and card addresses", () => {
		const document = doc(
			{ type: "heading", attrs: { level: 2 }, content: [text("Plan")] },
			paragraph(
				{ type: "mention", attrs: { id: "a1", text: "@Ada Lane" } },
				text(" ships "),
				{ type: "date", attrs: { timestamp: "1777766400000" } },
				{ type: "emoji", attrs: { shortName: ":tada:", text: "🎉" } },
			),
			{ type: "table", content: [{ type: "tableRow", content: [{ type: "tableCell", content: [paragraph(text("cell"))] }] }] },
			{ type: "blockCard", attrs: { url: "https://acme.example.com/browse/ACME-1" } },
		);
		expect(adfText(document)).toBe("Plan\n@Ada Lane ships 2026-05-03🎉\ncell\nhttps://acme.example.com/browse/ACME-1");
	});
});

describe("media", () => {
	const single = (child: JsonObject, ...more: JsonObject[]): JsonObject => ({
		type: "mediaSingle",
		attrs: { layout: "center" },
		content: [child, ...more],
	});

	it("external pictures are no files", () => {
		expect(mediaUses(doc(single({ type: "media", attrs: { type: "external", url: "https://example.com/x.png" } })))).toEqual([]);
	});

	it("a file that can't be shown leaves a link in a paragraph where its holder stood", () => {
		const changed = changeMedia(doc(single(media("m1", "chart.png"))), () => ({
			type: "replace",
			text: "chart.png",
			url: "https://example.com/1",
		}));
		expect(changed).toEqual(doc(paragraph(text("chart.png", link("https://example.com/1")))));
	});

	it("a group keeps the files that can be shown", () => {
		const group: JsonObject = { type: "mediaGroup", content: [media("m1"), media("m2")] };
		const changed = changeMedia(doc(group), (use) => (use.mediaId === "m1" ? { type: "replace", text: "[a file]" } : { type: "keep" }));
		expect(changed).toEqual(doc({ type: "mediaGroup", content: [media("m2")] }, paragraph(text("[a file]"))));
	});
});

describe("references", () => {
	const site = "https://acme.example.com";
	const names = {
		key: (key: string) => ({ "ACME-1": "ACME-901" })[key],
		page: (id: string) => ({ "5001": "7001" })[id],
	};
	const document = doc(
		paragraph(
			text("ACME-1", link(`${site}/browse/ACME-1?focusedId=5`)),
			text(" and ACME-1 in prose, "),
			{ type: "inlineCard", attrs: { url: `${site}/browse/ACME-1` } },
			{ type: "inlineCard", attrs: { url: `${site}/browse/ACME-12` } },
		),
		{ type: "blockCard", attrs: { url: `${site}/wiki/spaces/DOC/pages/5001/Title` } },
		paragraph({ type: "mention", attrs: { id: "account-1", text: "@Ada" } }),
	);

	it("are found in links, cards, text and mentions", () => {
		expect(adfReferences(document)).toEqual({ keys: ["ACME-1", "ACME-12"], pageIds: ["5001"], accountIds: ["account-1"] });
	});

	it("are rewritten in addresses and in the text of rewritten links, not in prose", () => {
		const changed = JSON.stringify(rewriteReferences(document, names));
		expect(changed).toContain(`"href":"${site}/browse/ACME-901?focusedId=5"`);
		expect(changed).toContain(`"text":"ACME-901"`);
		expect(changed).toContain(" and ACME-1 in prose");
		expect(changed).toContain(`"url":"${site}/browse/ACME-901"`);
		expect(changed).toContain("/browse/ACME-12");
		expect(changed).toContain("/pages/7001/Title");
	});

	it("rewritten once stay as they are", () => {
		const once = rewriteReferences(document, names);
		expect(rewriteReferences(once, names)).toBe(once);
	});
});
