import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../../server.ts";
import { SimulatorClock } from "../../site/clock.ts";
import { document, type TestClient, testClient } from "../../testing/test-client.ts";

let running: RunningSimulator;
let client: TestClient;
const clock = new SimulatorClock();
beforeAll(async () => {
	running = await startSimulator({ seed: 200, clock, validate: "throw" });
	client = testClient(running);
});
afterAll(() => running.stop());

const rest = "/rest/api/3/issue";
async function make(fields: Record<string, unknown> = {}, more: Record<string, unknown> = {}): Promise<string> {
	const answer = await client.post(rest, {
		fields: { project: { key: "CORE" }, issuetype: { name: "Task" }, summary: "A task", ...fields },
		...more,
	});
	expect(answer.json).toMatchObject({ key: expect.stringMatching(/^[A-Z]+-\d+$/) });
	return answer.json.key;
}
const fieldsOf = async (key: string) => (await client.get(`${rest}/${key}`)).json.fields;
const refused = async (fields: Record<string, unknown>) => {
	const answer = await client.post(rest, {
		fields: { project: { key: "CORE" }, issuetype: { name: "Task" }, summary: "A task", ...fields },
	});
	expect(answer.status).toBe(400);
	return answer.json.errors;
};
const lastHistory = async (key: string) => (await client.get(`${rest}/${key}/changelog`)).json.values.at(-1);

