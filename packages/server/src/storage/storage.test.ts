import type { Restore } from "@skyeworx/contract";
import { systemClock } from "@skyeworx/core";
import { type KmsSimulator, type S3Server, startKmsSimulator, startS3Server } from "@skyeworx/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { withOrganization } from "../data/database.ts";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";

const server = new TestServer();
let bucket: S3Server;
let kms: KmsSimulator;
let home: TestOrganization;

const ownUser = "arn:aws:iam::999900001111:user/skyeworx";
const roleArn = "arn:aws:iam::111122223333:role/skyeworx-backup";
const keyLifetime = 1000;

beforeAll(async () => {
	bucket = await startS3Server({ skewDays: 0 });
	kms = await startKmsSimulator();
	const credentials = kms.addUser(ownUser);
	server.aws = { credentials, s3Endpoint: bucket.place.endpoint, kmsEndpoint: kms.endpoint, stsEndpoint: kms.endpoint };
	server.keyLifetime = keyLifetime;
	await server.start();
});

afterAll(async () => {
	await server.close();
	await bucket?.stop();
	await kms?.close();
});

beforeEach(async () => {
	server.site.reset();
	bucket.setFault(undefined);
	kms.setFault(undefined);
	home = await server.organization("Home");
	for (let id = 1; id <= 5; id += 1) server.site.pages.set(String(id), { title: `Page ${id}`, body: `needle ${id}` });
});

/** The strict server as a compatible one, entered with keys. */
function withKeys(prefix: string) {
	const { endpoint, bucket: name, region, credentials } = bucket.place;
	return { type: "s3" as const, bucket: name, region, prefix, endpoint, access: { type: "keys" as const, ...credentials } };
}

/** The strict server as Amazon's own, entered through the customer's role. */
function withRole(prefix: string) {
	const { bucket: name, region } = bucket.place;
	return { type: "s3" as const, bucket: name, region, prefix, access: { type: "role" as const, roleArn } };
}

/** Makes the role trust us when we come with this organization's external id. */
async function trust(organization: TestOrganization): Promise<void> {
	const { externalId } = await organization.client.getStorage();
	kms.removeRole(roleArn);
	kms.addRole({ arn: roleArn, trusts: ownUser, externalId });
}

async function kmsKey(organization: TestOrganization) {
	await trust(organization);
	const keyArn = kms.createKey([{ principal: roleArn, operations: ["Encrypt", "Decrypt"] }]);
	return { type: "kms-aws" as const, keyArn, access: { type: "role" as const, roleArn } };
}

const stored = (prefix: string) => bucket.objects.all(prefix).filter(({ bytes }) => bytes !== undefined);
const found = async (siteId: string) =>
	(await home.client.searchSiteItems({ params: { siteId }, query: { q: "needle", limit: 50 } })).items.length;

async function restorePage(siteId: string, id: string, version: number): Promise<Restore> {
	const item = { kind: "confluence.page", id, version };
	const plan = await home.client.createRestorePlan({ params: { siteId }, body: { items: [item] } });
	const restore = await home.client.createRestore({ body: { planId: plan.id } });
	for (;;) {
		const now = await home.client.getRestore({ params: { restoreId: restore.id } });
		if (!["queued", "running"].includes(now.status)) return now;
		await systemClock.sleep(20);
	}
}

