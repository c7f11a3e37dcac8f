import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { RestoreOptions, RestoreReceipt, StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { failedFields } from "./damage.ts";
import type { Names } from "./item-facts.ts";
import { differencesAfterRestore } from "./same-item.ts";

let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(60, "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

const kinds = [
	"confluence.space",
	"confluence.folder",
	"confluence.whiteboard",
	"confluence.database",
	"confluence.smart-link",
	"confluence.page",
	"confluence.blog-post",
] as const;
const note = "ac:com.example.notes:note";
const inPlace: RestoreOptions = { target: { type: "in-place" }, ifExists: "overwrite" };
const object = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
const mainOf = (item: StoredItem | undefined): JsonObject => object(item?.parts.get(""));

async function space(key: string): Promise<{ readonly id: string; readonly homepageId: string }> {
	const { results } = await bench.call("GET", `/wiki/api/v2/spaces?keys=${key}`);
	const found = object((results as readonly JsonValue[])[0]);
	return { id: String(found.id), homepageId: String(found.homepageId) };
}

/** The space's people, colours, labels and notes, so that there is something to bring back. */
async function furnish(key: string): Promise<void> {
	const path = `/wiki/rest/api/space/${key}`;
	const other = [...bench.simulator.state.accounts.keys()].find((id) => id !== bench.simulator.site.accountId) ?? "";
	const subject = { type: "user", identifier: other };
	// The seed's author may be this one and hold everything already.
	for (const [grant, target] of [
		["read", "space"],
		["create", "page"],
		["restrict_content", "space"],
	] as const)
		await bench.post(`${path}/permission`, { subject, operation: { key: grant, target } }).catch(() => ({}));
	await bench.call("PUT", `${path}/theme`, { themeKey: "com.example.themes.quiet:quiet" });
	const { global } = await bench.call("GET", `/wiki/rest/api/settings/lookandfeel?spaceKey=${key}`);
	await bench.post(`/wiki/rest/api/settings/lookandfeel/custom?spaceKey=${key}`, { ...object(global), links: { color: "#006644" } });
	await bench.call("PUT", "/wiki/rest/api/settings/lookandfeel", { spaceKey: key, lookAndFeelType: "custom" });
	await bench.call("PUT", `${path}/settings`, { contentMode: "compact" });
	await bench.post(`${path}/label`, [{ prefix: "global", name: "archive-me-not" }]);
	const { id, homepageId } = await space(key);
	await bench.post(`/wiki/api/v2/spaces/${id}/properties`, { key: "owner-team", value: { team: "Handbook" } });
	const folder = await bench.post("/wiki/api/v2/folders", { spaceId: id, title: "Drawer", parentId: homepageId });
	const inner = await bench.post("/wiki/api/v2/folders", { spaceId: id, title: "Inner drawer", parentId: folder.id });
	await bench.post("/wiki/api/v2/embeds", {
		spaceId: id,
		title: "Build board",
		parentId: inner.id,
		embedUrl: "https://board.example.com/7",
	});
	await bench.post("/wiki/api/v2/whiteboards", { spaceId: id, title: "Sketches", parentId: folder.id });
	const body = (value: string) => ({ representation: "storage", value });
	const first = await bench.post("/wiki/api/v2/pages", {
		spaceId: id,
		status: "current",
		title: "Filed",
		parentId: inner.id,
		body: body("<p>In it.</p>"),
	});
	const link = `<p><ac:link><ri:page ri:content-title="Filed" /></ac:link> and <ac:link><ri:page ri:content-title="Filed" ri:space-key="${key}" /></ac:link>`;
	const url = `<a href="/wiki/spaces/${key}/pages/${first.id}/Filed">here</a></p>`;
	await bench.post("/wiki/api/v2/pages", {
		spaceId: id,
		status: "current",
		title: "Pointing",
		parentId: homepageId,
		body: body(link + url),
	});
}

type Tree = readonly (readonly [title: string, type: string, Tree])[];

/** The living tree of a space as people see it: titles in their order. */
function treeOf(spaceId: string): Tree {
	const { confluence } = bench.simulator.state;
	const living = (one: { status: string; type: string }): boolean => one.status === "current" && one.type !== "blogpost";
	const below = (id: string): Tree =>
		confluence
			.childrenOf(id)
			.filter(living)
			.map((one) => [one.title, one.type, below(one.id)]);
	const roots = [...confluence.contents.values()].filter((one) => one.spaceId === spaceId && one.parentId === undefined && living(one));
	return roots.map((one) => [one.title, one.type, below(one.id)]);
}

/** Everything of one space in a snapshot. */
async function itemsOf(snapshotId: number, spaceId: string): Promise<Map<string, StoredItem>> {
	const found = new Map<string, StoredItem>();
	for (const kind of kinds) {
		for (const [id, item] of await bench.items(kind, snapshotId)) {
			if (id === spaceId || mainOf(item).spaceId === spaceId) found.set(`${kind}/${id}`, item);
		}
	}
	return found;
}

async function restore(items: ReadonlyMap<string, StoredItem>, snapshotId: number, options: RestoreOptions): Promise<RestoreReceipt> {
	return await bench.restore(
		[...items.values()].map(({ ref }) => ({ ref, snapshotId })),
		options,
	);
}

function namesOf(receipt: RestoreReceipt): Names {
	const now = new Map(receipt.items.map((item) => [`${item.ref.kind}/${item.ref.id}`, item.now?.ref.id ?? item.ref.id]));
	return {
		id: (kind, id) =>
			now.get(`${kind}/${id}`) ?? kinds.map((other) => now.get(`${other}/${id}`)).find((found) => found !== undefined) ?? id,
		key: (key) => key,
	};
}

function grants(spaceId: string): readonly string[] {
	const { permissions = [] } = bench.simulator.state.confluence.spaces.get(spaceId) ?? {};
	return permissions.map(({ principal, operation }) => `${principal.id} ${operation.key} ${operation.targetType}`).sort();
}

describe("a whole space", () => {
	it("that was deleted for good comes back with its people, look, tree, order and every reference", async () => {
		await furnish("PPL");
		const { id } = await space("PPL");
		const before = await bench.backup();
		const items = await itemsOf(before, id);
		const [tree, granted] = [treeOf(id), grants(id)];
		await bench.remove("/wiki/rest/api/space/PPL");
		await bench.backup();

		const receipt = await restore(items, before, inPlace);

		expect(failedFields(receipt)).toEqual([]);
		const now = await space("PPL");
		expect(now.id).not.toBe(id);
		expect(treeOf(now.id)).toEqual(tree);
		const own = bench.simulator.site.accountId;
		expect(grants(now.id).filter((grant) => !grant.startsWith(own))).toEqual(granted.filter((grant) => !grant.startsWith(own)));
		const names = namesOf(receipt);
		expect(now.homepageId).toBe(names.id("confluence.page", String(mainOf(items.get(`confluence.space/${id}`)).homepageId)));
		const after = await itemsOf(await bench.backup(), now.id);
		const lines: string[] = [];
		for (const item of items.values()) {
			const is = after.get(`${item.ref.kind}/${names.id(item.ref.kind, item.ref.id)}`);
			if (is === undefined) lines.push(`${item.ref.kind}/${item.ref.id} is not there`);
			else if (item.ref.kind === "confluence.page" || item.ref.kind === "confluence.blog-post") {
				const table = bench.connector.kinds.find((kind) => kind.id === item.ref.kind)?.fidelity ?? [];
				const told = await differencesAfterRestore(item, is, { table, way: "recreated", names });
				// The space has another id, and what stands in it says so.
				lines.push(...told.filter((line) => !/ spaceId: /.test(line)));
			}
		}
		expect(lines).toEqual([]);
		const filed = [...after.values()].find((item) => mainOf(item).title === "Filed")?.ref.id;
		const pointing = String(bench.storage([...after.values()].find((item) => mainOf(item).title === "Pointing")));
		expect(pointing).toContain(`/wiki/spaces/PPL/pages/${filed}/Filed`);
		expect(pointing).toContain('<ri:page ri:content-title="Filed" />');
		expect(object(mainOf([...after.values()].find((item) => mainOf(item).title === "Build board"))).embedUrl).toBe(
			"https://board.example.com/7",
		);
	});

	it("is taken away again by an undo, unless somebody wrote into it", async () => {
		const { id } = await space("OPS");
		const before = await bench.backup();
		const items = await itemsOf(before, id);
		const key = String(mainOf(items.get(`confluence.space/${id}`)).key);
		await bench.remove(`/wiki/rest/api/space/${key}`);
		await bench.backup();
		const selection = [...items.values()].map(({ ref }) => ({ ref, snapshotId: before }));
		const plan = await bench.plan(selection, inPlace);
		await bench.carryOut("00000000-0000-4000-8000-000000000001", plan);
		expect((await space(key)).id).not.toBe("undefined");
		const undone = await bench.undo("00000000-0000-4000-8000-000000000001", plan);
		expect(undone.items.filter(({ outcome }) => outcome !== "undone" && outcome !== "nothing-to-undo")).toEqual([]);
		expect((await space(key)).id).toBe("undefined");
		await bench.backup();
		const again = await bench.plan(selection, inPlace);
		await bench.carryOut("00000000-0000-4000-8000-000000000003", again);
		const body = { representation: "storage", value: "<p>Mine.</p>" };
		await bench.post("/wiki/api/v2/pages", { spaceId: (await space(key)).id, status: "current", title: "Somebody's own", body });
		await bench.undo("00000000-0000-4000-8000-000000000003", again);
		expect(JSON.stringify(treeOf((await space(key)).id))).toContain("Somebody's own");
	});

	it.each([
		["a folder", "/wiki/api/v2/folders", { title: "Minutes" }],
		[
			"a note of an app",
			"/wiki/api/v2/custom-content",
			{ type: note, title: "Mine", body: { representation: "storage", value: "<p>!</p>" } },
		],
	])("stays after an undo when somebody put %s into it that no list names", async (_, path, fields) => {
		bench.simulator.state.confluence.customTypes.add(note);
		const { id } = await space("OPS");
		const before = await bench.backup();
		const items = await itemsOf(before, id);
		await bench.remove("/wiki/rest/api/space/OPS");
		await bench.backup();
		const selection = [...items.values()].map(({ ref }) => ({ ref, snapshotId: before }));
		const plan = await bench.plan(selection, inPlace);
		await bench.carryOut("00000000-0000-4000-8000-000000000004", plan);
		const spaceId = (await space("OPS")).id;
		const { id: theirs } = await bench.post(path, { spaceId, ...fields });
		await bench.wait(600_000);
		await bench.undo("00000000-0000-4000-8000-000000000004", plan);
		expect((await space("OPS")).id).toBe(spaceId);
		expect(bench.simulator.state.confluence.contents.get(String(theirs))?.status).toBe("current");
	});

	it("goes under a new key beside the original, which stays as it is", async () => {
		await furnish("PPL");
		const { id } = await space("PPL");
		const before = await bench.backup();
		const items = await itemsOf(before, id);
		const state = JSON.stringify([...bench.simulator.state.confluence.contents.values()].filter((one) => one.spaceId === id));
		const receipt = await restore(items, before, { target: { type: "copy" }, ifExists: "overwrite" });
		expect(failedFields(receipt)).toEqual([]);
		const copy = await space("PPL2");
		expect(treeOf(copy.id)).toEqual(treeOf(id));
		expect(JSON.stringify([...bench.simulator.state.confluence.contents.values()].filter((one) => one.spaceId === id))).toBe(state);
		const after = await itemsOf(await bench.backup(), copy.id);
		const filed = [...after.values()].find((item) => mainOf(item).title === "Filed")?.ref.id;
		const pointing = String(bench.storage([...after.values()].find((item) => mainOf(item).title === "Pointing")));
		expect(pointing).toContain(`/wiki/spaces/PPL2/pages/${filed}/Filed`);
		expect(pointing).toContain('ri:space-key="PPL2"');
		expect(pointing).not.toContain('"PPL"');
	});

	it("goes into an empty space with its tree", async () => {
		await furnish("PPL");
		const { id } = await space("PPL");
		const before = await bench.backup();
		const items = await itemsOf(before, id);
		const empty = await bench.post("/wiki/rest/api/space", { key: "EMPTY", name: "Empty" });
		await bench.backup();
		const spaceId = String(empty.id);
		const receipt = await restore(items, before, { target: { type: "copy", spaceId }, ifExists: "overwrite" });
		expect(failedFields(receipt)).toEqual([]);
		const [[, , below] = ["", "", []]] = treeOf(spaceId);
		const [[, , wanted] = ["", "", []]] = treeOf(id);
		const copied = below.find(([title]) => title.startsWith("People and Culture Home"));
		expect(JSON.stringify(copied?.[2]).replaceAll(" (restored copy)", "")).toBe(JSON.stringify(wanted));
	});

	it("gets its name, people, look, labels and notes back in place, and what it had before on undo", async () => {
		await furnish("PPL");
		const { id } = await space("PPL");
		const before = await bench.backup();
		const granted = grants(id);
		const [was] = (await itemsOf(before, id)).values();
		const path = "/wiki/rest/api/space/PPL";
		await bench.call("PUT", path, { name: "Renamed", description: { plain: { value: "Spoilt", representation: "plain" } } });
		await bench.remove(`${path}/label?name=archive-me-not`);
		await bench.remove(`${path}/theme`);
		const held = bench.simulator.state.confluence.spaces.get(id);
		const gone = held?.permissions.find(({ principal }) => principal.type === "user" && principal.id !== bench.simulator.site.accountId);
		await bench.remove(`${path}/permission/${gone?.id}`);
		const spoilt = [grants(id), held?.name, JSON.stringify(held?.labels)];
		await bench.backup();
		const plan = await bench.plan([{ ref: { kind: "confluence.space", id }, snapshotId: before }], inPlace);
		expect(plan.items[0]?.changes.map(({ field }) => field).sort()).toEqual(
			["description", "labels", "look/selected", "look/theme", "name", "permissions"].sort(),
		);
		const receipt = await bench.carryOut("00000000-0000-4000-8000-000000000002", plan);
		expect(failedFields(receipt)).toEqual([]);
		expect(grants(id)).toEqual(granted);
		const [is] = (await itemsOf(await bench.backup(), id)).values();
		expect(bench.connector.kinds.find(({ id: kind }) => kind === "confluence.space")?.compare(was, is)).toEqual([]);
		await bench.undo("00000000-0000-4000-8000-000000000002", plan);
		expect([grants(id), held?.name, JSON.stringify(held?.labels)]).toEqual(spoilt);
	});
});
