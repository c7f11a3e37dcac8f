import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../../server.ts";
import { SimulatorClock } from "../../site/clock.ts";
import { type TestClient, testClient } from "../../testing/test-client.ts";

let running: RunningSimulator;
let client: TestClient;
let clock: SimulatorClock;
beforeEach(async () => {
	clock = new SimulatorClock();
	running = await startSimulator({ seed: 40, clock, validate: "throw" });
	client = testClient(running);
});
afterEach(() => running.stop());

const issuePath = "/rest/api/3/issue";
const infer = {
	inferClassificationDefaults: true,
	inferFieldDefaults: true,
	inferStatusDefaults: true,
	inferSubtaskTypeDefault: false,
};

async function make(fields: Record<string, unknown>): Promise<{ id: string; key: string }> {
	const { json } = await client.post(issuePath, { fields: { summary: "A task", ...fields } });
	return { id: json.id, key: json.key };
}
const inCore = (type: string, more: object = {}) => make({ project: { key: "CORE" }, issuetype: { name: type }, ...more });
const other = () => {
	const project = [...running.state.jira.projects.values()].find(({ key, typeKey }) => key !== "CORE" && typeKey === "software");
	if (project === undefined) throw new Error("the site has one software space only");
	return project;
};
const typeId = (name: string): string => [...running.state.jira.issueTypes.values()].find((type) => type.name === name)?.id ?? "";
const move = (targetToSourcesMapping: Record<string, object>) =>
	client.post("/rest/api/3/bulk/issues/move", { sendBulkNotification: false, targetToSourcesMapping });
const stand = async (id: string) => (await client.get(`${issuePath}/${id}`)).json;

describe("moving work items in bulk", () => {
	it("gives a new key that the old one leads to, keeps the id, and is asked for until it is done", async () => {
		const { id, key } = await inCore("Task");
		const { key: place } = other();
		const answer = await move({ [`${place},${typeId("Task")}`]: { ...infer, issueIdsOrKeys: [id] } });
		expect(answer.status).toBe(201);
		const queue = `/rest/api/3/bulk/queue/${answer.json.taskId}`;
		expect((await client.get(queue)).json.status).toBe("RUNNING");
		clock.advance(2000);
		expect((await client.get(queue)).json).toMatchObject({
			status: "COMPLETE",
			processedAccessibleIssues: [Number(id)],
			totalIssueCount: 1,
		});
		const moved = await stand(id);
		expect(moved.key).toMatch(new RegExp(`^${place}-`));
		expect((await stand(key)).id).toBe(id);
		const { values } = (await client.get(`${issuePath}/${id}/changelog`)).json;
		expect(values.at(-1).items.map(({ field }: { field: string }) => field)).toEqual(["project", "Key"]);
	});

	it("back gives the old key again, or the next number where Jira is said to do so", async () => {
		for (const again of [true, false]) {
			running.state.switches.movedBackGetsOldKey = again;
			const { id, key } = await inCore("Task");
			await move({ [`${other().id},${typeId("Task")}`]: { ...infer, issueIdsOrKeys: [id] } });
			await move({ [`CORE,${typeId("Task")}`]: { ...infer, issueIdsOrKeys: [id] } });
			const back = await stand(id);
			expect(back.key === key).toBe(again);
			expect((await stand(key)).id).toBe(id);
		}
	});

	it("takes sub-tasks along only where it is told to, and named ones below their parent", async () => {
		const { id, key } = await inCore("Task");
		const child = await inCore("Sub-task", { parent: { key } });
		const place = other().key;
		await move({ [`${place},${typeId("Task")}`]: { ...infer, issueIdsOrKeys: [id] } });
		expect((await stand(child.id)).key).toBe(child.key);
		await move({ [`${place},${typeId("Sub-task")},${id}`]: { ...infer, issueIdsOrKeys: [child.id] } });
		const moved = await stand(child.id);
		expect([moved.fields.project.key, moved.fields.parent.id]).toEqual([place, id]);
		await move({ [`CORE,${typeId("Task")}`]: { ...infer, inferSubtaskTypeDefault: true, issueIdsOrKeys: [id] } });
		expect((await stand(child.id)).fields.project.key).toBe("CORE");
	});

	it("is refused as a whole for an unknown space, type, parent or work item, and changes nothing then", async () => {
		const { id, key } = await inCore("Task");
		const place = other().key;
		const refusals = [
			{ [`NOWHERE,${typeId("Task")}`]: { ...infer, issueIdsOrKeys: [id] } },
			{ [`${place},999`]: { ...infer, issueIdsOrKeys: [id] } },
			{ [`${place},${typeId("Sub-task")}`]: { ...infer, issueIdsOrKeys: [id] } },
			{ [`${place},${typeId("Task")}`]: { ...infer, issueIdsOrKeys: [id, "CORE-999999"] } },
			{ [`${place},${typeId("Task")}`]: { issueIdsOrKeys: [id] } },
			{},
		];
		for (const mapping of refusals) {
			const answer = await move(mapping);
			expect([answer.status, answer.json.errors?.[0]?.message]).toEqual([400, expect.stringMatching(/\w/)]);
		}
		expect((await stand(id)).key).toBe(key);
		expect((await client.get("/rest/api/3/bulk/queue/1")).status).toBe(400);
	});
});
