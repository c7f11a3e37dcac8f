import type { JsonObject, JsonValue } from "@skyeworx/core";
import type { RestoreOptions, RestoreSelection, StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { failedFields } from "./damage.ts";
import { upload } from "./site-deeds.ts";

const kind = "confluence.custom-content";
const note = "ac:com.example.notes:note";
const customer = "forge:b44c55b2-251f-45e3-8ea4-b56762f82e8a:f7522737-117c-46e7-a7ca-03a73c99afcf:customer";
const inPlace: RestoreOptions = { target: { type: "in-place" }, ifExists: "overwrite" };

let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(10, "hasty");
	for (const type of [note, customer]) confluence().customTypes.add(type);
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

const confluence = () => bench.simulator.state.confluence;
const body = (value: string, representation = "storage") => ({ representation, value });
const partOf = (item: StoredItem | undefined, name: string) => item?.parts.get(name) as JsonObject | undefined;
const selected = (snapshotId: number, id: string): RestoreSelection[] => [{ ref: { kind, id }, snapshotId }];
const held = async (snapshotId: number, id: string) => (await bench.items(kind, snapshotId)).get(id);
const commentsNow = (id: string) => confluence().commentsOf(id);
const filesNow = (id: string) =>
	confluence()
		.attachmentsOf(id)
		.filter(({ status }) => status === "current");

async function write(title: string, type = note, first = body("<p>First words.</p>")): Promise<string> {
	const fields = { type, status: "current", title, body: first, spaceId: await bench.firstSpace() };
	return String((await bench.post("/wiki/api/v2/custom-content", fields)).id);
}

async function rewrite(id: string, title: string, value: string): Promise<void> {
	await bench.wait(60_000);
	const { custom, versions } = confluence().contents.get(id) ?? {};
	const version = { number: (versions?.length ?? 0) + 1 };
	const fields = { id, type: custom?.type ?? "", status: "current", title, body: body(value, custom?.representation), version };
	await bench.call("PUT", `/wiki/api/v2/custom-content/${id}`, fields);
}

const comment = async (over: JsonObject, words: string): Promise<string> =>
	String((await bench.post("/wiki/api/v2/footer-comments", { ...over, body: body(`<p>${words}</p>`) })).id);

async function file(id: string, ...texts: readonly string[]): Promise<string> {
	const path = `/wiki/rest/api/content/${id}/child/attachment`;
	for (const text of texts) await upload(bench, { method: "PUT", path, name: "offer.txt", text });
	return filesNow(id)[0]?.id ?? "";
}

/** Content with three versions, a file of two versions that bears a label and a comment, and a comment with a reply. */
async function rich() {
	const id = await write("Draft offer");
	await rewrite(id, "Offer", "<p>Second words.</p>");
	await rewrite(id, "Offer", "<p>Third words.</p>");
	const attachmentId = await file(id, "ten tons", "twelve tons");
	await bench.post(`/wiki/rest/api/content/${attachmentId}/label`, [{ prefix: "global", name: "signed" }]);
	const root = await comment({ customContentId: id }, "Too much.");
	await comment({ parentCommentId: root }, "Not at all.");
	await comment({ attachmentId }, "Page two is missing.");
	return { id, attachmentId, root };
}

async function destroy(id: string): Promise<void> {
	await bench.remove(`/wiki/api/v2/custom-content/${id}`);
	await bench.remove(`/wiki/api/v2/custom-content/${id}?purge=true`);
}

/** Words of comments, without the line that says who wrote them first. */
const words = (id: string): readonly string[] =>
	commentsNow(id).map(({ versions }) => versions.at(-1)?.body.storage.replace(/^<p><em>Originally by .*?<\/em><\/p>/, "") ?? "");

describe("what hangs on content of apps' own types", () => {
	it("is kept: versions, files with theirs, comments and replies; read again only where it changed", async () => {
		const { id, attachmentId, root } = await rich();
		const raw = await write("Row", customer, body('{"tier":"silver"}', "raw"));
		await rewrite(raw, "Row", '{"tier":"gold"}');
		const first = await bench.backup();
		const item = await held(first, id);
		const storageOf = (version: number): JsonValue | undefined => {
			const page = partOf(item, `versions/${version}`)?.page as JsonObject | undefined;
			return [page?.title ?? null, ((page?.body as JsonObject | undefined)?.storage as JsonObject | undefined)?.value ?? null];
		};
		expect([1, 2].map(storageOf)).toEqual([
			["Draft offer", "<p>First words.</p>"],
			["Offer", "<p>Second words.</p>"],
		]);
		expect(partOf(item, "comments")).toMatchObject({ footer: [{ id: root }, { parentCommentId: root }, { attachmentId }], inline: [] });
		expect(partOf(item, "attachments")).toMatchObject([{ id: attachmentId, title: "offer.txt", version: { number: 2 } }]);
		expect(partOf(item, "file-marks")).toMatchObject({ [attachmentId]: { labels: [{ name: "signed" }] } });
		expect(item?.files.map(({ part }) => part).sort()).toEqual([`file/${attachmentId}@1`, `file/${attachmentId}@2`]);
		expect(partOf(await held(first, raw), "versions/1")).toMatchObject({ page: { body: { raw: { value: '{"tier":"silver"}' } } } });
		expect(bench.catalog.item({ kind, id })).toMatchObject({ files: [{ name: "offer.txt" }] });

		const again = await bench.tryBackup();
		expect(again.descriptor.counts[kind]?.changed ?? 0).toBe(0);
		await bench.wait(60_000);
		await comment({ parentCommentId: root }, "Let us talk.");
		await file(id, "thirteen tons");
		const later = await held(await bench.backup(), id);
		expect(partOf(later, "comments")?.footer).toHaveLength(4);
		expect(later?.files).toHaveLength(3);
	});

	it("comes back with one that was purged, its history too where that is asked for; an undo takes it away", async () => {
		const { id } = await rich();
		const snapshotId = await bench.backup();
		await destroy(id);
		await bench.backup();
		const plan = await bench.plan(selected(snapshotId, id), { ...inPlace, replayVersions: true });
		expect(plan.items[0]?.losses.map(({ field }) => field)).toEqual(expect.arrayContaining(["versions.*", "files.*"]));
		const receipt = await bench.carryOut("r1", plan);
		expect(failedFields(receipt)).toEqual([]);
		const now = receipt.items[0]?.now?.ref.id ?? "";
		expect(words(now)).toEqual(["<p>Too much.</p>", "<p>Not at all.</p>"]);
		const [made] = filesNow(now);
		expect(made).toMatchObject({ title: "offer.txt", labels: [{ name: "signed" }] });
		expect(made?.versions.map(({ fileSize }) => fileSize)).toEqual([8, 11]);
		expect(words(made?.id ?? "")).toEqual(["<p>Page two is missing.</p>"]);
		const versions = confluence().contents.get(now)?.versions ?? [];
		expect(versions.at(-1)).toMatchObject({ title: "Offer", body: { storage: "<p>Third words.</p>" } });
		for (const [number, text] of [
			[1, "First"],
			[2, "Second"],
		] as const) {
			expect(versions.find(({ message }) => message.startsWith(`Version ${number}, by `))?.body.storage).toContain(text);
		}
		const undone = await bench.undo("r1", plan);
		expect(undone.items.map(({ outcome }) => outcome)).toEqual(["undone"]);
		expect(confluence().contents.get(now)?.status).toBe("trashed");
	});

	it("comes back where it was taken off; what was added since stays, and an undo leaves it as it was found", async () => {
		const { id, attachmentId, root } = await rich();
		const snapshotId = await bench.backup();
		await bench.remove(`/wiki/api/v2/footer-comments/${root}`);
		await bench.remove(`/wiki/api/v2/attachments/${attachmentId}`);
		await comment({ customContentId: id }, "Agreed by telephone.");
		await bench.backup();
		const plan = await bench.plan(selected(snapshotId, id), inPlace);
		expect(plan.items.map(({ action }) => action)).toEqual(["change"]);
		const receipt = await bench.carryOut("r1", plan);
		expect(failedFields(receipt)).toEqual([]);
		expect(words(id)).toEqual(["<p>Agreed by telephone.</p>", "<p>Too much.</p>", "<p>Not at all.</p>"]);
		expect(filesNow(id).map(({ title }) => title)).toEqual(["offer.txt"]);
		expect((await bench.restore(selected(snapshotId, id), inPlace)).outcome).toBe("nothing-to-do");

		await bench.undo("r1", plan);
		expect(words(id)).toEqual(["<p>Agreed by telephone.</p>"]);
		expect(filesNow(id)).toEqual([]);
	});

	it("is written once when the answers to its writes are lost", async () => {
		const { id } = await rich();
		const snapshotId = await bench.backup();
		await destroy(id);
		await bench.backup();
		const { faults } = bench.simulator;
		for (const fault of ["server-error", "lost-answer"] as const) {
			faults.inject({ kind: fault, method: "POST", path: "/wiki/api/v2/footer-comments$" });
			faults.inject({ kind: fault, method: "PUT", path: "/child/attachment$" });
			faults.inject({ kind: fault, method: "PUT", path: "/wiki/api/v2/custom-content/[0-9]+$" });
		}
		const receipt = await bench.restore(selected(snapshotId, id), { ...inPlace, replayVersions: true });
		expect(failedFields(receipt)).toEqual([]);
		expect(faults.pending).toBe(0);
		const now = receipt.items[0]?.now?.ref.id ?? "";
		expect(words(now)).toEqual(["<p>Too much.</p>", "<p>Not at all.</p>"]);
		expect(filesNow(now).map(({ versions }) => versions.length)).toEqual([2]);
		expect(confluence().contents.get(now)?.versions).toHaveLength(4);
	});
});
