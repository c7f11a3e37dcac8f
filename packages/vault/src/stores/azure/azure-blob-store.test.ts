import { systemClock, systemRandom } from "@skyeworx/core";
import { afterEach, describe, expect, it } from "vitest";
import { createVault } from "../../create-vault.ts";
import { sha256Hex } from "../../crypto/derive.ts";
import { utf8 } from "../../format/bytes.ts";
import { openVault } from "../../open-vault.ts";
import { commit, contentsOf, document, keyFile, portsOver } from "../../vault.fixture.ts";
import type { LockRule } from "../bucket/lock-length.ts";
import { probeStore } from "../probe-store.ts";
import { storeConformance } from "../store.conformance.ts";
import { azureBlobStore } from "./azure-blob-store.ts";
import { type AzureServer, startAzureServer } from "./azure-server.fixture.ts";

const bytes = utf8("a pack");
const pack = `packs/R/ab/${sha256Hex(bytes)}`;
const servers: AzureServer[] = [];

afterEach(async () => {
	for (const server of servers.splice(0)) await server.stop();
});

async function serving(lock?: LockRule) {
	const server = await startAzureServer();
	servers.push(server);
	return { server, store: azureBlobStore({ ...server.place, ...(lock === undefined ? {} : { lock }) }, { clock: systemClock }) };
}

function soon(seconds: number): Date {
	return new Date(systemClock.now().getTime() + seconds * 1000);
}

storeConformance("a container of a strict server, with versions", async () => (await serving()).store);

describe("a store in Azure", () => {
	it("leaves no version of what is deleted or replaced", async () => {
		const { server, store } = await serving();
		await store.replace("keys/slots/a.json", utf8("old passphrase"));
		await store.replace("keys/slots/a.json", utf8("new passphrase"));
		expect(server.objects.all("vaults/acme/keys/").map((version) => String(version.bytes))).toEqual(["new passphrase"]);
		await store.create(pack, bytes);
		expect(await store.delete(pack)).toBe("deleted");
		expect(server.objects.all(`vaults/acme/${pack}`).filter((version) => version.bytes !== undefined)).toEqual([]);
	});

	it.each(["governance", "compliance"] as const)("keeps what is locked under %s in sight, and lets the lock grow only", async (mode) => {
		const { store } = await serving({ mode });
		await store.create(pack, bytes, { retainUntil: soon(30) });
		await store.extendLock?.(pack, soon(90));
		await store.extendLock?.(pack, soon(10));
		expect(await store.delete(pack)).toBe("locked");
		expect(await store.read(pack)).toEqual(bytes);
		await expect(store.extendLock?.("packs/R/ab/none", soon(60))).rejects.toMatchObject({ code: "store-object-missing" });
	});

	it("does not hide what was locked by another hand", async () => {
		const { server, store } = await serving();
		await azureBlobStore({ ...server.place, lock: { mode: "compliance" } }, { clock: systemClock }).create(pack, bytes, {
			retainUntil: soon(60),
		});
		expect(await store.delete(pack)).toBe("locked");
		expect(server.objects.current(`vaults/acme/${pack}`)?.bytes).toBeDefined();
	});

	it("keeps a vault readable and writable after somebody deleted all of it that is locked", async () => {
		const { server, store } = await serving();
		const vault = await createVault({ ...portsOver(store), slots: [keyFile] });
		const before = await commit(vault, { "k.a/1/": document(1) });
		for (const { key } of server.objects.all("vaults/acme/")) if (!key.includes("/keys/")) server.objects.delete(key, null);
		const again = await openVault({ ...portsOver(azureBlobStore(server.place, { clock: systemClock }), 2), unlock: keyFile });
		expect(await contentsOf(await again.snapshot(before.id))).toEqual({ "k.a/1/": expect.stringContaining("Work item 1") });
		await commit(again, { "k.a/2/": document(2) });
		expect((await again.verify({ level: "data" })).damage).toEqual([]);
	});

	it("meets every need of a vault with locks, told by the probe", async () => {
		const { store } = await serving({ mode: "governance" });
		const findings = await probeStore(store, { clock: systemClock, random: systemRandom });
		expect(findings.filter(({ ok }) => !ok)).toEqual([]);
		expect(findings.map(({ need }) => need)).toContain("lock");
	});

	it.each([
		[503, "ServerBusy", "store-unreachable", "does not answer"],
		[500, "OperationTimedOut", "store-unreachable", "does not answer"],
		[429, "TooManyRequests", "store-unreachable", "does not answer"],
		[409, "ContainerBeingDeleted", "store-unreachable", "does not answer"],
		[400, "Md5Mismatch", "store-unreachable", "does not answer"],
		[404, "ContainerNotFound", "store-unsuitable", "There is no container"],
		[403, "AuthorizationPermissionMismatch", "store-unsuitable", "blobs/write is missing"],
		[403, "AuthenticationFailed", "store-unsuitable", "no valid credentials"],
	])("tells %s %s as %s, and asks once", async (status, code, expected, message) => {
		const { server, store } = await serving();
		await store.create("warm", bytes);
		server.setFault({ status, code });
		const before = server.asked();
		await expect(store.create("a", bytes)).rejects.toMatchObject({ code: expected, message: expect.stringContaining(message) });
		expect(server.asked()).toBe(before + 1);
	});
});