describe("creating a work item", () => {
	it("keeps every kind of field as it was given", async () => {
		const other = [...running.state.accounts.values()].find((account) => account.active && account.accountId !== running.site.accountId);
		const key = await make({
			issuetype: { name: "Story" },
			description: document("What it is about"),
			environment: document("Everywhere"),
			priority: { name: "High" },
			reporter: { accountId: other?.accountId },
			assignee: { accountId: running.site.accountId },
			labels: ["beta", "alpha"],
			components: [{ name: "Search" }],
			fixVersions: [{ name: "4.4" }],
			duedate: "2026-12-24",
			timetracking: { originalEstimate: "1d 2h", remainingEstimate: "3h" },
			customfield_10016: 5,
			customfield_10020: 7,
			customfield_10030: "REF-1",
			customfield_10031: document("Works"),
			customfield_10032: { value: "Major" },
			customfield_10033: [{ id: "10110" }, { value: "API" }],
			customfield_10034: { value: "Europe", child: { value: "Tallinn" } },
			customfield_10035: "2026-11-30",
			customfield_10036: "2026-11-30T10:20:30.000+0200",
			customfield_10037: ["x", "y"],
			customfield_10038: { accountId: other?.accountId },
			customfield_10039: [{ accountId: other?.accountId }, { accountId: running.site.accountId }],
			customfield_10040: "https://design.example.com/1",
		});
		expect(await fieldsOf(key)).toMatchObject({
			description: document("What it is about"),
			priority: { name: "High", id: "2" },
			reporter: { accountId: other?.accountId },
			creator: { accountId: running.site.accountId },
			assignee: { accountId: running.site.accountId },
			status: { name: "To Do", statusCategory: { key: "new" } },
			resolution: null,
			labels: ["alpha", "beta"],
			components: [{ name: "Search" }],
			fixVersions: [{ name: "4.4" }],
			versions: [],
			duedate: "2026-12-24",
			timetracking: { originalEstimate: "1d 2h", originalEstimateSeconds: 36_000, remainingEstimateSeconds: 10_800 },
			customfield_10016: 5,
			customfield_10020: [{ id: 7, state: "active" }],
			customfield_10030: "REF-1",
			customfield_10031: document("Works"),
			customfield_10032: { value: "Major", id: "10101" },
			customfield_10033: [{ value: "Web" }, { value: "API" }],
			customfield_10034: { value: "Europe", child: { value: "Tallinn" } },
			customfield_10035: "2026-11-30",
			customfield_10036: "2026-11-30T08:20:30.000+0000",
			customfield_10037: ["x", "y"],
			customfield_10038: { accountId: other?.accountId },
			customfield_10040: "https://design.example.com/1",
			watches: { watchCount: 1, isWatching: true },
		});
		expect((await fieldsOf(key)).customfield_10039).toHaveLength(2);
	});

	it("names every field that it does not take", async () => {
		expect(
			await refused({
				status: { name: "Done" },
				nonsense: 1,
				created: "2020-01-01",
				customfield_10019: "0|a:",
				resolution: { name: "Done" },
			}),
		).toEqual({
			status: expect.stringContaining("cannot be set"),
			nonsense: expect.stringContaining("cannot be set"),
			created: expect.stringContaining("cannot be set"),
			customfield_10019: expect.stringContaining("cannot be set"),
		});
		expect(await refused({ resolution: { name: "Done" } })).toHaveProperty("resolution");
		expect(await refused({ summary: " " })).toHaveProperty("summary");
		expect(await refused({ summary: "a\nb" })).toHaveProperty("summary");
		expect(await refused({ description: "plain text" })).toHaveProperty("description");
		expect(await refused({ labels: ["two words"] })).toHaveProperty("labels");
		expect(
			await refused({
				customfield_10032: { value: "Nope" },
				customfield_10016: "five",
				duedate: "24.12.2026",
				customfield_10040: "no url",
			}),
		).toEqual({
			customfield_10032: expect.any(String),
			customfield_10016: expect.any(String),
			duedate: expect.any(String),
			customfield_10040: expect.any(String),
		});
		expect(await refused({ assignee: { accountId: "nobody" } })).toHaveProperty("assignee");
		expect(await refused({ components: [{ name: "iOS" }] })).toHaveProperty("components");
		expect(await refused({ project: { key: "NOPE" } })).toHaveProperty("project");
		expect(await refused({ issuetype: { name: "Incident" } })).toHaveProperty("issuetype");
		expect(await refused({ customfield_10010: "1" })).toHaveProperty("customfield_10010");
	});

	it("keeps the levels of the hierarchy", async () => {
		const epic = await make({ issuetype: { name: "Epic" }, summary: "Big" });
		const story = await make({ issuetype: { name: "Story" }, parent: { key: epic } });
		const sub = await make({ issuetype: { name: "Sub-task" }, parent: { key: story } });
		expect((await fieldsOf(story)).parent).toMatchObject({ key: epic, fields: { issuetype: { hierarchyLevel: 1 } } });
		expect((await fieldsOf(story)).customfield_10014).toBe(epic);
		expect((await fieldsOf(story)).subtasks).toMatchObject([{ key: sub }]);
		expect(await refused({ issuetype: { name: "Sub-task" } })).toHaveProperty("issuetype");
		expect(await refused({ issuetype: { name: "Sub-task" }, parent: { key: epic } })).toHaveProperty("parentId");
		expect(await refused({ parent: { key: story } })).toHaveProperty("parentId");
		expect(await refused({ issuetype: { name: "Epic" }, parent: { key: epic } })).toHaveProperty("parentId");
	});

	it("takes properties, comments, worklogs, links and a transition in one request", async () => {
		const key = await make(
			{},
			{
				properties: [{ key: "origin", value: { id: 7 } }],
				transition: { id: "21" },
				update: {
					comment: [{ add: { body: document("first") } }],
					worklog: [{ add: { timeSpent: "30m" } }],
					issuelinks: [{ add: { type: { name: "Blocks" }, outwardIssue: { key: "CORE-1" } } }],
				},
			},
		);
		expect((await client.get(`${rest}/${key}/properties/origin`)).json).toEqual({ key: "origin", value: { id: 7 } });
		expect(await fieldsOf(key)).toMatchObject({
			status: { name: "In Progress" },
			comment: { total: 1, comments: [{ body: document("first") }] },
			worklog: { total: 1, worklogs: [{ timeSpentSeconds: 1800 }] },
			issuelinks: [{ type: { outward: "blocks" }, outwardIssue: { key: "CORE-1" } }],
		});
	});

	it("makes many at once and reports each failure by its place", async () => {
		const item = (summary: string) => ({ fields: { project: { key: "MOB" }, issuetype: { name: "Task" }, summary } });
		const answer = await client.post(`${rest}/bulk`, { issueUpdates: [item("one"), item(""), item("three")] });
		expect(answer.status).toBe(201);
		expect(answer.json.issues).toHaveLength(2);
		expect(answer.json.errors).toMatchObject([
			{ status: 400, failedElementNumber: 1, elementErrors: { errors: { summary: expect.any(String) } } },
		]);
		expect((await client.post(`${rest}/bulk`, { issueUpdates: [item("")] })).status).toBe(400);
		expect((await client.post(`${rest}/bulk`, { issueUpdates: Array.from({ length: 51 }, () => item("x")) })).status).toBe(400);
	});
});

