import type { JsonObject } from "@skyeworx/core";
import type { RestoreOptions, RestoreSelection } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { failedFields } from "./damage.ts";

const kind = "confluence.custom-content";
const note = "ac:com.example.notes:note";
const customer = "forge:b44c55b2-251f-45e3-8ea4-b56762f82e8a:f7522737-117c-46e7-a7ca-03a73c99afcf:customer";
const inPlace: RestoreOptions = { target: { type: "in-place" }, ifExists: "overwrite" };

let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(10, "hasty");
	for (const type of [note, customer]) confluence().customTypes.add(type);
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

const confluence = () => bench.simulator.state.confluence;
const contentNow = (id: string) => confluence().contents.get(id);
const customNow = () => [...confluence().contents.values()].filter(({ custom, status }) => custom !== undefined && status === "current");

async function writePage(title: string): Promise<string> {
	const body = { representation: "storage", value: `<p>${title}</p>` };
	return String((await bench.post("/wiki/api/v2/pages", { spaceId: await bench.firstSpace(), status: "current", title, body })).id);
}

async function write(fields: JsonObject): Promise<string> {
	const body = { representation: "storage", value: "<p>Call them back on Monday.</p>" };
	return String((await bench.post("/wiki/api/v2/custom-content", { type: note, status: "current", title: "A note", body, ...fields })).id);
}

async function mark(id: string): Promise<void> {
	await bench.post(`/wiki/api/v2/custom-content/${id}/properties`, { key: "stage", value: { at: "won" } });
	await bench.post(`/wiki/rest/api/content/${id}/label`, [{ prefix: "global", name: "urgent" }]);
}

async function rewrite(id: string, title: string, value: string, representation = "storage"): Promise<void> {
	const now = contentNow(id);
	const version = { number: (now?.versions.length ?? 0) + 1 };
	const change = { id, type: now?.custom?.type ?? "", status: "current", title, body: { representation, value }, version };
	await bench.call("PUT", `/wiki/api/v2/custom-content/${id}`, change);
}

async function destroy(id: string): Promise<void> {
	await bench.remove(`/wiki/api/v2/custom-content/${id}`);
	await bench.remove(`/wiki/api/v2/custom-content/${id}?purge=true`);
}

const held = async (snapshotId: number) => await bench.items(kind, snapshotId);
const listed = () => bench.connector.usage().byOperation["GET /wiki/api/v2/custom-content/{id}"] ?? 0;
const chosen = (snapshotId: number, ...refs: readonly [string, string][]): RestoreSelection[] =>
	refs.map(([kindId, id]) => ({ ref: { kind: kindId, id }, snapshotId }));