describe("a store in a bucket", () => {
	it("keeps a site's vault, from the backup to the restore", async () => {
		const settings = await home.client.updateStorage({ body: { store: withKeys("acme") } });
		expect(settings.store).toMatchObject({ type: "s3", region: "eu-central-1", access: "access key STRICT" });
		const siteId = await server.connect(home);
		const run = await server.backUp(home.client, siteId);
		expect(run).toMatchObject({ status: "succeeded", counts: [{ total: 5 }] });
		expect(stored(`acme/${siteId}/packs/`).length).toBeGreaterThan(0);
		server.site.pages.delete("3");
		await server.platform.sites.forget(home.organizationId, siteId);
		expect(await found(siteId)).toBe(5);
		expect(await restorePage(siteId, "3", run.snapshotId ?? 0)).toMatchObject({ status: "succeeded" });
		expect(server.site.pages.get("3")?.body).toBe("needle 3");
		expect((await home.client.getSite({ params: { siteId } })).storage).toEqual({
			type: "s3",
			description: expect.stringContaining(`S3 bucket strict/acme/${siteId} in eu-central-1`),
		});
	});

	it("is entered through a role, with an external id that is the organization's own and never changes", async () => {
		const other = await server.organization("Other");
		const ids = await Promise.all([home, other].map(async (one) => (await one.client.getStorage()).externalId));
		expect(new Set(ids).size).toBe(2);
		await trust(home);
		await home.client.updateStorage({ body: { store: withRole("by-role") } });
		const siteId = await server.connect(home);
		expect((await server.backUp(home.client, siteId)).status).toBe("succeeded");
		// Whoever learns the name of another customer's role and bucket gets nothing by it.
		await expect(other.client.updateStorage({ body: { store: withRole("by-role") } })).rejects.toMatchObject({
			code: expect.stringMatching(/^store-/),
			message: expect.stringContaining("can't be assumed"),
		});
		const changing = withOrganization(server.platform.database, home.organizationId, (scoped) =>
			scoped
				.updateTable("storage_choices")
				.set({ external_id: ids[1] ?? "" })
				.execute(),
		);
		await expect(changing).rejects.toThrow(/never changes/);
	});

	it("is refused in another region, when it is chosen and when it is opened", async () => {
		const before = await home.client.getStorage();
		const { endpoint: _ours, ...atAmazon } = { ...withKeys("far"), region: "ap-southeast-2" };
		await expect(home.client.updateStorage({ body: { store: atAmazon } })).rejects.toMatchObject({
			message: "The bucket strict lies in eu-central-1, not in ap-southeast-2",
		});
		expect((await home.client.getStorage()).store).toEqual(before.store);
		expect(stored("far/")).toEqual([]);
		await home.client.updateStorage({ body: { store: withKeys("near") } });
		const siteId = await server.connect(home);
		await server.platform.sites.forget(home.organizationId, siteId);
		bucket.setFault(() => ({ status: 301, code: "PermanentRedirect", region: "us-east-1" }));
		expect(await server.backUp(home.client, siteId)).toMatchObject({
			status: "failed",
			error: { detail: "The bucket strict lies in us-east-1, not in eu-central-1" },
		});
	});

	it("is tried, and the right that is missing is named", async () => {
		const good = await home.client.testStorage({ body: { store: withKeys("tried") } });
		expect(good).toMatchObject({ ok: true, key: null });
		expect(good.store?.findings.map(({ need }) => need)).toContain("conditional-put");
		bucket.setFault(({ method, query }) =>
			method === "PUT" && !query.has("retention") ? { status: 403, code: "AccessDenied" } : undefined,
		);
		const bad = await home.client.testStorage({ body: { store: withKeys("tried") } });
		expect(bad.ok).toBe(false);
		expect(bad.store?.findings.find(({ need }) => need === "put")?.message).toContain("s3:PutObject is missing");
		await expect(home.client.updateStorage({ body: { store: withKeys("tried") } })).rejects.toMatchObject({
			message: expect.stringContaining("s3:PutObject is missing"),
		});
		bucket.setFault(undefined);
		expect(await home.client.testStorage({ body: {} })).toMatchObject({ ok: true, store: { description: "The server's own folder" } });
		expect(stored("tried/")).toEqual([]);
	});

	it("is entered with a new key by choosing the same place again", async () => {
		await home.client.updateStorage({ body: { store: withKeys("rotated") } });
		const siteId = await server.connect(home);
		const store = { ...withKeys("rotated"), access: { type: "keys" as const, accessKeyId: "SECOND", secretAccessKey: "second" } };
		await home.client.updateStorage({ body: { store } });
		const settings = await home.client.getStorage();
		expect(settings.sites).toMatchObject([{ siteId, inChosenStore: true, store: { access: "access key SECOND" } }]);
		const before = bucket.requests.length;
		await server.platform.sites.forget(home.organizationId, siteId);
		expect((await server.backUp(home.client, siteId)).status).toBe("succeeded");
		const signedBy = bucket.requests.slice(before).map(({ headers }) => /Credential=([^/]+)/.exec(headers.authorization ?? "")?.[1]);
		expect(new Set(signedBy)).toEqual(new Set(["SECOND"]));
	});

	it("leaves nothing behind when the site can't be kept", async () => {
		await home.client.updateStorage({ body: { store: withKeys("once") } });
		await server.connect(home);
		const before = stored("once/").length;
		await expect(server.connect(home)).rejects.toMatchObject({ code: "conflict" });
		expect(stored("once/")).toHaveLength(before);
	});

	it("locks what the backups write", async () => {
		const store = { ...withKeys("locked"), lock: { mode: "governance" as const, days: 30 } };
		await home.client.updateStorage({ body: { store } });
		const siteId = await server.connect(home);
		const run = await server.backUp(home.client, siteId);
		const { vault } = await server.platform.sites.open(home.organizationId, siteId);
		const snapshot = vault.snapshots().find(({ id }) => id === run.snapshotId);
		const days = ((snapshot?.lockUntil?.getTime() ?? 0) - Date.now()) / 86_400_000;
		expect(days).toBeGreaterThan(29.9);
		expect(days).toBeLessThan(30.1);
		const written = ["packs/", "idx/"].flatMap((folder) => stored(`locked/${siteId}/${folder}`));
		expect(written.length).toBeGreaterThan(2);
		expect(written.filter(({ lockedUntil }) => lockedUntil === undefined)).toEqual([]);
		const checkpoints = () => stored(`locked/audit/${home.organizationId}/`);
		await expect.poll(() => checkpoints().length).toBeGreaterThan(0);
		expect(checkpoints().every(({ lockedUntil }) => lockedUntil !== undefined)).toBe(true);
		expect((await home.client.verifyAudit({ query: {} })).stores[0]).toMatchObject({ siteId: null, problem: null });
		expect(stored(`locked/${siteId}/keys/`).every(({ lockedUntil }) => lockedUntil === undefined)).toBe(true);
	});
});

