import type { JsonObject } from "@skyeworx/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { handmade, page, type Site } from "./confluence-handmade.ts";

let site: Site;
beforeEach(async () => {
	site = await handmade();
});
afterEach(async () => {
	const { violations } = site.simulator;
	await site.stop();
	expect(violations).toEqual([]);
});

const documentOf = (...content: JsonObject[]): JsonObject => ({ type: "doc", version: 1, content: [{ type: "paragraph", content }] });
const text = (words: string): JsonObject => ({ type: "text", text: words });
/** Something that only the editor's form of a body holds. */
const hint = (words: string): JsonObject => ({ type: "placeholder", attrs: { text: words } });
const body = (document: JsonObject): JsonObject => ({ representation: "atlas_doc_format", value: JSON.stringify(document) });

async function write(title: string, document: JsonObject): Promise<string> {
	const fields = { spaceId: site.spaceId, status: "current", title, body: body(document) };
	return String((await site.call("POST", "/wiki/api/v2/pages", { body: fields })).id);
}

async function rewrite(id: string, document: JsonObject, number: number): Promise<void> {
	const fields = { id, status: "current", title: `Page ${id}`, body: body(document), version: { number } };
	await site.call("PUT", "/wiki/api/v2/pages/{id}", { parameters: { id }, body: fields });
}

const bodyOf = (id: string) => (site.kept.item("confluence.page", id).parts.get("") as JsonObject).body as Record<string, JsonObject>;
const adfOf = (id: string): unknown => {
	const value = bodyOf(id).atlas_doc_format?.value;
	return typeof value === "string" ? JSON.parse(value) : undefined;
};

it("a body's ADF is kept beside its storage format where it says more, by full reads, sweeps and reads of changes", async () => {
	const more = documentOf(text("Meet at "), hint("the day"));
	const [differs, same] = [await write("Differs", more), await write("Same", documentOf(text("Meet at nine")))];
	await site.backup(site.kept);
	expect(adfOf(differs)).toEqual(more);
	expect(bodyOf(differs).storage?.value).toBe("<p>Meet at </p>");
	expect(adfOf(same)).toBeUndefined();

	const later = documentOf(text("Meet at "), hint("the hour"));
	await rewrite(same, later, 2);
	await rewrite(differs, documentOf(text("Meet at ten")), 2);
	await site.backup(site.kept);
	expect(adfOf(same)).toEqual(later);
	expect(adfOf(differs)).toBeUndefined();

	const cursor = site.kept.cursors.confluence as JsonObject;
	site.kept.cursors = { confluence: { ...cursor, count: 100_000 } };
	const last = documentOf(text("Meet at "), hint("the place"));
	await rewrite(differs, last, 3);
	await site.backup(site.kept);
	expect(adfOf(differs)).toEqual(last);
	expect(adfOf(same)).toEqual(later);
});

it("a page read alone has it, too, and a page without changes costs no second list", async () => {
	const id = await write("Differs", documentOf(text("Meet at "), hint("the day")));
	await site.backup(site.kept);
	const [live] = await site.reader.readLive([page(id)]);
	expect(live?.state === "live" ? live.item.parts.get("") : undefined).toEqual(site.kept.item("confluence.page", id).parts.get(""));
	const lists = () => site.client.usage().byOperation["GET /wiki/api/v2/pages"] ?? 0;
	const before = lists();
	await site.backup(site.kept);
	expect(lists() - before).toBe(1);
});
