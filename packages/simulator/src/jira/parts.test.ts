import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../server.ts";
import { SimulatorClock } from "../site/clock.ts";
import { document, fetchAddress, type TestClient, testClient } from "../testing/test-client.ts";

let running: RunningSimulator;
let client: TestClient;
const clock = new SimulatorClock();
beforeAll(async () => {
	running = await startSimulator({ seed: 300, clock, validate: "throw" });
	client = testClient(running);
});
afterAll(() => running.stop());

const api = "/rest/api/3";
async function make(): Promise<string> {
	const fields = { project: { key: "CORE" }, issuetype: { name: "Task" }, summary: "A task" };
	return (await client.post(`${api}/issue`, { fields })).json.key;
}
const updated = async (key: string): Promise<string> => (await client.get(`${api}/issue/${key}?fields=updated`)).json.fields.updated;

describe("comments", () => {
	it("are added, edited and deleted, and each time the work item counts as changed", async () => {
		const key = await make();
		const path = `${api}/issue/${key}/comment`;
		const times = [await updated(key)];
		const step = async () => {
			times.push(await updated(key));
			clock.advance(1000);
		};
		clock.advance(1000);
		const added = await client.post(path, { body: document("one"), properties: [{ key: "sd.public.comment", value: { internal: true } }] });
		expect(added).toMatchObject({
			status: 201,
			json: { body: document("one"), jsdPublic: false, author: { accountId: running.site.accountId } },
		});
		await step();
		const edited = await client.put(`${path}/${added.json.id}`, { body: document("two") });
		expect(edited.json.created).toBe(added.json.created);
		expect(edited.json.updated > added.json.updated).toBe(true);
		await step();
		expect((await client.get(`${path}/${added.json.id}?expand=properties`)).json.properties).toEqual([
			{ key: "sd.public.comment", value: { internal: true } },
		]);
		expect((await client.delete(`${path}/${added.json.id}`)).status).toBe(204);
		await step();
		expect(times).toEqual([...new Set(times)].sort());
		expect((await client.get(`${path}/${added.json.id}`)).status).toBe(404);
	});

	it("must be documents, and may be kept for a group", async () => {
		const path = `${api}/issue/CORE-1/comment`;
		for (const body of [
			undefined,
			null,
			"text",
			{ type: "doc", version: 2, content: [] },
			{ type: "doc", version: 1, content: [{ type: "text", text: "bare" }] },
		]) {
			const answer = await client.post(path, { body });
			expect(answer).toMatchObject({ status: 400, json: { errors: { comment: expect.any(String) } } });
		}
		const kept = await client.post(path, { body: document("secret"), visibility: { type: "group", value: "service-agents" } });
		expect(kept.json.visibility).toMatchObject({ type: "group", value: "service-agents" });
		expect((await client.post(path, { body: document("x"), visibility: { type: "group", value: "nobody" } })).status).toBe(400);
	});

	it("come in pages, newest first when asked, and by their ids", async () => {
		const key = await make();
		const ids: string[] = [];
		for (let number = 0; number < 5; number += 1)
			ids.push((await client.post(`${api}/issue/${key}/comment`, { body: document(`n${number}`) })).json.id);
		const page = (await client.get(`${api}/issue/${key}/comment?startAt=1&maxResults=2`)).json;
		expect([page.total, page.startAt, page.comments.map((each: { id: string }) => each.id)]).toEqual([5, 1, ids.slice(1, 3)]);
		const newest = (await client.get(`${api}/issue/${key}/comment?orderBy=-created`)).json;
		expect(newest.comments[0].id).toBe(ids[4]);
		const some = await client.post(`${api}/comment/list`, { ids: [Number(ids[3]), 1, Number(ids[0])] });
		expect(some.json.values.map((each: { id: string }) => each.id)).toEqual([ids[3], ids[0]]);
	});

	it("refuse documents that show unknown files when the site is switched so", async () => {
		running.state.switches.refuseUnknownMedia = true;
		const showing = (id: string) => ({
			type: "doc",
			version: 1,
			content: [{ type: "mediaSingle", content: [{ type: "media", attrs: { type: "file", id, collection: "" } }] }],
		});
		const known = [...running.state.jira.media.keys()][0] ?? "";
		expect(
			(await client.post(`${api}/issue/CORE-1/comment`, { body: showing("00000000-0000-4000-a000-000000000000") })).json.errorMessages,
		).toEqual(["ATTACHMENT_VALIDATION_ERROR"]);
		expect((await client.post(`${api}/issue/CORE-1/comment`, { body: showing(known) })).status).toBe(201);
		running.state.switches.refuseUnknownMedia = false;
	});
});

