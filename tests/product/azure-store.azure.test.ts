import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../../packages/server/src/test-server.fixture.ts";
import { localAzure, newContainer } from "../../packages/vault/src/stores/azure/azurite.fixture.ts";

describe.skipIf(localAzure === undefined)("Azure Blob Storage as an organization's store", () => {
	const server = new TestServer();
	let home: TestOrganization;
	let siteId: string;

	beforeAll(async () => {
		await server.start();
		for (let id = 1; id <= 5; id += 1) server.site.pages.set(String(id), { title: `Page ${id}`, body: `needle ${id}` });
		home = await server.organization("Home");
		siteId = await server.connect(home);
		await server.backUp(home.client, siteId);
	});
	afterAll(async () => await server.close());

	const found = async (site: string) =>
		(await home.client.searchSiteItems({ params: { siteId: site }, query: { q: "needle", limit: 50 } })).items.length;
	const kept = async (site: string) => (await home.client.getStorage()).sites.find((one) => one.siteId === site);

	async function store() {
		const { account, container, prefix, endpoint } = await newContainer();
		const access = { type: "account-key" as const, key: localAzure?.key ?? "" };
		return { type: "azure" as const, account, container, prefix: prefix ?? "", access, ...(endpoint !== undefined && { endpoint }) };
	}

	it("is tested, chosen, moved to from a folder, backed up into, and every byte is there; a wrong key is said to be one", async () => {
		const place = await store();
		const wrong = { ...place, access: { type: "account-key" as const, key: Buffer.from("another key").toString("base64") } };
		expect(await home.client.testStorage({ body: { store: wrong } })).toMatchObject({ ok: false });
		await expect(home.client.updateStorage({ body: { store: wrong } })).rejects.toMatchObject({ status: expect.any(Number) });
		expect(await home.client.testStorage({ body: { store: place } })).toMatchObject({ ok: true });
		await home.client.updateStorage({ body: { store: place } });
		const { id } = await home.client.moveSite({ params: { siteId } });
		expect(await server.ended(home.client, id)).toMatchObject({ status: "succeeded", error: null });
		expect(await kept(siteId)).toMatchObject({ inChosenStore: true, store: { type: "azure" }, oldStore: { type: "folder" } });
		server.site.pages.set("6", { title: "Page 6", body: "needle 6" });
		expect((await server.backUp(home.client, siteId)).status).toBe("succeeded");
		await home.client.removeOldStore({ params: { siteId } });
		await server.platform.sites.forget(home.organizationId, siteId);
		expect(await found(siteId)).toBe(6);
		const verified = await home.client.createVerification({ params: { siteId }, body: { level: "data" } });
		expect((await server.ended(home.client, verified.id)).verification).toMatchObject({ ok: true });
	});

	it("is moved away from again, into another container, and holds nothing of the vault when the old place was removed", async () => {
		await home.client.updateStorage({ body: { store: await store() } });
		const { id } = await home.client.moveSite({ params: { siteId } });
		expect(await server.ended(home.client, id)).toMatchObject({ status: "succeeded", error: null });
		const removed = await home.client.removeOldStore({ params: { siteId } });
		expect(removed).toMatchObject({ locked: 0 });
		expect(removed.deleted).toBeGreaterThan(3);
		await server.platform.sites.forget(home.organizationId, siteId);
		expect(await found(siteId)).toBe(6);
	});
});
