import type { JsonObject } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { describe, expect, it } from "vitest";
import { adf } from "../hostile-site.ts";
import type { SiteBench } from "../site-bench.ts";
import { failedFields } from "./damage.ts";
import { inPlace, siteForEach, spaceOfSite } from "./site-for-each.ts";

const kind = "jira.work-item";
let bench: SiteBench;
siteForEach(40, (site) => {
	bench = site;
});

const jira = () => bench.simulator.state.jira;
const core = () => spaceOfSite(bench, "CORE");

/** The levels of the space's security scheme by name. */
function levels(): ReadonlyMap<string, string> {
	const scheme = jira().settings.of.securityScheme.get(core().schemes?.issueSecurityScheme ?? "");
	return new Map(((scheme?.levels ?? []) as { id: string; name: string }[]).map(({ id, name }) => [name, id]));
}

/** Puts the connection's own account into a role of the space, or takes it out. */
function inRole(name: string, isIn: boolean): void {
	const role = [...jira().settings.of.role.values()].find((one) => one.name === name);
	const actor = `user:${bench.simulator.site.accountId}`;
	const actors = core().roles?.get(role?.id ?? "");
	if (isIn) actors?.add(actor);
	else actors?.clear();
	jira().revision += 1;
}

async function makeItem(fields: JsonObject): Promise<string> {
	const made = { project: { key: "CORE" }, issuetype: { name: "Task" }, summary: "Pay rise of the night shift", ...fields };
	return String((await bench.post("/rest/api/3/issue", { fields: made })).id);
}

const securityOf = (item: StoredItem | undefined): string | undefined =>
	(((item?.parts.get("") as JsonObject | undefined)?.fields as JsonObject | undefined)?.security as JsonObject | null | undefined)?.name as
		| string
		| undefined;

describe("work items that only some may see", () => {
	it("are kept with their level, come back with it, and never in the open", async () => {
		inRole("Administrators", true);
		const id = await makeItem({ security: { id: levels().get("Administrators only") ?? "" } });
		const before = await bench.backup();
		expect(securityOf((await bench.items(kind, before)).get(id))).toBe("Administrators only");
		await bench.remove(`/rest/api/3/issue/${id}`);
		const receipt = await bench.restore([{ ref: { kind, id }, snapshotId: before }], inPlace);
		expect(failedFields(receipt)).toEqual([]);
		const again = receipt.items[0]?.now?.ref.id ?? "";
		expect(jira().issues.get(Number(again))?.securityLevelId).toBe(levels().get("Administrators only"));
	});

	it("stay as they were when they had no level, though the scheme has one for whoever says nothing", async () => {
		const id = await makeItem({ security: null });
		const quiet = await makeItem({});
		expect(jira().issues.get(Number(quiet))?.securityLevelId).toBe(levels().get("Members only"));
		const before = await bench.backup();
		await bench.remove(`/rest/api/3/issue/${id}`);
		const receipt = await bench.restore([{ ref: { kind, id }, snapshotId: before }], inPlace);
		expect(failedFields(receipt)).toEqual([]);
		expect(jira().issues.get(Number(receipt.items[0]?.now?.ref.id))?.securityLevelId).toBeUndefined();
	});

	it("are not made again where their level is gone", async () => {
		inRole("Administrators", true);
		const id = await makeItem({ security: { id: levels().get("Administrators only") ?? "" } });
		const before = await bench.backup();
		await bench.remove(`/rest/api/3/issue/${id}`);
		delete core().schemes?.issueSecurityScheme;
		const there = jira().issues.size;
		const receipt = await bench.restore([{ ref: { kind, id }, snapshotId: before }], inPlace);
		expect(receipt.items.map(({ outcome }) => outcome)).toEqual(["failed"]);
		expect(jira().issues.size).toBe(there);
	});

	it("are not in a snapshot of an account that may not see them, and the report says that Jira hides such", async () => {
		inRole("Administrators", true);
		const id = await makeItem({ security: { id: levels().get("Administrators only") ?? "" } });
		const linked = await makeItem({ security: null, summary: "Linked to it" });
		await bench.post("/rest/api/3/issueLink", { type: { name: "Blocks" }, inwardIssue: { id }, outwardIssue: { id: linked } });
		inRole("Administrators", false);
		const { snapshot, descriptor } = await bench.tryBackup();
		const items = await bench.items(kind, snapshot.id);
		expect(items.has(id)).toBe(false);
		expect(JSON.stringify([...items.values()].map(({ parts }) => [...parts]))).not.toContain("Pay rise of the night shift");
		expect(descriptor.blindSpots.some(({ reason }) => reason.includes("security level"))).toBe(true);
	});
});

