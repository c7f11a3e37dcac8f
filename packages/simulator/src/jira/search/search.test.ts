import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../../server.ts";
import { SimulatorClock } from "../../site/clock.ts";
import { type TestClient, testClient } from "../../testing/test-client.ts";

let running: RunningSimulator;
let client: TestClient;
let clock: SimulatorClock;
beforeAll(async () => {
	clock = new SimulatorClock({ frozen: true, start: Date.UTC(2026, 5, 1, 12, 30, 0) });
	running = await startSimulator({ seed: 400, clock, validate: "throw" });
	client = testClient(running);
});
afterAll(() => running.stop());

async function all(
	jql: string,
	more: Record<string, unknown> = {},
): Promise<{ key: string; id: string; fields: Record<string, unknown> }[]> {
	const issues = [];
	let nextPageToken: string | undefined;
	do {
		const answer = await client.post("/rest/api/3/search/jql", {
			jql,
			fields: ["created", "updated", "summary", "status"],
			maxResults: 100,
			nextPageToken,
			...more,
		});
		if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.json)}`);
		issues.push(...answer.json.issues);
		nextPageToken = answer.json.nextPageToken;
		expect(answer.json.isLast).toBe(nextPageToken === undefined);
	} while (nextPageToken !== undefined);
	return issues;
}

const keys = async (jql: string): Promise<string[]> => (await all(jql)).map((issue) => issue.key);
const refusal = async (jql: string): Promise<string> => {
	const answer = await client.post("/rest/api/3/search/jql", { jql });
	expect(answer.status).toBe(400);
	return answer.json.errorMessages[0];
};

describe("search pages", () => {
	it("give every work item once, 100 at a time with fields", async () => {
		const first = await client.post("/rest/api/3/search/jql", {
			jql: "project in (CORE, MOB, OPS, HELP)",
			fields: ["summary"],
			maxResults: 1000,
		});
		expect(first.json.issues).toHaveLength(100);
		expect(first.json.total).toBeUndefined();
		const found = await all("project in (CORE, MOB, OPS, HELP) ORDER BY id ASC");
		expect(new Set(found.map((issue) => issue.id)).size).toBe(400);
	});

	it("give only ids by default, up to 5,000", async () => {
		const answer = await client.post("/rest/api/3/search/jql", { jql: "project is not EMPTY", maxResults: 5000 });
		expect(answer.json.issues).toHaveLength(400);
		expect(answer.json.issues[0]).toEqual({ id: expect.any(String) });
	});

	it("go on behind the last work item when others come and go between pages", async () => {
		const ask = async (nextPageToken?: string) =>
			(
				await client.post("/rest/api/3/search/jql", {
					jql: "project = OPS ORDER BY id ASC",
					fields: ["summary"],
					maxResults: 10,
					nextPageToken,
				})
			).json;
		const first = await ask();
		await client.delete(`/rest/api/3/issue/${first.issues[2].key}?deleteSubtasks=true`);
		const second = await ask(first.nextPageToken);
		const before = first.issues.map((issue: { id: string }) => Number(issue.id));
		expect(Number(second.issues[0].id)).toBeGreaterThan(before[9]);
		expect(await keys(`project = OPS AND id > ${before[9]} ORDER BY id ASC`)).toEqual(expect.arrayContaining([second.issues[0].key]));
		const next = running.state.jira.issues;
		const following = [...next.values()].filter((issue) => issue.key.startsWith("OPS-") && issue.id > before[9]).map((issue) => issue.id);
		expect(Number(second.issues[0].id)).toBe(Math.min(...following));
	});

	it("carry properties, names and schemas when asked, and refuse more than they allow", async () => {
		await client.put("/rest/api/3/issue/CORE-1/properties/flag", { on: true });
		const answer = await client.get("/rest/api/3/search/jql?jql=key%3DCORE-1&fields=summary&properties=flag&expand=names,schema");
		expect(answer.json.issues[0].properties).toEqual({ flag: { on: true } });
		expect(answer.json.names).toEqual({ summary: "Summary" });
		expect(answer.json.schema.summary.type).toBe("string");
		const many = { jql: "key = CORE-1", properties: ["a", "b", "c", "d", "e", "f"] };
		expect((await client.post("/rest/api/3/search/jql", many)).status).toBe(400);
		expect((await client.post("/rest/api/3/search/jql", { jql: "key = CORE-1", nextPageToken: "%%%" })).status).toBe(400);
	});
});

describe("JQL", () => {
	it("must be bounded", async () => {
		expect(await refusal("ORDER BY created")).toContain("Unbounded JQL");
		expect(await refusal("")).toContain("Unbounded JQL");
	});

	it("combines AND, OR, NOT and parentheses", async () => {
		const done = await keys("project = CORE AND status = Done");
		const bugs = await keys("project = CORE AND issuetype = Bug");
		const both = await keys("project = CORE AND (status = Done OR type = Bug)");
		const rest = await keys("project = CORE AND NOT (status = Done OR type in (Bug))");
		expect(new Set(both)).toEqual(new Set([...done, ...bugs]));
		expect(both.length + rest.length).toBe((await keys("project = CORE")).length);
		expect(both.some((key) => rest.includes(key))).toBe(false);
	});

	it("reads keys and ids, also of items that moved", async () => {
		expect(await keys("key in (CORE-2, CORE-1) ORDER BY key DESC")).toEqual(["CORE-2", "CORE-1"]);
		await client.post("/_simulator/jira/move?issue=CORE-9&project=MOB");
		const [moved] = await all("issuekey = CORE-9");
		expect(moved?.key).toMatch(/^MOB-/);
		expect((await client.get(`/rest/api/3/issue/CORE-9?fields=summary`)).json).toMatchObject({ id: moved?.id, key: moved?.key });
		expect(await refusal("key = CORE-99999")).toContain("CORE-99999");
	});

	it("compares dates to the minute, in the caller's time zone, and relative to now", async () => {
		await client.put("/rest/api/3/issue/CORE-3", { fields: { summary: "Changed at half past twelve" } });
		expect(await keys('updated >= "2026-06-01 12:30" AND key = CORE-3')).toEqual(["CORE-3"]);
		expect(await keys('updated >= "2026-06-01 12:31" AND key = CORE-3')).toEqual([]);
		expect(await keys("updated >= -10m AND key = CORE-3")).toEqual(["CORE-3"]);
		clock.advance(11 * 60_000);
		expect(await keys("updated >= -10m AND key = CORE-3")).toEqual([]);
		const berlin = [...running.state.accounts.values()].find((account) => account.timeZone === "Europe/Berlin" && account.active);
		const apiToken = running.credentials.createApiToken(berlin ?? running.state.owner);
		const authorization = `Basic ${Buffer.from(`${berlin?.emailAddress}:${apiToken}`).toString("base64")}`;
		const count = (jql: string) => testClient(running, { authorization }).post("/rest/api/3/search/approximate-count", { jql });
		expect((await count('updated >= "2026-06-01 14:30" AND key = CORE-3')).json.count).toBe(1);
		expect((await count('updated >= "2026-06-01 14:31" AND key = CORE-3')).json.count).toBe(0);
	});

	it("finds words in summaries and bodies, phrases, prefixes, people and empty fields", async () => {
		const made = await client.post("/rest/api/3/issue", {
			fields: { project: { key: "CORE" }, issuetype: { name: "Task" }, summary: "Zebra crossing painted twice" },
		});
		const key = made.json.key;
		expect(await keys('summary ~ "zebra painted"')).toEqual([key]);
		expect(await keys('text ~ "zeb*"')).toEqual([key]);
		expect(await keys('summary ~ "\\"crossing painted\\""')).toEqual([key]);
		expect(await keys('summary ~ "\\"painted crossing\\""')).toEqual([]);
		expect(await keys(`reporter = currentUser() AND key = ${key}`)).toEqual([key]);
		expect(await keys(`creator = "${running.site.accountId}" AND key = ${key}`)).toEqual([key]);
		expect(await keys(`assignee is EMPTY AND key = ${key}`)).toEqual([key]);
		expect(await keys(`assignee is not EMPTY AND key = ${key}`)).toEqual([]);
	});

	it("finds what a person watches and voted for, and counts both", async () => {
		const owner = running.site.accountId;
		const path = "/rest/api/3/issue/CORE-5";
		await client.delete(`${path}/watchers?accountId=${owner}`);
		const before = (await client.get(`${path}/watchers`)).json.watchCount;
		expect(await keys(`watcher = "${owner}" AND key = CORE-5`)).toEqual([]);
		await client.post(`${path}/watchers`, owner);
		expect(await keys(`watcher = "${owner}" AND key = CORE-5`)).toEqual(["CORE-5"]);
		expect(await keys(`watchers = ${before + 1} AND key = CORE-5`)).toEqual(["CORE-5"]);
		const voted = await keys("votes > 0");
		const byPerson = await Promise.all([...running.state.accounts.keys()].map((id) => keys(`voter = "${id}"`)));
		expect(new Set(byPerson.flat())).toEqual(new Set(voted));
		expect(voted.length).toBeGreaterThan(0);
		expect(await refusal('watcher = "nobody:000"')).toContain("nobody:000");
	});

	it("orders by up to seven fields", async () => {
		const found = await all("project = CORE ORDER BY updated DESC, key ASC");
		const times = found.map((issue) => String(issue.fields.updated));
		expect(times).toEqual([...times].sort().reverse());
		expect(await refusal("project = CORE ORDER BY id, key, created, updated, due, summary, status, type")).toContain("maximum number");
	});

	it("names what is wrong", async () => {
		expect(await refusal("projekt = CORE")).toContain("Field 'projekt' does not exist");
		expect(await refusal("project = NOPE")).toContain("The value 'NOPE' does not exist for the field 'project'");
		expect(await refusal("project = CORE AND")).toContain("Expecting");
		expect(await refusal('project = "CORE')).toContain("has not been completed");
		expect(await refusal("project ~ CORE")).toContain("not supported");
		expect(await refusal("updated > tomorrow")).toContain("Date value 'tomorrow'");
		expect(await refusal("reporter = nobody()")).toContain("Unable to find JQL function");
		expect(await refusal("project = CORE; drop")).toContain("reserved JQL character");
	});
});

describe("bulk fetching", () => {
	it("gives the wanted work items and names the ones that are not there", async () => {
		const answer = await client.post("/rest/api/3/issue/bulkfetch", {
			issueIdsOrKeys: ["CORE-1", "CORE-1", "NOPE-7"],
			fields: ["summary", "comment"],
		});
		expect(answer.json.issues).toHaveLength(1);
		expect(answer.json.issueErrors).toEqual([{ id: "NOPE-7", errorMessage: expect.stringContaining("does not exist") }]);
		const many = Array.from({ length: 101 }, (_, index) => String(10_001 + index));
		expect((await client.post("/rest/api/3/issue/bulkfetch", { issueIdsOrKeys: many })).status).toBe(400);
	});

	it("puts at most twenty comments into a work item and says how many there are", async () => {
		const long = [...running.state.jira.issues.values()].find((issue) => (running.state.jira.writeBody(issue).comments.length ?? 0) > 20);
		const answer = await client.post("/rest/api/3/issue/bulkfetch", { issueIdsOrKeys: [String(long?.id)], fields: ["comment"] });
		const { comment } = answer.json.issues[0].fields;
		expect(comment.comments).toHaveLength(20);
		expect(comment.total).toBeGreaterThan(20);
		const whole = await client.get(`/rest/api/3/issue/${long?.id}/comment?maxResults=5000`);
		expect(whole.json.comments).toHaveLength(comment.total);
	});
});

describe("a lagging index", () => {
	it("hides changes for a while, except for reconciled ids, and still finds the deleted by id", async () => {
		running.state.switches.searchLagMs = 5000;
		const made = await client.post("/rest/api/3/issue", {
			fields: { project: { key: "HELP" }, issuetype: { name: "Task" }, summary: "Xylophone" },
		});
		const jql = 'summary ~ "xylophone"';
		expect(await keys(jql)).toEqual([]);
		expect((await all(jql, { reconcileIssues: [Number(made.json.id)] })).map((issue) => issue.key)).toEqual([made.json.key]);
		clock.advance(5000);
		expect(await keys(jql)).toEqual([made.json.key]);
		await client.delete(`/rest/api/3/issue/${made.json.key}`);
		expect((await client.post("/rest/api/3/search/jql", { jql })).json.issues).toEqual([{ id: made.json.id }]);
		expect(await keys(jql)).toEqual([]);
		clock.advance(5000);
		expect((await client.post("/rest/api/3/search/jql", { jql })).json.issues).toEqual([]);
		running.state.switches.searchLagMs = 0;
	});

	it("can flicker: what was found once vanishes again for a while", async () => {
		running.state.switches.searchFlickerMs = 5000;
		await client.post("/rest/api/3/issue", { fields: { project: { key: "HELP" }, issuetype: { name: "Task" }, summary: "Kaleidoscope" } });
		const seen = [];
		for (let round = 0; round < 4; round += 1) seen.push((await keys('summary ~ "kaleidoscope"')).length);
		expect(new Set(seen)).toEqual(new Set([0, 1]));
		clock.advance(5000);
		expect(await keys('summary ~ "kaleidoscope"')).toHaveLength(1);
		running.state.switches.searchFlickerMs = 0;
	});
});
