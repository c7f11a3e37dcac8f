import { randomUUID } from "node:crypto";
import type { JsonObject, JsonValue } from "@skyeworx/core";
import type { RestoreReceipt, StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { adf } from "../hostile-site.ts";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { failedFields } from "./damage.ts";

const kind = "jira.work-item";
const inPlace = { target: { type: "in-place" }, ifExists: "overwrite" } as const;
let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(60, "hasty");
});
afterEach(() => bench.close());

const list = (value: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : []);
const accounts = (item: StoredItem): readonly string[] => list(item.parts.get("participants")).map(({ accountId }) => String(accountId));

/** A request that the connection's own account made, with everything that JSM puts beside a work item. */
async function makeRequest(): Promise<string> {
	const [type] = [...bench.simulator.state.jira.requestTypes.values()];
	if (type === undefined) throw new Error("the site has no request type");
	const fields = {
		project: { id: type.projectId },
		issuetype: { id: type.issueTypeId },
		summary: "A desk lamp that flickers",
		customfield_10010: type.id,
	};
	const id = String((await bench.post("/rest/api/3/issue", { fields })).id);
	const people = [...bench.simulator.state.accounts.values()].filter((one) => one.active).slice(3, 5);
	const path = `/rest/servicedeskapi/request/${id}`;
	await bench.post(`${path}/participant`, { accountIds: people.map(({ accountId }) => accountId) });
	await bench.post(`${path}/comment`, { body: "It is on its way to you.", public: true });
	const note = await bench.post(`${path}/comment`, { body: "Second lamp of this maker that fails.", public: false });
	await bench.call("PUT", `/rest/api/3/issue/${id}/comment/${String(note.id)}`, { body: adf("Second lamp of this maker that fails.") });
	return id;
}

const own = async (): Promise<string> => String((await bench.call("GET", "/rest/api/3/myself")).accountId);

/** Gives feedback as the reporter, by hand: the bench's own calls opt into nothing. */
function giveFeedback(id: string): void {
	const issue = bench.simulator.state.jira.issues.get(Number(id));
	if (issue?.body === undefined) throw new Error("the request is not there");
	issue.body.request = { approvals: issue.body.request?.approvals ?? [], feedback: { rating: 4, comment: "Bright again." } };
}

async function askApproval(id: string): Promise<void> {
	const issue = bench.simulator.state.jira.issues.get(Number(id));
	if (issue?.body === undefined) throw new Error("the request is not there");
	const approval = {
		id: "77",
		name: "Money",
		created: issue.created,
		completed: undefined,
		decisions: new Map([[await own(), "pending" as const]]),
	};
	issue.body.request = { approvals: [approval], feedback: undefined };
	await bench.post(`/rest/servicedeskapi/request/${id}/approval/77`, { decision: "approve" });
}

async function itemOf(snapshotId: number, id: string): Promise<StoredItem> {
	const item = (await bench.items(kind, snapshotId)).get(id);
	if (item === undefined) throw new Error(`${id} is not in snapshot ${snapshotId}`);
	return item;
}

const restored = (receipt: RestoreReceipt): string => receipt.items[0]?.now?.ref.id ?? "";
const lines = (receipt: RestoreReceipt) =>
	Object.fromEntries(receipt.items.flatMap((item) => item.fields.map((one) => [one.field, one.result])));

