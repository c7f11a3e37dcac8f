import { randomUUID } from "node:crypto";
import { type ItemRef, isAppError } from "@skyeworx/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { upload } from "./site-deeds.ts";

let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(6, "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

const storage = (value: string) => ({ representation: "storage", value });
const inPlace = { target: { type: "in-place" }, ifExists: "overwrite" } as const;

/** A space with one of everything that a whole-space restore makes. */
async function furnish(): Promise<void> {
	const { id, key } = await bench.post("/wiki/rest/api/space", { key: "BRK", name: "Breakers" });
	const spaceId = String(id);
	const drawer = await bench.post("/wiki/api/v2/folders", { spaceId, title: "Drawer" });
	await bench.post("/wiki/api/v2/whiteboards", { spaceId, title: "Sketch", parentId: String(drawer.id) });
	const template = { storage: storage("<p>Who, when.</p>") };
	await bench.post("/wiki/rest/api/template", { name: "Report", templateType: "page", body: template, space: { key: String(key) } });
	const fields = { spaceId, status: "current", title: "Filed", parentId: String(drawer.id), body: storage("<p>In it.</p>") };
	const page = String((await bench.post("/wiki/api/v2/pages", fields)).id);
	const restrictions = { user: [{ type: "known", accountId: bench.simulator.site.accountId }] };
	await bench.call("PUT", `/wiki/rest/api/content/${page}/restriction`, [{ operation: "update", restrictions }]);
	const path = `/wiki/rest/api/content/${page}/child/attachment`;
	for (const text of ["first", "second", "third"]) await upload(bench, { method: "PUT", path, name: "plan.txt", text });
	const [file] = bench.simulator.state.confluence.attachmentsOf(page);
	await bench.post(`/wiki/rest/api/content/${file?.id}/label`, [{ prefix: "global", name: "drawing" }]);
	await bench.post(`/wiki/api/v2/attachments/${file?.id}/properties`, { key: "made-by", value: { tool: "pen" } });
}

/** What there is in the space, to see that nothing is missing and nothing is there twice. */
function inventory(): readonly string[] {
	const { confluence } = bench.simulator.state;
	const space = confluence.spaceByKey("BRK");
	if (space === undefined) return [];
	const contents = [...confluence.contents.values()].filter((one) => one.spaceId === space.id && one.status === "current");
	const told = contents.map((one) => {
		const files = confluence.attachmentsOf(one.id).filter(({ status }) => status === "current");
		const shown = files.map(
			(file) => `${file.title} v${file.versions.length} ${file.labels.length} labels ${file.properties.length} properties`,
		);
		const above = one.parentId === undefined ? undefined : confluence.contents.get(one.parentId)?.title;
		return `${one.type} ${one.title} under ${above ?? "the space"}, editors ${one.restrictions.update.users.length} ${shown.join()}`;
	});
	const templates = [...confluence.templates.values()].filter(({ spaceKey }) => spaceKey === "BRK").map(({ name }) => `template ${name}`);
	return [...told, ...templates].sort();
}

async function deleteSpace(): Promise<void> {
	await bench.remove("/wiki/rest/api/space/BRK");
	// Deleting a space is a task of the site's own, which takes a while.
	for (let waited = 0; waited < 60 && bench.simulator.state.confluence.spaceByKey("BRK") !== undefined; waited++) {
		await bench.wait(1000);
		await bench.call("GET", "/wiki/rest/api/longtask?limit=1");
	}
	expect(bench.simulator.state.confluence.spaceByKey("BRK")).toBeUndefined();
}

it("a whole space that is cut off while it comes back is there once when the restore goes on: folders, templates, files and all", async () => {
	await furnish();
	const whole = inventory();
	const snapshotId = await bench.backup();
	const refs: ItemRef[] = [];
	const spaceId = bench.simulator.state.confluence.spaceByKey("BRK")?.id ?? "";
	for (const kind of ["confluence.space", "confluence.folder", "confluence.whiteboard", "confluence.page", "confluence.template"])
		for (const { ref, parts } of (await bench.items(kind, snapshotId)).values())
			if (ref.id === spaceId || JSON.stringify(parts.get("")).includes(`"${spaceId}"`) || JSON.stringify(parts.get("")).includes('"BRK"'))
				refs.push(ref);
	expect(refs.length).toBeGreaterThanOrEqual(6);
	await deleteSpace();
	await bench.backup();
	for (const after of [12, 25, 38]) {
		const plan = await bench.plan(
			refs.map((ref) => ({ ref, snapshotId })),
			inPlace,
		);
		const restoreId = randomUUID();
		bench.simulator.faults.inject({ kind: "unavailable", after, times: 1_000_000 });
		const ended = await bench.carryOut(restoreId, plan).catch((error: unknown) => error);
		bench.simulator.faults.clear();
		expect(isAppError(ended) ? ended.code : "ended", `after ${after}`).toBe("site-unreachable");
		const receipt = await bench.carryOut(restoreId, plan);
		expect(
			receipt.items.filter(({ outcome }) => outcome !== "restored").map((item) => [item.ref.kind, item.outcome, item.reason]),
			`after ${after}`,
		).toEqual([]);
		expect(inventory(), `after ${after}`).toEqual(whole);
		await deleteSpace();
		await bench.backup();
	}
}, 240_000);
