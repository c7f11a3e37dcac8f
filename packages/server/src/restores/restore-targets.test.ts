import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
let home: TestOrganization;
let siteId: string;
let version: number;

beforeAll(async () => await server.start());
afterAll(async () => await server.close());

beforeEach(async () => {
	server.site.reset();
	home = await server.organization("Home");
	siteId = await server.connect(home);
	server.site.pages.set("1", { title: "Page 1", body: "text of 1" });
	version = (await server.backUp(home.client, siteId)).snapshotId ?? 0;
});

const items = () => [{ kind: "confluence.page", id: "1", version }];
const plan = async (body: Parameters<TestOrganization["client"]["createRestorePlan"]>[0]["body"]) =>
	await home.client.createRestorePlan({ params: { siteId }, body });

describe("where a restore may go", () => {
	it("is never a site of another organization, which looks as if it did not exist", async () => {
		const other = await server.organization("Other");
		const foreign = await server.connect(other);
		const target = { type: "copy" as const, siteId: foreign };
		const nowhere = { type: "copy" as const, siteId: "00000000-0000-4000-8000-000000000000" };
		const planned = async (to: typeof target) =>
			await plan({ items: items(), target: to }).then(
				(made) => made.error?.code,
				(error) => error.code,
			);
		expect(await planned(target)).toBe("not-found");
		expect(await planned(nowhere)).toBe("not-found");
		expect(server.site.writes).toBe(0);
	});

	it("is its own site when that is named", async () => {
		expect(await plan({ items: items(), target: { type: "copy", siteId } })).toMatchObject({ status: "ready", target: { type: "copy" } });
	});
});

describe("what a restore is made of", () => {
	it("is one thing: items, a query, or what an account changed", async () => {
		const changedBy = { accountId: "account-1", from: "2026-05-03T10:00:00Z", to: "2026-05-03T11:00:00Z" };
		await expect(plan({ items: items(), changedBy })).rejects.toMatchObject({ code: "bad-input" });
		await expect(plan({})).rejects.toMatchObject({ code: "bad-input" });
		await expect(plan({ changedBy })).rejects.toMatchObject({ code: "not-found" });
		const now = new Date(Date.parse("2100-01-01T00:00:00Z")).toISOString();
		await expect(plan({ changedBy: { ...changedBy, from: now, to: now } })).rejects.toMatchObject({ code: "bad-input" });
	});

	it("says of each item which fields alone go back", async () => {
		const [item] = items();
		if (item === undefined) throw new Error("there is an item");
		expect((await plan({ items: [{ ...item, fields: ["title"] }] })).items).toMatchObject([{ fields: ["title"] }]);
		expect((await plan({ items: [item] })).items).toMatchObject([{ fields: null }]);
	});

	it("holds each item once, with what is below it", async () => {
		const [item] = items();
		if (item === undefined) throw new Error("there is an item");
		const made = await plan({ items: [{ ...item, tree: true }, item] });
		expect(made.items.map(({ ref }) => ref.id)).toEqual(["1"]);
	});
});
