import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { latest } from "../confluence/state.ts";
import { readBody } from "../jira/state.ts";
import { type RunningSimulator, startSimulator } from "../server.ts";
import { SiteClient } from "../testing/site-client.ts";

let running: RunningSimulator;
let client: SiteClient;

beforeAll(async () => {
	running = await startSimulator({ seed: 300, validate: "collect" });
	client = SiteClient.owner(running);
});

afterAll(async () => {
	expect(running.violations).toEqual([]);
	await running.stop();
});

/** Goes to an address as a browser does, redirects included. */
const go = async (path: string, init: RequestInit = {}): Promise<{ status: number; url: string; text: string }> => {
	const response = await client.raw(path, init);
	const location = response.headers.get("location");
	if (location !== null) return go(location);
	return { status: response.status, url: path, text: await response.text() };
};
const look = (path: string) => go(path);
const submit = (path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) =>
	go(path, { method: "POST", body: new URLSearchParams(fields), headers });
const anIssue = () => {
	const issue = [...running.state.jira.issues.values()].find((entry) => entry.childIds.length === 0);
	if (issue === undefined) throw new Error("no work item");
	return issue;
};
const aPage = () => {
	const page = [...running.state.confluence.contents.values()].find(
		({ type, status, restrictions, parentId }) =>
			type === "page" &&
			status === "current" &&
			restrictions.read.users.length === 0 &&
			restrictions.update.groups.length === 0 &&
			parentId !== undefined,
	);
	if (page === undefined) throw new Error("no page");
	return page;
};

