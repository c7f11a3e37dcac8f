import type { JsonObject, JsonValue } from "@skyeworx/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { handmade, page, rich, type Site, storage } from "./confluence-handmade.ts";
import { inPlace, RestoreRunner } from "./restore-runner.ts";

let site: Site;
beforeEach(async () => {
	site = await handmade();
});
afterEach(async () => {
	const { violations } = site.simulator;
	await site.stop();
	expect(violations).toEqual([]);
});

const content = (id: string) => site.simulator.state.confluence.contents.get(id);
const failed = (fields: readonly { readonly result: string }[] | undefined) => (fields ?? []).filter(({ result }) => result === "failed");
const list = (value: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : []);

describe("what hangs on a page", () => {
	it("is written again version by version where that is asked for, each with its author and time; the file with its versions", async () => {
		const { id, parent } = await rich(site);
		await site.edit(id, { body: '<p>The kettle moved.</p><p>See <ac:image><ri:attachment ri:filename="plan.txt" /></ac:image></p>' });
		await site.edit(id, { title: "Beta, renamed" });
		await site.upload(id, "plan.txt", "step one, two and three");
		await site.backup(site.kept);
		const wanted = site.wanted(id);
		const versions = (content(id)?.versions ?? []).map(({ title, body }) => [
			title,
			body.storage.replaceAll(/<\/?ac:inline-comment-marker[^>]*>/g, ""),
		]);
		await site.purge(id);

		const done = await new RestoreRunner(site.reader, { ...inPlace, replayVersions: true }, "r-9").run([wanted]);

		const made = done.results.get(`confluence.page/${id}`)?.mapped.ref.id ?? "";
		const now = content(made)?.versions ?? [];
		const plain = (text: string): string => text.replaceAll(/<\/?ac:inline-comment-marker[^>]*>/g, "");
		// The first one is written twice: a page can't be created with a message.
		expect(now.slice(1, 4).map(({ title, body }) => [title, plain(body.storage)])).toEqual(versions);
		expect(now[2]?.message).toMatch(/^Version 2, by [^,]+, \d+ \w+ \d{4}, \d\d:\d\d UTC: by hand \(restore r-9\)$/);
		expect(content(made)?.parentId).toBe(parent);
		expect(failed(done.receipts.get(`confluence.page/${id}`))).toEqual([]);
		const receipt = new Map((done.receipts.get(`confluence.page/${id}`) ?? []).map(({ field, result }) => [field, result]));
		expect(receipt.get("versions.*")).toBe("degraded");
		const [file] = site.simulator.state.confluence.attachmentsOf(made);
		expect(file?.versions.map((version) => [version.fileSize, /^Version 1, by [^,]+, /.test(version.message)])).toEqual([
			[18, true],
			[23, false],
		]);
		expect(await new RestoreRunner(site.reader, inPlace, "r-9", done.journal).undo()).not.toContain("kept");
	});

	it("includes comments on files and their replies, which come back on the file that is uploaded again", async () => {
		const { id, file } = await rich(site);
		const remark = await site.comment({ attachmentId: file, body: storage("<p>Step two is wrong.</p>") });
		await site.comment({ parentCommentId: remark, body: storage("<p>Fixed.</p>") });
		await site.backup(site.kept);
		const wanted = site.wanted(id);
		const [live] = await site.reader.readLive([page(id)]);
		expect(live?.state === "live" && live.item.parts.get("comments")).toEqual(wanted.parts.get("comments"));
		expect(list((wanted.parts.get("comments") as JsonObject).footer)).toHaveLength(4);
		await site.purge(id);
		const done = await new RestoreRunner(site.reader).run([wanted]);
		expect(failed(done.receipts.get(`confluence.page/${id}`))).toEqual([]);
		const made = done.results.get(`confluence.page/${id}`)?.mapped.ref.id ?? "";
		const [again] = site.simulator.state.confluence.attachmentsOf(made);
		const said = site.simulator.state.confluence
			.commentsOf(again?.id ?? "")
			.map(({ parentId, versions }) => [parentId === undefined, versions[0]?.body.storage]);
		expect(said).toHaveLength(2);
		expect(said[0]?.[1]).toContain("Step two is wrong.");
		expect(said[1]?.[1]).toContain("Fixed.");
	});

	it("is archived again with the page, after everything is written", async () => {
		const { id } = await rich(site);
		await site.call("POST", "/wiki/rest/api/content/archive", { body: { pages: [{ id: Number(id) }] } });
		await site.backup(site.kept);
		const wanted = site.wanted(id);
		await site.purge(id);
		const done = await new RestoreRunner(site.reader).run([wanted]);
		const made = done.results.get(`confluence.page/${id}`)?.mapped.ref.id ?? "";
		expect(content(made)?.status).toBe("archived");
		expect(failed(done.receipts.get(`confluence.page/${id}`))).toEqual([]);
	});
});

