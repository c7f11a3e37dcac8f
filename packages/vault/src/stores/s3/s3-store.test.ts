import { systemClock, systemRandom } from "@skyeworx/core";
import { type S3Fault, type S3Request, type S3Server, startS3Server } from "@skyeworx/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { createVault } from "../../create-vault.ts";
import { sha256Hex } from "../../crypto/derive.ts";
import { utf8 } from "../../format/bytes.ts";
import { openVault } from "../../open-vault.ts";
import { commit, contentsOf, document, keyFile, noise, portsOver } from "../../vault.fixture.ts";
import { probeStore } from "../probe-store.ts";
import { patientStore } from "../retrying.ts";
import { storeConformance } from "../store.conformance.ts";
import { s3Store } from "./s3-store.ts";

const bytes = utf8("a pack");
const pack = `packs/R/ab/${sha256Hex(bytes)}`;
const servers: S3Server[] = [];

afterEach(async () => {
	for (const server of servers.splice(0)) await server.stop();
});

async function serving(options: { readonly versioned?: boolean } = {}) {
	const server = await startS3Server(options);
	servers.push(server);
	return { server, place: server.place, store: s3Store(server.place, { clock: systemClock }) };
}

/** The next request of this method on this name fails so; all others are answered. */
function once(server: S3Server, match: { readonly method: string; readonly name: string }, fault: S3Fault): void {
	server.setFault(({ method, key }: S3Request) => {
		if (method !== match.method || !key.endsWith(match.name)) return undefined;
		server.setFault(undefined);
		return fault;
	});
}

storeConformance("a bucket of a strict server, with versions", async () => (await serving()).store);
storeConformance("a bucket of a strict server, without versions", async () => (await serving({ versioned: false })).store);

describe("a store in S3", () => {
	it("asks nothing before its first call, and then looks at the bucket and at the condition once", async () => {
		const { server, store } = await serving();
		expect(server.requests).toHaveLength(0);
		await store.create("a", bytes);
		const before = server.requests.length;
		await store.create("b", bytes);
		expect(server.requests).toHaveLength(before + 1);
		expect(server.objects.all("").map(({ key }) => key)).toEqual(["vaults/acme/a", "vaults/acme/b"]);
	});

	it("sends the SHA-256 with what it puts and never in parts, however large", async () => {
		const { server, store } = await serving();
		const large = noise(20_000_000);
		await store.create("packs/large", large, { sha256: sha256Hex(large) });
		const puts = server.requests.filter(({ method, key }) => method === "PUT" && key.endsWith("packs/large"));
		expect(puts).toHaveLength(1);
		expect(puts[0]?.headers).toMatchObject({
			"if-none-match": "*",
			"x-amz-checksum-sha256": Buffer.from(sha256Hex(large), "hex").toString("base64"),
		});
		expect(server.requests.filter(({ query }) => query.has("uploads"))).toEqual([]);
	});

	it.each([
		["503 SlowDown", { status: 503, code: "SlowDown" }],
		["429", { status: 429, code: "TooManyRequests" }],
		["500", { status: 500, code: "InternalError" }],
		["409 ConditionalRequestConflict", { status: 409, code: "ConditionalRequestConflict" }],
		["bytes changed on the way", { status: 400, code: "BadDigest" }],
	])("calls %s a trouble that passes, and asks once: repeating is done elsewhere", async (_name, fault) => {
		const { server, store } = await serving();
		await store.create("warm", bytes);
		const before = server.requests.length;
		once(server, { method: "PUT", name: pack }, fault);
		await expect(store.create(pack, bytes)).rejects.toMatchObject({ code: "store-unreachable", facts: { status: fault.status } });
		expect(server.requests).toHaveLength(before + 1);
		expect(await patientStore(store, systemClock).create(pack, bytes)).toBe("created");
	});

	it("says that the name is taken when it was taken by its own attempt whose answer was lost", async () => {
		const { server, store } = await serving();
		await store.create("warm", bytes);
		once(server, { method: "PUT", name: pack }, "lose-answer");
		expect(await patientStore(store, systemClock).create(pack, bytes)).toBe("exists");
		expect(await store.read(pack)).toEqual(bytes);
	});

	it("takes an answer that ends early for no answer", async () => {
		const { server, store } = await serving();
		await store.create(pack, bytes);
		once(server, { method: "GET", name: pack }, "cut-answer");
		await expect(store.read(pack)).rejects.toMatchObject({ code: "store-unreachable" });
		once(server, { method: "GET", name: pack }, "cut-answer");
		expect(await patientStore(store, systemClock).read(pack)).toEqual(bytes);
	});

	it("refuses a bucket in another region and names both", async () => {
		const { server, store } = await serving();
		server.setFault(() => ({ status: 301, code: "PermanentRedirect", region: "us-east-1" }));
		await expect(store.facts("a")).rejects.toMatchObject({
			code: "store-unsuitable",
			message: "The bucket strict lies in us-east-1, not in eu-central-1",
		});
	});

	it.each([
		[403, "AccessDenied", "s3:PutObject is missing"],
		[403, "SignatureDoesNotMatch", "no valid credentials"],
		[404, "NoSuchBucket", "There is no bucket"],
		[400, "InvalidRequest", "can't do what a vault needs"],
	])("tells %s %s", async (status, code, message) => {
		const { server, store } = await serving();
		await store.create("warm", bytes);
		server.setFault(() => ({ status, code }));
		await expect(store.create("a", bytes)).rejects.toMatchObject({ code: "store-unsuitable", message: expect.stringContaining(message) });
	});

	it("says that the quota is used up", async () => {
		const { server, store } = await serving();
		await store.create("warm", bytes);
		server.setFault(() => ({ status: 403, code: "QuotaExceeded" }));
		await expect(store.create("a", bytes)).rejects.toMatchObject({ code: "store-full" });
	});

	it("stops when told to, also in the middle of a request", async () => {
		const { server, store } = await serving();
		await store.create("warm", bytes);
		const controller = new AbortController();
		server.setFault(() => {
			controller.abort();
			return undefined;
		});
		await expect(store.read("warm", undefined, controller.signal)).rejects.toMatchObject({ code: "cancelled" });
	});

	it("meets every need of a vault with locks, told by the probe", async () => {
		const { place } = await serving();
		const store = s3Store({ ...place, lock: { mode: "compliance" } }, { clock: systemClock });
		const findings = await probeStore(store, { clock: systemClock, random: systemRandom });
		expect(findings.filter(({ ok }) => !ok)).toEqual([]);
		expect(findings.map(({ need }) => need)).toContain("lock");
	});

	it("keeps a vault readable and writable after somebody deleted all of it that is locked", async () => {
		const { server, store } = await serving();
		const vault = await createVault({ ...portsOver(store), slots: [keyFile] });
		await commit(vault, { "k.a/1/": document(1) });
		const before = await commit(vault, { "k.a/1/": document(1, "changed") });
		for (const { key } of server.objects.all("vaults/acme/")) if (!key.includes("/keys/")) server.objects.delete(key, null);
		const again = await openVault({ ...portsOver(s3Store(server.place, { clock: systemClock }), 2), unlock: keyFile });
		expect(again.head().seq).toBe(vault.head().seq);
		expect(await contentsOf(await again.snapshot(before.id))).toEqual({ "k.a/1/": expect.stringContaining("changed") });
		const after = await commit(again, { "k.a/2/": document(2) });
		expect(after.id).toBe(before.id + 1);
		expect((await again.verify({ level: "data" })).damage).toEqual([]);
	});
});
