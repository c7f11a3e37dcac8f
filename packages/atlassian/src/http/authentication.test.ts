import { AppError } from "@skyeworx/core";
import { afterEach, describe, expect, it } from "vitest";
import type { Credential } from "./connection.ts";
import { credentialStore, json, type Reply, type ScriptedSite, type SeenRequest, scriptedSite } from "./scripted-site.test-support.ts";

const read = { method: "GET", path: "/rest/api/3/myself" } as const;
let site: ScriptedSite;
afterEach(() => site.stop());

const grant = (over: Partial<Extract<Credential, { type: "oauth" }>> = {}): Credential => ({
	type: "oauth",
	clientId: "client",
	clientSecret: "secret",
	refreshToken: "refresh-1",
	...over,
});

/** A login that rotates and an API that accepts only the newest access token. */
function rotating(): (request: SeenRequest) => Reply {
	let round = 1;
	return (request) => {
		if (request.url !== "/oauth/token") {
			return request.headers.authorization === `Bearer access-${round}`
				? json(200, { accountId: "a" })
				: json(401, { message: "Unauthorized" });
		}
		const { refresh_token: used } = JSON.parse(request.body.toString()) as { refresh_token: string };
		if (used !== `refresh-${round}`) return json(403, { error: "invalid_grant", error_description: "Unknown or invalid refresh token." });
		round += 1;
		return json(200, { access_token: `access-${round}`, refresh_token: `refresh-${round}`, expires_in: 3600, scope: "read:jira-work" });
	};
}

function open(credential: Credential) {
	const store = credentialStore(credential);
	const connection = { siteUrl: site.url, cloudId: "cloud-1", apiUrl: site.url, authUrl: site.url, type: "oauth" } as const;
	return { store, client: site.client({ connection, credentials: store }) };
}

describe("an OAuth grant", () => {
	it("gets an access token, goes through the gateway, and stores the rotated token before using it", async () => {
		site = await scriptedSite(rotating());
		const { store, client } = open(grant());
		await client.call(read);
		expect(site.seen.map((request) => request.url)).toEqual(["/oauth/token", "/ex/jira/cloud-1/rest/api/3/myself"]);
		expect(store.stored.at(-1)).toMatchObject({ refreshToken: "refresh-2", accessToken: "access-2" });
	});

	it("refreshes once for many calls that meet an expired token together", async () => {
		site = await scriptedSite(rotating());
		const { client } = open(grant({ accessToken: "stale" }));
		await Promise.all(Array.from({ length: 8 }, () => client.call(read)));
		expect(site.seen.filter((request) => request.url === "/oauth/token").length).toBe(1);
	});

	it("takes over the token that another process got in the meantime", async () => {
		site = await scriptedSite(rotating());
		const { store, client } = open(grant({ accessToken: "stale" }));
		const other = site.client({
			connection: { siteUrl: site.url, cloudId: "cloud-1", apiUrl: site.url, authUrl: site.url, type: "oauth" },
			credentials: store,
		});
		await Promise.all([client.call(read), other.call(read)]);
		expect(site.seen.filter((request) => request.url === "/oauth/token").length).toBe(1);
	});

	it("a token about to expire is renewed beforehand", async () => {
		site = await scriptedSite(rotating());
		const { client } = open(grant({ accessToken: "access-1", expiresAt: Date.parse("2026-05-03T10:20:30Z") }));
		await client.call(read);
		expect(site.seen[0]?.url).toBe("/oauth/token");
	});

	it("goes to Confluence for its paths", async () => {
		site = await scriptedSite(rotating());
		const { client } = open(grant());
		await client.call({ method: "GET", path: "/wiki/api/v2/pages" });
		expect(site.seen.at(-1)?.url).toBe("/ex/confluence/cloud-1/wiki/api/v2/pages");
	});

	it.each([
		["a revoked grant", json(403, { error: "invalid_grant" }), "credential-revoked"],
		[
			"a refresh token that is no good",
			json(403, { error: "unauthorized_client", error_description: "refresh_token is invalid" }),
			"credential-revoked",
		],
		["a wrong client secret", json(401, { error: "invalid_client" }), "credential-rejected"],
		["a login that is down", json(503, {}), "site-unreachable"],
		["a login that answers nonsense", json(200, { hello: 1 }), "site-answer-malformed"],
	] satisfies [string, Reply, string][])("%s", async (_what, reply, code) => {
		site = await scriptedSite([reply]);
		const error: unknown = await open(grant())
			.client.call(read)
			.catch((one: unknown) => one);
		expect(error).toMatchObject({ code });
		expect(error instanceof AppError && `${error.message}${JSON.stringify(error.facts)}`).not.toContain("refresh-1");
	});

	it("is rejected when even a fresh token is not accepted", async () => {
		const tokens = json(200, { access_token: "x", refresh_token: "y", expires_in: 3600 });
		site = await scriptedSite((request) => (request.url === "/oauth/token" ? tokens : json(401, {})));
		await expect(open(grant()).client.call(read)).rejects.toMatchObject({ code: "credential-rejected" });
		expect(site.seen.filter((request) => request.url !== "/oauth/token").length).toBe(2);
	});
});

describe("an API token", () => {
	it("with scopes is used through the gateway when the site's own host rejects it", async () => {
		site = await scriptedSite((request) => {
			if (request.url === "/_edge/tenant_info") return json(200, { cloudId: "cloud-1" });
			return request.url.startsWith("/ex/jira/cloud-1/") ? json(200, { accountId: "a" }) : json(401, {});
		});
		const client = site.client({ connection: { siteUrl: site.url, apiUrl: site.url, type: "api-token" } });
		await client.call(read);
		await client.call(read);
		expect(site.seen.at(-1)?.url).toBe("/ex/jira/cloud-1/rest/api/3/myself");
		expect(site.seen.filter((request) => request.url === "/rest/api/3/myself").length).toBe(1);
	});
});