describe("editing a work item", () => {
	it("moves `updated` and writes one history entry with the changed fields only", async () => {
		const key = await make({ labels: ["keep", "drop"], components: [{ name: "Search" }] });
		const before = (await fieldsOf(key)).updated;
		clock.advance(1000);
		const edited = await client.put(`${rest}/${key}?notifyUsers=false`, {
			fields: { summary: "A better task", priority: { id: "3" } },
			update: { labels: [{ add: "more" }, { remove: "drop" }], components: [{ set: [{ name: "Billing" }] }] },
		});
		expect(edited.status).toBe(204);
		const fields = await fieldsOf(key);
		expect(fields).toMatchObject({ summary: "A better task", labels: ["keep", "more"], components: [{ name: "Billing" }] });
		expect(fields.updated > before).toBe(true);
		const history = await lastHistory(key);
		expect(history.author.accountId).toBe(running.site.accountId);
		expect(history.items).toEqual([
			{ field: "summary", fieldtype: "jira", fieldId: "summary", from: null, fromString: "A task", to: null, toString: "A better task" },
			{ field: "labels", fieldtype: "jira", fieldId: "labels", from: null, fromString: "drop keep", to: null, toString: "keep more" },
			{ field: "Component", fieldtype: "jira", fieldId: "components", from: "10002", fromString: "Search", to: null, toString: null },
			{ field: "Component", fieldtype: "jira", fieldId: "components", from: null, fromString: null, to: "10001", toString: "Billing" },
		]);
	});

	it("changes nothing at all when one field is wrong", async () => {
		const key = await make();
		const before = running.snapshotState();
		const answer = await client.put(`${rest}/${key}`, {
			fields: { summary: "New", status: { name: "Done" } },
			update: { labels: [{ add: "x y" }] },
		});
		expect(answer.status).toBe(400);
		expect(answer.json.errors).toEqual({ status: expect.any(String), labels: expect.any(String) });
		expect((await client.put(`${rest}/${key}`, {})).status).toBe(400);
		expect((await client.put(`${rest}/${key}`, { fields: { labels: [] }, update: { labels: [{ add: "x" }] } })).status).toBe(400);
		expect(running.snapshotState()).toEqual(before);
	});

	it("leaves `updated` alone when a field gets the value it has", async () => {
		const key = await make({ customfield_10032: { value: "Minor" } });
		const before = (await fieldsOf(key)).updated;
		clock.advance(1000);
		await client.put(`${rest}/${key}`, { fields: { summary: "A task", customfield_10032: { id: "10102" } } });
		expect((await fieldsOf(key)).updated).toBe(before);
		expect((await client.get(`${rest}/${key}/changelog`)).json.total).toBe(0);
	});

	it("empties fields with null, and refuses to for those that are needed", async () => {
		const key = await make({
			description: document("x"),
			assignee: { accountId: running.site.accountId },
			customfield_10016: 3,
			duedate: "2026-12-01",
		});
		await client.put(`${rest}/${key}`, { fields: { description: null, assignee: null, customfield_10016: null, duedate: null } });
		expect(await fieldsOf(key)).toMatchObject({ description: null, assignee: null, customfield_10016: null, duedate: null });
		expect((await client.put(`${rest}/${key}`, { fields: { summary: null } })).status).toBe(400);
		expect((await client.put(`${rest}/${key}`, { fields: { reporter: null } })).status).toBe(400);
	});

	it("writes a parent change without a field id, as Jira does", async () => {
		const epic = await make({ issuetype: { name: "Epic" } });
		const key = await make();
		await client.put(`${rest}/${key}`, { fields: { parent: { key: epic } } });
		const [item] = (await lastHistory(key)).items;
		expect(item).toMatchObject({ field: "IssueParentAssociation", toString: epic });
		expect(item).not.toHaveProperty("fieldId");
		await client.put(`${rest}/${key}`, { fields: { parent: null } });
		expect((await fieldsOf(key)).parent).toBeUndefined();
	});

	it("gives the work item back when asked", async () => {
		const key = await make();
		const answer = await client.put(`${rest}/${key}?returnIssue=true`, { fields: { summary: "Returned" } });
		expect(answer).toMatchObject({ status: 200, json: { key, fields: { summary: "Returned" } } });
	});
});

