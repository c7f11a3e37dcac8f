import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openCatalog } from "@skyeworx/catalog";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
let home: TestOrganization;
let siteId: string;

beforeAll(async () => {
	await server.start();
	home = await server.organization("Home");
	siteId = await server.connect(home);
	for (let id = 1; id <= 400; id += 1)
		server.site.pages.set(String(id), { title: `Page ${id}`, body: `needle ${id} ${"word ".repeat(200)}` });
	await server.backUp(home.client, siteId);
});
afterAll(async () => await server.close());

const found = async () => (await home.client.searchSiteItems({ params: { siteId }, query: { q: "needle", limit: 200 } })).items.length;

/** Closes the site, spoils its catalog, and lets the next request open it again. */
async function spoil(change: (path: string) => void | Promise<void>): Promise<void> {
	await server.platform.sites.forget(home.organizationId, siteId);
	await change(join(server.folder, "catalogs", `${siteId}.db`));
}

it("a catalog that is gone, cut, overwritten or of another key is made again from the vault", async () => {
	expect(await found()).toBe(200);
	const spoilings: Readonly<Record<string, (path: string) => void>> = {
		gone: (path) => rmSync(path),
		cut: (path) => writeFileSync(path, readFileSync(path).subarray(0, 5000)),
		overwritten: (path) => writeFileSync(path, Buffer.alloc(8192, 7)),
		"of another key": (path) => {
			rmSync(path);
			openCatalog({ path, key: new Uint8Array(32).fill(9) }).close();
		},
	};
	for (const [name, change] of Object.entries(spoilings)) {
		await spoil(change);
		expect(await found(), name).toBe(200);
	}
});

it("a catalog of another version is made again from the vault", async () => {
	const { default: Database } = await import("better-sqlite3-multiple-ciphers");
	const { vault } = await server.platform.sites.open(home.organizationId, siteId);
	const key = Buffer.from(vault.deriveKey("catalog")).toString("hex");
	await spoil((path) => {
		const raw = new Database(path);
		raw.pragma("cipher='aegis'");
		raw.pragma(`key='raw:${key}'`);
		raw.pragma("user_version=99");
		raw.close();
	});
	expect(await found()).toBe(200);
	await server.backUp(home.client, siteId);
	expect(await found()).toBe(200);
});
