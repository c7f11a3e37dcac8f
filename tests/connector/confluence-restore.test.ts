import type { JsonObject, JsonValue } from "@skyeworx/core";
import type { ReceiptField, StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { handmade, page, rich, type Site, storage } from "./confluence-handmade.ts";
import { inPlace, Journal, RestoreRunner } from "./restore-runner.ts";

function results(fields: readonly ReceiptField[] | undefined): Record<string, string> {
	return Object.fromEntries((fields ?? []).map((field) => [field.field, field.result]));
}

function failed(fields: readonly ReceiptField[] | undefined): readonly ReceiptField[] {
	return (fields ?? []).filter((field) => field.result === "failed");
}

/** Parts of a page without what a new incarnation can't share: ids, dates, authors. */
function gist(item: StoredItem): unknown {
	const main = item.parts.get("") as JsonObject;
	const comments = item.parts.get("comments") as { footer: JsonObject[]; inline: JsonObject[] } | undefined;
	return {
		title: main.title,
		parentId: main.parentId,
		labels: ((item.parts.get("labels") ?? []) as JsonObject[]).map((label) => label.name),
		comments: [comments?.footer.length ?? 0, comments?.inline.length ?? 0],
		resolved: (comments?.inline ?? []).map((comment) => comment.resolutionStatus ?? null),
		files: ((item.parts.get("attachments") ?? []) as JsonObject[]).map((file) => [file.title, file.fileSize]),
	};
}

describe("restoring Confluence pages", () => {
	let site: Site;
	beforeEach(async () => {
		site = await handmade();
	});
	afterEach(async () => {
		const { violations } = site.simulator;
		await site.stop();
		expect(violations).toEqual([]);
	});

	it("brings an edited page back to what it was, and keeps what was said since", async () => {
		const { id } = await rich(site);
		const wanted = site.wanted(id);
		const original = (await site.read(id)).body;
		await site.edit(id, { title: "Beta, rewritten", body: "<p>All new.</p>" });
		await site.comment({ pageId: id, body: storage("<p>Since then.</p>") });
		await site.call("DELETE", "/wiki/rest/api/content/{id}/label", { parameters: { id }, query: { name: "guide" } });

		const done = await new RestoreRunner(site.reader).run([wanted]);

		expect(done.plans[0]?.action).toBe("change");
		expect(done.plans[0]?.changes.map((change) => change.field).sort()).toEqual(["body", "labels", "title"]);
		const now = await site.read(id);
		expect(now.title).toBe("Beta");
		expect(now.body).toBe(original);
		expect(failed(done.receipts.get(`confluence.page/${id}`))).toEqual([]);
		const [live] = await site.reader.readLive([page(id)]);
		expect(JSON.stringify(live?.state === "live" && live.item.parts.get("comments"))).toContain("Since then.");
	});

	it("writes one new version though the answer to it was lost, and says in it where it is from", async () => {
		const { id } = await rich(site);
		const wanted = site.wanted(id);
		await site.edit(id, { body: "<p>All new.</p>" });
		const { version } = await site.read(id);
		site.simulator.faults.inject({ kind: "lost-answer", method: "PUT", path: "/pages/" });
		await new RestoreRunner(site.reader, inPlace, "r-7").run([wanted]);
		const now = await site.read(id);
		expect(now.version).toBe(version + 1);
		expect((now.main.version as JsonObject).message).toBe("Restored by Skyeworx from version 1 (restore r-7)");
	});

	it("says that a part can't come back alone when its page is not there", async () => {
		const { id, file } = await rich(site);
		const wanted = site.wanted(id);
		await site.purge(id);
		const [plan] = await new RestoreRunner(site.reader, { ...inPlace, fields: [`file/${file}`] }).plan([wanted]);
		expect(plan?.action).toBe("cannot");
		expect(plan?.reason).toContain("not there");
	});

	it("does not touch an archived page, and says what to do", async () => {
		const { id } = await rich(site);
		const wanted = site.wanted(id);
		await site.edit(id, { body: "<p>Old hat.</p>" });
		const content = site.simulator.state.confluence.contents.get(id);
		if (content !== undefined) site.simulator.state.confluence.changeContent(content, { status: "archived" });
		const [plan] = await new RestoreRunner(site.reader).plan([wanted]);
		expect(plan?.action).toBe("cannot");
		expect(plan?.reason).toContain("archived");
	});

	it("makes a copy in another space, under its home page", async () => {
		const { id } = await rich(site);
		const wanted = site.wanted(id);
		const other = await site.call("POST", "/wiki/rest/api/space", { body: { key: "PUB", name: "Public" } });
		const target = { type: "copy", spaceId: String(other.id) } as const;
		const done = await new RestoreRunner(site.reader, { ...inPlace, target }).run([wanted]);
		const made = await site.read(done.results.get(`confluence.page/${id}`)?.mapped.ref.id ?? "");
		expect(made.main.spaceId).toBe(String(other.id));
		expect(made.title).toBe("Beta (restored copy)");
		expect((await site.read(id)).version).toBe(1);
	});

	it("leaves a page alone that is as it was", async () => {
		const { id } = await rich(site);
		const [plan] = await new RestoreRunner(site.reader).plan([site.wanted(id)]);
		expect(plan?.action).toBe("leave");
	});

	it("takes a page out of the trash with its id, and back there on undo", async () => {
		const { id, parent } = await rich(site);
		const wanted = site.wanted(id);
		await site.trash(id);
		const runner = new RestoreRunner(site.reader);
		const done = await runner.run([wanted]);
		expect(done.plans[0]?.action).toBe("untrash");
		expect((await site.read(id)).main.parentId).toBe(parent);
		expect(new Set(Object.values(results(done.receipts.get(`confluence.page/${id}`))))).toEqual(new Set(["exact"]));
		expect(await runner.undo()).toEqual(["undone"]);
		const [live] = await site.reader.readLive([page(id)]);
		expect(live?.state).toBe("trashed");
	});

	it("creates a purged page again under its parent and between its siblings, with all that belonged to it", async () => {
		const { id, parent, before, after, file } = await rich(site);
		const wanted = site.wanted(id);
		await site.purge(id);

		const done = await new RestoreRunner(site.reader).run([wanted]);

		expect(done.plans[0]?.action).toBe("create");
		const made = done.results.get(`confluence.page/${id}`);
		const newId = made?.mapped.ref.id ?? "";
		expect(newId).not.toBe(id);
		const live = done.live.get(`confluence.page/${id}`);
		if (live?.state !== "live") throw new Error("not live");
		expect(gist(live.item)).toEqual(gist(wanted));
		const children = await site.call("GET", "/wiki/api/v2/pages/{id}/direct-children", { parameters: { id: parent } });
		expect((children.results as JsonObject[]).map((child) => child.id)).toEqual([before, newId, after]);
		const inline = (live.item.parts.get("comments") as { inline: JsonObject[] }).inline;
		expect(JSON.stringify(inline[0]?.properties)).toContain('"inlineOriginalSelection":"kettle"');
		const marked = (await site.read(newId)).body;
		expect(marked.indexOf("<ac:inline-comment-marker")).toBeGreaterThan(marked.indexOf("shelf"));
		expect(JSON.stringify(inline)).toContain("Originally by");
		expect(made?.mapped.files?.[file]?.id).toMatch(/^att/);
		expect(failed(done.receipts.get(`confluence.page/${id}`))).toEqual([]);
		expect(results(done.receipts.get(`confluence.page/${id}`)).id).toBe("impossible");
		const again = await new RestoreRunner(site.reader).plan([wanted], [page(newId)]);
		expect(again[0]?.action).toBe("leave");
	});

	it("creates a tree again and points its bodies at the new pages", async () => {
		const parent = await site.create("Tree", "<p>root</p>");
		const child = await site.create("Leaf", "<p>leaf</p>", parent);
		const url = `${site.simulator.url}/wiki/spaces/LAB/pages/${child}/Leaf`;
		await site.edit(parent, { body: `<p>root with <a href="${url}">a link</a></p>` });
		const sibling = await site.create("Leaf 2", `<p><a href="/wiki/spaces/LAB/pages/${parent}/Tree">up</a></p>`, parent);
		await site.backup(site.kept);
		const wanted = [sibling, child, parent].map(site.wanted);
		for (const id of [sibling, child, parent]) await site.purge(id);

		const done = await new RestoreRunner(site.reader).run(wanted);

		const now = (id: string) => done.results.get(`confluence.page/${id}`)?.mapped.ref.id ?? "";
		expect((await site.read(now(child))).main.parentId).toBe(now(parent));
		expect((await site.read(now(sibling))).main.parentId).toBe(now(parent));
		expect((await site.read(now(parent))).body).toContain(`/pages/${now(child)}/Leaf`);
		expect((await site.read(now(sibling))).body).toContain(`/pages/${now(parent)}/Tree`);
		expect(results(done.receipts.get(`confluence.page/${parent}`)).body).toBe("degraded");
		expect([...done.receipts.values()].flatMap(failed)).toEqual([]);
	});

	it("puts a page whose parent is gone under the nearest one that is there", async () => {
		const grand = await site.create("Grand", "<p>g</p>");
		const parent = await site.create("Parent", "<p>p</p>", grand);
		const child = await site.create("Child", "<p>c</p>", parent);
		await site.backup(site.kept);
		const wanted = site.wanted(child);
		await site.purge(child);
		await site.trash(parent);
		const done = await new RestoreRunner(site.reader).run([wanted]);
		expect(done.plans[0]?.reason).toContain("nearest page above");
		const made = done.results.get(`confluence.page/${child}`)?.mapped.ref.id ?? "";
		expect((await site.read(made)).main.parentId).toBe(grand);
		expect(results(done.receipts.get(`confluence.page/${child}`)).parent).toBe("degraded");
	});

	it("gives a page another title when its own is taken, and makes copies beside the original", async () => {
		const { id } = await rich(site);
		const wanted = site.wanted(id);
		const copy = await new RestoreRunner(site.reader, { ...inPlace, target: { type: "copy" } }, "copy-1").run([wanted]);
		const copied = copy.results.get(`confluence.page/${id}`)?.mapped.ref.id ?? "";
		expect((await site.read(copied)).title).toBe("Beta (restored copy)");
		const second = await new RestoreRunner(site.reader, { ...inPlace, target: { type: "copy" } }, "copy-2").run([wanted]);
		expect((await site.read(second.results.get(`confluence.page/${id}`)?.mapped.ref.id ?? "")).title).toBe("Beta (restored copy 2)");
		expect((await site.read(id)).version).toBe(1);
		await site.purge(id);
		await site.create("Beta", "<p>somebody else's</p>");
		const done = await new RestoreRunner(site.reader).run([wanted]);
		expect((await site.read(done.results.get(`confluence.page/${id}`)?.mapped.ref.id ?? "")).title).toBe("Beta (restored)");
		expect(results(done.receipts.get(`confluence.page/${id}`)).title).toBe("degraded");
	});

	it("restores one attachment alone", async () => {
		const { id, file } = await rich(site);
		const wanted = site.wanted(id);
		await site.edit(id, { body: "<p>Newer text.</p>" });
		await site.call("DELETE", "/wiki/api/v2/attachments/{id}", { parameters: { id: file } });
		const done = await new RestoreRunner(site.reader, { ...inPlace, fields: [`file/${file}`] }).run([wanted]);
		expect((await site.read(id)).body).toBe("<p>Newer text.</p>");
		const live = done.live.get(`confluence.page/${id}`);
		if (live?.state !== "live") throw new Error("not live");
		const [restored] = live.item.files;
		const chunks: Uint8Array[] = [];
		for await (const chunk of restored?.open() ?? []) chunks.push(chunk);
		expect(Buffer.concat(chunks).toString()).toBe("step one, step two");
		expect(Object.keys(results(done.receipts.get(`confluence.page/${id}`)))).toEqual([`file/${file}`]);
	});

	it("ends the same wherever it crashes, before or after each write, and creates nothing twice", async () => {
		const reference = await rich(site);
		const wanted = site.wanted(reference.id);
		await site.purge(reference.id);
		const names: string[] = [];
		const dry = new RestoreRunner(site.reader, inPlace, "dry");
		dry.beforeStep = (name) => names.push(name);
		const whole = await dry.run([wanted]);
		const expected = whole.live.get(`confluence.page/${reference.id}`);
		if (expected?.state !== "live") throw new Error("not live");
		const steps = names.length;
		await dry.undo();
		expect(steps).toBeGreaterThan(8);
		for (let crash = 0; crash < steps * 2; crash++) {
			const journal = new Journal();
			const restoreId = `crash-${crash}`;
			const first = new RestoreRunner(site.reader, inPlace, restoreId, journal);
			let left = Math.floor(crash / 2);
			const fall = (): void => {
				if (left-- === 0) throw new Error("crash");
			};
			if (crash % 2 === 0) first.beforeStep = fall;
			else first.afterStep = fall;
			const plans = await first.plan([wanted]);
			await expect(first.run([wanted], plans)).rejects.toThrow("crash");
			const second = new RestoreRunner(site.reader, inPlace, restoreId, journal);
			const done = await second.run([wanted], plans);
			const live = done.live.get(`confluence.page/${reference.id}`);
			if (live?.state !== "live") throw new Error("not live");
			expect(gist(live.item)).toEqual(gist(expected.item));
			expect(failed(done.receipts.get(`confluence.page/${reference.id}`))).toEqual([]);
			expect(new Set(await second.undo())).toEqual(new Set(["undone"]));
			const left_ = await site.call("GET", "/wiki/api/v2/spaces/{id}/pages", {
				parameters: { id: site.spaceId },
				query: { title: "Beta" },
			});
			expect(left_.results).toEqual([]);
		}
	});

	it("creates nothing twice when the answers to its writes are lost", async () => {
		const reference = await rich(site);
		const wanted = site.wanted(reference.id);
		await site.purge(reference.id);
		for (const path of [
			"/pages$|/pages\\?",
			"/properties",
			"/child/attachment",
			"/label$",
			"footer-comments$",
			"inline-comments$",
			"/move/",
		]) {
			for (const method of ["POST", "PUT"]) site.simulator.faults.inject({ kind: "lost-answer", method, path, times: 2 });
			const runner = new RestoreRunner(site.reader, inPlace, `lost-${path}`);
			const done = await runner.run([wanted]);
			const live = done.live.get(`confluence.page/${reference.id}`);
			if (live?.state !== "live") throw new Error("not live");
			expect(gist(live.item)).toEqual(gist(wanted));
			expect(failed(done.receipts.get(`confluence.page/${reference.id}`))).toEqual([]);
			site.simulator.faults.clear();
			await runner.undo();
		}
	}, 240_000);

	it("keeps what it created when somebody worked on it since", async () => {
		const { id } = await rich(site);
		const wanted = site.wanted(id);
		await site.purge(id);
		const runner = new RestoreRunner(site.reader);
		const done = await runner.run([wanted]);
		const made = done.results.get(`confluence.page/${id}`)?.mapped.ref.id ?? "";
		await site.edit(made, { body: "<p>My own words now.</p>" });
		expect((await runner.undo()).at(-1)).toBe("kept");
		expect((await site.read(made)).body).toBe("<p>My own words now.</p>");
	});

	it("makes a restricted page visible to nobody else when it is created again", async () => {
		const { id } = await rich(site);
		const { accountId } = site.simulator.site;
		const restrictions = [{ operation: "read", restrictions: { user: [{ type: "known", accountId }] } }];
		await site.call("PUT", "/wiki/rest/api/content/{id}/restriction", { parameters: { id }, body: restrictions as JsonValue });
		await site.backup(site.kept);
		const wanted = site.wanted(id);
		expect(wanted.parts.get("restrictions")).toBeDefined();
		await site.purge(id);
		const done = await new RestoreRunner(site.reader).run([wanted]);
		const live = done.live.get(`confluence.page/${id}`);
		expect(live?.state === "live" && live.item.parts.get("restrictions")).toEqual(wanted.parts.get("restrictions"));
		expect(results(done.receipts.get(`confluence.page/${id}`))["restrictions/read"]).toBe("exact");
	});

	it("restores a blog post with its date", async () => {
		const post = await site.call("POST", "/wiki/api/v2/blogposts", {
			body: {
				spaceId: site.spaceId,
				status: "current",
				title: "News",
				body: storage("<p>Hear, hear.</p>"),
				createdAt: "2025-02-03T04:05:06.000Z",
			},
		});
		const id = String(post.id);
		await site.backup(site.kept);
		const item = site.kept.item("confluence.blog-post", id);
		const wanted = { ...item, parts: new Map(structuredClone([...item.parts])) };
		for (const query of [{}, { purge: true }]) await site.call("DELETE", "/wiki/api/v2/blogposts/{id}", { parameters: { id }, query });
		const done = await new RestoreRunner(site.reader).run([wanted]);
		const live = done.live.get(`confluence.blog-post/${id}`);
		if (live?.state !== "live") throw new Error("not live");
		expect((live.item.parts.get("") as JsonObject).createdAt).toBe((wanted.parts.get("") as JsonObject).createdAt);
		expect(failed(done.receipts.get(`confluence.blog-post/${id}`))).toEqual([]);
	});

	it("keeps an inline comment below the page when the site does not take it where it was", async () => {
		const { id, inline } = await rich(site);
		const wanted = site.wanted(id);
		await site.purge(id);
		site.simulator.faults.inject({ kind: "forbidden", method: "POST", path: "inline-comments" });
		const done = await new RestoreRunner(site.reader).run([wanted]);
		const live = done.live.get(`confluence.page/${id}`);
		const comments =
			live?.state === "live" ? (live.item.parts.get("comments") as { footer: JsonObject[]; inline: JsonObject[] }) : undefined;
		expect([comments?.footer.length, comments?.inline.length]).toEqual([4, 0]);
		expect(results(done.receipts.get(`confluence.page/${id}`))[`comments/${inline}`]).toBe("degraded");
		expect(done.results.get(`confluence.page/${id}`)?.problems.map((problem) => problem.field)).toEqual([`comments/${inline}`]);
	});

	it("turns an inline comment whose words are gone into one below the page that quotes them", async () => {
		const { id, inline } = await rich(site);
		const wanted = site.wanted(id);
		await site.call("DELETE", "/wiki/api/v2/inline-comments/{comment-id}", { parameters: { "comment-id": inline } });
		await site.edit(id, { body: "<p>No pots here.</p>" });
		const done = await new RestoreRunner(site.reader, { ...inPlace, fields: ["comments"] }).run([wanted]);
		expect((await site.read(id)).body).toBe("<p>No pots here.</p>");
		const live = done.live.get(`confluence.page/${id}`);
		const footer = live?.state === "live" ? (live.item.parts.get("comments") as { footer: JsonObject[] }).footer : [];
		expect(JSON.stringify(footer)).toContain("<blockquote><p>kettle</p></blockquote>");
		expect(results(done.receipts.get(`confluence.page/${id}`))[`comments/${inline}`]).toBe("degraded");
	});
});