describe("the workflow", () => {
	const go = (key: string, id: string, fields?: unknown) =>
		client.post(`${rest}/${key}/transitions`, fields === undefined ? { transition: { id } } : { transition: { id }, fields });

	it("offers only the ways that lead on, sets a resolution when done, and clears it when reopened", async () => {
		const key = await make();
		const names = async () => (await client.get(`${rest}/${key}/transitions`)).json.transitions.map((each: { name: string }) => each.name);
		expect(await names()).toEqual(["To Do", "In Progress", "Close"]);
		expect((await go(key, "41")).status).toBe(400);
		expect((await go(key, "21")).status).toBe(204);
		expect(await names()).toContain("Ask for review");
		expect((await go(key, "31", { resolution: { name: "Done" } })).status).toBe(400);
		expect((await go(key, "41", { resolution: { name: "Duplicate" } })).status).toBe(204);
		const done = await fieldsOf(key);
		expect(done).toMatchObject({ status: { name: "Done" }, resolution: { name: "Duplicate" }, resolutiondate: expect.any(String) });
		expect((await lastHistory(key)).items.map((item: { field: string }) => item.field)).toEqual(["resolution", "status"]);
		await go(key, "21");
		expect(await fieldsOf(key)).toMatchObject({ status: { name: "In Progress" }, resolution: null, resolutiondate: null });
	});

	it("refuses an unknown transition and resolution", async () => {
		const key = await make();
		expect((await go(key, "999")).json.errorMessages[0]).toContain("999");
		expect((await client.post(`${rest}/${key}/transitions`, {})).status).toBe(400);
		expect((await go(key, "51", { resolution: { name: "Nope" } })).json.errors).toHaveProperty("resolution");
		expect((await fieldsOf(key)).status.name).toBe("To Do");
	});
});

describe("deleting a work item", () => {
	it("takes its sub-tasks along only when told so, and everything that hangs on it", async () => {
		const epic = await make({ issuetype: { name: "Epic" } });
		const key = await make({ parent: { key: epic } });
		const sub = await make({ issuetype: { name: "Sub-task" }, parent: { key } });
		const comment = (await client.post(`${rest}/${key}/comment`, { body: document("bye") })).json.id;
		const [file] = (await client.upload(`${rest}/${key}/attachments`, [{ name: "a.txt", type: "text/plain", bytes: Buffer.from("a") }]))
			.json;
		await client.post("/rest/api/3/issueLink", { type: { name: "Relates" }, inwardIssue: { key }, outwardIssue: { key: "CORE-1" } });
		expect((await client.delete(`${rest}/${key}`)).status).toBe(400);
		expect((await client.delete(`${rest}/${key}?deleteSubtasks=true`)).status).toBe(204);
		for (const gone of [key, sub]) expect((await client.get(`${rest}/${gone}`)).status).toBe(404);
		expect((await client.get(`/rest/api/3/attachment/${file.id}`)).status).toBe(404);
		expect((await client.post("/rest/api/3/comment/list", { ids: [Number(comment)] })).json.values).toEqual([]);
		const links = (await fieldsOf("CORE-1")).issuelinks as { inwardIssue?: { key: string } }[];
		expect(links.some((link) => link.inwardIssue?.key === key)).toBe(false);
		expect((await client.delete(`${rest}/${epic}`)).status).toBe(204);
	});

	it("never gives its number again", async () => {
		const key = await make();
		await client.delete(`${rest}/${key}`);
		const next = await make();
		expect(Number(next.split("-")[1])).toBe(Number(key.split("-")[1]) + 1);
	});
});

describe("the create and edit screens", () => {
	it("name their fields with the allowed values", async () => {
		const types = await client.get(`${rest}/createmeta/HELP/issuetypes`);
		expect(types.json.issueTypes.map((type: { name: string }) => type.name)).toContain("Incident");
		const fields = (await client.get(`${rest}/createmeta/CORE/issuetypes/10001?maxResults=200`)).json.fields as {
			fieldId: string;
			allowedValues?: unknown[];
		}[];
		expect(fields.find((field) => field.fieldId === "customfield_10034")?.allowedValues).toHaveLength(2);
		expect(fields.some((field) => field.fieldId === "status")).toBe(false);
		const edit = await client.get(`${rest}/CORE-1/editmeta`);
		expect(edit.json.fields.labels.operations).toEqual(["add", "set", "remove"]);
		expect(edit.json.fields).not.toHaveProperty("customfield_10010");
	});
});
