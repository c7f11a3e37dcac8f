import type { JsonObject } from "@skyeworx/core";
import type { RestoreOptions } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { failedFields } from "./damage.ts";

const kind = "confluence.draft";
const inPlace: RestoreOptions = { target: { type: "in-place" }, ifExists: "overwrite" };
const storage = (value: string) => ({ representation: "storage", value });

let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(10, "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

async function writeDraft(title: string, body: string, path: "pages" | "blogposts" = "pages"): Promise<JsonObject> {
	return await bench.post(`/wiki/api/v2/${path}`, { spaceId: await bench.firstSpace(), status: "draft", title, body: storage(body) });
}

async function rewriteDraft(id: string, title: string, body: string): Promise<void> {
	const draft = { id, status: "draft", title, body: storage(body), version: { number: 1 } };
	await bench.call("PUT", `/wiki/api/v2/pages/${id}`, draft);
}

const draftNow = (id: string) => bench.simulator.state.confluence.contents.get(id);

describe("drafts", () => {
	it("are kept with their words, read again only when somebody wrote on, and gone once they are published", async () => {
		const page = await writeDraft("Plan", "<p>First thoughts.</p>");
		const post = await writeDraft("News", "<p>Soon.</p>", "blogposts");
		const first = await bench.backup();
		const held = await bench.items(kind, first);
		expect([...held.keys()].sort()).toEqual([String(page.id), String(post.id)].sort());
		expect(bench.storage(held.get(String(page.id)))).toBe("<p>First thoughts.</p>");
		expect(bench.catalog.item({ kind, id: String(post.id) })).toMatchObject({ title: "News", type: "draft of a blog post" });

		await bench.wait(60_000);
		await rewriteDraft(String(page.id), "Plan", "<p>Second thoughts.</p>");
		const before = bench.connector.usage().byOperation["GET /wiki/api/v2/blogposts/{id}"] ?? 0;
		const second = await bench.backup();
		expect(bench.storage((await bench.items(kind, second)).get(String(page.id)))).toBe("<p>Second thoughts.</p>");
		// The blog post's draft, on which nobody wrote, is not asked for again.
		expect(bench.connector.usage().byOperation["GET /wiki/api/v2/blogposts/{id}"] ?? 0).toBe(before);

		const published = { id: page.id, status: "current", title: "Plan", body: storage("<p>Done.</p>"), version: { number: 1 } };
		await bench.call("PUT", `/wiki/api/v2/pages/${page.id}`, published);
		const third = await bench.backup();
		expect([...(await bench.items(kind, third)).keys()]).toEqual([String(post.id)]);
		expect((await bench.items("confluence.page", third)).has(String(page.id))).toBe(true);
	});

	it("that were thrown away are written again, those that went on are taken back, and undo takes both away", async () => {
		const gone = String((await writeDraft("Gone", "<p>Do not lose this.</p>")).id);
		const changed = String((await writeDraft("Changed", "<p>As it was.</p>")).id);
		const snapshotId = await bench.backup();
		await bench.remove(`/wiki/api/v2/pages/${gone}?draft=true`);
		await rewriteDraft(changed, "Changed a lot", "<p>Nonsense.</p>");
		await bench.backup();
		const pages = [...bench.simulator.state.confluence.contents.keys()].length;

		const selection = [gone, changed].map((id) => ({ ref: { kind, id }, snapshotId }));
		const plan = await bench.plan(selection, inPlace);
		expect(plan.items.map(({ action }) => action)).toEqual(["create", "change"]);
		const receipt = await bench.carryOut("r1", plan);

		expect(failedFields(receipt)).toEqual([]);
		const again = draftNow(receipt.items.find(({ ref }) => ref.id === gone)?.now?.ref.id ?? "");
		expect(again).toMatchObject({ status: "draft", title: "Gone" });
		expect(again?.versions.at(-1)?.body.storage).toBe("<p>Do not lose this.</p>");
		expect(draftNow(changed)?.versions.at(-1)?.body.storage).toBe("<p>As it was.</p>");
		expect(bench.simulator.state.confluence.contents.size).toBe(pages + 1);

		const undone = await bench.undo("r1", plan);
		expect(undone.items.map(({ outcome }) => outcome)).toEqual(["undone", "undone"]);
		expect(draftNow(changed)).toMatchObject({ title: "Changed a lot", status: "draft" });
		expect(bench.simulator.state.confluence.contents.size).toBe(pages);
	});

	it("written on after a restore stay when that is undone", async () => {
		const id = String((await writeDraft("Mine", "<p>Words.</p>")).id);
		const snapshotId = await bench.backup();
		await bench.remove(`/wiki/api/v2/pages/${id}?draft=true`);
		await bench.backup();
		const plan = await bench.plan([{ ref: { kind, id }, snapshotId }], inPlace);
		const receipt = await bench.carryOut("r1", plan);
		const now = receipt.items[0]?.now?.ref.id ?? "";
		await rewriteDraft(now, "Mine", "<p>Words, and more.</p>");
		expect((await bench.undo("r1", plan)).items.map(({ outcome }) => outcome)).toEqual(["kept"]);
		expect(draftNow(now)?.versions.at(-1)?.body.storage).toBe("<p>Words, and more.</p>");
	});

	it("that were published meanwhile come back beside the page, which stays as it is", async () => {
		const id = String((await writeDraft("Notice", "<p>Draft words.</p>")).id);
		const snapshotId = await bench.backup();
		const published = { id, status: "current", title: "Notice", body: storage("<p>Published words.</p>"), version: { number: 1 } };
		await bench.call("PUT", `/wiki/api/v2/pages/${id}`, published);
		await bench.backup();
		const receipt = await bench.restore([{ ref: { kind, id }, snapshotId }], inPlace);
		expect(receipt.outcome).toBe("restored");
		expect(receipt.items[0]?.now?.ref.id).not.toBe(id);
		expect(draftNow(id)).toMatchObject({ status: "current" });
		expect(draftNow(id)?.versions.at(-1)?.body.storage).toBe("<p>Published words.</p>");
	});

	it("of published pages are kept beside them, and never written where the page would be taken back", async () => {
		const fields = { spaceId: await bench.firstSpace(), status: "current", title: "Policy", body: storage("<p>In force.</p>") };
		const id = String((await bench.post("/wiki/api/v2/pages", fields)).id);
		const page = draftNow(id);
		const [version] = page?.versions ?? [];
		if (page === undefined || version === undefined) throw new Error("the page was made");
		const change = (words: string) => {
			page.unpublished = { ...version, body: { storage: words }, createdAt: bench.simulator.state.clock.now() };
			bench.simulator.state.confluence.touch();
		};
		change("<p>In force from June.</p>");
		const snapshotId = await bench.backup();
		expect(bench.storage((await bench.items(kind, snapshotId)).get(id))).toBe("<p>In force from June.</p>");
		expect(bench.storage((await bench.items("confluence.page", snapshotId)).get(id))).toBe("<p>In force.</p>");
		await bench.wait(60_000);
		change("<p>Never mind.</p>");
		await bench.backup();
		const plan = await bench.plan([{ ref: { kind, id }, snapshotId }], inPlace);
		expect(plan.items.map(({ action }) => action)).toEqual(["create"]);
		const receipt = await bench.carryOut("r1", plan);
		expect(failedFields(receipt)).toEqual([]);
		expect(draftNow(receipt.items[0]?.now?.ref.id ?? "")?.versions.at(-1)?.body.storage).toBe("<p>In force from June.</p>");
		expect(page).toMatchObject({ status: "current", versions: [version] });
		expect(page.unpublished?.body.storage).toBe("<p>Never mind.</p>");
	});
});
