import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { Observation, StoredItem } from "@skyeworx/engine";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { idAt, textAt } from "../../packages/atlassian/src/record/json-access.ts";
import { Kept } from "./confluence-site.ts";
import { type JiraSite, jiraSite } from "./jira-site.ts";

const kind = "jira.work-item";

/** What a person does on the site. */
async function act(site: JiraSite, method: string, path: string, body?: unknown): Promise<JsonValue> {
	const { email, apiToken } = site.simulator.site;
	const authorization = `Basic ${Buffer.from(`${email}:${apiToken}`).toString("base64")}`;
	const headers = { authorization, accept: "application/json", "content-type": "application/json" };
	const answer = await fetch(site.simulator.url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
	if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
	const text = await answer.text();
	return text === "" ? null : (JSON.parse(text) as JsonValue);
}

function mainOf(item: StoredItem): JsonObject {
	const main = item.parts.get("") ?? null;
	return isJsonObject(main) ? main : {};
}

const keyOf = (item: StoredItem): string => textAt(mainOf(item), "key") ?? "";

const fieldsOf = (item: StoredItem): JsonObject => (isJsonObject(mainOf(item).fields ?? null) ? (mainOf(item).fields as JsonObject) : {});

/** Everything of a Kept as text, to compare two of them. */
function picture(kept: Kept): string {
	const items = [...kept.items].map(([name, item]) => [name, Object.fromEntries(item.parts), [...item.files.keys()].toSorted()] as const);
	return canonicalJson(items.toSorted((a, b) => (a[0] < b[0] ? -1 : 1)) as JsonValue);
}

describe("a first reading", () => {
	let site: JiraSite;
	const kept = new Kept();
	beforeAll(async () => {
		site = await jiraSite({ seed: "small", validate: "throw" });
		await site.backup(kept);
	});
	afterAll(() => site.stop());

	it("keeps every work item with all its comments, worklogs, history and files", () => {
		const { jira } = site.simulator.state;
		expect(kept.of(kind).length).toBe(jira.issues.size);
		let entries = 0;
		for (const issue of jira.issues.values()) {
			const item = kept.item(kind, String(issue.id));
			const counts = ["comments", "worklogs", "history"].map((part) => ((item.parts.get(part) ?? []) as JsonValue[]).length);
			expect(counts).toEqual([issue.body?.comments.length, issue.body?.worklogs.length, issue.body?.histories.length]);
			expect(item.files.map((file) => file.part).toSorted()).toEqual(issue.attachmentIds.map((id) => `file/${id}`).toSorted());
			entries += counts.reduce((sum, count) => sum + count, 0);
		}
		expect(entries).toBeGreaterThan(3000);
	});

	it("costs ten bulk reads and one of histories for 1,000 items, one for 5,000 ids and for each list of a person, one for a file or a long list", () => {
		const { byOperation } = site.connector.usage();
		const count = (operation: string): number => byOperation[operation] ?? 0;
		const items = site.simulator.state.jira.issues.size;
		const long = [...site.simulator.state.jira.issues.values()].filter((issue) => (issue.body?.comments.length ?? 0) > 20).length;
		expect(count("POST /rest/api/3/issue/bulkfetch")).toBe(Math.ceil(items / 100));
		expect(count("POST /rest/api/3/changelog/bulkfetch")).toBe(Math.ceil(items / 1000));
		// All items, and for every person what they watch and what they voted for.
		expect(count("POST /rest/api/3/search/jql")).toBe(Math.ceil(items / 5000) + 2 * site.simulator.state.accounts.size);
		expect(count("GET /rest/api/3/issue/{issueIdOrKey}/comment")).toBe(long);
		expect(count("GET /rest/api/3/attachment/content/{id}")).toBe(site.simulator.state.jira.attachments.size);
	});

	it("keeps no member that changes from one reading to the next", async () => {
		const again = new Kept();
		await site.backup(again);
		expect(picture(again) === picture(kept)).toBe(true);
		expect(picture(kept).match(/"(avatarUrls|lastViewed|isWatching|hasVoted)":/)?.[0]).toBeUndefined();
	});

	it("names custom fields inside the record, so that old versions stay readable", () => {
		const named = kept.of(kind).map((ref) => mainOf(kept.item(kind, ref.id)).names as JsonObject);
		expect(new Set(named.flatMap((names) => Object.values(names)))).toContain("Platforms");
	});

	it("describes an item for people and for search", () => {
		const definition = site.connector.kinds.find((one) => one.id === kind);
		const comments = kept
			.of(kind)
			.map((ref) => kept.item(kind, ref.id))
			.find((item) => item.parts.has("comments") && item.files.length > 0);
		if (definition === undefined || comments === undefined) throw new Error("nothing to describe");
		const facts = definition.describe(comments, { url: site.simulator.url });
		expect(facts).toMatchObject({
			key: keyOf(comments),
			title: fieldsOf(comments).summary,
			url: `${site.simulator.url}/browse/${keyOf(comments)}`,
		});
		expect(facts.space?.key).toBe(keyOf(comments).replace(/-\d+$/, ""));
		expect(facts.files.length).toBe(comments.files.length);
		expect(facts.people.length).toBeGreaterThan(0);
		expect(facts.text).not.toMatch(/\[object|"type"|customfield_/);
		expect(facts.updatedAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
	});

	it("tells JSM requests from other work items, and says what it could not see", () => {
		const definition = site.connector.kinds.find((one) => one.id === kind);
		const apps = new Set(kept.of(kind).map((ref) => definition?.describe(kept.item(kind, ref.id), { url: "" }).app));
		expect([...apps]).toEqual(expect.arrayContaining(["jira", "jsm"]));
		expect(kept.blindSpots.map((spot) => spot.kind)).toContain(kind);
	});

	it("keeps spaces with components and versions, and the configuration", () => {
		expect(kept.of("jira.space").length).toBe(4);
		for (const one of ["jira.field", "jira.issue-type", "jira.status", "jira.priority", "jira.link-type", "jira.user"]) {
			expect(kept.of(one).length).toBeGreaterThan(0);
		}
	});
});

describe("a later reading", () => {
	let site: JiraSite;
	let kept: Kept;
	beforeEach(async () => {
		site = await jiraSite({ seed: 300, validate: "throw" });
		kept = new Kept();
		await site.backup(kept);
		// The seed's items are as young as the site: an hour later they are out of the overlap.
		site.simulator.state.clock.advance(3_600_000);
		await site.backup(kept);
		site.simulator.state.clock.advance(3_600_000);
	});
	afterEach(() => site.stop());

	const someItem = (): StoredItem => {
		const found = kept
			.of(kind)
			.map((ref) => kept.item(kind, ref.id))
			.findLast((item) => (fieldsOf(item).subtasks as JsonValue[]).length === 0 && item.files.length > 0);
		if (found === undefined) throw new Error("the seed has no such item");
		return found;
	};

	it("reads what changed, whatever changed it, and nothing else", async () => {
		const { id } = someItem().ref;
		const body = { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text: "Hello" }] }] };
		await act(site, "PUT", `/rest/api/3/issue/${id}`, { fields: { summary: "Changed" } });
		await act(site, "POST", `/rest/api/3/issue/${id}/comment`, { body });
		const project = (fieldsOf(someItem()).project as JsonObject).id;
		const made = (await act(site, "POST", "/rest/api/3/issue", {
			fields: { project: { id: project }, issuetype: { id: (fieldsOf(someItem()).issuetype as JsonObject).id }, summary: "New" },
		}).catch((error: unknown) => {
			throw error;
		})) as JsonObject;
		await site.backup(kept);
		expect(kept.touched.filter((name) => name.startsWith(`${kind}/`)).toSorted()).toEqual(
			[`${kind}/${id}`, `${kind}/${idAt(made, "id")}`].toSorted(),
		);
		expect(fieldsOf(kept.item(kind, id)).summary).toBe("Changed");
		expect(JSON.stringify(kept.item(kind, id).parts.get("comments"))).toContain("Hello");
		const whole = new Kept();
		await site.backup(whole);
		expect(picture(kept) === picture(whole)).toBe(true);
	});

	it("costs a constant when nothing changed", async () => {
		const lists = () =>
			Object.entries(site.connector.usage().byOperation)
				.filter(([operation]) => operation.startsWith("GET /rest/api/3/issue/{issueIdOrKey}/"))
				.reduce((sum, [, count]) => sum + count, 0);
		const cost = async (): Promise<number> => {
			// The sweep meets long lists of comments now and then, and looks at a few lists of single items.
			const before = lists();
			const requests = await site.backup(kept);
			expect(lists() - before).toBeLessThan(35);
			return requests - (lists() - before);
		};
		const first = await cost();
		expect(await cost()).toBe(first);
		expect(first).toBeLessThan(25);
		expect(kept.touched.filter((name) => name.startsWith(`${kind}/`))).toEqual([]);
	});

	it("finds in time what nothing tells: a link made without touching its items", async () => {
		const ids = kept
			.of(kind)
			.map((ref) => Number(ref.id))
			.toSorted((a, b) => a - b);
		const [first, second] = ids.slice(150, 152);
		const link = { type: { name: "Blocks" }, inwardIssue: { id: String(first) }, outwardIssue: { id: String(second) } };
		await act(site, "POST", "/rest/api/3/issueLink", link);
		await site.backup(kept);
		expect(kept.touched.filter((name) => name.startsWith(`${kind}/`)).toSorted()).toEqual([`${kind}/${first}`, `${kind}/${second}`]);
		const whole = new Kept();
		await site.backup(whole);
		expect(picture(kept) === picture(whole)).toBe(true);
	});

	it("finds deletions, and drops parts and files that are gone", async () => {
		const [gone] = kept
			.of(kind)
			.map((ref) => kept.item(kind, ref.id))
			.filter((item) => (fieldsOf(item).subtasks as JsonValue[]).length === 0 && item.files.length === 0);
		const item = someItem();
		const attachment = item.files[0]?.part ?? "";
		await act(site, "DELETE", `/rest/api/3/issue/${gone?.ref.id}`);
		await act(site, "DELETE", `/rest/api/3/attachment/${attachment.slice("file/".length)}`);
		await site.backup(kept);
		expect(kept.of(kind).map((ref) => ref.id)).not.toContain(gone?.ref.id);
		expect(kept.item(kind, item.ref.id).files.map((file) => file.part)).not.toContain(attachment);
	});

	it("takes in an item that the index does not show as changed yet when its worklogs changed", async () => {
		const { id } = someItem().ref;
		site.simulator.state.switches.searchLagMs = 3_600_000;
		await act(site, "POST", `/rest/api/3/issue/${id}/worklog`, { started: "2026-05-03T10:00:00.000+0000", timeSpentSeconds: 3600 });
		// The feed keeps silent about the last minute.
		site.simulator.state.clock.advance(120_000);
		await site.backup(kept);
		expect(JSON.stringify(kept.item(kind, id).parts.get("worklogs"))).toContain("3600");
	});

	it("sees a change again that the index showed too late", async () => {
		const { id } = someItem().ref;
		site.simulator.state.switches.searchLagMs = 180_000;
		await act(site, "PUT", `/rest/api/3/issue/${id}`, { fields: { summary: "Late" } });
		await site.backup(kept);
		expect(fieldsOf(kept.item(kind, id)).summary).not.toBe("Late");
		site.simulator.state.clock.advance(200_000);
		await site.backup(kept);
		expect(fieldsOf(kept.item(kind, id)).summary).toBe("Late");
	});
});

