import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findDocuments } from "../contract/documents.ts";
import { adfProblem, mediaIds } from "./adf-check.ts";
import { adfText } from "./adf-text.ts";

const doc = (...content: unknown[]): unknown => ({ type: "doc", version: 1, content });
const text = (value: string, ...marks: string[]): unknown => ({ type: "text", text: value, marks: marks.map((type) => ({ type })) });
const paragraph = (...content: unknown[]): unknown => ({ type: "paragraph", content });
const node = (type: string, attrs: object, ...content: unknown[]): unknown => ({ type, attrs, content });

describe("the check of documents", () => {
	it.each([
		["a text instead of a document", "hello"],
		["another version", { type: "doc", version: 2, content: [] }],
		["no content", { type: "doc", version: 1 }],
		["a text directly in the document", doc(text("x"))],
		["an unknown node", doc(node("marquee", {}, paragraph()))],
		["an empty text", doc(paragraph(text("")))],
		["an unknown mark", doc(paragraph(text("x", "blink")))],
		["a paragraph in a paragraph", doc(paragraph(paragraph()))],
		["a heading of level 7", doc(node("heading", { level: 7 }, text("x")))],
		["a mention of nobody", doc(paragraph(node("mention", {})))],
		["media without an id", doc(node("mediaSingle", {}, node("media", { type: "file", collection: "" })))],
		["a cell outside of a row", doc(node("table", {}, node("tableCell", {}, paragraph())))],
		["a list item in the document", doc(node("listItem", {}, paragraph()))],
		["a panel of no kind", doc(node("panel", { panelType: "loud" }, paragraph()))],
		["a status without words", doc(paragraph(node("status", { text: "", color: "green" })))],
		["a fault deep inside", doc(node("bulletList", {}, node("listItem", {}, node("bulletList", {}, node("listItem", {}, text("x"))))))],
	])("refuses %s", (_name, value) => {
		expect(adfProblem(value)).toContain("Atlassian Document");
	});

	it("takes what editors write, and finds its files and words", () => {
		const value = doc(
			node("heading", { level: 2 }, text("Plan", "strong")),
			paragraph(
				text("Ask "),
				node("mention", { id: "1:a", text: "@Keiko" }),
				node("hardBreak", {}),
				node("emoji", { shortName: ":eyes:", text: "👀" }),
			),
			node("mediaSingle", { layout: "center" }, node("media", { type: "file", id: "m-1", collection: "" })),
			node("mediaSingle", {}, node("media", { type: "external", url: "https://example.com/a.png" })),
			node(
				"table",
				{},
				node("tableRow", {}, node("tableHeader", {}, paragraph(text("A"))), node("tableCell", { colspan: 2 }, paragraph(text("B")))),
			),
			node("taskList", { localId: "l" }, node("taskItem", { localId: "t", state: "DONE" }, text("done"))),
			node("panel", { panelType: "info" }, paragraph(text("note"))),
			node("expand", { title: "more" }, node("codeBlock", { language: "ts" }, { type: "text", text: "const a = 1;" })),
			{ type: "rule" },
		);
		expect(adfProblem(value)).toBeUndefined();
		expect(mediaIds(value)).toEqual(["m-1"]);
		expect(adfText(value).replace(/\n+/g, "\n")).toBe("Plan\nAsk @Keiko\n👀\nA\nB\ndone\nnote\nconst a = 1;");
	});

	const documents = findDocuments();
	const samples = documents === undefined ? [] : globSync("fixtures/atlas_doc_parser/**/*.json", { cwd: join(documents, "..") });
	if (samples.length === 0) process.stderr.write("\nSKIPPED: recorded documents, because the folder of recorded answers is not here\n");
	it.skipIf(samples.length === 0)("takes every document that was recorded on real sites", () => {
		const refused: string[] = [];
		const walk = (value: unknown, name: string): void => {
			if (Array.isArray(value)) for (const member of value) walk(member, name);
			else if (typeof value === "object" && value !== null) {
				const object = value as { type?: unknown; version?: unknown };
				if (object.type === "doc" && object.version === 1) {
					const problem = adfProblem(value);
					if (problem !== undefined) refused.push(`${name}: ${problem}`);
				} else for (const member of Object.values(value)) walk(member, name);
			}
		};
		for (const sample of samples) walk(JSON.parse(readFileSync(join(documents ?? "", "..", sample), "utf8")), sample);
		expect(refused).toEqual([]);
	});
});