describe("a key of a key service", () => {
	it("opens the vault, and once it is revoked nothing does but the recovery kit", async () => {
		const key = await kmsKey(home);
		await home.client.updateStorage({ body: { store: withKeys("kms"), key } });
		const connection = { type: "api-token" as const, email: "mira@example.com", token: "t" };
		const made = await home.client.createSite({ body: { url: "http://127.0.0.1:9", connection } });
		expect(made.keyFile).toBeNull();
		const siteId = made.site.id;
		await server.backUp(home.client, siteId);
		expect(await found(siteId)).toBe(5);
		kms.setState(key.keyArn, "Disabled");
		await systemClock.sleep(2 * keyLifetime);
		await expect(found(siteId)).rejects.toMatchObject({
			code: "vault-key-revoked",
			problem: { hint: expect.stringContaining("Enable the key again") },
		});
		expect(await server.backUp(home.client, siteId)).toMatchObject({
			status: "failed",
			error: { code: "vault-key-revoked", hint: expect.stringContaining("kms:Decrypt") },
		});
		expect((await home.client.getOverview()).health.level).toBe("critical");
		const place = { location: { type: "s3" as const, place: { ...bucket.place, prefix: `kms/${siteId}` } }, cacheFolder: server.folder };
		const unlock = { type: "recovery-kit" as const, code: made.recoveryKit.code };
		await (await server.platform.backends.openVault(place, unlock, undefined)).close();
		kms.setState(key.keyArn, "Enabled");
		await expect.poll(async () => (await server.backUp(home.client, siteId)).status, { timeout: 30_000 }).toBe("succeeded");
		expect(await found(siteId)).toBe(5);
	});

	it("is tried, and the right that is missing is named", async () => {
		const key = await kmsKey(home);
		expect(await home.client.testStorage({ body: { key } })).toMatchObject({ ok: true, key: { ok: true } });
		kms.setPolicy(key.keyArn, [{ principal: roleArn, operations: ["Encrypt"] }]);
		const bad = await home.client.testStorage({ body: { key } });
		expect(bad).toMatchObject({ ok: false, key: { findings: [{ need: "kms:Decrypt", ok: false }] } });
		await expect(home.client.updateStorage({ body: { key } })).rejects.toMatchObject({ message: expect.stringContaining("kms:Decrypt") });
		kms.removeRole(roleArn);
		expect((await home.client.testStorage({ body: { key } })).key?.findings[0]?.need).toBe("sts:AssumeRole");
	});

	it("takes the place of the built-in one, and back again", async () => {
		const siteId = await server.connect(home);
		await server.backUp(home.client, siteId);
		const key = await kmsKey(home);
		await home.client.updateStorage({ body: { key } });
		expect((await home.client.getStorage()).sites).toMatchObject([{ siteId, underChosenKey: false, key: { type: "built-in" } }]);
		const after = await home.client.changeSiteKey({ params: { siteId } });
		expect(after.sites).toMatchObject([{ underChosenKey: true, key: { type: "kms-aws", keyId: key.keyArn } }]);
		const slots = async () => {
			const { vault } = await server.platform.sites.open(home.organizationId, siteId);
			return (await vault.keys.slots()).map(({ type }) => type).sort();
		};
		expect(await slots()).toEqual(["kms-aws", "recovery-kit"]);
		expect((await server.backUp(home.client, siteId)).status).toBe("succeeded");
		await home.client.updateStorage({ body: { key: { type: "built-in" } } });
		await home.client.changeSiteKey({ params: { siteId } });
		expect(await slots()).toEqual(["key-file", "recovery-kit"]);
		kms.setState(key.keyArn, "Disabled");
		await server.platform.sites.forget(home.organizationId, siteId);
		expect(await found(siteId)).toBe(5);
	});
});

