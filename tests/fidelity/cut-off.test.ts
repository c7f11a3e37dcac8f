import { randomUUID } from "node:crypto";
import type { RestorePlan, RestoreSelection } from "@skyeworx/engine";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { named } from "./settings-site.ts";

const inPlace = { target: { type: "in-place" }, ifExists: "overwrite" } as const;
const api = "/rest/api/3";
let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(20, "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

const jira = () => bench.simulator.state.jira;
const first = <T>(values: Iterable<T>): T => {
	for (const value of values) return value;
	throw new Error("there is one");
};

/** Names of all parts that a restore may make in things that are there, with how often each is there. */
function parts(): readonly string[] {
	const { settings, fields } = jira();
	const screens = [...settings.of.screen.values()].flatMap((screen) =>
		(screen.tabs as { name: string; fieldIds?: string[] }[]).map((tab) => `tab ${screen.name} ${JSON.stringify(tab.name)}`),
	);
	const gadgets = [...settings.of.dashboard.values()].flatMap(({ gadgets }) =>
		(gadgets as { title: string }[]).map(({ title }) => `gadget ${title}`),
	);
	const options = [...fields.values()].flatMap((field) => field.options.map(({ value }) => `option ${field.id} ${value}`));
	const contexts = [...settings.of.fieldContext.values()].map(({ name, fieldId }) => `context ${String(fieldId)} ${name}`);
	const spaces = [...jira().components.values(), ...jira().versions.values()].map(({ projectId, name }) => `${projectId} ${name}`);
	return [...screens, ...gadgets, ...options, ...contexts, ...spaces].toSorted();
}

/** Takes a part out of each of four things; answers what would bring them back. */
async function spoilt(): Promise<{ readonly selection: readonly RestoreSelection[]; readonly whole: readonly string[] }> {
	const screen = first(jira().settings.of.screen.values());
	await bench.post(`${api}/screens/${screen.id}/tabs`, { name: "Second" });
	const tabId = (screen.tabs as { id: string }[]).at(-1)?.id;
	const [firstTab] = screen.tabs as { id: string; fields: string[] }[];
	await bench.remove(`${api}/screens/${screen.id}/tabs/${firstTab?.id}/fields/labels`);
	await bench.post(`${api}/screens/${screen.id}/tabs/${tabId}/fields`, { fieldId: "labels" });
	const dashboard = first(jira().settings.of.dashboard.values());
	const gadget = (dashboard.gadgets as { id: number; title: string }[])[0];
	// Another of the same title.
	await bench.post(`${api}/dashboard/${dashboard.id}/gadget`, {
		moduleKey: "com.atlassian.jira.gadgets:pie-chart-gadget",
		title: gadget?.title,
	});
	const type = "com.atlassian.jira.plugin.system.customfieldtypes:select";
	const fieldId = String(
		(await bench.post(`${api}/field`, { name: "Floor", type, searcherKey: type.replace("select", "multiselectsearcher") })).id,
	);
	const context = first([...jira().settings.of.fieldContext.values()].filter((one) => one.fieldId === fieldId));
	const options = `${api}/field/${fieldId}/context/${context.id}/option`;
	await bench.post(options, { options: ["One", "Two", "Three"].map((value) => ({ value })) });
	const before = await bench.backup();
	const whole = parts();
	const space = await named(bench, "jira.space", before, "CORE");
	const inSpace = <T extends { readonly projectId: string; readonly id: string }>(all: Iterable<T>): T[] =>
		[...all].filter(({ projectId }) => projectId === space.ref.id).slice(0, 2);
	for (const { id } of inSpace(jira().components.values())) await bench.remove(`${api}/component/${id}`);
	for (const { id } of inSpace(jira().versions.values())) await bench.post(`${api}/version/${id}/removeAndSwap`, {});
	for (const { id } of jira().fields.get(fieldId)?.options.slice(0, 2) ?? []) await bench.remove(`${options}/${id}`);
	await bench.remove(`${api}/screens/${screen.id}/tabs/${tabId}`);
	for (const { id } of dashboard.gadgets as { id: number }[]) await bench.remove(`${api}/dashboard/${dashboard.id}/gadget/${id}`);
	await bench.backup();
	const refs = [
		space.ref,
		{ kind: "jira.screen", id: screen.id },
		{ kind: "jira.dashboard", id: dashboard.id },
		{ kind: "jira.field", id: fieldId },
	];
	return { selection: refs.map((ref) => ({ ref, snapshotId: before })), whole };
}

async function cutOff(records: number, work: () => Promise<unknown>): Promise<boolean> {
	bench.cutAfter(records);
	const ended = await work().then(
		() => true,
		() => false,
	);
	bench.cutAfter(undefined);
	return ended;
}

it("parts of things come back once, or go again without a trace, wherever a restore is killed", async () => {
	const { selection, whole } = await spoilt();
	const gone = parts();
	expect(gone.length).toBeLessThan(whole.length - 8);
	const run = (restoreId: string, plan: RestorePlan) => bench.carryOut(restoreId, plan);
	let points = 0;
	for (let records = 1; ; records += 1) {
		const resumed = randomUUID();
		const plan = await bench.plan(selection, inPlace);
		const ended = await cutOff(records, () => run(resumed, plan));
		const receipt = await run(resumed, plan);
		expect(
			receipt.items.map(({ outcome }) => outcome),
			`resumed after ${records}`,
		).toEqual(["restored", "restored", "restored", "restored"]);
		expect(parts(), `resumed after ${records}`).toEqual(whole);
		await bench.undo(resumed, plan);
		expect(parts(), `resumed after ${records}, then undone`).toEqual(gone);
		if (ended) break;
		points = records;
		const cut = randomUUID();
		await cutOff(records, () => run(cut, plan));
		await bench.undo(cut, plan).catch(() => undefined);
		expect(parts(), `undone after ${records}`).toEqual(gone);
	}
	expect(points).toBeGreaterThan(30);
}, 240_000);

it("parts of things come back once when the answer to any write is lost", async () => {
	const { selection, whole } = await spoilt();
	const gone = parts();
	for (let after = 0; after < 14; after += 1) {
		const [plan, restoreId] = [await bench.plan(selection, inPlace), randomUUID()];
		bench.simulator.faults.inject({ kind: "lost-answer", after, times: 1, method: "POST" });
		await bench.carryOut(restoreId, plan).catch(() => undefined);
		bench.simulator.faults.clear();
		await bench.carryOut(restoreId, plan);
		expect(parts(), `lost after ${after}`).toEqual(whole);
		expect(
			(await bench.undo(restoreId, plan)).items.map(({ outcome, reason }) => [outcome, reason]),
			`lost after ${after}`,
		).toEqual(Array.from({ length: 4 }, () => ["undone", undefined]));
		expect(parts(), `lost after ${after}, then undone`).toEqual(gone);
	}
}, 240_000);