describe("worklogs", () => {
	it("change the remaining estimate as told", async () => {
		const key = await make();
		await client.put(`${api}/issue/${key}`, { fields: { timetracking: { originalEstimate: "8h" } } });
		const log = (query: string, timeSpent: string) => client.post(`${api}/issue/${key}/worklog?${query}`, { timeSpent });
		const left = async () => (await client.get(`${api}/issue/${key}`)).json.fields.timetracking;
		const first = await log("adjustEstimate=auto", "2h");
		expect(await left()).toMatchObject({ remainingEstimateSeconds: 6 * 3600, timeSpentSeconds: 2 * 3600 });
		await log("adjustEstimate=leave&notifyUsers=false", "1h");
		expect(await left()).toMatchObject({ remainingEstimateSeconds: 6 * 3600, timeSpentSeconds: 3 * 3600 });
		await log("adjustEstimate=new&newEstimate=30m", "1h");
		expect(await left()).toMatchObject({ remainingEstimateSeconds: 1800 });
		await client.put(`${api}/issue/${key}/worklog/${first.json.id}?adjustEstimate=leave`, { timeSpentSeconds: 3600 });
		expect(await left()).toMatchObject({ timeSpentSeconds: 3 * 3600, remainingEstimateSeconds: 1800 });
		await client.delete(`${api}/issue/${key}/worklog/${first.json.id}?adjustEstimate=auto`);
		expect(await left()).toMatchObject({ timeSpentSeconds: 2 * 3600, remainingEstimateSeconds: 1800 + 3600 });
		expect((await log("adjustEstimate=new", "1h")).status).toBe(400);
		expect((await log("adjustEstimate=auto", "soon")).status).toBe(400);
	});

	it("keep when the work was done and what was said", async () => {
		const made = await client.post(`${api}/issue/CORE-2/worklog`, {
			timeSpentSeconds: 5400,
			started: "2026-01-02T03:04:05.000+0100",
			comment: document("Dug in"),
		});
		expect(made.json).toMatchObject({ started: "2026-01-02T02:04:05.000+0000", timeSpent: "1h 30m", comment: document("Dug in") });
		expect((await client.post(`${api}/issue/CORE-2/worklog`, { timeSpentSeconds: 60, started: "yesterday" })).json.errors).toHaveProperty(
			"started",
		);
	});

	it("appear in the feeds a minute after their change, page by page", async () => {
		const since = clock.now() - 1;
		const key = await make();
		const made = await client.post(`${api}/issue/${key}/worklog`, { timeSpentSeconds: 600 });
		const feed = async (kind: string) =>
			(await client.get(`${api}/worklog/${kind}?since=${since}`)).json.values.map((each: { worklogId: number }) => each.worklogId);
		expect(await feed("updated")).not.toContain(Number(made.json.id));
		clock.advance(61_000);
		expect(await feed("updated")).toContain(Number(made.json.id));
		const listed = await client.post(`${api}/worklog/list`, { ids: [Number(made.json.id), 5] });
		expect(listed.json).toMatchObject([{ id: made.json.id, timeSpentSeconds: 600 }]);
		await client.delete(`${api}/issue/${key}`);
		clock.advance(61_000);
		expect(await feed("updated")).not.toContain(Number(made.json.id));
		expect(await feed("deleted")).toContain(Number(made.json.id));
		const whole = (await client.get(`${api}/worklog/updated`)).json;
		expect(whole.values).toHaveLength(running.state.jira.worklogMarks.size);
		expect(whole.lastPage).toBe(true);
	});
});

