import type { JsonObject } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { damagedSpaces, failedFields, runRogueScript } from "./damage.ts";
import { paragraph } from "./spoil.ts";

let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(30, "hasty");
});
afterEach(() => bench.close());

const kinds = ["jira.work-item", "confluence.page", "confluence.blog-post"];

async function texts(snapshotId: number): Promise<ReadonlyMap<string, string>> {
	const found = new Map<string, string>();
	for (const kind of kinds) for (const [id, item] of await bench.items(kind, snapshotId)) found.set(`${kind}/${id}`, textOf(item));
	return found;
}

function textOf(item: StoredItem): string {
	const main = item.parts.get("") as JsonObject;
	const fields = main.fields as JsonObject | undefined;
	if (fields !== undefined) return JSON.stringify([fields.summary, fields.description, fields.labels, item.parts.get("comments") ?? null]);
	// What stood below a deleted page stands elsewhere now.
	return JSON.stringify([main.title, (main.body as JsonObject).storage, main.parentId ?? null]);
}

const later = () => bench.wait(60_000);

it("takes back everything that a rogue account did between two times, deletions on demand, and nothing else", {
	timeout: 240_000,
}, async () => {
	const before = await bench.backup();
	const from = await later();
	for (const space of await damagedSpaces(bench)) await runRogueScript(bench, space);
	const to = await later();
	const accountId = bench.simulator.site.accountId;
	const damaged = await texts(await bench.backup());
	const was = await texts(before);
	const changed = [...was].filter(([name, text]) => damaged.get(name) !== text).map(([name]) => name);
	expect(changed.length).toBeGreaterThan(10);
	const asked = await bench.blastRadius({ accountId, from, to });
	expect(asked.kept.some(({ reason }) => reason.includes("Ask for deletions"))).toBe(true);
	const radius = await bench.blastRadius({ accountId, from, to, deletions: true });
	expect(radius.selection.map(({ ref }) => `${ref.kind}/${ref.id}`).toSorted()).toEqual(changed.toSorted());
	const receipt = await bench.restore(radius.selection, { target: { type: "in-place" }, ifExists: "overwrite" });
	expect(failedFields(receipt)).toEqual([]);
	const now = await texts(await bench.backup());
	const names = new Map(
		receipt.items.map((item) => [`${item.ref.kind}/${item.ref.id}`, `${item.ref.kind}/${item.now?.ref.id ?? item.ref.id}`]),
	);
	const edited = [...was].filter(([name]) => damaged.has(name));
	for (const [name, text] of edited) expect(now.get(name), name).toBe(text);
	for (const name of was.keys()) expect(now.has(names.get(name) ?? name), name).toBe(true);
});

it("leaves alone what others changed after, and fields that the account did not touch", async () => {
	const before = await bench.backup();
	const [one, two] = [...(await bench.items("jira.work-item", before)).values()];
	if (one === undefined || two === undefined) throw new Error("there are work items");
	const summaryOf = (item: StoredItem | undefined) => JSON.parse(item === undefined ? "[]" : textOf(item))[0];
	const from = await later();
	await bench.call("PUT", `/rest/api/3/issue/${one.ref.id}`, { fields: { summary: "Ruined" } });
	await bench.call("PUT", `/rest/api/3/issue/${two.ref.id}`, { fields: { summary: "Ruined", description: paragraph("Ruined") } });
	const to = await later();
	const other = [...bench.simulator.state.accounts.values()].find((account) => account.accountId !== bench.simulator.site.accountId);
	const changeAsOther = async (id: string, summary: string) => {
		const issue = bench.simulator.state.jira.issues.get(Number(id));
		const history = issue?.body?.histories.at(-1);
		if (issue === undefined || history === undefined || other === undefined) throw new Error("there is a change to follow");
		const at = (await later()).getTime();
		const items = history.items.filter((item) => item.field === "summary");
		issue.body?.histories.push({ id: history.id + 1_000_000, author: other.accountId, created: at, items });
		issue.summary = summary;
		issue.updated = at;
	};
	await changeAsOther(two.ref.id, "Put right by hand");
	await bench.backup();
	const radius = await bench.blastRadius({ accountId: bench.simulator.site.accountId, from, to });
	expect(radius.selection).toEqual([
		{ ref: one.ref, snapshotId: before, fields: ["fields.summary"] },
		{ ref: two.ref, snapshotId: before, fields: ["fields.description"] },
	]);
	expect(radius.kept).toEqual([expect.objectContaining({ ref: two.ref, reason: expect.stringContaining("fields.summary") })]);
	await bench.restore(radius.selection, { target: { type: "in-place" }, ifExists: "overwrite" });
	const after = await bench.items("jira.work-item", await bench.backup());
	expect(summaryOf(after.get(one.ref.id))).toBe(summaryOf(one));
	expect(summaryOf(after.get(two.ref.id))).toBe("Put right by hand");
});
