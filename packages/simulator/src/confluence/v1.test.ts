import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../server.ts";
import { SiteClient } from "../testing/site-client.ts";

let running: RunningSimulator;
let client: SiteClient;
let spaceId: string;

beforeAll(async () => {
	running = await startSimulator({ seed: 300, validate: "collect" });
	client = SiteClient.owner(running);
	spaceId = (await client.get("/wiki/api/v2/spaces?keys=PPL")).json.results[0].id;
});

afterAll(async () => {
	expect(running.violations).toEqual([]);
	await running.stop();
});

let serial = 0;
async function newPage(value = "<p>Text</p>"): Promise<{ id: string; title: string }> {
	serial += 1;
	const { json } = await client.post("/wiki/api/v2/pages", {
		spaceId,
		status: "current",
		title: `Page ${serial}`,
		body: { representation: "storage", value },
	});
	return json;
}

const cql = async (query: string, more = ""): Promise<{ id: string }[]> => {
	const { results } = await client.all(`/wiki/rest/api/content/search?cql=${encodeURIComponent(query)}${more}`);
	return results;
};
const ids = async (query: string): Promise<string[]> => (await cql(query)).map((hit) => hit.id);

describe("attachments", () => {
	it("are uploaded, get versions under the same name, and every version can be downloaded", async () => {
		const { id } = await newPage();
		const first = await client.upload("PUT", id, { name: "plan über.txt", text: "one", comment: "first try" });
		const attachment = first.json.results[0];
		expect(attachment).toMatchObject({
			type: "attachment",
			title: "plan über.txt",
			version: { number: 1, minorEdit: true },
			extensions: { fileSize: 3, comment: "first try" },
		});
		const second = await client.upload("PUT", id, { name: "plan über.txt", text: "two!" });
		expect(second.json.results[0]).toMatchObject({ id: attachment.id, version: { number: 2 } });
		const { json } = await client.get(`/wiki/api/v2/attachments/${attachment.id}?include-versions=true`);
		expect(json).toMatchObject({ pageId: id, fileSize: 4, mediaType: "text/plain" });
		expect(json.versions.results.map((version: { number: number }) => version.number)).toEqual([2, 1]);
		for (const [number, text] of [
			["1", "one"],
			["2", "two!"],
		]) {
			const there = await client.get(`/wiki/rest/api/content/${id}/child/attachment/${attachment.id}/download?version=${number}`);
			expect(there.status).toBe(302);
			const response = await client.raw((there.headers.get("location") ?? "").slice(running.url.length));
			expect(await response.text()).toBe(text);
		}
		expect((await client.get(`/wiki/rest/api/content/${id}/child/attachment/${attachment.id}/download?version=3`)).status).toBe(400);
	});

	it("are added by POST under a new name only, and never without the token against forgery", async () => {
		const { id } = await newPage();
		expect((await client.upload("POST", id, { name: "a.txt", text: "1" })).status).toBe(200);
		expect((await client.upload("POST", id, { name: "a.txt", text: "2" })).status).toBe(400);
		const form = new FormData();
		form.append("file", new Blob(["x"]), "b.txt");
		form.append("minorEdit", "true");
		expect((await client.raw(`/wiki/rest/api/content/${id}/child/attachment`, { method: "PUT", body: form })).status).toBe(403);
	});

	it("go to the trash, then for good, and leave the lists", async () => {
		const { id } = await newPage();
		const { json } = await client.upload("PUT", id, { name: "a.txt", text: "1" });
		const attachmentId = json.results[0].id;
		expect((await client.delete(`/wiki/api/v2/attachments/${attachmentId}`)).status).toBe(204);
		expect((await client.get(`/wiki/api/v2/pages/${id}/attachments`)).json.results).toEqual([]);
		expect((await client.get(`/wiki/api/v2/pages/${id}/attachments?status=trashed`)).json.results).toHaveLength(1);
		expect((await client.delete(`/wiki/api/v2/attachments/${attachmentId}?purge=true`)).status).toBe(204);
		expect((await client.get(`/wiki/api/v2/attachments/${attachmentId}`)).status).toBe(404);
	});

	it("of the seed have the bytes that their metadata tell", async () => {
		const { results } = await client.all("/wiki/api/v2/attachments?limit=250");
		for (const attachment of results.slice(0, 12)) {
			const response = await client.raw(`/wiki${attachment.downloadLink}`);
			const bytes = Buffer.from(await response.arrayBuffer());
			expect(bytes.length).toBe(attachment.fileSize);
			expect(response.headers.get("content-type")).toBe(attachment.mediaType);
		}
	});
});