describe("attachments", () => {
	const bytes = Buffer.from("0123456789");

	it("are uploaded, shown, downloaded through a signed address, and deleted", async () => {
		const key = await make();
		const before = await updated(key);
		clock.advance(1000);
		const [file, other] = (
			await client.upload(`${api}/issue/${key}/attachments`, [
				{ name: "digits ü.txt", type: "text/plain", bytes },
				{ name: "p.png", type: "image/png", bytes: Buffer.alloc(2000, 7) },
			])
		).json;
		expect(file).toMatchObject({
			filename: "digits ü.txt",
			size: 10,
			mimeType: expect.stringContaining("text/plain"),
			author: { accountId: running.site.accountId },
		});
		expect((await updated(key)) > before).toBe(true);
		expect((await client.get(`${api}/attachment/${file.id}`)).json.id).toBe(Number(file.id));
		const place = await client.raw(`${api}/attachment/content/${file.id}`);
		expect(place.status).toBe(303);
		const address = place.headers.get("location") ?? "";
		expect(address).toMatch(/\/_media\/file\/[0-9a-f-]{36}\/binary\?token=/);
		expect(Buffer.from(await (await fetchAddress(address)).arrayBuffer())).toEqual(bytes);
		clock.advance(3_700_000);
		expect((await fetchAddress(address)).status).toBe(403);
		expect((await fetchAddress(address.replace(/token=\d/, "token=9"))).status).toBe(403);
		expect((await client.delete(`${api}/attachment/${file.id}`)).status).toBe(204);
		expect((await client.get(`${api}/issue/${key}?fields=attachment`)).json.fields.attachment).toMatchObject([{ id: other.id }]);
		const histories = (await client.get(`${api}/issue/${key}/changelog`)).json.values;
		expect(histories.at(-1).items).toMatchObject([{ field: "Attachment", from: file.id, fromString: "digits ü.txt" }]);
	});

	it("give ranges, and 416 outside of the file", async () => {
		const [file] = (await client.upload(`${api}/issue/CORE-1/attachments`, [{ name: "d.txt", type: "text/plain", bytes }])).json;
		const part = async (range: string) => {
			const response = await client.raw(`${api}/attachment/content/${file.id}?redirect=false`, { headers: { range } });
			return [response.status, response.headers.get("content-range"), await response.text()];
		};
		expect(await part("bytes=2-4")).toEqual([206, "bytes 2-4/10", "234"]);
		expect(await part("bytes=7-")).toEqual([206, "bytes 7-9/10", "789"]);
		expect(await part("bytes=-3")).toEqual([206, "bytes 7-9/10", "789"]);
		expect(await part("bytes=10-")).toEqual([416, "bytes */10", ""]);
	});

	it("need the header against forged requests", async () => {
		const form = new FormData();
		form.append("file", new Blob(["x"]), "x.txt");
		const refused = await client.raw(`${api}/issue/CORE-1/attachments`, { method: "POST", body: form });
		expect(refused.status).toBe(403);
		expect((await client.upload(`${api}/issue/CORE-1/attachments`, [])).status).toBe(400);
		expect((await client.upload(`${api}/issue/NONE-1/attachments`, [{ name: "x", type: "text/plain", bytes }])).status).toBe(404);
	});
});

describe("links", () => {
	it("stand on both sides, are made once, and leave `updated` alone unless switched", async () => {
		const [a, b] = [await make(), await make()];
		const before = await updated(b);
		clock.advance(1000);
		const link = () => client.post(`${api}/issueLink`, { type: { name: "Blocks" }, inwardIssue: { key: a }, outwardIssue: { key: b } });
		expect((await link()).status).toBe(201);
		expect((await link()).status).toBe(201);
		const linksOf = async (key: string) => (await client.get(`${api}/issue/${key}?fields=issuelinks`)).json.fields.issuelinks;
		const [onA] = await linksOf(a);
		expect(await linksOf(a)).toHaveLength(1);
		expect(onA).toMatchObject({ outwardIssue: { key: b } });
		expect(await linksOf(b)).toMatchObject([{ id: onA.id, inwardIssue: { key: a } }]);
		expect(await updated(b)).toBe(before);
		expect((await client.get(`${api}/issueLink/${onA.id}`)).json).toMatchObject({ inwardIssue: { key: a }, outwardIssue: { key: b } });
		expect((await client.delete(`${api}/issueLink/${onA.id}`)).status).toBe(204);
		expect(await linksOf(b)).toEqual([]);
		running.state.switches.linksBumpUpdated = true;
		await link();
		expect((await updated(b)) > before).toBe(true);
		running.state.switches.linksBumpUpdated = false;
		expect(
			(await client.post(`${api}/issueLink`, { type: { name: "Nope" }, inwardIssue: { key: a }, outwardIssue: { key: b } })).status,
		).toBe(404);
	});

	it("to other systems are replaced by their global id, and a DELETE without a content type is refused", async () => {
		const key = await make();
		const path = `${api}/issue/${key}/remotelink`;
		const body = (title: string) => ({
			globalId: "build=7",
			relationship: "built by",
			object: { url: "https://build.example.com/7", title },
		});
		const first = await client.post(path, body("Run 7"));
		const again = await client.post(path, body("Run 7b"));
		expect([first.status, again.status, again.json.id]).toEqual([201, 200, first.json.id]);
		expect((await client.get(path)).json).toMatchObject([{ id: first.json.id, globalId: "build=7", object: { title: "Run 7b" } }]);
		expect((await client.put(`${path}/${first.json.id}`, body("Run 7c"))).status).toBe(204);
		expect((await client.get(`${path}?globalId=build%3D7`)).json.object.title).toBe("Run 7c");
		expect((await client.delete(`${path}/${first.json.id}`)).status).toBe(415);
		const removed = await client.raw(`${path}/${first.json.id}`, { method: "DELETE", headers: { "content-type": "application/json" } });
		expect(removed.status).toBe(204);
		expect((await client.post(path, { object: { url: "x" } })).json.errors).toEqual({ url: expect.any(String), title: expect.any(String) });
	});
});

