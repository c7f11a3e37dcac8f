import { afterEach, beforeEach, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { treeOf } from "./settings-site.ts";

const kind = "jsm.service-desk";
const inPlace = { target: { type: "in-place" }, ifExists: "overwrite" } as const;
let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(20, "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

it("a service desk says which Confluence space its articles are of; that nobody can link it again is said before and after a restore", async () => {
	const before = await bench.backup();
	const [desk] = [...(await bench.items(kind, before)).values()];
	if (desk === undefined) throw new Error("the site has no service desk");
	expect(treeOf(desk).knowledgeBase).toEqual([{ type: "confluence", spaceKey: "ENG" }]);
	const space = bench.simulator.state.jira.projects.get(String(treeOf(desk).projectId));
	if (space === undefined) throw new Error("the desk has no space");
	delete space.knowledgeSpace;
	space.roles?.get("customers")?.clear();
	await bench.wait(86_400_000);
	expect(treeOf((await bench.items(kind, await bench.backup())).get(desk.ref.id)).knowledgeBase).toBeUndefined();
	const plan = await bench.plan([{ ref: desk.ref, snapshotId: before }], inPlace);
	expect(plan.items[0]?.losses).toContainEqual(expect.objectContaining({ field: "knowledgeBase", level: "impossible" }));
	const receipt = await bench.restore([{ ref: desk.ref, snapshotId: before }], inPlace);
	expect(receipt.items[0]?.fields.find(({ field }) => field === "knowledgeBase")?.result).toBe("impossible");
	expect(receipt.items[0]?.fields.find(({ field }) => field === "customers")?.result).toBe("exact");
});

it("an account that may not search articles keeps what was known of them", async () => {
	const before = await bench.backup();
	const [id = ""] = [...(await bench.items(kind, before)).keys()];
	bench.simulator.faults.inject({ kind: "forbidden", path: "/knowledgebase/", times: 1_000_000 });
	await bench.wait(86_400_000);
	expect(treeOf((await bench.items(kind, await bench.backup())).get(id)).knowledgeBase).toEqual([{ type: "confluence", spaceKey: "ENG" }]);
});