describe("a page that view restrictions hide", () => {
	async function hidden(): Promise<{ readonly id: string; readonly other: string }> {
		const { id } = await rich(site);
		const other = [...site.simulator.state.accounts.keys()].find((one) => one !== site.simulator.site.accountId) ?? "";
		content(id)?.restrictions.read.users.push(other);
		site.simulator.state.confluence.touch();
		return { id, other };
	}

	it("is counted where the tree shows that it is missing", async () => {
		const { id } = await hidden();
		await site.create("Below", "<p>Deep.</p>");
		const below = [...site.simulator.state.confluence.contents.values()].find(({ title }) => title === "Below");
		if (below !== undefined) site.simulator.state.confluence.changeContent(below, { parentId: id });
		await site.backup(site.kept);
		expect(site.kept.items.has(`confluence.page/${id}`)).toBe(false);
		expect(site.kept.blindSpots.some(({ cause, kind }) => cause === "permission" && kind === "confluence.page")).toBe(true);
	});

	it("is not told apart from one that was deleted for good, and the run says so; what lies in the trash was deleted", async () => {
		const vanished = () =>
			site.kept.blindSpots.filter(({ reason }) => reason.includes("do not lie in the trash")).map(({ count, kind }) => [kind, count]);
		const { id } = await rich(site);
		const [trashed, purged] = [await site.create("Thrown away", "<p>Old.</p>"), await site.create("Gone for good", "<p>Older.</p>")];
		await site.backup(site.kept);
		await site.trash(trashed);
		await site.backup(site.kept);
		expect(vanished()).toEqual([]);
		content(id)?.restrictions.read.users.push("somebody-else");
		await site.purge(purged);
		await site.backup(site.kept);
		expect(vanished()).toEqual([["confluence.page", 2]]);
	});

	it("is kept, and found again by a restore, under an admin key", async () => {
		const { id, other } = await hidden();
		site.simulator.state.switches.adminKeys = true;
		const again = site.again();
		await again.backup(site.kept);
		expect(site.kept.items.has(`confluence.page/${id}`)).toBe(true);
		expect(site.kept.blindSpots.some(({ cause }) => cause === "permission")).toBe(false);
		const wanted = site.wanted(id);
		content(id)?.labels.splice(0);
		site.simulator.state.confluence.touch();
		const done = await new RestoreRunner(again.reader).run([wanted]);
		expect(done.plans[0]?.action).toBe("change");
		expect(content(id)?.labels.map(({ name }) => name)).toEqual(["guide"]);
		expect(content(id)?.restrictions.read.users).toEqual([other]);
	});
});

describe("templates", () => {
	it("come back in place and from deletion, and go again on undo", async () => {
		const template = {
			name: "Minutes",
			templateType: "page",
			description: "For meetings",
			body: { storage: { value: "<p>Who was there?</p>", representation: "storage" } },
		};
		const ids: string[] = [];
		for (const over of [{}, { space: { key: "LAB" } }]) {
			ids.push(String((await site.call("POST", "/wiki/rest/api/template", { body: { ...template, ...over } })).templateId));
		}
		const [global = "", local = ""] = ids;
		await site.backup(site.kept);
		const wanted = [global, local].map((id) => site.kept.item("confluence.template", id));
		await site.call("PUT", "/wiki/rest/api/template", { body: { ...template, templateId: global, name: "Spoilt" } });
		await site.call("DELETE", "/wiki/rest/api/template/{contentTemplateId}", { parameters: { contentTemplateId: local } });
		const runner = new RestoreRunner(site.reader);
		const done = await runner.run(wanted);
		expect(done.plans.map(({ action }) => action)).toEqual(["change", "create"]);
		const templates = () =>
			[...site.simulator.state.confluence.templates.values()].map(({ name, spaceKey, body }) => [name, spaceKey, body.storage]);
		expect(templates()).toEqual([
			["Minutes", undefined, "<p>Who was there?</p>"],
			["Minutes", "LAB", "<p>Who was there?</p>"],
		]);
		for (const fields of done.receipts.values()) expect(failed(fields)).toEqual([]);
		expect(await runner.undo()).toEqual(["undone"]);
		expect(templates()).toHaveLength(1);
		await site.backup(site.kept);
		expect(site.kept.of("confluence.template")).toHaveLength(1);
	});
});