describe("watchers, votes and properties", () => {
	it("do not move `updated`", async () => {
		const key = await make();
		const before = await updated(key);
		clock.advance(1000);
		const other = [...running.state.accounts.values()].filter((account) => account.active)[3]?.accountId ?? "";
		expect((await client.post(`${api}/issue/${key}/watchers`, other)).status).toBe(204);
		expect((await client.get(`${api}/issue/${key}/watchers`)).json).toMatchObject({ watchCount: 2, isWatching: true });
		await client.delete(`${api}/issue/${key}/watchers?accountId=${encodeURIComponent(other)}`);
		expect((await client.get(`${api}/issue/${key}/watchers`)).json.watchCount).toBe(1);
		expect((await client.post(`${api}/issue/${key}/votes`)).status).toBe(404);
		await client.put(`${api}/issue/${key}`, { fields: { reporter: { accountId: other } } });
		const changed = await updated(key);
		clock.advance(1000);
		expect((await client.post(`${api}/issue/${key}/votes`)).status).toBe(204);
		expect((await client.get(`${api}/issue/${key}/votes`)).json).toMatchObject({ votes: 1, hasVoted: true });
		await client.delete(`${api}/issue/${key}/votes`);
		const property = `${api}/issue/${key}/properties/a%20key`;
		expect((await client.put(property, { deep: [1] })).status).toBe(201);
		expect((await client.put(property, "text")).status).toBe(200);
		expect((await client.get(property)).json).toEqual({ key: "a key", value: "text" });
		expect((await client.get(`${api}/issue/${key}/properties`)).json.keys).toMatchObject([{ key: "a key" }]);
		expect((await client.delete(property)).status).toBe(204);
		expect((await client.get(property)).status).toBe(404);
		expect((await client.put(property, "x".repeat(32_768))).status).toBe(400);
		expect(await updated(key)).toBe(changed);
		expect(changed > before).toBe(true);
	});
});

describe("bulk histories", () => {
	it("give every entry once over pages, with times as numbers, and filter by field", async () => {
		const ids = [...running.state.jira.issues.keys()].slice(0, 50).map(String);
		const found: { issueId: string; id: string; created: unknown; fields: string[] }[] = [];
		let nextPageToken: string | undefined;
		do {
			const { json } = await client.post(`${api}/changelog/bulkfetch`, { issueIdsOrKeys: ids, maxResults: 7, nextPageToken });
			for (const log of json.issueChangeLogs) {
				for (const history of log.changeHistories) {
					found.push({
						issueId: log.issueId,
						id: history.id,
						created: history.created,
						fields: history.items.map((item: { fieldId: string }) => item.fieldId),
					});
				}
			}
			nextPageToken = json.nextPageToken;
		} while (nextPageToken !== undefined);
		let expected = 0;
		for (const id of ids) expected += (await client.get(`${api}/issue/${id}/changelog`)).json.total;
		expect(found).toHaveLength(expected);
		expect(new Set(found.map((each) => each.id)).size).toBe(expected);
		expect(found.every((each) => typeof each.created === "number")).toBe(true);
		const statuses = await client.post(`${api}/changelog/bulkfetch`, { issueIdsOrKeys: ids, fieldIds: ["status"] });
		const entries = statuses.json.issueChangeLogs.flatMap((log: { changeHistories: unknown[] }) => log.changeHistories);
		expect(entries).toHaveLength(found.filter((each) => each.fields.includes("status")).length);
		const many = await client.post(`${api}/changelog/bulkfetch`, {
			issueIdsOrKeys: Array.from({ length: 1001 }, (_, index) => String(index)),
		});
		expect(many.json.errorMessages).toEqual(["You may only load changelogs for a maximum of 1,000 issues by ID or key at a time."]);
	});
});
