import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../server.ts";
import { SiteClient } from "../testing/site-client.ts";

let running: RunningSimulator;
let client: SiteClient;
let spaceId: string;
let homepageId: string;

beforeAll(async () => {
	running = await startSimulator({ seed: 300, validate: "collect" });
	client = SiteClient.owner(running);
	const { json } = await client.get("/wiki/api/v2/spaces?keys=OPS");
	({ id: spaceId, homepageId } = json.results[0]);
});

afterAll(async () => {
	expect(running.violations).toEqual([]);
	await running.stop();
});

let serial = 0;
async function newPage(fields: Record<string, unknown> = {}) {
	serial += 1;
	const body = { representation: "storage", value: "<p>The audit found nothing.</p>" };
	const reply = await client.post("/wiki/api/v2/pages", { spaceId, status: "current", title: `Audit ${serial}`, body, ...fields });
	expect(reply.status).toBe(200);
	return reply.json;
}

const storageOf = async (id: string): Promise<string> =>
	(await client.get(`/wiki/api/v2/pages/${id}?body-format=storage`)).json.body.storage.value;

describe("lists of pages", () => {
	it("give every visible page once, 250 at a time, with the next page in the body and in the Link header", async () => {
		const first = await client.get("/wiki/api/v2/pages?limit=7");
		expect(first.json.results).toHaveLength(7);
		expect(first.headers.get("link")).toBe(`<${first.json._links.next}>; rel="next", <${running.url}/wiki>; rel="base"`);
		const { results } = await client.all("/wiki/api/v2/pages?limit=7");
		const ids = results.map((page) => page.id);
		expect(new Set(ids).size).toBe(ids.length);
		expect(ids).toEqual((await client.all("/wiki/api/v2/pages?limit=250")).results.map((page) => page.id));
		expect(results.every((page) => page.status === "current" || page.status === "archived")).toBe(true);
	});

	it("sort by the date of change, newest first, so that a backup can stop at its watermark", async () => {
		const page = await newPage();
		running.state.clock.advance(5);
		const { json } = await client.get("/wiki/api/v2/pages?sort=-modified-date&limit=25");
		const times: string[] = json.results.map((entry: { version: { createdAt: string } }) => entry.version.createdAt);
		expect(times).toEqual([...times].sort().reverse());
		expect(json.results[0].id).toBe(page.id);
	});

	it("go on at their place when a page is deleted between two pages of the list", async () => {
		const made = [await newPage(), await newPage(), await newPage(), await newPage()];
		const ids = made.map((page) => page.id).join(",");
		const first = await client.get(`/wiki/api/v2/pages?id=${ids}&limit=2`);
		await client.delete(`/wiki/api/v2/pages/${made[0].id}`);
		const second = await client.get(first.json._links.next);
		expect(second.json.results.map((page: { id: string }) => page.id)).toEqual([made[2].id, made[3].id]);
	});

	it("filter by ids, spaces, status, title and depth, and refuse what is not allowed", async () => {
		const page = await newPage({ title: "A title nobody else has" });
		const by = async (query: string) =>
			(await client.get(`/wiki/api/v2/pages?${query}`)).json.results.map((entry: { id: string }) => entry.id);
		expect(await by("title=A+title+nobody+else+has")).toEqual([page.id]);
		expect(await by(`id=${page.id}&space-id=${spaceId}`)).toEqual([page.id]);
		expect(await by(`id=${page.id}&status=trashed`)).toEqual([]);
		expect(
			(await client.get(`/wiki/api/v2/spaces/${spaceId}/pages?depth=root`)).json.results.map((entry: { id: string }) => entry.id),
		).toEqual([homepageId]);
		expect((await client.get("/wiki/api/v2/pages?limit=251")).status).toBe(400);
		expect((await client.get("/wiki/api/v2/pages?status=purged")).status).toBe(400);
		expect((await client.get("/wiki/api/v2/pages?cursor=nonsense")).status).toBe(400);
	});
});

