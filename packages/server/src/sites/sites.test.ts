import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@skyeworx/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { requireAllowed } from "./connect-site.ts";

const server = new TestServer();
let home: TestOrganization;
const connection = { type: "api-token" as const, email: "mira@example.com", token: "t" };

beforeAll(async () => {
	await server.start();
	home = await server.organization("Home");
});

afterAll(async () => await server.close());

describe("connecting a site", () => {
	it("makes nothing when the credential is refused", async () => {
		server.site.trouble = new AppError("credential-rejected", "Wrong token", { hint: "Make a new one." });
		const before = existsSync(join(server.folder, "vaults")) ? readdirSync(join(server.folder, "vaults")) : [];
		await expect(home.client.createSite({ body: { url: "http://127.0.0.1:9", connection } })).rejects.toMatchObject({
			code: "credential-rejected",
			problem: { hint: "Make a new one." },
		});
		server.site.trouble = undefined;
		expect(existsSync(join(server.folder, "vaults")) ? readdirSync(join(server.folder, "vaults")) : []).toEqual(before);
		expect((await home.client.listSites()).items).toEqual([]);
	});

	it("keeps vaults inside the folders that the server allows", async () => {
		const outside = ["/etc/skyeworx", "relative/folder", join(server.folder, "vaults"), join(server.folder, "vaults/../../other")];
		for (const folder of outside) {
			const body = { url: "http://127.0.0.1:9", connection, storage: { type: "folder" as const, folder } };
			await expect(home.client.createSite({ body }), folder).rejects.toMatchObject({ code: "store-unsuitable" });
		}
	});

	it("hands out the key file and the recovery kit once, and each opens the vault", async () => {
		const made = await home.client.createSite({ body: { url: "http://127.0.0.1:9/some/path", name: "Acme", connection } });
		expect(made.keyFile?.content).toMatch(/^[0-9a-f]{64}\n$/);
		expect(made.recoveryKit.text).toContain(made.recoveryKit.code);
		const again = JSON.stringify(await home.client.getSite({ params: { siteId: made.site.id } }));
		expect(again).not.toContain(made.recoveryKit.code);
		await server.platform.sites.forget(home.organizationId, made.site.id);
		const place = { location: { type: "folder" as const, folder: made.site.storage.description }, cacheFolder: server.folder };
		const key = Uint8Array.from(Buffer.from(made.keyFile?.content.trim() ?? "", "hex"));
		for (const unlock of [
			{ type: "key-file" as const, key },
			{ type: "recovery-kit" as const, code: made.recoveryKit.code },
		]) {
			const vault = await server.platform.backends.openVault(place, unlock, undefined);
			expect(vault.snapshots()).toEqual([]);
			await vault.close();
		}
	});

	it("names, pauses and promises can be changed, and a paused site is not backed up", async () => {
		const [site] = (await home.client.listSites()).items;
		const params = { siteId: site?.id ?? "" };
		const changed = await home.client.updateSite({ params, body: { name: "Renamed", promiseSeconds: 7200, paused: true } });
		expect(changed).toMatchObject({ name: "Renamed", promiseSeconds: 7200, status: "paused" });
		await expect(home.client.createBackup({ params })).rejects.toMatchObject({ code: "conflict" });
		await expect(home.client.updateSite({ params, body: {} })).rejects.toMatchObject({ code: "bad-input" });
		await home.client.updateSite({ params, body: { paused: false } });
		expect((await server.backUp(home.client, params.siteId)).status).toBe("succeeded");
	});

	it("keeps the old credential when a new one is refused", async () => {
		const [site] = (await home.client.listSites()).items;
		const params = { siteId: site?.id ?? "" };
		server.site.trouble = new AppError("credential-rejected", "Wrong token");
		await expect(home.client.updateSite({ params, body: { connection: { ...connection, token: "wrong" } } })).rejects.toMatchObject({
			code: "credential-rejected",
		});
		server.site.trouble = undefined;
		expect((await server.backUp(home.client, params.siteId)).status).toBe("succeeded");
	});
});

describe("a server for many", () => {
	it("reaches Atlassian's addresses only", () => {
		const allowed = (url: string, apiUrl?: string) => () =>
			requireAllowed({ siteAddresses: "atlassian" }, { url, connection: { ...connection, ...(apiUrl !== undefined && { apiUrl }) } });
		expect(allowed("https://acme.atlassian.net")).not.toThrow();
		expect(allowed("https://acme.atlassian.net", "https://api.atlassian.com")).not.toThrow();
		for (const url of [
			"http://acme.atlassian.net",
			"https://127.0.0.1",
			"https://acme.atlassian.net.evil.example",
			"https://atlassian.net:8443",
			"http://169.254.169.254",
		]) {
			expect(allowed(url), url).toThrow(/not the address/);
		}
		expect(allowed("https://acme.atlassian.net", "http://localhost:5432")).toThrow(/not the address/);
	});
});
