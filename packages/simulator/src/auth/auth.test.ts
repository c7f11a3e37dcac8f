import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSimulator, startSimulator } from "../server.ts";
import { SimulatorClock } from "../site/clock.ts";
import { testClient } from "../testing/test-client.ts";

let running: RunningSimulator;
let clock: SimulatorClock;
beforeAll(async () => {
	clock = new SimulatorClock({ frozen: true });
	running = await startSimulator({ seed: 40, clock, validate: "throw" });
});
afterAll(() => running.stop());

const anonymous = () => testClient(running, { authorization: "" });

async function token(body: Record<string, string>) {
	const { clientId, clientSecret } = running.oauth;
	return anonymous().post("/oauth/token", { client_id: clientId, client_secret: clientSecret, ...body });
}

const refresh = (refreshToken: string) => token({ grant_type: "refresh_token", refresh_token: refreshToken });

const gateway = (access: string, product = "jira", cloudId = running.site.cloudId) =>
	testClient(running, { authorization: `Bearer ${access}`, origin: `${running.url}/ex/${product}/${cloudId}` });

describe("API tokens", () => {
	it("tell the caller who he is", async () => {
		const answer = await testClient(running).get("/rest/api/3/myself");
		expect(answer.json.accountId).toBe(running.site.accountId);
		expect(answer.headers.get("x-aaccountid")).toBe(running.site.accountId);
	});

	it("are refused when wrong, revoked or used with another e-mail address", async () => {
		const wrong = (text: string) =>
			testClient(running, { authorization: `Basic ${Buffer.from(text).toString("base64")}` }).get("/rest/api/3/myself");
		expect((await wrong(`${running.site.email}:nonsense`)).status).toBe(401);
		expect((await wrong(`somebody@example.com:${running.site.apiToken}`)).status).toBe(401);
		expect((await anonymous().get("/rest/api/3/myself")).status).toBe(401);
		const other = running.credentials.createApiToken(running.state.owner);
		expect((await wrong(`${running.site.email}:${other}`)).status).toBe(200);
		running.credentials.revokeApiToken(other);
		expect((await wrong(`${running.site.email}:${other}`)).status).toBe(401);
	});

	it("do not work on the gateway's addresses", async () => {
		const basic = `Basic ${Buffer.from(`${running.site.email}:${running.site.apiToken}`).toString("base64")}`;
		const answer = await testClient(running, { authorization: basic, origin: `${running.url}/ex/jira/${running.site.cloudId}` }).get(
			"/rest/api/3/myself",
		);
		expect(answer.status).toBe(401);
	});
});

describe("OAuth", () => {
	it("leads from consent to a code, to tokens, to the site", async () => {
		const query = new URLSearchParams({
			audience: "api.atlassian.com",
			client_id: running.oauth.clientId,
			scope: "read:jira-work read:jira-user offline_access",
			redirect_uri: "http://127.0.0.1:9/callback",
			state: "s1",
			response_type: "code",
			prompt: "consent",
		});
		const consent = await anonymous().raw(`/authorize?${query}`);
		expect(consent.status).toBe(302);
		const back = new URL(consent.headers.get("location") ?? "");
		expect(back.searchParams.get("state")).toBe("s1");
		const code = back.searchParams.get("code") ?? "";
		const exchange = { grant_type: "authorization_code", code, redirect_uri: "http://127.0.0.1:9/callback" };
		const granted = await token(exchange);
		expect(granted.json).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "read:jira-work read:jira-user offline_access" });
		expect((await token(exchange)).status).toBe(403);
		const resources = await testClient(running, { authorization: `Bearer ${granted.json.access_token}` }).get(
			"/oauth/token/accessible-resources",
		);
		expect(resources.json).toMatchObject([{ id: running.site.cloudId, url: running.url, scopes: ["read:jira-work", "read:jira-user"] }]);
		const issue = await gateway(granted.json.access_token).get("/rest/api/3/issue/CORE-1?fields=summary");
		expect(issue.json.self).toBe(`${running.url}/ex/jira/${running.site.cloudId}/rest/api/3/issue/${issue.json.id}`);
	});

	it("refuses a redirect address outside of this machine and an unknown client", async () => {
		const query = new URLSearchParams({
			client_id: running.oauth.clientId,
			redirect_uri: "https://evil.example.com/",
			response_type: "code",
		});
		expect((await anonymous().raw(`/authorize?${query}`)).status).toBe(400);
		expect((await anonymous().post("/oauth/token", { client_id: "x", client_secret: "y", grant_type: "refresh_token" })).status).toBe(401);
	});

	it("rotates refresh tokens, and takes an old one only within the leeway", async () => {
		const first = running.grant(["read:jira-user"]);
		const second = (await refresh(first)).json.refresh_token;
		expect(second).not.toBe(first);
		clock.advance(9 * 60_000);
		const again = await refresh(first);
		expect(again.status).toBe(200);
		expect(again.json.refresh_token).toBe(second);
		clock.advance(2 * 60_000);
		expect(await refresh(first)).toMatchObject({ status: 403, json: { error: "invalid_grant" } });
		expect((await refresh(second)).status).toBe(200);
	});

	it("answers 401 with an expired access token, and goes on after a refresh", async () => {
		const granted = (await refresh(running.grant(["read:jira-user"]))).json;
		expect((await gateway(granted.access_token).get("/rest/api/3/myself")).status).toBe(200);
		clock.advance(3_600_001);
		expect((await gateway(granted.access_token).get("/rest/api/3/myself")).status).toBe(401);
		const renewed = (await refresh(granted.refresh_token)).json;
		expect((await gateway(renewed.access_token).get("/rest/api/3/myself")).status).toBe(200);
		running.credentials.expireAccessTokens();
		expect((await gateway(renewed.access_token).get("/rest/api/3/myself")).status).toBe(401);
	});

	it("names a missing scope with 401, for classic and granular scopes", async () => {
		const reader = gateway((await refresh(running.grant(["read:jira-user"]))).json.access_token);
		const refused = await reader.get("/rest/api/3/issue/CORE-1");
		expect(refused.status).toBe(401);
		expect(refused.json.message).toContain("scope does not match");
		const granular = gateway((await refresh(running.grant(["delete:issue:jira"]))).json.access_token);
		expect((await granular.delete("/rest/api/3/issue/NONE-1")).status).toBe(404);
		expect((await granular.get("/rest/api/3/issue/CORE-1")).status).toBe(401);
	});

	it("knows only its own cloud id, and keeps the products apart", async () => {
		const access = (await refresh(running.oauth.refreshToken)).json.access_token;
		expect((await gateway(access, "jira", "00000000-0000-4000-a000-000000000000").get("/rest/api/3/myself")).status).toBe(404);
		expect((await gateway(access, "confluence").get("/rest/api/3/myself")).status).toBe(404);
		expect((await anonymous().get("/_edge/tenant_info")).json).toEqual({ cloudId: running.site.cloudId });
	});

	it("tells that the user withdrew his consent", async () => {
		const refreshToken = running.grant(["read:jira-user"]);
		running.credentials.revokeGrants();
		expect(await refresh(refreshToken)).toMatchObject({ status: 403, json: { error: "unauthorized_client" } });
	});
});
