import { quietLog, systemRandom } from "@skyeworx/core";
import type { Connector, Observation } from "@skyeworx/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { credentialStore } from "../../packages/atlassian/src/http/scripted-site.test-support.ts";
import { type Credential, openConnector } from "../../packages/atlassian/src/index.ts";
import { type RunningSimulator, startSimulator } from "../../packages/simulator/src/index.ts";
import { Kept } from "./confluence-site.ts";
import { hurried } from "./jira-site.ts";

let simulator: RunningSimulator;
const open: Connector[] = [];

beforeEach(async () => {
	simulator = await startSimulator({ seed: 200, validate: "throw" });
});
afterEach(async () => {
	for (const connector of open.splice(0)) await connector.close();
	await simulator.stop();
});

function connect(credential: Credential, siteUrl = simulator.url) {
	const store = credentialStore(credential);
	const connector = openConnector({
		connection: { siteUrl, apiUrl: simulator.url, authUrl: simulator.url, type: credential.type },
		credentials: store,
		ports: { clock: hurried, random: systemRandom, log: quietLog },
	});
	open.push(connector);
	return { connector, store };
}

const token = (): Credential => ({ type: "api-token", email: simulator.site.email, token: simulator.site.apiToken });
const grant = (refreshToken = simulator.oauth.refreshToken): Credential => ({ type: "oauth", ...simulator.oauth, refreshToken });

async function readAll(connector: Connector): Promise<readonly Observation[]> {
	const seen: Observation[] = [];
	for await (const observation of connector.read(new Kept().request())) {
		if (observation.type === "failed" || observation.type === "blind-spot" || observation.type === "cursor") seen.push(observation);
	}
	return seen;
}

async function readInto(seen: Observation[], connector: Connector, each: (observation: Observation) => void = () => {}): Promise<void> {
	for await (const observation of connector.read(new Kept().request())) {
		seen.push(observation);
		each(observation);
	}
}

describe("looking at a site", () => {
	it.each(["api-token", "oauth"] as const)("by %s finds its id, name, apps, time zone and account", async (type) => {
		const { connector } = connect(type === "oauth" ? grant() : token());
		const facts = await connector.inspect();
		expect(facts).toMatchObject({ cloudId: simulator.site.cloudId, url: simulator.url, apps: ["jira", "jsm", "confluence"], gaps: [] });
		expect(facts.account.id).toBe(simulator.site.accountId);
		expect(facts.name).not.toBe("");
		expect(new Intl.DateTimeFormat("en", { timeZone: facts.timeZone }).format(0)).not.toBe("");
		expect(connector.usage().requests).toBeLessThan(15);
	});

	it("says wrong credentials", async () => {
		const { connector } = connect({ type: "api-token", email: simulator.site.email, token: "wrong" });
		await expect(connector.inspect()).rejects.toMatchObject({ code: "credential-rejected", hint: expect.stringContaining("API token") });
	});

	it("says a grant that covers another site", async () => {
		const { connector } = connect(grant(), "https://elsewhere.example.com");
		await expect(connector.inspect()).rejects.toMatchObject({ code: "credential-rejected" });
	});

	it("says what a grant with few scopes leaves out, before the first run", async () => {
		const { connector } = connect(grant(simulator.grant(["read:jira-work"])));
		const facts = await connector.inspect();
		expect(facts.apps).toEqual(["jira", "jsm"]);
		expect(facts.gaps.map((gap) => gap.kind)).toEqual(expect.arrayContaining(["jira.user", "jira.priority", "confluence.page"]));
	});

	it("of which nothing answers says so", async () => {
		const { connector } = connect(token(), "http://127.0.0.1:9");
		await expect(connector.inspect()).rejects.toMatchObject({ code: "site-unreachable" });
	}, 60_000);
});

describe("reading by OAuth", () => {
	it("goes on when the access token expires in the middle, and keeps the newest refresh token", async () => {
		const { connector, store } = connect(grant());
		let expired = false;
		const failures: Observation[] = [];
		for await (const observation of connector.read(new Kept().request())) {
			if (observation.type === "failed") failures.push(observation);
			if (observation.type === "resume-point" && !expired) {
				expired = true;
				simulator.credentials.expireAccessTokens();
			}
		}
		expect(expired).toBe(true);
		expect(failures).toEqual([]);
		expect(store.stored.length).toBeGreaterThanOrEqual(3);
		await connect(store.stored.at(-1) ?? grant()).connector.inspect();
	});

	it("ends the whole reading and moves no cursor when the grant is revoked", async () => {
		const { connector } = connect(grant());
		await connector.inspect();
		simulator.credentials.revokeGrants();
		const seen: Observation[] = [];
		await expect(readInto(seen, connector)).rejects.toMatchObject({ code: "credential-revoked" });
		expect(seen.filter((one) => one.type === "cursor")).toEqual([]);
	});

	it("reads what the scopes allow and counts the rest as blind spots", async () => {
		const { connector } = connect(grant(simulator.grant(["read:jira-work", "read:jira-user"])));
		const seen = await readAll(connector);
		expect(seen).toContainEqual(expect.objectContaining({ type: "blind-spot", kind: "jira.priority", cause: "scope" }));
		expect(seen).toContainEqual(expect.objectContaining({ type: "cursor", name: "jira.work-item" }));
	});
});

describe("a site that vanishes in the middle", () => {
	it("ends the whole reading; what was said before stays said", async () => {
		const { connector } = connect(token());
		const seen: Observation[] = [];
		const takeDown = (observation: Observation) => {
			if (observation.type === "item" && observation.ref.kind === "jira.space") simulator.faults.takeDown("reset");
		};
		await expect(readInto(seen, connector, takeDown)).rejects.toMatchObject({ code: "site-unreachable" });
		expect(seen.some((one) => one.type === "item")).toBe(true);
		expect(seen.some((one) => one.type === "cursor" && one.name === "jira.work-item")).toBe(false);
		simulator.faults.bringUp();
	}, 60_000);

	it("ends at once when the run is cancelled", async () => {
		const { connector } = connect(token());
		const controller = new AbortController();
		const reading = async () => {
			for await (const observation of connector.read(new Kept().request({ signal: controller.signal }))) {
				if (observation.type === "resume-point") controller.abort();
			}
		};
		await expect(reading()).rejects.toMatchObject({ code: "cancelled" });
	});
});
