import type { RunningSimulator } from "../server.ts";

/** An answer, parsed. */
export interface Reply {
	readonly status: number;
	readonly headers: Headers;
	// biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes, and the contract check holds them against the documents
	readonly json: any;
	readonly bytes: Buffer;
}

/** What a request carries. */
export interface Sending {
	readonly json?: unknown;
	readonly form?: FormData;
	readonly headers?: Readonly<Record<string, string>>;
}

/** Calls a running simulator with the API token of its owner, or with an OAuth token; for tests. */
export class SiteClient {
	readonly #base: string;
	readonly #authorization: string;

	private constructor(base: string, authorization: string) {
		this.#base = base;
		this.#authorization = authorization;
	}

	/** Signs in with the API token that the simulator hands out. */
	static owner(running: RunningSimulator): SiteClient {
		return SiteClient.token(running, running.site.email, running.site.apiToken);
	}

	/** Signs in with somebody's API token. */
	static token(running: RunningSimulator, email: string, apiToken: string): SiteClient {
		return new SiteClient(running.url, `Basic ${Buffer.from(`${email}:${apiToken}`).toString("base64")}`);
	}

	/** Signs in as another account of the site. */
	static someoneElse(running: RunningSimulator): { readonly client: SiteClient; readonly accountId: string } {
		const { owner, accounts } = running.state;
		const other = [...accounts.values()].find((account) => account.active && account !== owner);
		if (other === undefined) throw new Error("the site has one person only");
		return { client: SiteClient.token(running, other.emailAddress, running.credentials.createApiToken(other)), accountId: other.accountId };
	}

	/** Comes as an app with every scope, through the gateway. */
	static async app(running: RunningSimulator): Promise<SiteClient> {
		const { clientId, clientSecret, refreshToken } = running.oauth;
		const response = await fetch(`${running.url}/oauth/token`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ grant_type: "refresh_token", client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken }),
		});
		const { access_token: token } = (await response.json()) as { access_token: string };
		return new SiteClient(`${running.url}/ex/confluence/${running.site.cloudId}`, `Bearer ${token}`);
	}

	async call(method: string, path: string, sending: Sending = {}): Promise<Reply> {
		const response = await fetch(this.#base + path, {
			method,
			headers: {
				authorization: this.#authorization,
				...(sending.json === undefined ? {} : { "content-type": "application/json" }),
				...sending.headers,
			},
			redirect: "manual",
			...(sending.json === undefined ? {} : { body: JSON.stringify(sending.json) }),
			...(sending.form === undefined ? {} : { body: sending.form }),
		});
		const bytes = Buffer.from(await response.arrayBuffer());
		const json = response.headers.get("content-type")?.includes("json") === true ? JSON.parse(bytes.toString("utf8")) : undefined;
		return { status: response.status, headers: response.headers, json, bytes };
	}

	readonly get = (path: string): Promise<Reply> => this.call("GET", path);
	readonly post = (path: string, json: unknown): Promise<Reply> => this.call("POST", path, { json });
	readonly put = (path: string, json: unknown): Promise<Reply> => this.call("PUT", path, { json });
	readonly delete = (path: string): Promise<Reply> => this.call("DELETE", path);

	/** Follows `_links.next` to the end. */
	// biome-ignore lint/suspicious/noExplicitAny: see Reply
	async all(path: string): Promise<{ readonly results: any[]; readonly requests: number }> {
		// biome-ignore lint/suspicious/noExplicitAny: see Reply
		const results: any[] = [];
		let requests = 0;
		for (let next: string | undefined = path; next !== undefined; ) {
			const reply = await this.get(next);
			if (reply.status !== 200) throw new Error(`${next} answered ${reply.status}: ${reply.bytes.toString("utf8").slice(0, 300)}`);
			requests += 1;
			results.push(...reply.json.results);
			const link: string | undefined = reply.json._links.next;
			next = link === undefined ? undefined : link.startsWith("/wiki/") ? link : `/wiki${link}`;
		}
		return { results, requests };
	}

	/** Uploads one file by v1. */
	upload(
		method: "POST" | "PUT",
		contentId: string,
		file: { readonly name: string; readonly text: string; readonly type?: string; readonly comment?: string },
	): Promise<Reply> {
		const form = new FormData();
		form.append("file", new Blob([file.text], { type: file.type ?? "text/plain" }), file.name);
		form.append("minorEdit", "true");
		if (file.comment !== undefined) form.append("comment", file.comment);
		return this.call(method, `/wiki/rest/api/content/${contentId}/child/attachment`, { form, headers: { "x-atlassian-token": "nocheck" } });
	}
}
