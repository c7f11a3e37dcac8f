import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError, type Clock, systemClock } from "@skyeworx/core";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isPrivate } from "../network/public-addresses.ts";
import { type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { postWebhook } from "./post-webhook.ts";
import { watchForNotices } from "./watch.ts";

const server = new TestServer();
const mails: { to: string; text: string }[] = [];
const posts: { headers: Record<string, unknown>; body: string }[] = [];
let answers: number[] = [];
let mail: SMTPServer;
let hook: Server;
let hookUrl: string;
let home: TestOrganization;
let siteId: string;
let ahead = 0;
const clock: Clock = { ...systemClock, now: () => new Date(systemClock.now().getTime() + ahead) };

beforeAll(async () => {
	mail = new SMTPServer({
		authOptional: true,
		disabledCommands: ["STARTTLS"],
		onData(stream, session, done) {
			let text = "";
			stream.on("data", (chunk: Buffer) => {
				text += chunk.toString();
			});
			stream.on("end", () => {
				mails.push({ to: session.envelope.rcptTo[0]?.address ?? "", text: text.replaceAll("=\r\n", "") });
				done();
			});
		},
	});
	await new Promise<void>((resolve) => mail.listen(0, "127.0.0.1", () => resolve()));
	hook = createServer((request, response) => {
		let body = "";
		request.on("data", (chunk: Buffer) => {
			body += chunk.toString();
		});
		request.on("end", () => {
			posts.push({ headers: request.headers, body });
			response.writeHead(answers.shift() ?? 200, { location: "/elsewhere" }).end();
		});
	});
	await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", () => resolve()));
	hookUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook/secret-path`;
	const smtpUrl = `smtp://127.0.0.1:${(mail.server.address() as AddressInfo).port}`;
	server.notices = { smtpUrl, mailFrom: "skyeworx@example.com", privateWebhooks: true, publicUrl: "https://backup.example.com" };
	await server.start();
});
afterAll(async () => {
	await server.close();
	await new Promise<void>((resolve) => mail.close(() => resolve()));
	hook.close();
});
beforeEach(async () => {
	server.site.reset();
	server.site.pages.set("1", { title: "Plan", body: "text" });
	mails.length = 0;
	posts.length = 0;
	answers = [];
	ahead = 0;
	home = await server.organization("Home");
	siteId = await server.connect(home);
});

const watch = () => watchForNotices({ ...server.platform, clock });
const rules = ["late", "failing", "credential", "restore-finished", "security"] as const;
const notices = async () => (await home.client.listNotices()).items;

describe("a notice", () => {
	it("of a late backup comes by mail once, says when it is over, and comes again the next time", async () => {
		await home.client.createNoticeTarget({ body: { type: "email", address: "ops@example.com", rules: ["late"] } });
		const late = async () => (await notices()).filter((one) => one.rule === "late");
		await watch();
		expect(await late()).toEqual([]);
		ahead = 27 * 3_600_000;
		await watch();
		await watch();
		await expect.poll(() => mails.length).toBe(1);
		expect(mails[0]).toMatchObject({ to: "ops@example.com", text: expect.stringContaining("The backup of Test site is late") });
		ahead = 0;
		await server.backUp(home.client, siteId);
		await watch();
		expect((await late()).map((one) => one.clearedAt !== null)).toEqual([true]);
		ahead = 60 * 3_600_000;
		await watch();
		await expect.poll(() => mails.length).toBe(2);
	});

	it("goes to a webhook signed, and again until it is taken", async () => {
		answers = [500, 302];
		const made = await home.client.createNoticeTarget({ body: { type: "webhook", url: hookUrl, rules: ["failing", "credential"] } });
		server.site.trouble = new AppError("credential-revoked", "revoked");
		for (let count = 0; count < 3; count += 1) await server.backUp(home.client, siteId);
		await watch();
		await expect.poll(() => posts.length).toBe(4);
		for (const { headers, body } of posts) {
			const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["skyeworx-signature"])) ?? [];
			expect(
				createHmac("sha256", made.signingSecret ?? "")
					.update(`${seconds}.${body}`)
					.digest("hex"),
			).toBe(signature);
		}
		const told = posts.map((post) => JSON.parse(post.body) as { deliveryId: string; notices: { rule: string }[] });
		expect(new Set(told.map((one) => one.deliveryId)).size).toBe(2);
		expect(new Set(told.map((one) => one.notices[0]?.rule))).toEqual(new Set(["failing", "credential"]));
	}, 90_000);

	it("of a security event is told to those who may read the audit log", async () => {
		await home.client.createNoticeTarget({ body: { type: "slack", url: hookUrl, rules: ["security"] } });
		await home.client.createApiKey({ body: { name: "other", permissions: ["status.see"] } });
		await watch();
		await watch();
		expect((await notices()).map((one) => one.title).sort()).toEqual(["Security: API key made", "Security: Notices set up"]);
		await expect.poll(() => posts.length).toBe(2);
		expect(JSON.parse(posts[0]?.body ?? "{}")).toHaveProperty("text");
		const { secret } = await server.keyOf(home.owner, ["status.see"]);
		expect((await server.client(secret).listNotices()).items).toEqual([]);
	});

	it("waits for the digest where one is wanted", async () => {
		const digestHour = systemClock.now().getUTCHours();
		await home.client.createNoticeTarget({ body: { type: "email", address: "daily@example.com", rules: [...rules], digestHour } });
		await home.client.createApiKey({ body: { name: "one", permissions: ["status.see"] } });
		await home.client.createApiKey({ body: { name: "two", permissions: ["status.see"] } });
		await watch();
		await watch();
		await expect.poll(() => mails.length).toBe(1);
		expect(mails[0]?.text).toContain("3 notices of the last day");
	});
});

