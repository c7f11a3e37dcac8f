import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type SiteBench, siteBench } from "../site-bench.ts";
import { failedFields } from "./damage.ts";
import { named } from "./settings-site.ts";

const kind = "jira.work-item";
const field = "customfield_10002";
const inPlace = { target: { type: "in-place" }, ifExists: "overwrite" } as const;
let bench: SiteBench;
beforeEach(async () => {
	bench = await siteBench(60, "hasty");
});
afterEach(async () => {
	expect(bench.violations()).toEqual([]);
	await bench.close();
});

const organizations = (site = bench) => site.simulator.state.jira.settings.of.organization;
const nameOf = (id: string, site = bench) => organizations(site).get(id)?.name;
const sharedWith = (id: string, site = bench) => site.simulator.state.jira.issues.get(Number(id))?.body?.custom.get(field);

/** A request that is shared with an organization. */
async function sharedRequest(): Promise<{ readonly id: string; readonly organization: string }> {
	const [type] = [...bench.simulator.state.jira.requestTypes.values()];
	const [organization = ""] = [...organizations().keys()];
	if (type === undefined) throw new Error("the site has no request type");
	const fields = {
		project: { id: type.projectId },
		issuetype: { id: type.issueTypeId },
		summary: "Pallets stand in the rain",
		customfield_10010: type.id,
	};
	const id = String((await bench.post("/rest/api/3/issue", { fields: { ...fields, [field]: [Number(organization)] } })).id);
	expect(sharedWith(id)).toEqual([organization]);
	return { id, organization };
}

describe("a request that is shared with an organization", () => {
	it("is shared with it again when both were deleted, under the number that the organization has now", async () => {
		const { id, organization } = await sharedRequest();
		const before = await bench.backup();
		const held = await named(bench, "jsm.organization", before, nameOf(organization) ?? "");
		await bench.remove(`/rest/api/3/issue/${id}`);
		await bench.remove(`/rest/servicedeskapi/organization/${organization}`);
		const selection = [{ kind, id }, held.ref].map((ref) => ({ ref, snapshotId: before }));
		const receipt = await bench.restore(selection, inPlace);
		expect(failedFields(receipt)).toEqual([]);
		const now = (of: string) => receipt.items.find(({ ref }) => ref.kind === of)?.now?.ref.id ?? "";
		expect(now("jsm.organization")).not.toBe(organization);
		expect(sharedWith(now(kind))).toEqual([now("jsm.organization")]);
	});

	it("finds one of the same name that a person made again, and is never shared with another of the same number", async () => {
		const { id, organization } = await sharedRequest();
		const before = await bench.backup();
		const name = nameOf(organization) ?? "";
		await bench.remove(`/rest/api/3/issue/${id}`);
		const made = organizations().get(organization);
		if (made === undefined) throw new Error("no organization");
		organizations().set("900", { ...made, id: "900" });
		organizations().set(organization, { ...made, name: "Somebody else", uuid: "5f0c1d2e-0000-4000-8000-000000000001" });
		const receipt = await bench.restore([{ ref: { kind, id }, snapshotId: before }], inPlace);
		expect(failedFields(receipt)).toEqual([]);
		expect(receipt.items[0]?.fields.find((line) => line.field === `fields.${field}`)).toMatchObject({ result: "degraded" });
		const [shared = ""] = (sharedWith(receipt.items[0]?.now?.ref.id ?? "") as string[] | undefined) ?? [];
		expect([shared, nameOf(shared)]).toEqual(["900", name]);
	});

	it("is shared with nobody where the organization is gone, and the receipt says so", async () => {
		const { id, organization } = await sharedRequest();
		const before = await bench.backup();
		await bench.remove(`/rest/api/3/issue/${id}`);
		await bench.remove(`/rest/servicedeskapi/organization/${organization}`);
		const receipt = await bench.restore([{ ref: { kind, id }, snapshotId: before }], inPlace);
		expect(sharedWith(receipt.items[0]?.now?.ref.id ?? "")).toBeUndefined();
		expect(receipt.items[0]?.problems.map(({ reason }) => reason)).toContain(
			"An organization of this name is not there, or may not be seen.",
		);
		expect(failedFields(receipt).some((line) => line.includes(field))).toBe(true);
	});

	it("is shared on another site with the organization of that name, not of that number", async () => {
		const there = await siteBench(60, "hasty");
		onTestFinished(() => there.close());
		const { id, organization } = await sharedRequest();
		const before = await bench.backup();
		const own = organizations(there).get(organization);
		if (own === undefined) throw new Error("no organization there");
		organizations(there).set("901", { ...own, id: "901", name: nameOf(organization) ?? "" });
		organizations(there).set(organization, { ...own, name: "Their own customers" });
		const target = { type: "copy", siteId: "b1f0c6de-7a9e-4a35-9f0f-3f1f5b8f9a10", unmarked: true } as const;
		const { receipt } = await bench.restoreTo(there, [{ ref: { kind, id }, snapshotId: before }], { target, ifExists: "overwrite" });
		expect(receipt.items.map(({ outcome, reason }) => reason ?? outcome)).toEqual(["restored"]);
		expect(sharedWith(receipt.items[0]?.now?.ref.id ?? "", there)).toEqual(["901"]);
	});
});
