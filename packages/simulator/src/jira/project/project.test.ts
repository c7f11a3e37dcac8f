import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../../server.ts";
import { type TestClient, testClient } from "../../testing/test-client.ts";

let running: RunningSimulator;
let client: TestClient;
beforeAll(async () => {
	running = await startSimulator({ seed: 120, validate: "throw" });
	client = testClient(running);
});
afterAll(() => running.stop());

const api = "/rest/api/3";
const keysOf = async (query = "") =>
	(await client.get(`${api}/project/search${query}`)).json.values.map((project: { key: string }) => project.key);

describe("spaces", () => {
	it("are listed in pages, by status, key, type and words", async () => {
		expect(await keysOf()).toEqual(["CORE", "HELP", "MOB", "OPS"]);
		const first = (await client.get(`${api}/project/search?maxResults=3`)).json;
		expect(first).toMatchObject({ total: 4, isLast: false, maxResults: 3 });
		expect((await (await client.raw(first.nextPage.slice(running.url.length))).json()) as unknown).toMatchObject({
			isLast: true,
			values: [{ key: "OPS" }],
		});
		expect(await keysOf("?typeKey=service_desk")).toEqual(["HELP"]);
		expect(await keysOf("?query=mobile")).toEqual(["MOB"]);
		expect(await keysOf("?keys=MOB&keys=CORE&orderBy=-key")).toEqual(["MOB", "CORE"]);
	});

	it("are made, put into the trash with everything in them, and restored", async () => {
		const body = { key: "NEW", name: "New space", projectTypeKey: "software", leadAccountId: running.site.accountId };
		const made = await client.post(`${api}/project`, body);
		expect(made).toMatchObject({ status: 201, json: { key: "NEW", id: expect.any(Number) } });
		expect((await client.post(`${api}/project`, body)).json.errors).toMatchObject({
			projectKey: expect.any(String),
			projectName: expect.any(String),
		});
		expect((await client.post(`${api}/project`, { key: "x", name: "y", leadAccountId: "z" })).json.errors).toHaveProperty("projectLead");
		const issue = await client.post(`${api}/issue`, {
			fields: { project: { key: "NEW" }, issuetype: { name: "Task" }, summary: "Inside" },
		});
		expect(issue.json.key).toBe("NEW-1");
		expect((await client.delete(`${api}/project/NEW`)).status).toBe(204);
		expect((await client.get(`${api}/project/NEW`)).status).toBe(404);
		expect((await client.get(`${api}/issue/NEW-1`)).status).toBe(404);
		expect(
			(await client.post(`${api}/search/jql`, { jql: `id = ${issue.json.id} OR project = CORE AND id = ${issue.json.id}` })).status,
		).toBe(400);
		expect(await keysOf()).not.toContain("NEW");
		const [trashed] = (await client.get(`${api}/project/search?status=deleted`)).json.values;
		expect(trashed).toMatchObject({ key: "NEW", deleted: true, deletedBy: { accountId: running.site.accountId } });
		expect((await client.post(`${api}/project/NEW/restore`)).json).toMatchObject({ id: String(made.json.id), key: "NEW" });
		expect((await client.get(`${api}/issue/NEW-1?fields=summary`)).json.fields.summary).toBe("Inside");
	});

	it("can be purged for good", async () => {
		await client.post(`${api}/project`, { key: "GONE", name: "Gone", projectTypeKey: "business", leadAccountId: running.site.accountId });
		await client.post(`${api}/issue`, { fields: { project: { key: "GONE" }, issuetype: { name: "Task" }, summary: "Inside" } });
		expect((await client.delete(`${api}/project/GONE?enableUndo=false`)).status).toBe(204);
		expect((await client.get(`${api}/project/search?status=live,deleted,archived&query=GONE`)).json.values).toEqual([]);
		expect(running.state.jira.keys.has("GONE-1")).toBe(false);
	});
});

