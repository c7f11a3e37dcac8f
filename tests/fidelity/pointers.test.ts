import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { failedFields, restoreEverything } from "./damage.ts";
import { upload } from "./site-deeds.ts";

let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(4, "hasty");
	bench.simulator.state.switches.refuseUnknownMedia = true;
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

const object = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
const list = (value: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
const fileName = "floor plan.txt";
const picture = (id: string): JsonObject => ({
	type: "mediaSingle",
	attrs: { layout: "center" },
	content: [{ type: "media", attrs: { type: "file", id, collection: "", alt: fileName } }],
});
const document = (...content: readonly JsonObject[]): JsonObject => ({ type: "doc", version: 1, content });
const line = (...content: readonly JsonObject[]): JsonObject => ({ type: "paragraph", content });

async function workItem(summary: string): Promise<{ readonly id: string; readonly key: string }> {
	const { id, key } = await bench.post("/rest/api/3/issue", { fields: { project: { key: "CORE" }, issuetype: { name: "Task" }, summary } });
	return { id: String(id), key: String(key) };
}

/** Media ids of a work item's files, as the site knows them. */
function mediaOf(id: string): readonly string[] {
	const { attachments } = bench.simulator.state.jira;
	return [...attachments.values()].filter((file) => String(file.issueId) === id).map((file) => file.mediaId);
}

describe("what texts point to", () => {
	it("a picture in a description and in a comment shows the file that came back; mentions and smart links name who and what they meant", async () => {
		const [one, other] = [await workItem("Shows a plan"), await workItem("Is shown")];
		await upload(bench, { method: "POST", path: `/rest/api/3/issue/${one.id}/attachments`, name: fileName, text: "a plan" });
		const [media = ""] = mediaOf(one.id);
		const { accountId } = bench.simulator.site;
		const mention: JsonObject = { type: "mention", attrs: { id: accountId, text: "@Somebody" } };
		const card: JsonObject = { type: "inlineCard", attrs: { url: `${bench.simulator.url}/browse/${other.key}` } };
		await bench.call("PUT", `/rest/api/3/issue/${one.id}`, { fields: { description: document(picture(media), line(mention, card)) } });
		await bench.post(`/rest/api/3/issue/${one.id}/comment`, { body: document(line(card), picture(media)) });
		const before = await bench.backup();
		for (const { id } of [one, other]) await bench.remove(`/rest/api/3/issue/${id}`);
		await bench.backup();
		const receipt = await restoreEverything(bench, before);
		expect(failedFields(receipt)).toEqual([]);
		const nowOf = (id: string) => receipt.items.find((item) => item.ref.id === id)?.now;
		const [now, key] = [nowOf(one.id)?.ref.id ?? "", nowOf(other.id)?.key ?? ""];
		const [mediaNow] = mediaOf(now);
		expect(mediaNow).not.toBe(media);
		const item = (await bench.items("jira.work-item", await bench.backup())).get(now);
		const comments = bench.comments(item);
		expect(comments.length).toBe(1);
		for (const text of [bench.field(item, "description"), object(comments[0]).body]) {
			const said = JSON.stringify(text);
			expect(said).toContain(`"id":"${mediaNow}"`);
			expect(said).toContain(`/browse/${key}"`);
			expect(said).not.toContain(media);
			expect(said).not.toContain(`/browse/${other.key}"`);
		}
		expect(JSON.stringify(bench.field(item, "description"))).toContain(`"id":"${accountId}"`);
	});

	it.each(["edited", "purged"])(
		"an image of a page and an inline comment stand where they stood, of two equal words the second: %s",
		async (fate) => {
			const spaceId = await bench.firstSpace();
			const image = `<ac:image><ri:attachment ri:filename="${fileName}" /></ac:image>`;
			const value = `<p>A kettle here, and a kettle there.</p>${image}`;
			const body = { representation: "storage", value };
			const { id } = await bench.post("/wiki/api/v2/pages", { spaceId, status: "current", title: "Kettles", body });
			await upload(bench, { method: "PUT", path: `/wiki/rest/api/content/${id}/child/attachment`, name: fileName, text: "a plan" });
			const remark = { representation: "storage", value: "<p>Which one?</p>" };
			const inlineCommentProperties = { textSelection: "kettle", textSelectionMatchCount: 2, textSelectionMatchIndex: 1 };
			await bench.post("/wiki/api/v2/inline-comments", { pageId: id, body: remark, inlineCommentProperties });
			const before = await bench.backup();
			if (fate === "purged") {
				await bench.remove(`/wiki/api/v2/pages/${id}`);
				await bench.remove(`/wiki/api/v2/pages/${id}?purge=true`);
			} else {
				const spoilt = { representation: "storage", value: "<p>All new.</p>" };
				await bench.call("PUT", `/wiki/api/v2/pages/${id}`, {
					id,
					status: "current",
					title: "Kettles",
					body: spoilt,
					version: { number: 2 },
				});
			}
			await bench.backup();
			const receipt = await restoreEverything(bench, before);
			expect(failedFields(receipt)).toEqual([]);
			const now = receipt.items.find((item) => item.ref.id === id)?.now?.ref.id ?? "";
			const page: StoredItem | undefined = (await bench.items("confluence.page", await bench.backup())).get(now);
			const markup = String(bench.storage(page));
			expect(markup).toMatch(
				/^<p>A kettle here, and a <ac:inline-comment-marker ac:ref="[^"]+">kettle<\/ac:inline-comment-marker> there\.<\/p>/,
			);
			expect(markup).toContain(`ri:filename="${fileName}"`);
			expect(list(page?.parts.get("attachments")).map(({ title }) => title)).toEqual([fileName]);
			expect(object(page?.parts.get("comments")).inline).toHaveLength(1);
		},
	);
});
