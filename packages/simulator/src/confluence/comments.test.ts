import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../server.ts";
import { SiteClient } from "../testing/site-client.ts";

let running: RunningSimulator;
let client: SiteClient;
let spaceId: string;

beforeAll(async () => {
	running = await startSimulator({ seed: 300, validate: "collect" });
	client = SiteClient.owner(running);
	spaceId = (await client.get("/wiki/api/v2/spaces?keys=ENG")).json.results[0].id;
});

afterAll(async () => {
	expect(running.violations).toEqual([]);
	await running.stop();
});

const storage = (value: string) => ({ representation: "storage", value });
let serial = 0;
async function newPage(value: string, representation = "storage"): Promise<string> {
	serial += 1;
	const reply = await client.post("/wiki/api/v2/pages", {
		spaceId,
		status: "current",
		title: `Commented ${serial}`,
		body: { representation, value },
	});
	expect(reply.status).toBe(200);
	return reply.json.id;
}

const bodyOf = async (id: string, format = "storage"): Promise<string> =>
	(await client.get(`/wiki/api/v2/pages/${id}?body-format=${format}`)).json.body[format].value;

const select = (pageId: string, textSelection: string, textSelectionMatchCount = 1, textSelectionMatchIndex = 0) =>
	client.post("/wiki/api/v2/inline-comments", {
		pageId,
		body: storage("<p>Really?</p>"),
		inlineCommentProperties: { textSelection, textSelectionMatchCount, textSelectionMatchIndex },
	});

describe("footer comments", () => {
	it("stand under their page, replies under their comment, and all of them in the list of the site", async () => {
		const pageId = await newPage("<p>Text</p>");
		const root = await client.post("/wiki/api/v2/footer-comments", { pageId, body: storage("<p>First</p>") });
		expect(root.status).toBe(201);
		const reply = await client.post("/wiki/api/v2/footer-comments", { parentCommentId: root.json.id, body: storage("<p>Second</p>") });
		expect(reply.json).toMatchObject({ pageId, parentCommentId: root.json.id });
		expect(
			(await client.get(`/wiki/api/v2/pages/${pageId}/footer-comments`)).json.results.map((entry: { id: string }) => entry.id),
		).toEqual([root.json.id]);
		expect(
			(await client.get(`/wiki/api/v2/footer-comments/${root.json.id}/children`)).json.results.map((entry: { id: string }) => entry.id),
		).toEqual([reply.json.id]);
		const { results } = await client.all("/wiki/api/v2/footer-comments?limit=250&body-format=storage");
		const own = results.filter((entry) => entry.pageId === pageId);
		expect(own.map((entry) => entry.body.storage.value)).toEqual(["<p>First</p>", "<p>Second</p>"]);
	});

	it("are changed by the next version only, and go with their replies", async () => {
		const pageId = await newPage("<p>Text</p>");
		const { json: root } = await client.post("/wiki/api/v2/footer-comments", { pageId, body: storage("<p>First</p>") });
		const { json: reply } = await client.post("/wiki/api/v2/footer-comments", { parentCommentId: root.id, body: storage("<p>Second</p>") });
		expect(
			(await client.put(`/wiki/api/v2/footer-comments/${root.id}`, { version: { number: 5 }, body: storage("<p>x</p>") })).status,
		).toBe(409);
		const changed = await client.put(`/wiki/api/v2/footer-comments/${root.id}`, { version: { number: 2 }, body: storage("<p>Better</p>") });
		expect(changed.json.version.number).toBe(2);
		expect((await client.get(`/wiki/api/v2/footer-comments/${root.id}/versions?body-format=storage`)).json.results).toHaveLength(2);
		expect((await client.delete(`/wiki/api/v2/footer-comments/${root.id}`)).status).toBe(204);
		expect((await client.get(`/wiki/api/v2/footer-comments/${reply.id}`)).status).toBe(404);
	});

	it("refuse malformed bodies and more than one place", async () => {
		const pageId = await newPage("<p>Text</p>");
		expect((await client.post("/wiki/api/v2/footer-comments", { pageId, body: storage("<p>open") })).status).toBe(400);
		expect((await client.post("/wiki/api/v2/footer-comments", { pageId, parentCommentId: "1", body: storage("<p/>") })).status).toBe(400);
		expect((await client.post("/wiki/api/v2/footer-comments", { pageId: "1", body: storage("<p/>") })).status).toBe(404);
	});
});

