import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { assetsOf, objectCalled, objectKind, picture, recordOf, schemaKind, spoken } from "./assets-site.ts";
import { failedFields } from "./damage.ts";
import { treeOf } from "./settings-site.ts";

const inPlace = { target: { type: "in-place" }, ifExists: "overwrite" } as const;
let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(12, "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

const idsOf = async (snapshotId: number) => [...(await bench.items(objectKind, snapshotId)).keys()];

describe("Assets in a snapshot", () => {
	it("is one schema with types, attributes and statuses, and every object with its values and references", async () => {
		const snapshotId = await bench.backup();
		const [schema] = (await bench.items(schemaKind, snapshotId)).values();
		const tree = treeOf(schema);
		expect(tree).toMatchObject({ name: "IT assets", objectSchemaKey: "ITA" });
		expect((tree.types as readonly unknown[]).length).toBe(5);
		expect((tree.statuses as readonly unknown[]).length).toBe(4);
		expect(JSON.stringify(tree.attributes)).toContain("Three years");
		expect(await idsOf(snapshotId)).toHaveLength(63);
		const laptop = await objectCalled(bench, snapshotId, "Slate 13 no. 1");
		expect(spoken(laptop)).toMatchObject({
			type: "Laptop",
			Monitors: ["View 24 (1)"],
			"Managed by": ["service-agents"],
			"Serial number": ["LP-10000"],
		});
	});

	it("is found by key, label and words, with people and what it refers to", async () => {
		await bench.backup();
		const search = (text: string) => bench.catalog.search({ text, limit: 10 }).hits.map(({ title }) => title);
		const laptop = [...bench.simulator.state.assets.objects.values()].find((one) => one.key === "ITA-28");
		expect(laptop).toBeDefined();
		expect(search("ITA-28")[0]).toBe("Slate 13 no. 1");
		expect(search("LP-10000")).toEqual(["Slate 13 no. 1"]);
		expect(search("Marram Computing").length).toBeGreaterThan(1);
		const item = bench.catalog.item({ kind: objectKind, id: laptop?.id ?? "" });
		expect(item).toMatchObject({ type: "Laptop", parent: { kind: schemaKind, id: "1" } });
		expect(item?.people).toHaveLength(1);
		expect(item?.references.length).toBe(3);
	});
});

describe("a deleted object", () => {
	it("comes back with its values and its references, and what referred to it, chosen with it, refers to it again", async () => {
		const before = await bench.backup();
		const laptop = await objectCalled(bench, before, "Slate 13 no. 1");
		const monitor = await objectCalled(bench, before, "View 24 (1)");
		const untouched = await objectCalled(bench, before, "Slate 14 no. 2");
		await bench.remove(`${assetsOf(bench)}/object/${monitor.ref.id}`);
		await bench.remove(`${assetsOf(bench)}/object/${laptop.ref.id}`);
		const gone = await bench.backup();
		expect(await idsOf(gone)).toHaveLength(61);
		const selection = [laptop, monitor].map(({ ref }) => ({ ref, snapshotId: before }));
		const plan = await bench.plan(selection, inPlace);
		expect(plan.items.map(({ action }) => action)).toEqual(["create", "create"]);
		const restoreId = "64b62ac0-6a4e-4b9e-8c1e-0d7ad6a43c01";
		const receipt = await bench.carryOut(restoreId, plan);
		expect(failedFields(receipt)).toEqual([]);
		const after = await bench.backup();
		const [now, screen] = [await objectCalled(bench, after, "Slate 13 no. 1"), await objectCalled(bench, after, "View 24 (1)")];
		expect(now.ref.id).not.toBe(laptop.ref.id);
		expect([spoken(now), spoken(screen)]).toEqual([spoken(laptop), spoken(monitor)]);
		expect(recordOf(await objectCalled(bench, after, "Slate 14 no. 2"))).toEqual(recordOf(untouched));
		expect(bench.catalog.lineage(laptop.ref).at(-1)).toEqual(now.ref);
		const lines = new Map(
			receipt.items.flatMap((item) => (item.ref.id === laptop.ref.id ? item.fields.map((one) => [one.label, one.result]) : [])),
		);
		expect(lines.get("Monitors")).toBe("degraded");
		expect(lines.get("Serial number")).toBe("exact");
		expect(lines.get("Key")).toBe("impossible");
		// Again it finds everything as it was.
		const again = await bench.plan(selection, inPlace);
		expect(again.items.map(({ action }) => action)).toEqual(["leave", "leave"]);
		const report = await bench.undo(restoreId, plan);
		expect(report.items.map(({ outcome }) => outcome)).toEqual(["undone", "undone"]);
		expect(await idsOf(await bench.backup())).toEqual(await idsOf(gone));
	});
});

describe("a changed object", () => {
	it("gets its values back in place, and nothing beside it changes", async () => {
		const before = await bench.backup();
		const laptop = await objectCalled(bench, before, "Slate 14 no. 2");
		const then = picture(bench);
		const { simulator } = bench;
		const object = simulator.state.assets.objects.get(laptop.ref.id);
		const values = new Map(object?.values);
		for (const [id] of values) {
			if (simulator.state.assets.attributes.get(id)?.label !== true) object?.values.delete(id);
		}
		object?.values.set(String(recordOfAttribute("Notes")), ["Spoilt."]);
		if (object !== undefined) object.updated = simulator.state.clock.now();
		const spoilt = await bench.backup();
		expect(recordOf((await bench.items(objectKind, spoilt)).get(laptop.ref.id))).not.toEqual(recordOf(laptop));
		const receipt = await bench.restore([{ ref: laptop.ref, snapshotId: before }], inPlace);
		expect(receipt.items[0]).toMatchObject({ action: "change", outcome: "restored" });
		expect(failedFields(receipt)).toEqual([]);
		const undated = (text: string) => text.replaceAll(/"updated":\d+|"events":\[.*?\](?=[,}])/g, "");
		expect(new Map(object?.values)).toEqual(values);
		expect(undated(picture(bench)).length).toBe(undated(then).length);
	});
});

