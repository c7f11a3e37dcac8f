import { AppError } from "@skyeworx/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { once } from "./idempotency.ts";

const server = new TestServer();
let home: TestOrganization;
let siteId: string;

beforeAll(async () => {
	await server.start();
	home = await server.organization("Home");
	siteId = await server.connect(home);
});

afterAll(async () => await server.close());

describe("an idempotency key", () => {
	it("does the work once and gives the same answer again", async () => {
		const call = () => home.client.createVerification({ params: { siteId }, body: { level: "log" }, idempotencyKey: "verify-1" });
		const first = await call();
		await server.ended(home.client, first.id);
		expect(await call()).toEqual(first);
		expect((await home.client.listRuns({ query: { type: "verify" } })).items).toHaveLength(1);
	});

	it("belongs to one request and one caller", async () => {
		const verify = (level: "log" | "structure") =>
			home.client.createVerification({ params: { siteId }, body: { level }, idempotencyKey: "verify-2" });
		const mine = await verify("log");
		await expect(verify("structure")).rejects.toMatchObject({ code: "conflict" });
		const { secret } = await server.keyOf(home.owner, ["backup.run"]);
		const other = await server
			.client(secret)
			.createVerification({ params: { siteId }, body: { level: "structure" }, idempotencyKey: "verify-2" });
		expect(other.id).not.toBe(mine.id);
	});

	it("may be used again after a failure", async () => {
		const key = "site-1";
		const connection = { type: "api-token" as const, email: "mira@example.com", token: "t" };
		const call = () => home.client.createSite({ body: { url: "http://127.0.0.1:9", connection }, idempotencyKey: key });
		await expect(call()).rejects.toMatchObject({ code: "conflict", problem: { detail: "This site is connected already" } });
		await expect(call()).rejects.toMatchObject({ problem: { detail: "This site is connected already" } });
	});

	it("lets only one of many at once do the work", async () => {
		let works = 0;
		let release: () => void = () => {};
		const gate = new Promise<void>((resolve) => {
			release = resolve;
		});
		const request = { key: "race", method: "POST", url: "/x", body: { a: 1 } };
		const call = () =>
			once(server.platform, home.owner, request, async () => {
				works += 1;
				await gate;
				return { status: 202, body: { works } };
			});
		const first = call();
		const others = await Promise.allSettled(
			Array.from({ length: 8 }, async () => {
				await expect.poll(() => works).toBe(1);
				return await call();
			}),
		);
		for (const other of others) expect(other).toMatchObject({ status: "rejected", reason: { code: "already-running" } });
		release();
		expect(await first).toEqual({ status: 202, body: { works: 1 } });
		expect(await call()).toEqual({ status: 202, body: { works: 1 } });
		expect(works).toBe(1);
	});

	it("is let go when the work throws", async () => {
		const request = { key: "throws", method: "POST", url: "/x", body: null };
		const failing = once(server.platform, home.owner, request, async () => {
			throw new AppError("site-unreachable", "away");
		});
		await expect(failing).rejects.toMatchObject({ code: "site-unreachable" });
		expect(await once(server.platform, home.owner, request, async () => ({ status: 200, body: 1 }))).toEqual({ status: 200, body: 1 });
	});
});