describe("a page", () => {
	it("keeps its storage body byte for byte, under the home page unless told otherwise", async () => {
		const value = '<p>Caf&eacute;&nbsp;<ac:emoticon ac:name="tick" /> a &lt; b</p><hr/>';
		const page = await newPage({ body: { storage: { representation: "storage", value } } });
		expect(await storageOf(page.id)).toBe(value);
		expect(page.parentId).toBe(homepageId);
		const root = await client.post("/wiki/api/v2/pages?root-level=true", { spaceId, status: "current", title: "Beside the home page" });
		expect(root.json.parentId).toBeNull();
	});

	it("keeps its ADF exactly as it came, and shows it as storage too", async () => {
		const document = {
			version: 1,
			type: "doc",
			content: [
				{
					type: "panel",
					attrs: { panelType: "info" },
					content: [{ type: "paragraph", content: [{ type: "text", text: "Note & remember" }] }],
				},
			],
		};
		const value = JSON.stringify(document);
		const page = await newPage({ body: { representation: "atlas_doc_format", value } });
		const adf = await client.get(`/wiki/api/v2/pages/${page.id}?body-format=atlas_doc_format`);
		expect(adf.json.body.atlas_doc_format.value).toBe(value);
		expect(await storageOf(page.id)).toContain('<ac:structured-macro ac:name="info"');
		expect(await storageOf(page.id)).toContain("Note &amp; remember");
	});

	it.each([
		["an element that is not closed", "<p>one<b>two</p>"],
		["an unknown entity", "<p>&bogus;</p>"],
		["a bare ampersand", "<p>R & D</p>"],
		["an undeclared prefix", '<x:macro name="toc" />'],
		["an attribute without quotes", "<p class=a>x</p>"],
		["a stray end tag", "<p>x</p></div>"],
	])("is refused with %s", async (_, value) => {
		serial += 1;
		const body = { representation: "storage", value };
		const reply = await client.post("/wiki/api/v2/pages", { spaceId, status: "current", title: `Broken ${serial}`, body });
		expect(reply.status).toBe(400);
		expect(reply.json.errors[0].title).toContain("Error parsing xhtml");
	});

	it("holds its title alone in its space, whatever the case", async () => {
		await newPage({ title: "Only once" });
		const again = await client.post("/wiki/api/v2/pages", {
			spaceId,
			status: "current",
			title: "only ONCE",
			body: { representation: "storage", value: "" },
		});
		expect(again.status).toBe(400);
		expect(again.json.errors[0].title).toContain("already exists");
	});

	it("gets a version with each change, and refuses a number that is not the next", async () => {
		const page = await newPage();
		const change = (number: number, value: string) =>
			client.put(`/wiki/api/v2/pages/${page.id}`, {
				id: page.id,
				status: "current",
				title: "Audit, revised",
				body: { representation: "storage", value },
				version: { number, message: "second thoughts" },
			});
		expect((await change(3, "<p>x</p>")).status).toBe(409);
		expect((await change(1, "<p>x</p>")).status).toBe(409);
		const changed = await change(2, "<p>The audit found two things.</p>");
		expect(changed.json.version).toMatchObject({ number: 2, message: "second thoughts", authorId: running.site.accountId });
		const old = await client.get(`/wiki/api/v2/pages/${page.id}?version=1&body-format=storage`);
		expect(old.json).toMatchObject({
			title: page.title,
			status: "historical",
			body: { storage: { value: "<p>The audit found nothing.</p>" } },
		});
		const { json } = await client.get(`/wiki/api/v2/pages/${page.id}/versions?body-format=storage`);
		expect(json.results.map((version: { number: number }) => version.number)).toEqual([2, 1]);
		expect((await client.get(`/wiki/api/v2/pages/${page.id}/versions/1`)).json).toMatchObject({ number: 1, nextVersion: 2 });
	});

	it("lists 50 versions at most when bodies are asked for, and says where the rest is", async () => {
		const many = [...running.state.confluence.contents.values()].find((content) => content.versions.length > 55);
		const plain = await client.get(`/wiki/api/v2/pages/${many?.id}/versions?limit=250`);
		expect(plain.json.results).toHaveLength(many?.versions.length ?? 0);
		const bodies = await client.get(`/wiki/api/v2/pages/${many?.id}/versions?limit=250&body-format=storage`);
		expect(bodies.json.results).toHaveLength(50);
		expect((await client.all(`/wiki/api/v2/pages/${many?.id}/versions?limit=250&body-format=storage`)).results).toHaveLength(
			many?.versions.length ?? 0,
		);
	});

	it("goes to the trash and comes back with its id, history, body, comments and files", async () => {
		const page = await newPage();
		await client.upload("PUT", page.id, { name: "minutes.txt", text: "minutes" });
		await client.post("/wiki/api/v2/footer-comments", { pageId: page.id, body: { representation: "storage", value: "<p>Seen.</p>" } });
		expect((await client.delete(`/wiki/api/v2/pages/${page.id}`)).status).toBe(204);
		expect((await client.get(`/wiki/api/v2/pages?id=${page.id}&status=trashed`)).json.results).toHaveLength(1);
		const body = { representation: "storage", value: "<p>ignored</p>" };
		const restored = await client.put(`/wiki/api/v2/pages/${page.id}`, {
			id: page.id,
			status: "current",
			title: page.title,
			body,
			version: { number: 2 },
		});
		expect(restored.json).toMatchObject({ id: page.id, status: "current", parentId: homepageId, version: { number: 2 } });
		expect(await storageOf(page.id)).toBe("<p>The audit found nothing.</p>");
		expect((await client.get(`/wiki/api/v2/pages/${page.id}/attachments`)).json.results).toHaveLength(1);
		expect((await client.get(`/wiki/api/v2/pages/${page.id}/footer-comments`)).json.results).toHaveLength(1);
	});

	it("can't come back while another page holds its title", async () => {
		const page = await newPage({ title: "Contested" });
		await client.delete(`/wiki/api/v2/pages/${page.id}`);
		await newPage({ title: "Contested" });
		const body = { representation: "storage", value: "" };
		const restored = await client.put(`/wiki/api/v2/pages/${page.id}`, {
			id: page.id,
			status: "current",
			title: "Contested",
			body,
			version: { number: 2 },
		});
		expect(restored.status).toBe(400);
	});

	it("is purged from the trash only, and then is gone", async () => {
		const page = await newPage();
		expect((await client.delete(`/wiki/api/v2/pages/${page.id}?purge=true`)).status).toBe(400);
		await client.delete(`/wiki/api/v2/pages/${page.id}`);
		expect((await client.delete(`/wiki/api/v2/pages/${page.id}?purge=true`)).status).toBe(204);
		expect((await client.get(`/wiki/api/v2/pages/${page.id}`)).status).toBe(404);
		expect((await client.get(`/wiki/api/v2/pages?id=${page.id}&status=trashed&status=deleted`)).json.results).toEqual([]);
	});

	it("may begin as a draft, which only those who ask for drafts see, and is published as its first version", async () => {
		serial += 1;
		const body = { representation: "storage", value: "<p>Not yet</p>" };
		const { json: draft } = await client.post("/wiki/api/v2/pages", { spaceId, status: "draft", title: `Draft ${serial}`, body });
		expect((await client.get(`/wiki/api/v2/pages/${draft.id}`)).status).toBe(404);
		expect((await client.get(`/wiki/api/v2/pages/${draft.id}?get-draft=true`)).json.status).toBe("draft");
		const published = await client.put(`/wiki/api/v2/pages/${draft.id}`, {
			id: draft.id,
			status: "current",
			title: `Draft ${serial}`,
			body,
			version: { number: 1 },
		});
		expect(published.json).toMatchObject({ status: "current", version: { number: 1 } });
	});

	it("takes bodies up to 5 MB", async () => {
		serial += 1;
		const body = { representation: "storage", value: `<p>${"a".repeat(5 * 1024 * 1024)}</p>` };
		expect((await client.post("/wiki/api/v2/pages", { spaceId, status: "current", title: `Big ${serial}`, body })).status).toBe(413);
	});

	it("leaves its children to its parent when it is deleted", async () => {
		const parent = await newPage();
		const child = await newPage({ parentId: parent.id });
		await client.delete(`/wiki/api/v2/pages/${parent.id}`);
		expect((await client.get(`/wiki/api/v2/pages/${child.id}`)).json.parentId).toBe(homepageId);
	});

	it("carries labels, properties, versions and likes when they are asked for", async () => {
		const page = await newPage();
		await client.post(`/wiki/rest/api/content/${page.id}/label`, [
			{ prefix: "global", name: "Audit" },
			{ prefix: "global", name: "q3" },
		]);
		await client.post(`/wiki/api/v2/pages/${page.id}/properties`, { key: "review", value: { due: "2026-10-01" } });
		const { json } = await client.get(
			`/wiki/api/v2/pages/${page.id}?include-labels=true&include-properties=true&include-versions=true&include-likes=true&include-operations=true`,
		);
		expect(json.labels.results.map((label: { name: string }) => label.name)).toEqual(["audit", "q3"]);
		expect(json.properties.results[0]).toMatchObject({ key: "review", value: { due: "2026-10-01" }, version: { number: 1 } });
		expect(json.versions.results).toHaveLength(1);
		expect(json.labels.meta.hasMore).toBe(false);
	});
});