describe("the recovery kit", () => {
	it("counts as kept when the group that was asked for is given back", async () => {
		const connection = { type: "api-token" as const, email: "mira@example.com", token: "t" };
		const { site, recoveryKit } = await home.client.createSite({ body: { url: "http://127.0.0.1:9", connection } });
		const params = { siteId: site.id };
		const right = recoveryKit.code.split("-")[recoveryKit.proofGroup - 1] ?? "";
		const wrong = right === "0000" ? "1111" : "0000";
		await expect(home.client.proveRecoveryKit({ params, body: { part: wrong } })).rejects.toMatchObject({ code: "bad-input" });
		expect((await home.client.getStorage()).sites[0]?.kitProvenAt).toBeNull();
		await home.client.proveRecoveryKit({ params, body: { part: right.toLowerCase() } });
		expect((await home.client.getStorage()).sites[0]?.kitProvenAt).not.toBeNull();
	});

	it("that was lost is made anew: what nobody had kept opens nothing at once, what was kept only when the new one is", async () => {
		const connection = { type: "api-token" as const, email: "mira@example.com", token: "t" };
		const made = await home.client.createSite({ body: { url: "http://127.0.0.1:9", connection } });
		const params = { siteId: made.site.id };
		const { vault } = await server.platform.sites.open(home.organizationId, made.site.id);
		const kits = async () => (await vault.keys.slots()).filter((slot) => slot.type === "recovery-kit").length;
		const place = (await home.client.getSite({ params })).storage.description;
		const opens = async (code: string) => {
			const location = { type: "folder" as const, folder: place };
			const unlock = { type: "recovery-kit" as const, code };
			return await server.platform.backends.openVault({ location, cacheFolder: server.folder }, unlock, undefined).then(
				async (opened) => await opened.close().then(() => true),
				() => false,
			);
		};
		const prove = async ({ code, proofGroup }: { code: string; proofGroup: number }) =>
			await home.client.proveRecoveryKit({ params, body: { part: code.split("-")[proofGroup - 1] ?? "" } });
		const second = await home.client.renewRecoveryKit({ params });
		expect(second.text).toContain(second.code);
		expect([await opens(made.recoveryKit.code), await opens(second.code), await kits()]).toEqual([false, true, 1]);
		await prove(second);
		const third = await home.client.renewRecoveryKit({ params });
		expect((await home.client.getStorage()).sites[0]?.kitProvenAt).toBeNull();
		expect([await opens(second.code), await opens(third.code), await kits()]).toEqual([true, true, 2]);
		const fourth = await home.client.renewRecoveryKit({ params });
		// The third was lost unproven; the second is still what somebody has.
		expect([await opens(second.code), await opens(third.code), await opens(fourth.code)]).toEqual([true, false, true]);
		await prove(fourth);
		expect([await opens(second.code), await opens(fourth.code), await kits()]).toEqual([false, true, 1]);
	});
});

describe("another organization", () => {
	it("sees nothing of stores and keys, and can't use them", async () => {
		await home.client.updateStorage({ body: { store: withKeys("private"), key: await kmsKey(home) } });
		const siteId = await server.connect(home);
		const other = await server.organization("Other");
		const seen = JSON.stringify(await other.client.getStorage());
		for (const word of ["private", bucket.place.bucket, roleArn, siteId]) expect(seen).not.toContain(word);
		const params = { siteId };
		for (const call of [
			() => other.client.moveSite({ params }),
			() => other.client.removeOldStore({ params }),
			() => other.client.changeSiteKey({ params }),
			() => other.client.proveRecoveryKit({ params, body: { part: "0000" } }),
			() => other.client.renewRecoveryKit({ params }),
		])
			await expect(call()).rejects.toMatchObject({ code: "not-found" });
		const rows = await withOrganization(server.platform.database, other.organizationId, async (scoped) => ({
			stores: await scoped.selectFrom("stores").select("id").execute(),
			keys: await scoped.selectFrom("key_services").select("id").execute(),
		}));
		expect(rows).toEqual({ stores: [], keys: [] });
	});
});

describe("a second person", () => {
	it("agrees to exactly one change of the store", async () => {
		await home.client.updateOrganization({ body: { approvals: ["key-change"] } });
		const change = () => home.client.updateStorage({ body: { store: withKeys("agreed") } });
		await expect(change()).rejects.toMatchObject({ code: "approval-required" });
		expect((await home.client.getStorage()).store.type).toBe("folder");
		const { client: second } = await server.member(home, { role: "admin" });
		const [waiting] = (await second.listApprovals()).items;
		expect(waiting).toMatchObject({ deed: "key-change", mayDecide: true, label: expect.stringContaining("strict/agreed") });
		await second.approve({ params: { approvalId: waiting?.id ?? "" } });
		await expect(home.client.updateStorage({ body: { store: withKeys("another") } })).rejects.toMatchObject({ code: "approval-required" });
		expect((await change()).store.type).toBe("s3");
	});
});