describe("a customer's request", () => {
	it("comes back with its type, participants, internal notes and its own feedback; approvals are kept and said to be lost", async () => {
		const id = await makeRequest();
		await askApproval(id);
		giveFeedback(id);
		const before = await bench.backup();
		const was = await itemOf(before, id);
		expect(was.parts.get("approvals")).toMatchObject([
			{ name: "Money", finalDecision: "approved", approvers: [{ approverDecision: "approved" }] },
		]);
		expect(was.parts.get("feedback")).toMatchObject({ rating: 4, comment: { body: "Bright again." } });
		expect(was.parts.get("service-levels")).toMatchObject([{ name: "Time to resolution" }]);
		await bench.remove(`/rest/api/3/issue/${id}`);
		const receipt = await bench.restore([{ ref: was.ref, snapshotId: before }], inPlace);
		expect(failedFields(receipt)).toEqual([]);
		expect(lines(receipt)).toMatchObject({
			"fields.customfield_10010": "exact",
			"fields.customfield_10041": "exact",
			feedback: "exact",
			"approvals/77": "impossible",
		});
		const now = await itemOf(await bench.backup(), restored(receipt));
		expect(accounts(now)).toEqual(accounts(was));
		expect(accounts(now)).toHaveLength(2);
		expect(bench.comments(now).map((comment) => (comment as JsonObject).jsdPublic)).toEqual([true, false]);
		expect(now.parts.get("feedback")).toEqual(was.parts.get("feedback"));
		expect(bench.violations()).toEqual([]);
	});

	it("never shows customers an internal note, where Jira knows JSM's own operation alone", async () => {
		bench.simulator.state.switches.internalByProperty = false;
		const id = await makeRequest();
		const before = await bench.backup();
		await bench.remove(`/rest/api/3/issue/${id}`);
		const receipt = await bench.restore([{ ref: { kind, id }, snapshotId: before }], inPlace);
		const comments = bench.comments(await itemOf(await bench.backup(), restored(receipt)));
		expect(comments.map((comment) => (comment as JsonObject).jsdPublic)).toEqual([true, false]);
		expect(JSON.stringify(comments[1])).toContain("Second lamp of this maker");
	});

	it("leaves an internal note out where nothing keeps it from customers", async () => {
		bench.simulator.state.switches.internalByProperty = false;
		const id = await makeRequest();
		const before = await bench.backup();
		await bench.remove(`/rest/api/3/issue/${id}`);
		// Its request type is gone: what comes back is a work item of the desk, and no request.
		bench.simulator.state.jira.requestTypes.clear();
		const receipt = await bench.restore([{ ref: { kind, id }, snapshotId: before }], inPlace);
		const comments = bench.comments(await itemOf(await bench.backup(), restored(receipt)));
		expect(comments.map((comment) => (comment as JsonObject).jsdPublic)).toEqual([true]);
		expect(receipt.items[0]?.problems.map(({ reason }) => reason)).toContain(
			"It can't be kept from customers here: it is not written at all.",
		);
		expect(failedFields(receipt).some((line) => line.includes("comments/"))).toBe(true);
	});

	it.each(["lost-answer", "reset"] as const)("is written once, whatever is lost on the way: %s", async (fault) => {
		const id = await makeRequest();
		const before = await bench.backup();
		for (const path of ["request/[^/]+/comment", "issue/[^/]+/comment/", "request/[^/]+/participant"]) {
			const current = (await bench.items(kind, await bench.backup())).values();
			for (const item of current) {
				if (((item.parts.get("") as JsonObject).fields as JsonObject).summary === "A desk lamp that flickers")
					await bench.remove(`/rest/api/3/issue/${item.ref.id}`);
			}
			const plan = await bench.plan([{ ref: { kind, id }, snapshotId: before }], inPlace);
			const restoreId = randomUUID();
			bench.simulator.faults.inject({ kind: fault, path, times: 1 });
			const receipt = await bench.carryOut(restoreId, plan).catch(async () => await bench.carryOut(restoreId, plan));
			const now = await itemOf(await bench.backup(), restored(receipt));
			expect(bench.comments(now).map((comment) => (comment as JsonObject).jsdPublic)).toEqual([true, false]);
			expect(accounts(now)).toHaveLength(2);
			expect(JSON.stringify(bench.comments(now))).not.toContain("An internal note comes back here");
		}
	});

	it.each(["unavailable", "rate-limited"] as const)(
		"ends whole wherever its restore breaks off, with nothing twice: %s",
		async (fault) => {
			const id = await makeRequest();
			const before = await bench.backup();
			await bench.remove(`/rest/api/3/issue/${id}`);
			const again = async () => await bench.plan([{ ref: { kind, id }, snapshotId: before }], inPlace);
			const first = await again();
			const start = bench.simulator.log.total;
			let last = restored(await bench.carryOut(randomUUID(), first));
			const requests = bench.simulator.log.total - start;
			expect(requests).toBeGreaterThan(8);
			for (let after = 1; after < requests; after += 2) {
				await bench.remove(`/rest/api/3/issue/${last}`);
				const [plan, restoreId] = [await again(), randomUUID()];
				bench.simulator.faults.inject({ kind: fault, after, times: 1_000_000 });
				await bench.carryOut(restoreId, plan).catch(() => undefined);
				bench.simulator.faults.clear();
				const receipt = await bench.carryOut(restoreId, plan);
				expect(failedFields(receipt), `after ${after}`).toEqual([]);
				last = restored(receipt);
				const body = bench.simulator.state.jira.issues.get(Number(last))?.body;
				expect(
					body?.comments.map((comment) => comment.jsdPublic),
					`after ${after}`,
				).toEqual([true, false]);
				expect(JSON.stringify(body?.comments), `after ${after}`).not.toContain("An internal note comes back here");
				const copies = [...bench.simulator.state.jira.issues.values()].filter(({ summary }) => summary === "A desk lamp that flickers");
				expect(copies, `after ${after}`).toHaveLength(1);
			}
		},
		180_000,
	);

	it("takes the request type of the same name on another site, never that of the same number", async () => {
		const there = await siteBench(60, "hasty");
		onTestFinished(() => there.close());
		const id = await makeRequest();
		const before = await bench.backup();
		const types = there.simulator.state.jira.requestTypes;
		const [mine, other] = [...types.values()];
		if (mine === undefined || other === undefined) throw new Error("the other site has two request types");
		types.clear();
		types.set("900", { ...mine, id: "900" });
		types.set(mine.id, { ...other, id: mine.id });
		const target = { type: "copy", siteId: "b1f0c6de-7a9e-4a35-9f0f-3f1f5b8f9a10", unmarked: true } as const;
		const { receipt } = await bench.restoreTo(there, [{ ref: { kind, id }, snapshotId: before }], { target, ifExists: "overwrite" });
		expect(receipt.items.map(({ outcome, reason }) => reason ?? outcome)).toEqual(["restored"]);
		expect(lines(receipt)["fields.customfield_10010"]).toBe("degraded");
		const made = there.simulator.state.jira.issues.get(Number(restored(receipt)));
		expect(made?.body?.custom.get("customfield_10010")).toBe("900");
		expect(made?.body?.comments.map((comment) => comment.jsdPublic)).toEqual([true, false]);
	});

	it("gets back in place who took part; taken back, the restore leaves nothing of itself", async () => {
		const id = await makeRequest();
		const before = await bench.backup();
		const was = await itemOf(before, id);
		const [first = ""] = accounts(was);
		await bench.call("DELETE", `/rest/servicedeskapi/request/${id}/participant`, { accountIds: [first] });
		const note = bench.comments(was).find((comment) => (comment as JsonObject).jsdPublic === false) as JsonObject;
		await bench.remove(`/rest/api/3/issue/${id}/comment/${String(note.id)}`);
		const plan = await bench.plan([{ ref: was.ref, snapshotId: before }], inPlace);
		const restoreId = randomUUID();
		expect(failedFields(await bench.carryOut(restoreId, plan))).toEqual([]);
		const back = await itemOf(await bench.backup(), id);
		expect(accounts(back)).toEqual(accounts(was));
		expect(bench.comments(back)).toHaveLength(2);
		await bench.undo(restoreId, plan);
		const undone = await itemOf(await bench.backup(), id);
		expect(accounts(undone)).toEqual(accounts(was).filter((one) => one !== first));
		expect(bench.comments(undone)).toHaveLength(1);
	});

	it("costs one request when it changed, one more each when its fields speak of approvals or feedback, and none when it did not", async () => {
		const id = await makeRequest();
		await bench.backup();
		await bench.backup();
		const asked = () =>
			Object.entries(bench.connector.usage().byOperation)
				.filter(([operation]) => operation.includes("/servicedeskapi/request/"))
				.reduce((sum, [, count]) => sum + count, 0);
		await bench.wait(3_600_000);
		await bench.backup();
		const unchanged = asked();
		await bench.post(`/rest/servicedeskapi/request/${id}/comment`, { body: "One thing more.", public: true });
		await bench.backup();
		expect(asked() - unchanged).toBe(1);
		await askApproval(id);
		giveFeedback(id);
		await bench.post(`/rest/servicedeskapi/request/${id}/comment`, { body: "And thanks.", public: true });
		const before = asked();
		await bench.backup();
		expect(asked() - before).toBe(3);
	});

	it("whose desk the account is no agent of is counted among what it can't see, and nothing kept of it is dropped", async () => {
		const id = await makeRequest();
		const first = await bench.backup();
		bench.simulator.faults.inject({ kind: "forbidden", path: "/rest/servicedeskapi/request/", times: 1_000_000 });
		await bench.call("PUT", `/rest/api/3/issue/${id}`, { fields: { summary: "A desk lamp that hums" } });
		const { snapshot, descriptor } = await bench.tryBackup();
		expect(descriptor.blindSpots.some(({ reason }) => reason.includes("no agent of their service desk"))).toBe(true);
		expect(accounts(await itemOf(snapshot.id, id))).toEqual(accounts(await itemOf(first, id)));
	});
});