describe("the page tree", () => {
	it("keeps the order that moves give, and refuses a page below itself", async () => {
		const parent = await newPage();
		const [a, b, c] = [
			await newPage({ parentId: parent.id }),
			await newPage({ parentId: parent.id }),
			await newPage({ parentId: parent.id }),
		];
		const order = async () =>
			(await client.get(`/wiki/api/v2/pages/${parent.id}/direct-children`)).json.results.map((child: { id: string }) => child.id);
		expect((await client.put(`/wiki/rest/api/content/${c.id}/move/before/${a.id}`)).json).toEqual({ pageId: c.id });
		expect(await order()).toEqual([c.id, a.id, b.id]);
		await client.put(`/wiki/rest/api/content/${c.id}/move/after/${a.id}`);
		expect(await order()).toEqual([a.id, c.id, b.id]);
		await client.put(`/wiki/rest/api/content/${b.id}/move/append/${a.id}`);
		expect((await client.get(`/wiki/api/v2/pages/${b.id}/ancestors`)).json.results.map((entry: { id: string }) => entry.id)).toEqual([
			homepageId,
			parent.id,
			a.id,
		]);
		expect((await client.put(`/wiki/rest/api/content/${a.id}/move/append/${b.id}`)).status).toBe(400);
		expect(
			(await client.get(`/wiki/api/v2/pages/${parent.id}/descendants?depth=5`)).json.results.map((entry: { depth: number }) => entry.depth),
		).toEqual([1, 1, 2]);
	});

	it("holds folders, whiteboards and databases", async () => {
		const made = await client.post("/wiki/api/v2/folders", { spaceId, title: "Old audits", parentId: homepageId });
		expect(made.json).toMatchObject({ type: "folder", parentId: homepageId, parentType: "page" });
		const page = await newPage({ parentId: made.json.id });
		expect(page).toMatchObject({ parentId: made.json.id, parentType: "folder" });
		expect((await client.get(`/wiki/api/v2/folders/${made.json.id}/direct-children`)).json.results[0].id).toBe(page.id);
		for (const kind of ["whiteboards", "databases"]) {
			const other = await client.post(`/wiki/api/v2/${kind}`, { spaceId, title: `Sketch ${kind}`, parentId: made.json.id });
			expect((await client.get(`/wiki/api/v2/${kind}/${other.json.id}`)).json.title).toBe(`Sketch ${kind}`);
		}
	});
});