describe("work items that the vault holds and Jira does not show any more", () => {
	const vanished = ({ descriptor }: Awaited<ReturnType<SiteBench["tryBackup"]>>) =>
		descriptor.blindSpots.find(({ kind: of, reason }) => of === kind && reason.startsWith("These work items are shown no more"));

	it("are counted as deleted or hidden, for Jira says the same of both, and are the same item when they are shown again", async () => {
		inRole("Administrators", true);
		const id = await makeItem({ security: { id: levels().get("Administrators only") ?? "" } });
		const gone = await makeItem({ security: null, summary: "Thrown away" });
		const before = await bench.backup();
		expect(bench.connector.kinds.find((one) => one.id === kind)?.absence).toBeUndefined();
		inRole("Administrators", false);
		await bench.remove(`/rest/api/3/issue/${gone}`);
		const second = await bench.tryBackup();
		expect(vanished(second)).toMatchObject({
			count: 2,
			cause: "permission",
			reason: expect.stringContaining("Jira says the same of each"),
		});
		const plan = await bench.plan([{ ref: { kind, id }, snapshotId: before }], inPlace);
		expect(plan.items.map(({ action }) => action)).toEqual(["create"]);
		expect(plan.items[0]?.losses.map(({ reason }) => reason)).toContainEqual(expect.stringContaining("this makes a second one"));
		inRole("Administrators", true);
		const third = await bench.tryBackup();
		expect(vanished(third)).toBeUndefined();
		expect((await bench.items(kind, third.snapshot.id)).has(id)).toBe(true);
		expect(bench.catalog.item({ kind, id })?.state).toBe("live");
		expect(bench.catalog.item({ kind, id: gone })?.state).toBe("deleted");
	});

	it("are known to be deleted where their space lies in Jira's trash", async () => {
		await bench.backup();
		const there = jira().issues.size;
		await bench.remove(`/rest/api/3/project/${core().id}`);
		const result = await bench.tryBackup();
		expect((await bench.items(kind, result.snapshot.id)).size).toBeLessThan(there);
		expect(vanished(result)).toBeUndefined();
	});
});

describe("comments and work logged for a role alone", () => {
	it("are read by whoever holds it, come back for it alone, and are hidden from others", async () => {
		inRole("Administrators", true);
		const id = await makeItem({ security: null });
		const role = [...jira().settings.of.role.values()].find(({ name }) => name === "Administrators");
		const visibility = { type: "role", value: "Administrators", identifier: role?.id ?? "" };
		await bench.post(`/rest/api/3/issue/${id}/comment`, { body: adf("Between ourselves: four per cent."), visibility });
		await bench.post(`/rest/api/3/issue/${id}/comment`, { body: adf("Decided soon.") });
		await bench.post(`/rest/api/3/issue/${id}/worklog`, { started: "2026-05-04T09:00:00.000+0000", timeSpentSeconds: 3600, visibility });
		const before = await bench.backup();
		await bench.remove(`/rest/api/3/issue/${id}`);
		const receipt = await bench.restore([{ ref: { kind, id }, snapshotId: before }], inPlace);
		expect(failedFields(receipt)).toEqual([]);
		const again = receipt.items[0]?.now?.ref.id ?? "";
		const body = jira().issues.get(Number(again))?.body;
		expect(body?.comments.map((comment) => comment.visibility?.value)).toEqual(["Administrators", undefined]);
		expect(body?.worklogs.map((worklog) => worklog.visibility?.value)).toEqual(["Administrators"]);
		inRole("Administrators", false);
		await bench.call("PUT", `/rest/api/3/issue/${again}`, { fields: { labels: ["seen"] } });
		const now = (await bench.items(kind, (await bench.tryBackup()).snapshot.id)).get(again);
		expect(bench.comments(now)).toHaveLength(1);
		expect(now?.parts.has("worklogs")).toBe(false);
	});
});

it("whatever is in a space that the account may no longer look into stays, and is not called deleted", async () => {
	const kinds = ["jira.space", kind, "jira.board", "jira.sprint"];
	const held = async (snapshotId: number) => {
		const ids = await Promise.all(kinds.map(async (one) => [one, [...(await bench.items(one, snapshotId)).keys()].toSorted()] as const));
		return Object.fromEntries(ids);
	};
	const before = await held(await bench.backup());
	core().closedTo = new Set([bench.simulator.site.accountId]);
	await bench.wait(25 * 3_600_000);
	const { snapshot, descriptor } = await bench.tryBackup();
	expect(await held(snapshot.id)).toEqual(before);
	expect(Object.values(descriptor.counts).filter(({ deleted }) => deleted > 0)).toEqual([]);
	expect(descriptor.blindSpots.map(({ reason }) => reason)).toContainEqual(expect.stringContaining("lacks the permission Browse projects"));
	// What is deleted elsewhere meanwhile is still found out.
	const elsewhere =
		[...jira().issues.values()].find(({ projectId, childIds }) => projectId !== core().id && childIds.length === 0)?.id ?? 0;
	delete core().closedTo;
	await bench.remove(`/rest/api/3/issue/${elsewhere}`);
	core().closedTo = new Set([bench.simulator.site.accountId]);
	const after = await held((await bench.tryBackup()).snapshot.id);
	expect(after[kind]).toEqual((before[kind] ?? []).filter((id) => id !== String(elsewhere)));
});