const recordOfAttribute = (name: string) => [...bench.simulator.state.assets.attributes.values()].find((one) => one.name === name)?.id;

describe("a deleted schema", () => {
	it("comes back with its types, attributes, statuses and all of its objects, referring to each other in circles", async () => {
		const before = await bench.backup();
		const [schema] = (await bench.items(schemaKind, before)).values();
		if (schema === undefined) throw new Error("no schema");
		const objects = [...(await bench.items(objectKind, before)).values()];
		await bench.remove(`${assetsOf(bench)}/objectschema/${schema.ref.id}`);
		await bench.wait(25 * 3_600_000);
		const gone = await bench.backup();
		expect((await bench.items(schemaKind, gone)).size).toBe(0);
		expect(await idsOf(gone)).toEqual([]);
		const alone = await bench.plan([{ ref: objects[0]?.ref ?? schema.ref, snapshotId: before }], inPlace);
		expect(alone.items.map(({ action, reason }) => [action, reason?.includes("restore the schema with it")])).toEqual([["cannot", true]]);
		const receipt = await bench.restore(
			[...objects, schema].map(({ ref }) => ({ ref, snapshotId: before })),
			inPlace,
		);
		expect(failedFields(receipt)).toEqual([]);
		const after = await bench.backup();
		const [again] = (await bench.items(schemaKind, after)).values();
		expect(again?.ref.id).not.toBe(schema.ref.id);
		const all = async (snapshotId: number) =>
			[...(await bench.items(objectKind, snapshotId)).values()].map((item) => JSON.stringify(spoken(item))).toSorted();
		expect(await all(after)).toEqual(await all(before));
	}, 120_000);
});