describe("a blog post", () => {
	it("may be given the day it was written", async () => {
		const body = { representation: "storage", value: "<p>News</p>" };
		const made = await client.post("/wiki/api/v2/blogposts", {
			spaceId,
			status: "current",
			title: "Old news",
			body,
			createdAt: "2024-02-03T04:05:06.000Z",
		});
		expect(made.json).toMatchObject({
			createdAt: "2024-02-03T04:05:06.000Z",
			_links: { webui: expect.stringMatching(/^\/spaces\/OPS\/blog\/2024\/02\/03\/\d+\/Old\+news$/) },
		});
		expect((await client.get(`/wiki/api/v2/spaces/${spaceId}/blogposts?title=Old+news`)).json.results).toHaveLength(1);
	});
});

describe("restricted pages", () => {
	it("are invisible to those who are not named, below them too, and refuse their changes", async () => {
		const page = await newPage();
		const child = await newPage({ parentId: page.id });
		const { client: other } = SiteClient.someoneElse(running);
		const only = (operation: string) => ({
			operation,
			restrictions: { user: [{ type: "known", accountId: running.site.accountId }], group: [] },
		});
		const put = await client.put(`/wiki/rest/api/content/${page.id}/restriction`, [only("update")]);
		expect(put.json.results[1].restrictions.user.results[0].accountId).toBe(running.site.accountId);
		const change = {
			id: page.id,
			status: "current",
			title: "Mine now",
			body: { representation: "storage", value: "" },
			version: { number: 2 },
		};
		expect((await other.put(`/wiki/api/v2/pages/${page.id}`, change)).status).toBe(403);
		await client.put(`/wiki/rest/api/content/${page.id}/restriction`, [only("read")]);
		expect((await other.get(`/wiki/api/v2/pages/${page.id}`)).status).toBe(404);
		expect((await other.get(`/wiki/api/v2/pages?id=${page.id},${child.id}`)).json.results).toEqual([]);
		expect((await other.get(`/wiki/rest/api/content/search?cql=id%3D${child.id}`)).json.results).toEqual([]);
		expect((await client.get(`/wiki/api/v2/pages/${child.id}`)).status).toBe(200);
		await client.delete(`/wiki/rest/api/content/${page.id}/restriction`);
		expect((await other.get(`/wiki/api/v2/pages/${child.id}`)).status).toBe(200);
	});

	it("in the seed are missing from the owner's lists", async () => {
		const hidden = [...running.state.confluence.contents.values()].filter(
			({ restrictions, type }) =>
				type === "page" && restrictions.read.users.length > 0 && !restrictions.read.users.includes(running.site.accountId),
		);
		expect(hidden.length).toBeGreaterThan(0);
		expect((await client.get(`/wiki/api/v2/pages?id=${hidden.map((page) => page.id).join(",")}`)).json.results).toEqual([]);
	});
});
