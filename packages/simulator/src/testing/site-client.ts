import type { RunningSimulator } from "../server.ts";
import { type TestAnswer, type TestClient, testClient } from "./test-client.ts";

/** A file to attach to a page. */
export interface TestFile {
	readonly name: string;
	readonly text: string;
	readonly type?: string;
	readonly comment?: string;
}

/** Calls the simulator's Confluence as its owner, as another person, or as an app; for tests. */
export class SiteClient {
	readonly #client: TestClient;

	private constructor(client: TestClient) {
		this.#client = client;
	}

	/** Signs in with the API token that the simulator hands out. */
	static owner(running: RunningSimulator): SiteClient {
		return new SiteClient(testClient(running));
	}

	/** Signs in as another account of the site. */
	static someoneElse(running: RunningSimulator): { readonly client: SiteClient; readonly accountId: string } {
		const { owner, accounts } = running.state;
		const other = [...accounts.values()].find((account) => account.active && account !== owner);
		if (other === undefined) throw new Error("the site has one person only");
		const secret = `${other.emailAddress}:${running.credentials.createApiToken(other)}`;
		const client = testClient(running, { authorization: `Basic ${Buffer.from(secret).toString("base64")}` });
		return { client: new SiteClient(client), accountId: other.accountId };
	}

	/** Comes as an app with every scope, through the gateway. */
	static async app(running: RunningSimulator): Promise<SiteClient> {
		const { clientId, clientSecret, refreshToken } = running.oauth;
		const grant = { grant_type: "refresh_token", client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken };
		const { json } = await testClient(running).post("/oauth/token", grant);
		const origin = `${running.url}/ex/confluence/${running.site.cloudId}`;
		return new SiteClient(testClient(running, { authorization: `Bearer ${json.access_token}`, origin }));
	}

	readonly get = (path: string): Promise<TestAnswer> => this.#client.get(path);
	readonly post = (path: string, json: unknown): Promise<TestAnswer> => this.#client.post(path, json);
	readonly put = (path: string, json?: unknown): Promise<TestAnswer> => this.#client.put(path, json);
	readonly delete = (path: string): Promise<TestAnswer> => this.#client.delete(path);
	/** Calls without following redirects and without reading the body. */
	readonly raw = (path: string, init?: RequestInit): Promise<Response> => this.#client.raw(path, init);

	/** Follows `_links.next` to the end. */
	// biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes, and a wrong shape fails the test.
	async all(path: string): Promise<{ readonly results: any[]; readonly requests: number }> {
		// biome-ignore lint/suspicious/noExplicitAny: see above.
		const results: any[] = [];
		let requests = 0;
		for (let next: string | undefined = path; next !== undefined; ) {
			const { status, json } = await this.get(next);
			if (status !== 200) throw new Error(`${next} answered ${status}: ${JSON.stringify(json).slice(0, 300)}`);
			requests += 1;
			results.push(...json.results);
			const link: string | undefined = json._links.next;
			next = link === undefined || link.startsWith("/wiki/") ? link : `/wiki${link}`;
		}
		return { results, requests };
	}

	/** Attaches a file to a page by v1: `PUT` makes a new version of a name that is there, `POST` refuses it. */
	async upload(method: "POST" | "PUT", contentId: string, file: TestFile): Promise<TestAnswer> {
		const form = new FormData();
		form.append("file", new Blob([file.text], { type: file.type ?? "text/plain" }), file.name);
		form.append("minorEdit", "true");
		if (file.comment !== undefined) form.append("comment", file.comment);
		const path = `/wiki/rest/api/content/${contentId}/child/attachment`;
		const response = await this.raw(path, { method, body: form, headers: { "x-atlassian-token": "nocheck" } });
		return { status: response.status, headers: response.headers, json: await response.json() };
	}
}