describe("inline comments", () => {
	it("put a marker into the body without a new version", async () => {
		const pageId = await newPage("<p>The <strong>quick</strong> caf&eacute; &amp; bar opens at nine.</p>");
		const { json, status } = await select(pageId, "quick café & bar");
		expect(status).toBe(201);
		const ref = json.properties.inlineMarkerRef;
		expect(json).toMatchObject({ resolutionStatus: "open", properties: { inlineOriginalSelection: "quick café & bar" } });
		const mark = (text: string) => `<ac:inline-comment-marker ac:ref="${ref}">${text}</ac:inline-comment-marker>`;
		expect(await bodyOf(pageId)).toBe(`<p>The <strong>${mark("quick")}</strong>${mark(" caf&eacute; &amp; bar")} opens at nine.</p>`);
		expect((await client.get(`/wiki/api/v2/pages/${pageId}`)).json.version.number).toBe(1);
	});

	it("mark the asked one of several equal texts, and refuse a wrong count", async () => {
		const pageId = await newPage("<p>one two one</p><ul><li>one</li></ul>");
		const { json } = await select(pageId, "one", 3, 2);
		expect(await bodyOf(pageId)).toBe(
			`<p>one two one</p><ul><li><ac:inline-comment-marker ac:ref="${json.properties.inlineMarkerRef}">one</ac:inline-comment-marker></li></ul>`,
		);
		expect((await select(pageId, "one", 2, 1)).status).toBe(400);
		expect((await select(pageId, "three", 1, 0)).status).toBe(400);
		expect((await select(pageId, "oneone", 1, 0)).status).toBe(400);
	});

	it("mark ADF pages in both representations", async () => {
		const text = (value: string, ...marks: string[]) => ({
			type: "text",
			text: value,
			...(marks.length > 0 ? { marks: marks.map((type) => ({ type })) } : {}),
		});
		const document = {
			type: "doc",
			version: 1,
			content: [{ type: "paragraph", content: [text("Meet at "), text("nine", "strong"), text(" sharp")] }],
		};
		const pageId = await newPage(JSON.stringify(document), "atlas_doc_format");
		const { json } = await select(pageId, "at nine");
		const annotation = { type: "annotation", attrs: { id: json.properties.inlineMarkerRef, annotationType: "inlineComment" } };
		expect(JSON.parse(await bodyOf(pageId, "atlas_doc_format")).content[0].content).toEqual([
			text("Meet "),
			{ ...text("at "), marks: [annotation] },
			{ ...text("nine"), marks: [{ type: "strong" }, annotation] },
			text(" sharp"),
		]);
		expect(await bodyOf(pageId)).toContain(`ac:ref="${json.properties.inlineMarkerRef}"`);
	});

	it("dangle when a new version has lost the marker, and are open again when it comes back", async () => {
		const pageId = await newPage("<p>Deliver on Monday.</p>");
		const { json } = await select(pageId, "on Monday");
		const marked = await bodyOf(pageId);
		const save = (number: number, value: string) =>
			client.put(`/wiki/api/v2/pages/${pageId}`, {
				id: pageId,
				status: "current",
				title: `Commented ${serial}`,
				body: storage(value),
				version: { number },
			});
		const status = async () => (await client.get(`/wiki/api/v2/inline-comments/${json.id}`)).json.resolutionStatus;
		await save(2, "<p>Deliver at once.</p>");
		expect(await status()).toBe("dangling");
		expect((await client.put(`/wiki/api/v2/inline-comments/${json.id}`, { resolved: true })).status).toBe(400);
		expect((await client.get(`/wiki/api/v2/pages/${pageId}/inline-comments?resolution-status=dangling`)).json.results).toHaveLength(1);
		await save(3, marked);
		expect(await status()).toBe("open");
	});

	it("are resolved and reopened, with who did it", async () => {
		const pageId = await newPage("<p>Deliver on Monday.</p>");
		const { json } = await select(pageId, "Monday");
		const resolved = await client.put(`/wiki/api/v2/inline-comments/${json.id}`, { resolved: true });
		expect(resolved.json).toMatchObject({ resolutionStatus: "resolved", resolutionLastModifierId: running.site.accountId });
		expect((await client.put(`/wiki/api/v2/inline-comments/${json.id}`, { resolved: false })).json.resolutionStatus).toBe("reopened");
	});

	it("of the seed come in every state, each open one with its marker in the page", async () => {
		const { results } = await client.all("/wiki/api/v2/inline-comments?limit=250&body-format=storage");
		const states = new Set<string>(results.map((comment) => comment.resolutionStatus));
		expect([...states]).toEqual(expect.arrayContaining(["open", "resolved"]));
		for (const comment of results
			.filter((entry) => entry.pageId !== undefined && entry.properties !== undefined && entry.resolutionStatus === "open")
			.slice(0, 20)) {
			expect(await bodyOf(comment.pageId)).toContain(comment.properties.inlineMarkerRef);
		}
	});
});

describe("comment properties", () => {
	it("are made, changed by the next version, and deleted", async () => {
		const pageId = await newPage("<p>Text</p>");
		const { json: root } = await client.post("/wiki/api/v2/footer-comments", { pageId, body: storage("<p>First</p>") });
		const path = `/wiki/api/v2/comments/${root.id}/properties`;
		const { json: made } = await client.post(path, { key: "mark", value: [1, 2] });
		expect((await client.post(path, { key: "mark", value: 1 })).status).toBe(400);
		expect((await client.put(`${path}/${made.id}`, { key: "mark", value: 2, version: { number: 1 } })).status).toBe(409);
		expect((await client.put(`${path}/${made.id}`, { key: "mark", value: 2, version: { number: 2 } })).json.value).toBe(2);
		expect((await client.delete(`${path}/${made.id}`)).status).toBe(204);
		expect((await client.get(path)).json.results).toEqual([]);
	});
});
