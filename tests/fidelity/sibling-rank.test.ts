import { expect, it, onTestFinished } from "vitest";
import { siteBench } from "../site-bench.ts";

it("pages come back in their order also when one that stands below the last of them is chosen first", async () => {
	const bench = await siteBench(6, "hasty");
	onTestFinished(async () => await bench.close());
	const spaceId = await bench.firstSpace();
	const page = async (title: string, parentId?: string): Promise<string> => {
		const body = { representation: "storage", value: `<p>${title}</p>` };
		const over = parentId === undefined ? {} : { parentId };
		return String((await bench.post("/wiki/api/v2/pages", { spaceId, status: "current", title, body, ...over })).id);
	};
	const root = await page("Root");
	const [one, two, three] = [await page("One", root), await page("Two", root), await page("Three", root)];
	const below = await page("Below three", three);
	const snapshotId = await bench.backup();
	const all = [below, three, two, one, root];
	for (const id of all) {
		await bench.remove(`/wiki/api/v2/pages/${id}`);
		await bench.remove(`/wiki/api/v2/pages/${id}?purge=true`);
	}
	await bench.backup();
	const selection = all.map((id) => ({ ref: { kind: "confluence.page", id }, snapshotId }));
	const plan = await bench.plan(selection, { target: { type: "in-place" }, ifExists: "overwrite" });
	expect(plan.items.map(({ label }) => label)).toEqual(["Root", "One", "Two", "Three", "Below three"]);
	const receipt = await bench.carryOut("r1", plan);
	expect(receipt.outcome).toBe("restored");
	const { contents } = bench.simulator.state.confluence;
	const now = [...contents.values()].filter(({ title, status }) => ["One", "Two", "Three"].includes(title) && status === "current");
	expect(now.toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0)).map(({ title }) => title)).toEqual(["One", "Two", "Three"]);
	expect(bench.violations()).toEqual([]);
});
