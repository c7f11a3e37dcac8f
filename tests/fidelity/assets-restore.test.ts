import { randomUUID } from "node:crypto";
import type { JsonObject } from "@skyeworx/core";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { assetsOf, objectCalled, objectKind, picture, recordOf, schemaKind, spoken } from "./assets-site.ts";
import { failedFields } from "./damage.ts";
import { byName, treeOf } from "./settings-site.ts";

const inPlace = { target: { type: "in-place" }, ifExists: "overwrite" } as const;
let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(12, "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

const count = (over: SiteBench = bench) => over.simulator.state.assets.objects.size;

describe("a schema in place", () => {
	it("gets back what is missing and what differs in it, and keeps what came later; undone, it is as it was found", async () => {
		const before = await bench.backup();
		const [schema] = (await bench.items(schemaKind, before)).values();
		const tree = treeOf(schema);
		const root = assetsOf(bench);
		const types = byName(tree.types);
		const attributes = byName(tree.attributes);
		const supplier = types.get("Supplier");
		const suppliers = [...bench.simulator.state.assets.objects.values()].filter(({ typeId }) => typeId === supplier?.id);
		for (const { id } of suppliers) await bench.remove(`${root}/object/${id}`);
		await bench.remove(`${root}/objecttype/${String(supplier?.id)}`);
		await bench.remove(`${root}/objecttypeattribute/${String(attributes.get("Warranty")?.id)}`);
		const laptop = types.get("Laptop");
		const icon = { iconId: "81", objectSchemaId: "1" };
		const renamed = { ...icon, name: "Portable", description: "Spoilt", parentObjectTypeId: String(laptop?.parentObjectTypeId) };
		await bench.call("PUT", `${root}/objecttype/${String(laptop?.id)}`, renamed);
		const price = attributes.get("Price");
		const path = `${root}/objecttypeattribute/${String(price?.objectTypeId)}/${String(price?.id)}`;
		await bench.call("PUT", path, { name: "Cost", type: 0, defaultTypeId: 3, suffix: " USD" });
		const [loan] = [...bench.simulator.state.assets.statuses.values()].filter(({ name }) => name === "On loan");
		await bench.call("PUT", `${root}/config/statustype/${loan?.id}`, { name: "Lent", category: 0 });
		await bench.post(`${root}/objecttype/create`, { ...icon, name: "Later" });
		await bench.call("PUT", `${root}/objectschema/1`, { name: "Spoilt", objectSchemaKey: "ITA" });
		await bench.wait(25 * 3_600_000);
		await bench.backup();
		const found = treeOf((await bench.items(schemaKind, await bench.backup())).get("1"));
		const plan = await bench.plan([{ ref: { kind: schemaKind, id: "1" }, snapshotId: before }], inPlace);
		expect(plan.items[0]?.changes.map(({ field }) => field).toSorted()).toEqual(["attributes", "description", "name", "statuses", "types"]);
		const restoreId = randomUUID();
		const receipt = await bench.carryOut(restoreId, plan);
		expect(receipt.items.flatMap(({ problems }) => problems)).toEqual([]);
		expect(failedFields(receipt)).toEqual([]);
		await bench.wait(25 * 3_600_000);
		const now = treeOf((await bench.items(schemaKind, await bench.backup())).get("1"));
		expect([...byName(now.types).keys()].toSorted()).toEqual([...types.keys(), "Later"].toSorted());
		expect(now).toMatchObject({ name: "IT assets", description: tree.description });
		const [again, mail] = [byName(now.attributes), byName(now.attributes).get("Mail")];
		expect(again.get("Price")).toEqual(price);
		expect(again.get("Warranty")).toMatchObject({ options: "None,One year,Three years", objectTypeId: laptop?.id });
		expect(mail).toMatchObject({ defaultType: { id: 8 }, objectTypeId: byName(now.types).get("Supplier")?.id });
		expect(again.get("Supplier")).toMatchObject({ referenceObjectType: { name: "Supplier", id: byName(now.types).get("Supplier")?.id } });
		expect(byName(now.statuses).get("On loan")).toMatchObject({ id: loan?.id, category: 2 });
		const report = await bench.undo(restoreId, plan);
		// One attribute referred to the type that was gone, which Assets lets nobody write.
		expect(report.items).toMatchObject([{ outcome: "kept", reason: expect.stringContaining("(typeValue)") }]);
		await bench.wait(25 * 3_600_000);
		const undone = treeOf((await bench.items(schemaKind, await bench.backup())).get("1"));
		expect([...byName(undone.types).keys()].toSorted()).toEqual([...byName(found.types).keys()].toSorted());
		expect(undone.name).toBe("Spoilt");
		expect([...byName(undone.attributes).keys()].toSorted()).toEqual([...byName(found.attributes).keys()].toSorted());
	}, 60_000);
});

describe("an object that is restored while answers get lost", () => {
	it.each(["lost-answer", "reset", "unavailable"] as const)(
		"is made once: %s",
		async (fault) => {
			const before = await bench.backup();
			const laptop = await objectCalled(bench, before, "Slate 13 no. 1");
			const total = count();
			for (const path of ["/object/create", "/object/aql", "/object/[0-9]+", "/objecttypes/flat"]) {
				for (const one of bench.simulator.state.assets.objects.values()) {
					const { label } = (await bench.call("GET", `${assetsOf(bench)}/object/${one.id}`)) as { label: string };
					if (label === "Slate 13 no. 1") await bench.remove(`${assetsOf(bench)}/object/${one.id}`);
				}
				const plan = await bench.plan([{ ref: laptop.ref, snapshotId: before }], inPlace);
				const restoreId = randomUUID();
				bench.simulator.faults.inject({ kind: fault, path, times: 1 });
				const receipt = await bench.carryOut(restoreId, plan).catch(async () => await bench.carryOut(restoreId, plan));
				bench.simulator.faults.clear();
				expect([path, failedFields(receipt)]).toEqual([path, []]);
				expect([path, count()]).toEqual([path, total]);
			}
		},
		60_000,
	);

	it("ends whole wherever it breaks off, with nothing twice", async () => {
		const before = await bench.backup();
		const chosen = [await objectCalled(bench, before, "Slate 13 no. 1"), await objectCalled(bench, before, "View 24 (1)")];
		const total = count();
		const again = async () => {
			for (const one of bench.simulator.state.assets.objects.values()) {
				const record = (await bench.call("GET", `${assetsOf(bench)}/object/${one.id}`)) as { label: string };
				if (chosen.some((item) => recordOf(item).label === record.label)) await bench.remove(`${assetsOf(bench)}/object/${one.id}`);
			}
			return await bench.plan(
				chosen.map(({ ref }) => ({ ref, snapshotId: before })),
				inPlace,
			);
		};
		const first = await again();
		const start = bench.simulator.log.total;
		await bench.carryOut(randomUUID(), first);
		const requests = bench.simulator.log.total - start;
		for (let after = 1; after < requests; after += 3) {
			const [plan, restoreId] = [await again(), randomUUID()];
			bench.simulator.faults.inject({ kind: "unavailable", after, times: 1_000_000 });
			await bench.carryOut(restoreId, plan).catch(() => undefined);
			bench.simulator.faults.clear();
			const receipt = await bench.carryOut(restoreId, plan);
			expect([after, failedFields(receipt)]).toEqual([after, []]);
			expect([after, count()]).toEqual([after, total]);
		}
	}, 180_000);

	it("waits where Assets says that it is too much", async () => {
		const before = await bench.backup();
		const laptop = await objectCalled(bench, before, "Slate 13 no. 1");
		await bench.remove(`${assetsOf(bench)}/object/${laptop.ref.id}`);
		bench.simulator.limits.settings.assets = { on: true, perMinute: 5 };
		const receipt = await bench.restore([{ ref: laptop.ref, snapshotId: before }], inPlace);
		expect(failedFields(receipt)).toEqual([]);
		expect(bench.connector.usage().limited).toBeGreaterThan(0);
	});
});

describe("an object whose values the site no longer takes", () => {
	it("comes back without them, and its receipt says which", async () => {
		const before = await bench.backup();
		const laptop = await objectCalled(bench, before, "Slate 13 no. 1");
		await bench.remove(`${assetsOf(bench)}/object/${laptop.ref.id}`);
		const { attributes, objects } = bench.simulator.state.assets;
		const warranty = [...attributes.values()].find(({ name }) => name === "Warranty");
		if (warranty !== undefined) warranty.options = "Five years";
		const office = [...objects.values()].find(({ id }) => JSON.stringify(recordOf(laptop)).includes(`"id":"${id}","key"`));
		await bench.remove(`${assetsOf(bench)}/object/${office?.id}`);
		const receipt = await bench.restore([{ ref: laptop.ref, snapshotId: before }], inPlace);
		expect(receipt.items[0]?.outcome).toBe("restored");
		const failed = receipt.items[0]?.fields.filter(({ result }) => result === "failed") ?? [];
		expect(failed.map(({ label }) => label)).toContain("Warranty");
		expect(failed).toHaveLength(2);
		expect(failed.every(({ reason }) => reason !== undefined && reason !== "The site has another value.")).toBe(true);
	});
});

describe("a reference to an object that is gone", () => {
	it("does not take away the one that stands in its place", async () => {
		const before = await bench.backup();
		const laptop = await objectCalled(bench, before, "Slate 13 no. 1");
		const { attributes, objects } = bench.simulator.state.assets;
		const supplier = [...attributes.values()].find(({ name }) => name === "Supplier")?.id ?? "";
		const object = objects.get(laptop.ref.id);
		const [was = ""] = object?.values.get(supplier) ?? [];
		const other = [...objects.values()].find(({ id, typeId }) => id !== was && typeId === objects.get(was)?.typeId)?.id ?? "";
		await bench.remove(`${assetsOf(bench)}/object/${was}`);
		object?.values.set(supplier, [other]);
		const receipt = await bench.restore([{ ref: laptop.ref, snapshotId: before }], inPlace);
		expect(object?.values.get(supplier)).toEqual([other]);
		expect(receipt.items[0]?.fields.filter(({ result }) => result === "failed").map(({ label }) => label)).toEqual(["Supplier"]);
	});
});

describe("on another site", () => {
	it("a schema and its objects are made by name, never taken for what bears the same numbers there", async () => {
		const there = await siteBench(10, "hasty");
		onTestFinished(() => there.close());
		const before = await bench.backup();
		const [schema] = (await bench.items(schemaKind, before)).values();
		const objects = [...(await bench.items(objectKind, before)).values()];
		const all = [...(schema === undefined ? [] : [schema]), ...objects].map(({ ref }) => ({ ref, snapshotId: before }));
		const target = { type: "copy", siteId: "b1f0c6de-7a9e-4a35-9f0f-3f1f5b8f9a10", unmarked: true } as const;
		const taken = await bench.restoreTo(there, all.slice(0, 1), { target, ifExists: "overwrite" });
		expect(taken.plan.items.map(({ action }) => action)).toEqual(["cannot"]);
		// The other site has a schema of the same number under another name and key.
		const other = there.simulator.state.assets.schemas.get("1");
		if (other !== undefined) Object.assign(other, { name: "Vehicles", key: "VEH" });
		for (const type of there.simulator.state.assets.types.values()) type.name = `Old ${type.name}`;
		const then = picture(there);
		const { receipt, undo } = await bench.restoreTo(there, all, { target, ifExists: "overwrite" });
		expect(failedFields(receipt)).toEqual([]);
		expect(count(there)).toBe(63 * 2);
		const snapshotId = await there.backup();
		const spokenOf = async (from: SiteBench, id: number) =>
			[...(await from.items(objectKind, id)).values()]
				.map((item) => JSON.stringify(spoken(item)))
				.filter((text) => !text.includes('"type":"Old '))
				.toSorted();
		expect(await spokenOf(there, snapshotId)).toEqual(await spokenOf(bench, before));
		await undo();
		const left = JSON.parse(picture(there)) as JsonObject;
		const was = JSON.parse(then) as JsonObject;
		for (const part of ["schemas", "types", "attributes", "statuses", "objects"]) expect([part, left[part]]).toEqual([part, was[part]]);
	}, 120_000);
});

describe("a work item that names an object", () => {
	it("names the one that was made again in its place", async () => {
		const { simulator } = bench;
		const issue = [...simulator.state.jira.issues.values()].find(({ key }) => key.startsWith("HELP-"));
		const before0 = await bench.backup();
		const laptop = await objectCalled(bench, before0, "Slate 13 no. 1");
		const { workspaceId } = simulator.state.assets;
		const fields = { customfield_10046: [{ workspaceId, id: `${workspaceId}:${laptop.ref.id}`, objectId: laptop.ref.id }] };
		await bench.call("PUT", `/rest/api/3/issue/${issue?.id}`, { fields });
		const before = await bench.backup();
		const ref = { kind: "jira.work-item", id: String(issue?.id) };
		expect(bench.catalog.item(ref)?.references).toContainEqual(laptop.ref);
		await bench.remove(`${assetsOf(bench)}/object/${laptop.ref.id}`);
		await bench.call("PUT", `/rest/api/3/issue/${issue?.id}`, { fields: { customfield_10046: [] } });
		const receipt = await bench.restore(
			[ref, laptop.ref].map((one) => ({ ref: one, snapshotId: before })),
			inPlace,
		);
		expect(failedFields(receipt)).toEqual([]);
		const now = receipt.items.find((item) => item.ref.id === laptop.ref.id)?.now?.ref.id;
		expect(issue?.body?.custom.get("customfield_10046")).toEqual([now]);
	});
});