describe("components and versions", () => {
	it("are made, changed, and taken from the work items that had them", async () => {
		const component = (await client.post(`${api}/component`, { project: "CORE", name: "Gateway", description: "The door" })).json;
		const version = (
			await client.post(`${api}/version`, { project: "CORE", name: "9.9", startDate: "2026-01-01", releaseDate: "2026-02-01" })
		).json;
		expect((await client.post(`${api}/component`, { project: "CORE", name: "gateway" })).status).toBe(400);
		const fields = {
			project: { key: "CORE" },
			issuetype: { name: "Bug" },
			summary: "x",
			components: [{ id: component.id }],
			fixVersions: [{ id: version.id }],
			versions: [{ id: version.id }],
		};
		const { key } = (await client.post(`${api}/issue`, { fields })).json;
		expect((await client.put(`${api}/component/${component.id}`, { name: "Front door" })).json.name).toBe("Front door");
		expect((await client.put(`${api}/version/${version.id}`, { released: true })).json).toMatchObject({ released: true, name: "9.9" });
		expect(
			(await client.get(`${api}/project/CORE/component`)).json.values.find((each: { id: string }) => each.id === component.id).issueCount,
		).toBe(1);
		expect((await client.get(`${api}/project/CORE/versions`)).json.map((each: { name: string }) => each.name)).toContain("9.9");
		expect((await client.delete(`${api}/component/${component.id}`)).status).toBe(204);
		expect((await client.delete(`${api}/version/${version.id}`)).status).toBe(204);
		expect((await client.get(`${api}/issue/${key}`)).json.fields).toMatchObject({ components: [], fixVersions: [], versions: [] });
		expect((await client.get(`${api}/component/${component.id}`)).status).toBe(404);
	});
});

describe("boards, sprints, ranks and service desks", () => {
	it("are read in their own shapes", async () => {
		const [board] = (await client.get("/rest/agile/1.0/board?projectKeyOrId=CORE")).json.values;
		expect(board).toMatchObject({ type: "scrum", location: { projectKey: "CORE" } });
		const sprints = (await client.get(`/rest/agile/1.0/board/${board.id}/sprint?state=active,future`)).json.values;
		expect(sprints.map((sprint: { state: string }) => sprint.state)).toEqual(["active", "future"]);
		const [desk] = (await client.get("/rest/servicedeskapi/servicedesk")).json.values;
		expect(desk).toMatchObject({ projectKey: "HELP" });
		const types = (await client.get(`/rest/servicedeskapi/servicedesk/${desk.id}/requesttype`)).json;
		expect(types).toMatchObject({ size: 3, isLastPage: true });
		const requests = (await client.get("/rest/servicedeskapi/request?requestOwnership=ALL_REQUESTS&limit=5")).json;
		expect(requests.values).toHaveLength(5);
		expect((await client.get(`/rest/servicedeskapi/request/${requests.values[0].issueKey}`)).json.issueId).toBe(requests.values[0].issueId);
		expect((await client.get("/rest/servicedeskapi/request/CORE-1")).status).toBe(404);
	});

	it("take work items into a sprint and an order", async () => {
		const [board] = (await client.get("/rest/agile/1.0/board?projectKeyOrId=CORE")).json.values;
		const [active] = (await client.get(`/rest/agile/1.0/board/${board.id}/sprint?state=active`)).json.values;
		expect((await client.post(`/rest/agile/1.0/sprint/${active.id}/issue`, { issues: ["CORE-1"] })).status).toBe(204);
		expect((await client.get(`${api}/issue/CORE-1`)).json.fields.customfield_10020.at(-1).id).toBe(active.id);
		expect((await client.post("/rest/agile/1.0/sprint/1/issue", { issues: ["CORE-1"] })).status).toBe(400);
		const order = async () => {
			const found = (
				await client.post(`${api}/search/jql`, { jql: "project = CORE ORDER BY Rank ASC", fields: ["summary"], maxResults: 100 })
			).json.issues;
			return found.map((issue: { key: string }) => issue.key) as string[];
		};
		const before = await order();
		const [first = "", second = "", third = ""] = before;
		const last = before.at(-1) ?? "";
		expect((await client.put("/rest/agile/1.0/issue/rank", { issues: [last, first], rankBeforeIssue: third })).status).toBe(204);
		expect((await order()).slice(0, 4)).toEqual([second, last, first, third]);
		await client.put("/rest/agile/1.0/issue/rank", { issues: [second], rankAfterIssue: (await order()).at(-1) });
		expect((await order()).at(-1)).toBe(second);
		expect((await client.put("/rest/agile/1.0/issue/rank", { issues: [second] })).status).toBe(400);
	});
});