describe("the pages", () => {
	it("lead from the home page to every space and item, in markup that is escaped", async () => {
		const home = await look("/");
		for (const project of running.state.jira.projects.values()) {
			expect(home.text).toContain(`/projects/${project.key}`);
			expect((await look(`/projects/${project.key}`)).status).toBe(200);
		}
		for (const space of running.state.confluence.spaces.values()) expect((await look(`/wiki/spaces/${space.key}`)).status).toBe(200);
		const issue = anIssue();
		await submit(`/browse/${issue.key}/edit`, { summary: '<script>alert("1")</script>', description: "" });
		const shown = await look(`/browse/${issue.key}`);
		expect(shown.text).not.toContain("<script");
		expect(shown.text).toContain("&lt;script&gt;");
	});

	it("are where REST says that a person finds the item", async () => {
		const { json } = await client.get("/wiki/api/v2/pages?limit=3");
		for (const page of json.results) {
			expect(await look(`/wiki${page._links.webui}`)).toMatchObject({
				status: 200,
				text: expect.stringContaining(`action="/wiki/spaces/`),
			});
			expect((await look(`/wiki${page._links.tinyui}`)).url).toContain(`/pages/${page.id}`);
		}
		const { json: posts } = await client.get("/wiki/api/v2/blogposts?limit=1");
		expect((await look(`/wiki${posts.results[0]._links.webui}`)).status).toBe(200);
	});

	it("change a work item as Jira would: with history, by the signed-in person", async () => {
		const issue = anIssue();
		await submit(`/browse/${issue.key}/edit`, { summary: "Renamed by hand", description: "First\r\n\r\nSecond" });
		await submit(`/browse/${issue.key}/comment`, { text: "Looks fine" });
		const { json } = await client.get(`/rest/api/3/issue/${issue.key}?expand=changelog`);
		expect(json.fields.summary).toBe("Renamed by hand");
		expect(json.fields.description.content).toHaveLength(2);
		const items = json.changelog.histories.flatMap((history: { items: { field: string }[] }) => history.items.map((item) => item.field));
		expect(items).toEqual(expect.arrayContaining(["summary", "description"]));
		expect(readBody(running.state.jira, issue).comments.at(-1)?.author).toBe(running.site.accountId);
	});

	it("delete a work item for good", async () => {
		const issue = anIssue();
		await submit(`/browse/${issue.key}/delete`);
		expect((await client.get(`/rest/api/3/issue/${issue.key}`)).status).toBe(404);
		expect(await look(`/browse/${issue.key}`)).toMatchObject({ status: 404, text: expect.stringContaining("no trash") });
	});

	it("edit a page, put it into the trash and bring it back", async () => {
		const page = aPage();
		const key = running.state.confluence.spaces.get(page.spaceId)?.key;
		const path = `/wiki/spaces/${key}/pages/${page.id}`;
		const before = latest(page).number;
		await submit(`${path}/edit`, { title: "Edited by hand", body: "<p>New words</p>" });
		expect(latest(page)).toMatchObject({ number: before + 1, title: "Edited by hand", body: { storage: "<p>New words</p>" } });
		expect(await submit(`${path}/edit`, { title: "Edited by hand", body: "<p>New words" })).toMatchObject({
			status: 400,
			text: expect.stringContaining("not closed"),
		});
		await submit(`${path}/comment`, { text: "Why & how?" });
		expect((await look(path)).text).toContain("Why &amp; how?");
		await submit(`${path}/delete`);
		expect((await client.get(`/wiki/api/v2/pages/${page.id}`)).json.status).toBe("trashed");
		expect((await look(`/wiki/spaces/${key}?view=trash`)).text).toContain("Edited by hand");
		await submit(`${path}/restore`);
		expect((await client.get(`/wiki/api/v2/pages/${page.id}`)).json.status).toBe("current");
	});

	it("refuse forms that another website sends", async () => {
		const issue = anIssue();
		expect((await submit(`/browse/${issue.key}/delete`, {}, { "sec-fetch-site": "cross-site" })).status).toBe(403);
		expect((await client.get(`/rest/api/3/issue/${issue.key}`)).status).toBe(200);
	});

	it("show the state of the site, and answer while it is down", async () => {
		await submit("/_simulator/pages/take-down");
		expect((await client.get("/wiki/api/v2/spaces")).status).toBe(503);
		expect((await look("/")).status).toBe(200);
		await submit("/_simulator/pages/bring-up");
		expect((await client.get("/wiki/api/v2/spaces")).status).toBe(200);
	});

	it("are not counted as requests of an app", async () => {
		const { total } = running.log;
		await look("/");
		await look(`/browse/${anIssue().key}`);
		expect(running.log.total).toBe(total);
	});

	it("run a rogue script that edits and deletes in one space only", async () => {
		const [target, other] = [...running.state.confluence.spaces.values()];
		const count = (spaceId: string | undefined, status: string) =>
			[...running.state.confluence.contents.values()].filter((content) => content.spaceId === spaceId && content.status === status).length;
		const untouched = count(other?.id, "current");
		const trashed = count(target?.id, "trashed");
		const { text } = await submit("/_simulator/pages/rogue-script", { space: `confluence:${target?.id}` });
		expect(text).toMatch(/The rogue script edited [1-9]\d* and deleted [1-9]\d* items in Engineering Handbook/);
		expect(count(target?.id, "trashed")).toBeGreaterThan(trashed);
		expect(count(other?.id, "current")).toBe(untouched);
		const project = [...running.state.jira.projects.values()][0];
		expect((await submit("/_simulator/pages/rogue-script", { space: `jira:${project?.id}` })).text).toMatch(
			/edited [1-9]\d* and deleted [1-9]\d* items/,
		);
		expect((await submit("/_simulator/pages/rogue-script", { space: "jira:none" })).status).toBe(400);
	});
});

describe("the pages of Assets", () => {
	it("list objects, show one with what it refers to, and delete it", async () => {
		const { assets } = running.state;
		const laptop = [...assets.objects.values()].find(({ key }) => key === "ITA-28");
		expect((await look("/jira/assets?q=ita-28")).text).toContain(`/jira/assets/object/${laptop?.id}`);
		const shown = await look(`/jira/assets/object/${laptop?.id}`);
		expect(shown.text).toContain("LP-10000");
		expect(shown.text).toContain("office</a>");
		expect((await submit(`/jira/assets/object/${laptop?.id}/delete`)).url).toBe("/jira/assets");
		expect(assets.objects.has(laptop?.id ?? "")).toBe(false);
		expect((await look(`/jira/assets/object/${laptop?.id}`)).status).toBe(404);
	});
});
