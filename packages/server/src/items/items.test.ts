import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { fileHeaders } from "./item-file.ts";

const server = new TestServer();
let home: TestOrganization;
let siteId: string;
let first: number;
let second: number;
const page = { kind: "confluence.page", id: "1" };
const bytes = new Uint8Array(200_000).map((_, index) => index % 251);

beforeAll(async () => {
	await server.start();
	home = await server.organization("Home");
	siteId = await server.connect(home);
	const file = { id: "f1", name: 'näme "quoted" \u202e.png', mediaType: "image/png", bytes };
	server.site.pages.set("1", { title: "Zebra crossing", body: "black and white", file });
	server.site.pages.set("2", { title: "Second", body: "other" });
	first = (await server.backUp(home.client, siteId)).snapshotId ?? 0;
	server.site.pages.set("1", { title: "Zebra crossing", body: "all grey", file });
	server.site.pages.delete("2");
	second = (await server.backUp(home.client, siteId)).snapshotId ?? 0;
});

afterAll(async () => await server.close());

describe("looking at what was kept", () => {
	it("finds by words, deleted items too, in one site and over all", async () => {
		const { client } = home;
		expect((await client.searchSiteItems({ params: { siteId }, query: { q: "zeb" } })).items.map((hit) => hit.ref)).toEqual([page]);
		const gone = await client.searchItems({ query: { q: "second", state: "deleted" } });
		expect(gone.items).toMatchObject([{ siteId, ref: { id: "2" }, state: "deleted" }]);
		const then = await client.searchSiteItems({ params: { siteId }, query: { asOf: first, order: "key" } });
		expect(then.total.count).toBe(2);
		expect((await client.listSpaces({ params: { siteId } })).items).toMatchObject([{ key: "ENG", items: 1 }]);
	});

	it("shows each version and what changed between any two, the live one included", async () => {
		const { client } = home;
		const detail = await client.getItem({ params: { siteId, ...page } });
		expect(detail.history.map((version) => [version.snapshotId, version.state])).toEqual([
			[second, "changed"],
			[first, "created"],
		]);
		const then = await client.getItemVersion({ params: { siteId, ...page, version: String(first) } });
		expect(then).toMatchObject({ version: { type: "snapshot", state: "present" }, parts: { "": { body: "black and white" } } });
		const diff = await client.getItemDiff({ params: { siteId, ...page }, query: { from: "previous", to: String(second) } });
		expect(diff.differences).toEqual([
			{ field: "body", label: "Body", before: { type: "text", text: "black and white" }, after: { type: "text", text: "all grey" } },
		]);
		const live = await client.getItemDiff({ params: { siteId, ...page }, query: { from: String(second), to: "live" } });
		expect(live).toMatchObject({ differences: [], to: { type: "live", state: "present" } });
		const absent = await client.getItemDiff({ params: { siteId, kind: page.kind, id: "2" }, query: { from: String(first), to: "live" } });
		expect(absent.to.state).toBe("absent");
		await expect(client.getItemVersion({ params: { siteId, kind: page.kind, id: "2", version: String(second) } })).rejects.toMatchObject({
			code: "not-found",
		});
		await expect(client.getItemDiff({ params: { siteId, ...page }, query: { from: "previous", to: String(first) } })).rejects.toMatchObject(
			{ code: "not-found" },
		);
	});

	it("lists what a snapshot changed, page by page", async () => {
		const params = { siteId, snapshotId: second };
		const firstPage = await home.client.listSnapshotChanges({ params, query: { limit: 1 } });
		expect(firstPage.items).toMatchObject([{ ref: { id: "1" }, change: "changed", title: "Zebra crossing", parts: [""] }]);
		const next = await home.client.listSnapshotChanges({ params, query: { limit: 1, cursor: firstPage.nextCursor ?? "" } });
		expect(next).toMatchObject({ items: [{ ref: { id: "2" }, change: "deleted", title: "Second" }], nextCursor: null });
		const sinceItself = await home.client.listSnapshotChanges({ params, query: { since: second } });
		expect(sinceItself.items).toEqual([]);
	});

	it("streams a file's bytes under headers that no browser can misread", async () => {
		const response = await home.client.getItemFile({ params: { siteId, ...page, fileId: "f1" }, query: { version: String(first) } });
		expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
		const headers = Object.fromEntries(response.headers);
		expect(headers).toMatchObject({
			"content-type": "image/png",
			"content-length": String(bytes.length),
			"x-content-type-options": "nosniff",
			"content-security-policy": "sandbox; default-src 'none'",
			"content-disposition": `inline; filename="n_me _quoted_ _.png"; filename*=UTF-8''n%C3%A4me%20%22quoted%22%20%E2%80%AE.png`,
		});
		await expect(home.client.getItemFile({ params: { siteId, ...page, fileId: "f2" } })).rejects.toMatchObject({ code: "not-found" });
	});
});

describe("file headers", () => {
	it.each([
		["text/html", "application/octet-stream", "attachment"],
		["image/svg+xml", "application/octet-stream", "attachment"],
		["text/javascript", "application/octet-stream", "attachment"],
		["TEXT/PLAIN; charset=utf-16", "text/plain; charset=utf-8", "inline"],
		["application/pdf", "application/pdf", "inline"],
		["", "application/octet-stream", "attachment"],
	])("%s is answered as %s, %s", (mediaType, type, place) => {
		const headers = fileHeaders({ name: "x", mediaType, size: 1, download: false });
		expect(headers["content-type"]).toBe(type);
		expect(headers["content-disposition"]).toMatch(new RegExp(`^${place};`));
		expect(fileHeaders({ name: "x\r\nset-cookie: a=b", mediaType, size: 1, download: true })["content-disposition"]).toMatch(
			/^attachment; filename="[^\r\n]*"; filename\*=[^\r\n]*$/,
		);
	});
});
