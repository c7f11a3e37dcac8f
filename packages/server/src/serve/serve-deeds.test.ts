import { join } from "node:path";
import { createClient } from "@skyeworx/contract";
import { afterAll, describe, expect, it } from "vitest";
import { TestSite } from "../test-site.fixture.ts";
import { removeFolders, type Served, startServed } from "./served.fixture.ts";

const site = new TestSite();
afterAll(removeFolders);

/** Signs in as the first owner. */
async function signedIn(served: Served) {
	const code = new URL(served.signInLink ?? served.said.find((line) => line.startsWith("http")) ?? "").searchParams.get("code") ?? "";
	const headers = { "content-type": "application/json" };
	const answer = await fetch(`${served.url}/api/session`, { method: "POST", headers, body: JSON.stringify({ code }) });
	expect(answer.status).toBe(200);
	const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
	const withCookie = (url: string, init: RequestInit) =>
		fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), cookie } });
	return createClient({ baseUrl: served.url ?? "", fetch: withCookie });
}

async function connected(client: ReturnType<typeof createClient>): Promise<string> {
	const connection = { type: "api-token" as const, email: "mira@example.com", token: "secret-token" };
	return (await client.createSite({ body: { url: "http://127.0.0.1:9", connection } })).site.id;
}

/** Runs a deed of the command that ends by itself, and gives what it said. */
async function said(flags: readonly string[], folder: string): Promise<readonly string[]> {
	const done = await startServed(flags, site, folder);
	await done.stop();
	return done.said;
}

describe("serve --set-plan and --deletions", () => {
	it("gives an organization another plan, which both logs tell of; the operator's log is printed whole", async () => {
		const served = await startServed([], site);
		const { folder } = served;
		let organizationId: string;
		try {
			const client = await signedIn(served);
			organizationId = (await client.getMe()).organization.id;
			const siteId = await connected(client);
			expect(await client.getRetention({ params: { siteId } })).toMatchObject({ plan: "enterprise", maxDays: null });
		} finally {
			await served.stop();
		}
		expect(await said(["--deletions"], folder)).toEqual([]);
		expect(await said(["--set-plan", `${organizationId}=professional`], folder)).toEqual([
			`The plan of ${organizationId} is professional now; it was enterprise.`,
		]);
		await said(["--set-plan", `${organizationId}=professional`], folder);
		const lines = (await said(["--deletions"], folder)).map((line) => JSON.parse(line) as unknown);
		expect(lines).toMatchObject([
			{ seq: 1, action: "organization.plan", organization: organizationId, facts: { from: "enterprise", to: "professional" } },
		]);
		await expect(said(["--set-plan", `${crypto.randomUUID()}=enterprise`], folder)).rejects.toMatchObject({ code: "not-found" });
		await expect(said(["--set-plan", `${organizationId}=gold`], folder)).rejects.toMatchObject({ code: "bad-input" });
		const link = await said(["--sign-in-link"], folder);
		const again = await startServed([], site, folder);
		try {
			const client = await signedIn({ ...again, said: link });
			const [first] = (await client.listSites()).items;
			expect(await client.getRetention({ params: { siteId: first?.id ?? "" } })).toMatchObject({ plan: "professional", maxDays: 365 });
			const { items } = await client.listAudit({ query: { action: "organization.plan" } });
			expect(items).toMatchObject([{ actor: { name: "Operator" }, facts: { from: "enterprise", to: "professional" } }]);
			expect(await client.verifyAudit({ query: { depth: "all" } })).toMatchObject({ ok: true });
		} finally {
			await again.stop();
		}
	});
});

describe("serve with applications of its own", () => {
	it("lets people sign in with Entra ID and connect sites without naming an app", async () => {
		const apps = [
			"--entra-client-id",
			"our-id",
			"--entra-client-secret",
			"s1",
			"--atlassian-client-id",
			"our-app",
			"--atlassian-client-secret",
			"s2",
		];
		const served = await startServed(apps, site);
		try {
			const client = await signedIn(served);
			expect(await client.getSignInWays()).toMatchObject({ entra: true });
			expect(await client.getGrantWays()).toMatchObject({ hasApp: true, callbackUrl: `${served.url}/api/consent/callback` });
			const { url } = await client.createGrant({ body: {} });
			expect(url).toMatch(/^https:\/\/auth\.atlassian\.com\/authorize\?.*client_id=our-app/);
		} finally {
			await served.stop();
		}
	});
});

describe("serve --restore-control", () => {
	it("puts the newest export back into an empty database, from which the server then starts; never into a full one", async () => {
		const key = ["--master-key", "ab".repeat(32)];
		const served = await startServed(key, site);
		const exports = join(served.folder, "exports");
		try {
			await connected(await signedIn(served));
		} finally {
			await served.stop();
		}
		const exporting = await startServed([...key, "--control-backup", exports], site, served.folder);
		try {
			await expect.poll(() => exporting.log(), { timeout: 20_000 }).toContain("the control plane was exported");
		} finally {
			await exporting.stop();
		}
		await expect(said([...key, "--restore-control", exports], served.folder)).rejects.toMatchObject({ code: "conflict" });
		const restored = await startServed([...key, "--restore-control", exports], site);
		await restored.stop();
		expect(restored.said.join()).toMatch(/^\d+ rows of .* were put back/);
		const link = await said([...key, "--sign-in-link"], restored.folder);
		const again = await startServed(key, site, restored.folder);
		try {
			expect((await (await signedIn({ ...again, said: link })).listSites()).items.map((one) => one.name)).toEqual(["Test site"]);
		} finally {
			await again.stop();
		}
	});
});