describe("labels", () => {
	it("are added once, in lower case, and removed by both forms of the address", async () => {
		const { id } = await newPage();
		const path = `/wiki/rest/api/content/${id}/label`;
		await client.post(path, [{ prefix: "global", name: "Payroll" }]);
		const { json } = await client.post(path, [
			{ prefix: "global", name: "payroll" },
			{ prefix: "global", name: "q4" },
		]);
		expect(json.results.map((label: { name: string }) => label.name)).toEqual(["payroll", "q4"]);
		expect((await client.delete(`${path}/q4`)).status).toBe(204);
		expect((await client.delete(`${path}?name=payroll`)).status).toBe(204);
		expect((await client.delete(`${path}/q4`)).status).toBe(404);
		expect((await client.post(path, [{ prefix: "global", name: "two words" }])).status).toBe(400);
	});

	it("lead to the pages that bear them", async () => {
		const { id } = await newPage();
		await client.post(`/wiki/rest/api/content/${id}/label`, [{ prefix: "global", name: "only-here" }]);
		const { results } = await client.all("/wiki/api/v2/labels?limit=250");
		const label = results.find((entry) => entry.name === "only-here");
		expect((await client.get(`/wiki/api/v2/labels/${label.id}/pages`)).json.results.map((page: { id: string }) => page.id)).toEqual([id]);
	});
});