describe("an interrupted reading", () => {
	it("goes on where it was and ends with the same", async () => {
		const site = await jiraSite({ seed: 600, validate: "throw" });
		const whole = new Kept();
		await site.backup(whole);
		const kept = new Kept();
		let resume: Record<string, JsonValue> = {};
		const seen: Observation[] = [];
		for await (const observation of site.connector.read(kept.request())) {
			if (observation.type === "resume-point") resume = { [observation.name]: observation.value };
			seen.push(observation);
			if (observation.type === "resume-point" && seen.filter((one) => one.type === "resume-point").length === 3) break;
		}
		async function* replay() {
			yield* seen;
		}
		await kept.take(replay());
		const before = kept.of(kind).length;
		expect(before).toBe(300);
		await site.backup(kept, { resume });
		expect(kept.touched.filter((name) => name.startsWith(`${kind}/`)).length).toBeLessThan(whole.of(kind).length);
		expect(picture(kept) === picture(whole)).toBe(true);
		await site.stop();
	});
});

describe("trouble", () => {
	let site: JiraSite;
	beforeEach(async () => {
		site = await jiraSite({ seed: 200 });
	});
	afterEach(() => site.stop());

	async function failures(): Promise<readonly Extract<Observation, { type: "failed" }>[]> {
		const found: Extract<Observation, { type: "failed" }>[] = [];
		for await (const observation of site.connector.read(new Kept().request())) {
			if (observation.type === "failed") found.push(observation);
			if (observation.type === "cursor" && observation.name === kind) throw new Error("a cursor after a failure");
		}
		return found;
	}

	it("with one group is said and does not advance its cursor", async () => {
		site.simulator.faults.inject({ kind: "forbidden", method: "POST", path: "/search/jql", times: 99 });
		const found = await failures();
		expect(found.map((failure) => failure.kinds)).toContainEqual([kind]);
	});

	it.each([
		["errors of the site", "server-error"],
		["cut connections", "reset"],
		["limits", "rate-limited"],
		["cut answers", "malformed"],
	] as const)("by %s is overcome", async (_what, fault) => {
		site.simulator.faults.inject({ kind: fault, path: "/bulkfetch", times: 2, retryAfter: 1 });
		site.simulator.faults.inject({ kind: fault, path: "/project/search", times: 1, retryAfter: 1 });
		const kept = new Kept();
		await site.backup(kept);
		expect(site.simulator.faults.pending).toBe(0);
		expect(kept.of(kind).length).toBe(site.simulator.state.jira.issues.size);
	});
});