describe("content of apps' own types", () => {
	it("is kept with its body as the app wrote it, labels and properties, and read again only where it changed", async () => {
		const pageId = await writePage("Contract");
		const inPage = await write({ pageId });
		await mark(inPage);
		const raw = await write({
			type: customer,
			spaceId: await bench.firstSpace(),
			body: { representation: "raw", value: '{"tier":"gold"}' },
		});
		const first = await held(await bench.backup());
		expect([...first.keys()].sort()).toEqual([inPage, raw].sort());
		expect(bench.storage(first.get(inPage))).toBe("<p>Call them back on Monday.</p>");
		expect(first.get(inPage)?.parts.get("properties")).toMatchObject([{ key: "stage", value: { at: "won" } }]);
		expect(first.get(inPage)?.parts.get("labels")).toMatchObject([{ name: "urgent" }]);
		expect(first.get(raw)?.parts.get("")).toMatchObject({ body: { raw: { value: '{"tier":"gold"}' } }, type: customer });
		expect(bench.catalog.item({ kind, id: inPage })).toMatchObject({ title: "A note", type: "note", parent: { id: pageId } });

		const before = listed();
		await bench.backup();
		expect(listed()).toBe(before);
		await bench.wait(60_000);
		await rewrite(inPage, "A note", "<p>They called.</p>");
		expect(bench.storage((await held(await bench.backup())).get(inPage))).toBe("<p>They called.</p>");
		expect(listed()).toBe(before + 1);
		await bench.call("DELETE", `/wiki/rest/api/content/${inPage}/label?name=urgent`);
		expect((await held(await bench.backup())).get(inPage)?.parts.has("labels")).toBe(false);
		await destroy(inPage);
		expect([...(await held(await bench.backup())).keys()]).toEqual([raw]);
	});

	it("comes back when it was purged, and as it was when it was changed; an undo leaves things as they were found", async () => {
		const pageId = await writePage("Contract");
		const [gone, changed] = [await write({ pageId }), await write({ pageId, title: "Another" })];
		await mark(gone);
		const own = await write({ type: customer, pageId, title: "Raw", body: { representation: "raw", value: '{"page":1}' } });
		const snapshotId = await bench.backup();
		await destroy(gone);
		await destroy(own);
		await rewrite(changed, "Spoilt", "<p>Nonsense.</p>");
		await mark(changed);
		await bench.backup();
		const plan = await bench.plan(chosen(snapshotId, [kind, gone], [kind, own], [kind, changed]), inPlace);
		expect(new Map(plan.items.map(({ ref, action }) => [ref.id, action]))).toEqual(
			new Map([
				[gone, "create"],
				[own, "create"],
				[changed, "change"],
			]),
		);
		const receipt = await bench.carryOut("r1", plan);
		expect(failedFields(receipt)).toEqual([]);
		expect(receipt.outcome).toBe("restored");
		const nowOf = (id: string) => contentNow(receipt.items.find(({ ref }) => ref.id === id)?.now?.ref.id ?? "");
		expect(nowOf(gone)).toMatchObject({ title: "A note", custom: { type: note, containerId: pageId }, labels: [{ name: "urgent" }] });
		expect(nowOf(gone)?.properties.find(({ key }) => key === "stage")?.value).toEqual({ at: "won" });
		expect(nowOf(own)?.versions.at(-1)?.body.storage).toBe('{"page":1}');
		expect(contentNow(changed)).toMatchObject({ title: "Another", labels: [] });
		expect((await bench.restore(chosen(snapshotId, [kind, changed]), inPlace)).outcome).toBe("nothing-to-do");

		const undone = await bench.undo("r1", plan);
		expect(undone.items.map(({ outcome }) => outcome)).toEqual(["undone", "undone", "undone"]);
		expect(customNow().map(({ id }) => id)).toEqual([changed]);
		expect(contentNow(changed)).toMatchObject({ title: "Spoilt", labels: [{ name: "urgent" }] });
	});

	it("stands in its page again when both were purged, and comes back with a page out of the trash, not twice", async () => {
		const [purged, trashed] = [await writePage("Purged"), await writePage("Trashed")];
		const [first, second] = [await write({ pageId: purged }), await write({ pageId: trashed })];
		const inside = await write({ customContentId: first, title: "Inside" });
		const snapshotId = await bench.backup();
		await bench.remove(`/wiki/api/v2/pages/${purged}`);
		await bench.remove(`/wiki/api/v2/pages/${purged}?purge=true`);
		await bench.remove(`/wiki/api/v2/pages/${trashed}`);
		expect((await held(await bench.backup())).size).toBe(0);
		const alone = await bench.plan(chosen(snapshotId, [kind, first]), inPlace);
		expect(alone.items.map(({ action, reason }) => [action, reason])).toEqual([
			["cannot", "What it is in is not there: restore that with it."],
		]);
		const all = [purged, trashed].map((id) => ["confluence.page", id] as [string, string]);
		all.push([kind, inside], [kind, first], [kind, second]);
		const receipt = await bench.restore(chosen(snapshotId, ...all), inPlace);
		expect(failedFields(receipt)).toEqual([]);
		const now = (id: string) => receipt.items.find(({ ref }) => ref.id === id)?.now?.ref.id ?? "";
		expect(now(second)).toBe(second);
		expect(contentNow(now(first))?.custom?.containerId).toBe(now(purged));
		expect(contentNow(now(inside))?.custom?.containerId).toBe(now(first));
		expect(customNow()).toHaveLength(3);
	});

	it("is made once when the answers to its writes are lost", async () => {
		const id = await write({ pageId: await writePage("Contract") });
		await mark(id);
		const snapshotId = await bench.backup();
		await destroy(id);
		await bench.backup();
		const { faults } = bench.simulator;
		for (const path of ["/wiki/api/v2/custom-content$", "/custom-content/[0-9]+/properties$", "/label$"])
			for (const fault of ["server-error", "lost-answer"] as const) faults.inject({ kind: fault, method: "POST", path });
		const receipt = await bench.restore(chosen(snapshotId, [kind, id]), inPlace);
		expect(failedFields(receipt)).toEqual([]);
		expect(faults.pending).toBe(0);
		expect(customNow().map(({ title, labels }) => [title, labels.length])).toEqual([["A note", 1]]);
	});

	it("that only its app may write is said not to have come back, and nothing is made", async () => {
		const id = await write({ pageId: await writePage("Contract") });
		const snapshotId = await bench.backup();
		await destroy(id);
		await bench.backup();
		bench.simulator.state.switches.customContentByApps = true;
		const plan = await bench.plan(chosen(snapshotId, [kind, id]), inPlace);
		expect(plan.items[0]?.reason).toContain("only its app may write");
		const receipt = await bench.carryOut("r1", plan);
		expect(receipt.items.map(({ outcome, reason }) => [outcome, reason])).toEqual([
			["failed", `Confluence takes no content of the type ${note} from this connection`],
		]);
		expect(customNow()).toEqual([]);
	});

	it("of an app that was taken off the site is not called deleted", async () => {
		const id = await write({ spaceId: await bench.firstSpace() });
		await bench.backup();
		confluence().customTypes.delete(note);
		const { snapshot, descriptor } = await bench.tryBackup();
		expect([...(await held(snapshot.id)).keys()]).toEqual([id]);
		expect(descriptor.blindSpots.find((spot) => spot.kind === kind)).toMatchObject({ count: 1, cause: "permission" });
		expect(bench.catalog.item({ kind, id })?.state).toBe("live");
	});
});