describe("search by CQL", () => {
	it("finds by type, space, id, title, label, ancestor and words", async () => {
		const page = await newPage("<p>The zebra crosses &amp; waits.</p>");
		await client.post(`/wiki/rest/api/content/${page.id}/label`, [{ prefix: "global", name: "stripes" }]);
		expect(await ids(`type = page and title = "${page.title}"`)).toEqual([page.id]);
		expect(await ids("label = stripes")).toEqual([page.id]);
		expect(await ids('text ~ "zebra waits"')).toEqual([page.id]);
		expect(await ids(`id in (${page.id}, 1) and space = PPL`)).toEqual([page.id]);
		expect(await ids(`id = ${page.id} and not (type = page or type = blogpost)`)).toEqual([]);
		const home = running.state.confluence.spaceByKey("PPL")?.homepageId;
		expect(await ids(`ancestor = ${home} and type != attachment and id = ${page.id}`)).toEqual([page.id]);
		expect((await ids("type = comment and space = ENG")).length).toBeGreaterThan(0);
	});

	it("expands bodies, versions, labels, ancestors, restrictions and attachments", async () => {
		const page = await newPage("<p>Body</p>");
		await client.upload("PUT", page.id, { name: "a.txt", text: "1" });
		const expand =
			"body.storage,version,metadata.labels,ancestors,space,history,restrictions.read.restrictions.user,children.attachment.version";
		const [hit] = await cql(`id = ${page.id}`, `&expand=${expand}`);
		expect(hit).toMatchObject({
			body: { storage: { value: "<p>Body</p>" } },
			version: { number: 1 },
			metadata: { labels: { results: [] } },
			space: { key: "PPL" },
			children: { attachment: { results: [{ title: "a.txt", version: { number: 1 } }] } },
			restrictions: { read: { operation: "read" } },
		});
	});

	it("compares dates to the minute in the caller's time zone, and orders", async () => {
		const before = new Date(running.state.clock.now() - 120_000).toISOString().slice(0, 16).replace("T", " ");
		running.state.clock.advance(1000);
		const page = await newPage();
		const found = await ids(`lastmodified >= "${before}" and type = page order by lastmodified desc`);
		expect(found[0]).toBe(page.id);
		expect(await ids(`lastmodified < "${before}" and id = ${page.id}`)).toEqual([]);
		expect(await ids(`lastmodified > now("-1h") and id = ${page.id}`)).toEqual([page.id]);
	});

	it("pages through everything with a cursor, 200 at a time and 50 with bodies", async () => {
		const all = await client.all("/wiki/rest/api/content/search?cql=type%20in%20(page,comment)&limit=1000");
		expect(new Set(all.results.map((hit) => hit.id)).size).toBe(all.results.length);
		const first = await client.get("/wiki/rest/api/content/search?cql=type%3Dpage&limit=1000&expand=body.storage");
		expect(first.json).toMatchObject({ limit: 50, size: 50 });
	});

	it.each(["", "type =", "type = page and", "nonsense = 1", "lastmodified > yesterday-ish", "(type = page", "id > 5"])(
		"refuses %j",
		async (query) => {
			expect((await client.get(`/wiki/rest/api/content/search?cql=${encodeURIComponent(query)}`)).status).toBe(400);
		},
	);

	it("does not know young changes while the index lags", async () => {
		running.state.switches.searchLagMs = 60_000;
		const page = await newPage();
		expect(await ids(`id = ${page.id}`)).toEqual([]);
		running.state.clock.advance(61_000);
		expect(await ids(`id = ${page.id}`)).toEqual([page.id]);
		running.state.switches.searchLagMs = 0;
	});

	it("looks at archived and trashed pages, or at one space, when its context says so", async () => {
		const archived = await newPage();
		const content = running.state.confluence.contents.get(archived.id);
		if (content === undefined) throw new Error("the page is gone");
		running.state.confluence.changeContent(content, { status: "archived" });
		const search = async (context: object) => {
			const query = `cql=${encodeURIComponent(`id = ${archived.id}`)}&cqlcontext=${encodeURIComponent(JSON.stringify(context))}`;
			return (await client.get(`/wiki/rest/api/content/search?${query}`)).json.results.map((hit: { status: string }) => hit.status);
		};
		expect(await ids(`id = ${archived.id}`)).toEqual([]);
		expect(await search({ contentStatuses: ["current", "archived"] })).toEqual(["archived"]);
		expect(await search({ contentStatuses: ["archived"], spaceKey: "PPL" })).toEqual(["archived"]);
		expect(await search({ contentStatuses: ["archived"], spaceKey: "ENG" })).toEqual([]);
		expect((await client.get("/wiki/rest/api/content/search?cql=type%3Dpage&cqlcontext=nonsense")).status).toBe(400);
	});

	it("names properties, and gives the values of those that are asked for", async () => {
		const page = await newPage();
		await client.post(`/wiki/api/v2/pages/${page.id}/properties`, { key: "emoji-title", value: "1f4d8" });
		await client.post(`/wiki/api/v2/pages/${page.id}/properties`, { key: "editor", value: "v2" });
		const [hit] = await cql(`id = ${page.id}`, "&expand=metadata.properties.emoji_title");
		expect(hit).toMatchObject({
			metadata: {
				properties: {
					emoji_title: { key: "emoji-title", value: "1f4d8", version: { number: 1 } },
					_expandable: { editor: expect.any(String) },
				},
			},
		});
	});

	it("gives results with excerpts", async () => {
		const page = await newPage("<p>An excerpt of this.</p>");
		const { json } = await client.get(`/wiki/rest/api/search?cql=id%3D${page.id}`);
		expect(json).toMatchObject({ totalSize: 1, results: [{ title: page.title, excerpt: "An excerpt of this.", entityType: "content" }] });
	});
});

