import { randomUUID } from "node:crypto";
import type { JsonObject, JsonValue } from "@skyeworx/core";
import type { RestoreReceipt, StoredItem } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { failedFields } from "./damage.ts";
import { lessThanExact, named, restored, treeOf } from "./settings-site.ts";

const item = "jira.work-item";
const template = "jsm.form";
const inPlace = { target: { type: "in-place" }, ifExists: "overwrite" } as const;
let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(60, "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

const templates = () => bench.simulator.state.jira.settings.of.formTemplate;
const bodyOf = (id: string) => bench.simulator.state.jira.issues.get(Number(id))?.body;
const list = (value: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : []);
const formsIn = (held: StoredItem | undefined) => list(held?.parts.get("forms"));
const answersOf = (held: StoredItem | undefined) => formsIn(held).map(({ state }) => state);
const restoredId = (receipt: RestoreReceipt): string => receipt.items[0]?.now?.ref.id ?? "";

/** Calls Forms, as who opted into what is experimental. */
async function forms(method: string, path: string, body?: unknown): Promise<JsonObject> {
	const { url, site } = bench.simulator;
	const authorization = `Basic ${Buffer.from(`${site.email}:${site.apiToken}`).toString("base64")}`;
	const headers = { authorization, "content-type": "application/json", "x-experimentalapi": "opt-in" };
	const response = await fetch(`${url}/jira/forms/cloud/${site.cloudId}${path}`, {
		method,
		headers,
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});
	const text = await response.text();
	if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
	return text === "" ? {} : (JSON.parse(text) as JsonObject);
}

/** A request with two forms: one submitted and seen by customers, one open. */
async function requestWithForms(): Promise<string> {
	const [type] = [...bench.simulator.state.jira.requestTypes.values()];
	const [starter] = [...templates().values()];
	if (type === undefined || starter === undefined) throw new Error("the site has no request type or no form");
	const fields = {
		project: { id: type.projectId },
		issuetype: { id: type.issueTypeId },
		summary: "Ada begins in May",
		customfield_10010: type.id,
	};
	const id = String((await bench.post("/rest/api/3/issue", { fields })).id);
	const path = `/issue/${id}/form`;
	const [first, second] = [
		await forms("POST", path, { formTemplate: { id: starter.id } }),
		await forms("POST", path, { formTemplate: { id: starter.id } }),
	];
	await forms("PUT", `${path}/${String(first?.id)}`, { answers: { "1": { text: "Ada" }, "3": { choices: ["1", "2"] } } });
	await forms("PUT", `${path}/${String(first?.id)}/action/external`);
	await forms("PUT", `${path}/${String(first?.id)}/action/submit`);
	await forms("PUT", `${path}/${String(second?.id)}`, { answers: { "2": { date: "2026-05-04" } } });
	return id;
}

async function itemOf(snapshotId: number, id: string): Promise<StoredItem> {
	const held = (await bench.items(item, snapshotId)).get(id);
	if (held === undefined) throw new Error(`${id} is not in snapshot ${snapshotId}`);
	return held;
}

describe("forms on a work item", () => {
	it("are kept with questions and answers, found by their words, and asked for only where Jira counts some", async () => {
		const id = await requestWithForms();
		const asked = () =>
			Object.entries(bench.connector.usage().byOperation)
				.filter(([operation]) => operation.includes("/jira/forms/") && operation.includes("/issue/"))
				.reduce((sum, [, count]) => sum + count, 0);
		const before = await bench.backup();
		const withForms = [...(await bench.items(item, before)).values()].filter((one) => formsIn(one).length > 0);
		expect(withForms.length).toBeGreaterThan(1);
		expect(asked()).toBe(withForms.length + withForms.reduce((sum, one) => sum + formsIn(one).length, 0));
		expect(answersOf(await itemOf(before, id))).toMatchObject([
			{ visibility: "e", status: "s", answers: { "1": { text: "Ada" } } },
			{ visibility: "i", status: "o", answers: { "2": { date: "2026-05-04" } } },
		]);
		const kind = bench.connector.kinds.find((one) => one.id === item);
		expect(kind?.describe(await itemOf(before, id), { url: "" }).text).toContain("Equipment: Laptop, Telephone");
		// The next one reads again what changed within its overlap.
		await bench.wait(3_600_000);
		await bench.backup();
		const was = asked();
		await bench.wait(3_600_000);
		await bench.backup();
		expect(asked()).toBe(was);
	});

	it("come back with a request that was deleted: attached, answered, shown and submitted as they were", async () => {
		const id = await requestWithForms();
		const before = await bench.backup();
		await bench.remove(`/rest/api/3/issue/${id}`);
		const receipt = await bench.restore([{ ref: { kind: item, id }, snapshotId: before }], inPlace);
		expect(failedFields(receipt)).toEqual([]);
		expect(receipt.items[0]?.problems).toEqual([]);
		expect(receipt.items[0]?.fields.filter(({ field }) => field.startsWith("forms/")).map(({ result }) => result)).toEqual([
			"degraded",
			"degraded",
		]);
		expect(answersOf(await itemOf(await bench.backup(), restoredId(receipt)))).toEqual(answersOf(await itemOf(before, id)));
	});

	it("come back in place: answers changed, one opened again, one deleted; newer forms stay; an undo leaves nothing of it", async () => {
		const id = await requestWithForms();
		const before = await bench.backup();
		const [first, second] = formsIn(await itemOf(before, id)).map((form) => String(form.id));
		const path = `/issue/${id}/form`;
		await forms("PUT", `${path}/${first}/action/reopen`);
		await forms("PUT", `${path}/${first}`, { answers: { "1": { text: "Somebody else" }, "2": { date: "2027-01-01" } } });
		await forms("DELETE", `${path}/${second}`);
		const newer = await forms("POST", path, { formTemplate: { id: [...templates().keys()][0] } });
		const spoilt = structuredClone(bodyOf(id)?.forms);
		const plan = await bench.plan([{ ref: { kind: item, id }, snapshotId: before }], inPlace);
		const restoreId = randomUUID();
		const receipt = await bench.carryOut(restoreId, plan);
		expect(failedFields(receipt)).toEqual([]);
		const now = bodyOf(id)?.forms ?? [];
		expect(now.map((form) => form.id === first || form.id === newer.id)).toEqual([true, true, false]);
		expect(now[0]).toMatchObject({ status: "submitted", internal: false, answers: { "1": { text: "Ada" }, "3": { choices: ["1", "2"] } } });
		expect(now[0]?.answers["2"]).toEqual({ date: "" });
		expect(now[2]).toMatchObject({ status: "open", answers: { "2": { date: "2026-05-04" } } });
		const again = await bench.plan([{ ref: { kind: item, id }, snapshotId: before }], inPlace);
		expect(again.items.map(({ action, changes }) => [action, changes.map(({ field }) => field)])).toEqual([["leave", []]]);
		await bench.undo(restoreId, plan);
		const undone = bodyOf(id)?.forms ?? [];
		expect(undone.map((form) => form.id)).toEqual(spoilt?.map((form) => form.id));
		expect(undone[0]).toMatchObject({ status: "open", answers: { "1": { text: "Somebody else" }, "2": { date: "2027-01-01" } } });
	});

	it.each(["lost-answer", "unavailable"] as const)("are attached once, wherever the restore breaks off: %s", async (fault) => {
		const id = await requestWithForms();
		const before = await bench.backup();
		await bench.remove(`/rest/api/3/issue/${id}`);
		let last = "";
		for (let after = 0; after < 10; after += 1) {
			if (last !== "") await bench.remove(`/rest/api/3/issue/${last}`);
			const [plan, restoreId] = [await bench.plan([{ ref: { kind: item, id }, snapshotId: before }], inPlace), randomUUID()];
			bench.simulator.faults.inject({ kind: fault, path: "/jira/forms/", after, times: fault === "lost-answer" ? 1 : 1_000_000 });
			await bench.carryOut(restoreId, plan).catch(() => undefined);
			bench.simulator.faults.clear();
			const receipt = await bench.carryOut(restoreId, plan);
			expect(failedFields(receipt), `after ${after}`).toEqual([]);
			last = restoredId(receipt);
			expect(
				bodyOf(last)?.forms?.map(({ status }) => status),
				`after ${after}`,
			).toEqual(["submitted", "open"]);
		}
	});

	it("stay in the vault when the account may not see them any more, and the report counts them", async () => {
		const id = await requestWithForms();
		const before = await bench.backup();
		bench.simulator.faults.inject({ kind: "forbidden", path: "/jira/forms/", times: 1_000_000 });
		await bench.call("PUT", `/rest/api/3/issue/${id}`, { fields: { summary: "Ada begins in June" } });
		const { snapshot, descriptor } = await bench.tryBackup();
		expect(descriptor.failures).toEqual([]);
		expect(descriptor.blindSpots.some(({ reason, count }) => reason.startsWith("Forms on work items") && count === 1)).toBe(true);
		expect(formsIn(await itemOf(snapshot.id, id))).toEqual(formsIn(await itemOf(before, id)));
		expect([...(await bench.items(template, snapshot.id)).keys()]).toEqual([...(await bench.items(template, before)).keys()]);
	});
});

describe("templates of forms", () => {
	it("come back in place and when they were deleted, shown by the request types of today", async () => {
		const before = await bench.backup();
		const form = await named(bench, template, before, "New starter");
		const then = treeOf(form);
		const path = `/project/${String(then.projectId)}/form/${form.ref.id}`;
		const design = then.design as JsonObject;
		await forms("PUT", path, { design: { ...design, questions: {}, settings: { name: "Spoilt" } }, publish: {} });
		await bench.wait(86_400_000);
		await bench.backup();
		expect(lessThanExact(await restored(bench, before, form))).toEqual([]);
		expect(await forms("GET", path)).toMatchObject({ design, publish: then.publish });
		const type = await named(bench, "jsm.request-type", before, "Request access");
		const publish = then.publish as { portal: { portalRequestTypeIds: number[] } };
		const shown = (await bench.items("jsm.request-type", before)).get(String(publish.portal.portalRequestTypeIds[0]));
		await forms("DELETE", path);
		bench.simulator.state.jira.requestTypes.delete(shown?.ref.id ?? type.ref.id);
		await bench.wait(86_400_000);
		expect((await bench.items(template, await bench.backup())).size).toBe(0);
		const receipt = await restored(bench, before, form, shown ?? type);
		expect(lessThanExact(receipt).filter((line) => line.startsWith(template))).toEqual([`${template} id: impossible`]);
		const [made] = [...templates().values()];
		const typeNow = receipt.items.find(({ ref }) => ref.kind === "jsm.request-type")?.now?.ref.id;
		expect((made?.publish as typeof publish | undefined)?.portal.portalRequestTypeIds.map(String)).toEqual([typeNow]);
	});
});
