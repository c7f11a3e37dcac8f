import type { JsonObject } from "@skyeworx/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { handmade, page, rich, type Site } from "../connector/confluence-handmade.ts";
import { inPlace, RestoreRunner } from "../connector/restore-runner.ts";

let site: Site;
beforeEach(async () => {
	site = await handmade();
});
afterEach(async () => {
	const { violations } = site.simulator;
	await site.stop();
	expect(violations).toEqual([]);
});

/** Where a thing is: a row of a kind's fidelity table, or a line of the blind-spot report. */
type Place = readonly [kind: string, field: string] | RegExp;

/** What a Confluence site consists of, as far as anybody would ask for it back. */
const things: Readonly<Record<string, Place>> = {
	"global, personal and archived spaces": ["confluence.space", "type"],
	"spaces in the trash": /^Spaces in Atlassian's trash/,
	"permissions of spaces": ["confluence.space", "permissions"],
	"roles of spaces": ["confluence.space", "roles"],
	"what roles allow, and the look of the site": /^What the roles of spaces allow/,
	"properties of spaces": ["confluence.space", "properties.*"],
	"home pages": ["confluence.space", "homepageId"],
	"looks of spaces": ["confluence.space", "look.selected"],
	"hierarchy of pages": ["confluence.page", "parent"],
	"order of pages": ["confluence.page", "position"],
	"blog posts": ["confluence.blog-post", "body"],
	drafts: /^Drafts/,
	"versions of pages": ["confluence.page", "versions.*"],
	attachments: ["confluence.page", "files.*.bytes"],
	"versions of attachments": ["confluence.page", "files.*.older"],
	"labels of attachments": ["confluence.page", "files.*.labels"],
	"properties of attachments": ["confluence.page", "files.*.properties"],
	comments: ["confluence.page", "comments.*.text"],
	"inline comments": ["confluence.page", "comments.*.anchor"],
	replies: ["confluence.page", "comments.*.parent"],
	"resolution of comments": ["confluence.page", "comments.*.resolved"],
	"earlier wordings of comments": /^Earlier wordings of comments/,
	labels: ["confluence.page", "labels"],
	restrictions: ["confluence.page", "restrictions"],
	"content properties": ["confluence.page", "properties.*"],
	templates: ["confluence.template", "body"],
	blueprints: ["confluence.template", "referencingBlueprint"],
	tasks: ["confluence.page", "body"],
	"who ticked tasks": /^Who made or ticked a task/,
	likes: /^Likes/,
	folders: ["confluence.folder", "title"],
	"smart links": ["confluence.smart-link", "embedUrl"],
	"custom content": ["confluence.custom-content", "body"],
	"versions of custom content": ["confluence.custom-content", "versions.*"],
	"files of custom content": ["confluence.custom-content", "files.*"],
	"comments on custom content": ["confluence.custom-content", "comments.*"],
	"custom content that the search does not name": /custom content/,
	whiteboards: ["confluence.whiteboard", "title"],
	"what is drawn on whiteboards": /what is drawn on them/,
	databases: ["confluence.database", "title"],
	"rows of databases": /does not give their rows/,
};

describe("what a Confluence site consists of", () => {
	it("is in the fidelity table of a kind, or every run's blind-spot report says that it is not kept", async () => {
		for (const type of ["whiteboard", "database"])
			await site.call("POST", `/wiki/api/v2/${type}s`, { body: { spaceId: site.spaceId, title: `A ${type}` } });
		await site.backup(site.kept);
		const reasons = site.kept.blindSpots.map(({ reason }) => reason);
		const missing = Object.entries(things).filter(([, place]) =>
			place instanceof RegExp
				? !reasons.some((reason) => place.test(reason))
				: !site.kind(place[0]).fidelity.some(({ field }) => field === place[1]),
		);
		expect(missing).toEqual([]);
	});
});

describe("labels and properties of attachments", () => {
	const marksOf = (id: string): unknown => site.kept.item("confluence.page", id).parts.get("file-marks");

	async function marked() {
		const { id, file } = await rich(site);
		await site.call("POST", "/wiki/rest/api/content/{id}/label", {
			parameters: { id: file },
			body: [{ prefix: "global", name: "drawing" }],
		});
		const properties = "/wiki/api/v2/attachments/{attachment-id}/properties";
		for (const key of ["made-by", "checked"])
			await site.call("POST", properties, { parameters: { "attachment-id": file }, body: { key, value: { tool: key } } });
		await site.backup(site.kept);
		return { id, file };
	}

	it("are kept, seen to change, and kept on while the search does not name the file", async () => {
		const { id, file } = await marked();
		const entry = (): JsonObject => (marksOf(id) as Record<string, JsonObject>)[file] ?? {};
		expect((entry().labels as JsonObject[]).map(({ name }) => name)).toEqual(["drawing"]);
		expect((entry().properties as JsonObject[]).map(({ key, value }) => [key, value])).toEqual([
			["checked", { tool: "checked" }],
			["made-by", { tool: "made-by" }],
		]);
		await site.call("DELETE", "/wiki/rest/api/content/{id}/label", { parameters: { id: file }, query: { name: "drawing" } });
		await site.backup(site.kept);
		expect(entry().labels).toBeUndefined();
		const before = structuredClone(marksOf(id));
		site.simulator.state.switches.searchLagMs = 24 * 3_600_000;
		await site.backup(site.kept);
		expect(marksOf(id)).toEqual(before);
	});

	it("are read from the file alone exactly as from the search", async () => {
		const { id } = await marked();
		const [live] = await site.reader.readLive([page(id)]);
		expect(live?.state === "live" ? live.item.parts.get("file-marks") : undefined).toEqual(marksOf(id));
	});

	it("come back on the file that is uploaded again, and in place; the receipt says so", async () => {
		const { id, file } = await marked();
		const wanted = site.wanted(id);
		await site.call("DELETE", "/wiki/rest/api/content/{id}/label", { parameters: { id: file }, query: { name: "drawing" } });
		const there = await new RestoreRunner(site.reader, inPlace, "r-1").run([wanted]);
		const attachment = (attachmentId: string) => site.simulator.state.confluence.attachments.get(attachmentId);
		expect(attachment(file)?.labels.map(({ name }) => name)).toEqual(["drawing"]);
		const receiptOf = (done: typeof there) =>
			(done.receipts.get(`confluence.page/${id}`) ?? []).filter(({ field }) => field.startsWith("file/") && field.split("/").length > 2);
		expect(receiptOf(there).map(({ field, result }) => [field, result])).toEqual([
			[`file/${file}/labels`, "exact"],
			[`file/${file}/properties/checked`, "exact"],
			[`file/${file}/properties/made-by`, "exact"],
		]);
		await site.purge(id);
		const again = await new RestoreRunner(site.reader, inPlace, "r-2").run([wanted]);
		const made = again.results.get(`confluence.page/${id}`)?.mapped.ref.id ?? "";
		const [uploaded] = site.simulator.state.confluence.attachmentsOf(made);
		expect(uploaded?.labels.map(({ name }) => name)).toEqual(["drawing"]);
		expect(uploaded?.properties.map(({ key, value }) => [key, value])).toEqual(
			expect.arrayContaining([
				["made-by", { tool: "made-by" }],
				["checked", { tool: "checked" }],
			]),
		);
		expect(receiptOf(again).every(({ result }) => result === "exact")).toBe(true);
	});
});