describe("spaces", () => {
	it("are made with a home page, hold their key alone, and are deleted for good in the background", async () => {
		const made = await client.post("/wiki/rest/api/space", {
			key: "TMP",
			name: "Temporary",
			description: { plain: { value: "Soon gone", representation: "plain" } },
		});
		expect(made.status).toBe(200);
		expect((await client.post("/wiki/rest/api/space", { key: "tmp", name: "Again" })).status).toBe(400);
		const { json } = await client.get("/wiki/api/v2/spaces?keys=TMP&description-format=plain");
		expect(json.results[0].description.plain.value).toBe("Soon gone");
		expect((await client.get(`/wiki/api/v2/pages/${json.results[0].homepageId}`)).json.title).toBe("Temporary Home");
		const deleted = await client.delete("/wiki/rest/api/space/TMP");
		expect(deleted.status).toBe(202);
		running.state.clock.advance(1000);
		expect((await client.get(`/wiki${deleted.json.links.status}`)).json).toMatchObject({ finished: true, successful: true });
		expect((await client.get("/wiki/api/v2/spaces?keys=TMP")).json.results).toEqual([]);
	});

	it("that a data policy blocks are missing for apps, which are told so", async () => {
		const space = running.state.confluence.spaceByKey("OPS");
		if (space === undefined) throw new Error("no space OPS");
		space.blockedForApps = true;
		running.state.confluence.touch();
		expect((await client.get("/wiki/api/v2/data-policies/metadata")).json).toEqual({ anyContentBlocked: true });
		const { json } = await client.get("/wiki/api/v2/data-policies/spaces?keys=OPS");
		expect(json.results[0].dataPolicy.anyContentBlocked).toBe(true);
		expect((await client.get("/wiki/api/v2/spaces?keys=OPS")).json.results).toHaveLength(1);
		const app = await SiteClient.app(running);
		const { results } = await app.all("/wiki/api/v2/spaces");
		expect(results.map((entry) => entry.key)).toEqual(["ENG", "PPL"]);
		expect((await app.get(`/wiki/api/v2/pages?space-id=${space.id}`)).json.results).toEqual([]);
		space.blockedForApps = false;
		running.state.confluence.touch();
	});

	it("tell who may do what", async () => {
		const { results } = await client.all(`/wiki/api/v2/spaces/${spaceId}/permissions?limit=250`);
		expect(results).toContainEqual(expect.objectContaining({ operation: { key: "administer", targetType: "space" } }));
	});
});

describe("the rest", () => {
	it("gives users, groups and templates, and makes a template", async () => {
		expect((await client.get("/wiki/rest/api/user/current")).json.accountId).toBe(running.site.accountId);
		expect((await client.post("/wiki/api/v2/users-bulk", { accountIds: [running.site.accountId, "nobody"] })).json.results).toHaveLength(1);
		const { json: groups } = await client.get("/wiki/rest/api/group");
		expect((await client.get(`/wiki/rest/api/group/${groups.results[0].id}/membersByGroupId`)).json.size).toBeGreaterThan(0);
		const made = await client.post("/wiki/rest/api/template", {
			name: "Retro",
			templateType: "page",
			space: { key: "PPL" },
			body: { storage: { value: "<p>Good?</p>", representation: "storage" } },
		});
		const { json } = await client.get("/wiki/rest/api/template/page?spaceKey=PPL&expand=body.storage");
		expect(json.results.map((entry: { templateId: string }) => entry.templateId)).toContain(made.json.templateId);
	});

	it("restores an old version as a new one, and converts bodies in the background", async () => {
		const page = await newPage("<p>old</p>");
		await client.put(`/wiki/api/v2/pages/${page.id}`, {
			id: page.id,
			status: "current",
			title: page.title,
			body: { representation: "storage", value: "<p>new</p>" },
			version: { number: 2 },
		});
		const restored = await client.post(`/wiki/rest/api/content/${page.id}/version`, {
			operationKey: "restore",
			params: { versionNumber: 1, message: "back" },
		});
		expect(restored.json).toMatchObject({ number: 3, message: "back" });
		expect((await client.get(`/wiki/api/v2/pages/${page.id}?body-format=storage`)).json.body.storage.value).toBe("<p>old</p>");
		const { json } = await client.post("/wiki/rest/api/contentbody/convert/async/export_view", {
			value: "<p>a &lt; b</p>",
			representation: "storage",
		});
		expect((await client.get(`/wiki/rest/api/contentbody/convert/async/${json.asyncId}`)).json).toMatchObject({
			status: "COMPLETED",
			value: "<p>a &lt; b</p>",
		});
	});

	it("lists tasks out of bodies, and ticks one in its page", async () => {
		const page = await newPage(
			"<ac:task-list><ac:task><ac:task-id>7</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>Call them</ac:task-body></ac:task></ac:task-list>",
		);
		const { json } = await client.get(`/wiki/api/v2/tasks?page-id=${page.id}&body-format=storage`);
		expect(json.results).toMatchObject([{ localId: "7", status: "incomplete", body: { storage: { value: "Call them" } } }]);
		const ticked = await client.put(`/wiki/api/v2/tasks/${json.results[0].id}`, { status: "complete" });
		expect(ticked.json.status).toBe("complete");
		expect((await client.get(`/wiki/api/v2/pages/${page.id}?body-format=storage`)).json.body.storage.value).toContain(
			"<ac:task-status>complete<",
		);
	});
});
