import { type Client, createClient } from "@skyeworx/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CookieJar, type TestMember, type TestOrganization, TestServer } from "../test-server.fixture.ts";
import { Authenticator } from "./authenticator.fixture.ts";

const origin = "https://backup.example.com";
const server = new TestServer();
let home: TestOrganization;

beforeAll(async () => {
	server.publicUrl = origin;
	await server.start({ concurrency: 0 });
	home = await server.organization("Home");
});

afterAll(async () => await server.close());

async function withPasskey(name: string): Promise<{ readonly member: TestMember; readonly device: Authenticator }> {
	const member = await server.member(home, { name, role: "auditor" });
	const device = new Authenticator();
	const { options } = await member.client.startPasskey();
	const answer = device.register({ origin, challenge: String(options.challenge) });
	await member.client.createPasskey({ body: { name: "Key ring", answer } });
	return { member, device };
}

interface Arrival {
	readonly jar: CookieJar;
	readonly client: Client;
	readonly challenge: string;
}

async function arrive(): Promise<Arrival> {
	const jar = new CookieJar();
	const client = createClient({ baseUrl: server.url, fetch: jar.fetch });
	const { options } = await client.startPasskeySignIn();
	expect(options.allowCredentials).toBeUndefined();
	return { jar, client, challenge: String(options.challenge) };
}

const nothing = { code: "sign-in-required" };

describe("a passkey", () => {
	it("signs its owner in, and says so in the list of sessions and in the audit log", async () => {
		const { device } = await withPasskey("Ada Rowan");
		const { client, challenge } = await arrive();
		expect(await client.finishPasskeySignIn({ body: device.prove({ origin, challenge }) })).toMatchObject({
			name: "Ada Rowan",
			role: "auditor",
		});
		expect((await client.listSessions()).items.find((session) => session.current)?.method).toBe("passkey");
		expect((await client.listPasskeys()).items).toMatchObject([{ name: "Key ring", lastUsedAt: expect.any(String) }]);
		const { items } = await client.listAudit({ query: { action: "session.create" } });
		expect(items[0]).toMatchObject({ outcome: "success", actor: { name: "Ada Rowan" }, facts: { method: "passkey" } });
	});

	it("proves nothing with another page's answer, an old challenge, without its owner, or twice", async () => {
		const { device } = await withPasskey("Bo Lind");
		const elsewhere = await arrive();
		const phished = device.prove({ origin: "https://backup.example.net", challenge: elsewhere.challenge });
		await expect(elsewhere.client.finishPasskeySignIn({ body: phished })).rejects.toMatchObject(nothing);
		const [first, second] = [await arrive(), await arrive()];
		const crossed = device.prove({ origin, challenge: first.challenge });
		await expect(second.client.finishPasskeySignIn({ body: crossed })).rejects.toMatchObject(nothing);
		const alone = await arrive();
		const unverified = device.prove({ origin, challenge: alone.challenge, verified: false });
		await expect(alone.client.finishPasskeySignIn({ body: unverified })).rejects.toMatchObject(nothing);
		const good = await arrive();
		const copied = new CookieJar();
		for (const [name, value] of good.jar.cookies) copied.cookies.set(name, value);
		const answer = device.prove({ origin, challenge: good.challenge });
		await good.client.finishPasskeySignIn({ body: answer });
		const replay = createClient({ baseUrl: server.url, fetch: copied.fetch });
		await expect(replay.finishPasskeySignIn({ body: answer })).rejects.toMatchObject(nothing);
		const { items } = await home.client.listAudit({ query: { action: "session.create", outcome: "denied" } });
		expect(items.length).toBeGreaterThanOrEqual(2);
	});

	it("that was copied shows by its counter", async () => {
		const { device } = await withPasskey("Cy Vale");
		const first = await arrive();
		await first.client.finishPasskeySignIn({ body: device.prove({ origin, challenge: first.challenge }) });
		const copy = await arrive();
		device.counter = 1;
		await expect(copy.client.finishPasskeySignIn({ body: device.prove({ origin, challenge: copy.challenge }) })).rejects.toMatchObject(
			nothing,
		);
	});

	it("is worth nothing once it is forgotten, or its owner is gone", async () => {
		const { member, device } = await withPasskey("Di Moss");
		const [passkey] = (await member.client.listPasskeys()).items;
		await member.client.deletePasskey({ params: { passkeyId: passkey?.id ?? "" } });
		const forgotten = await arrive();
		await expect(
			forgotten.client.finishPasskeySignIn({ body: device.prove({ origin, challenge: forgotten.challenge }) }),
		).rejects.toMatchObject(nothing);
		const leaver = await withPasskey("Eve Hart");
		const memberId = (await home.client.listMembers()).items.find((one) => one.name === "Eve Hart")?.id ?? "";
		await home.client.deleteMember({ params: { memberId } });
		const gone = await arrive();
		await expect(
			gone.client.finishPasskeySignIn({ body: leaver.device.prove({ origin, challenge: gone.challenge }) }),
		).rejects.toMatchObject(nothing);
	});

	it("can be kept for oneself only, and with an answer that fits", async () => {
		const one = await server.member(home, { name: "One" });
		const other = await server.member(home, { name: "Other" });
		const device = new Authenticator();
		const { options } = await one.client.startPasskey();
		const answer = device.register({ origin, challenge: String(options.challenge) });
		for (const [name, value] of one.jar.cookies) if (name.includes("attempt")) other.jar.cookies.set(name, value);
		await expect(other.client.createPasskey({ body: { name: "stolen", answer } })).rejects.toMatchObject(nothing);
		await expect(one.client.createPasskey({ body: { name: "used up", answer } })).rejects.toMatchObject(nothing);
		const again = await one.client.startPasskey();
		const wrong = device.register({ origin: "https://backup.example.net", challenge: String(again.options.challenge) });
		await expect(one.client.createPasskey({ body: { name: "wrong", answer: wrong } })).rejects.toMatchObject({ code: "bad-input" });
		expect((await one.client.listPasskeys()).items).toEqual([]);
		await expect(server.client(home.apiKey).startPasskey()).rejects.toMatchObject({ code: "not-permitted" });
	});
});