describe("a target", () => {
	it("can be tested, keeps its address to itself, and is gone when it was deleted", async () => {
		const { target } = await home.client.createNoticeTarget({ body: { type: "webhook", url: hookUrl, rules: ["late"] } });
		const params = { targetId: target.id };
		expect(await home.client.testNoticeTarget({ params })).toEqual({ delivered: true, problem: null });
		answers = [404];
		expect(await home.client.testNoticeTarget({ params })).toMatchObject({ delivered: false, problem: expect.stringContaining("404") });
		expect(JSON.stringify(await home.client.listNoticeTargets())).not.toContain("secret-path");
		await home.client.deleteNoticeTarget({ params });
		await expect(home.client.testNoticeTarget({ params })).rejects.toMatchObject({ code: "not-found" });
	});

	it("of another organization is not there", async () => {
		const other = await server.organization("Other");
		const { target } = await other.client.createNoticeTarget({ body: { type: "slack", url: hookUrl, rules: ["late"] } });
		await expect(home.client.deleteNoticeTarget({ params: { targetId: target.id } })).rejects.toMatchObject({ code: "not-found" });
		expect((await home.client.listNoticeTargets()).items).toEqual([]);
	});
});

describe("a webhook of a server for many", () => {
	it.each([
		"http://hooks.example.com/x",
		"https://127.0.0.1/x",
		"https://2130706433/x",
		"https://[::1]/x",
		"https://[::ffff:10.0.0.1]/x",
		"https://169.254.169.254/latest/meta-data",
		"https://10.1.2.3/x",
		"https://localhost/x",
		"https://user:pass@hooks.example.com/x",
	])("%s is refused", async (url) => {
		await expect(postWebhook({ url, body: "{}", allowPrivate: false })).rejects.toMatchObject({ code: "bad-input" });
	});

	it("is refused where a name leads to the machine itself, at the time of the call", async () => {
		const { hostname } = await import("node:os");
		const before = posts.length;
		const url = `https://${hostname()}:${new URL(hookUrl).port}/x`;
		await expect(postWebhook({ url, body: "{}", allowPrivate: false })).rejects.toBeInstanceOf(AppError);
		expect(posts.length).toBe(before);
	});

	it("knows private addresses from public ones", () => {
		for (const address of [
			"10.0.0.1",
			"172.20.1.1",
			"192.168.1.1",
			"100.64.0.1",
			"::1",
			"fd00::1",
			"fe80::1",
			"::ffff:127.0.0.1",
			"0.0.0.0",
			"nonsense",
		])
			expect(isPrivate(address), address).toBe(true);
		for (const address of ["8.8.8.8", "172.32.0.1", "2606:4700::1111"]) expect(isPrivate(address), address).toBe(false);
	});
});
