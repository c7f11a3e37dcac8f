import type { RunningSimulator } from "../server.ts";

/** An answer as tests look at it. */
export interface TestAnswer {
	readonly status: number;
	readonly headers: Headers;
	/** The parsed body; undefined when it is empty. Tests read it as what they expect it to be. */
	// biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes, and a wrong shape fails the test.
	readonly json: any;
}

/** Calls a running simulator over HTTP. */
export interface TestClient {
	get(path: string, headers?: Record<string, string>): Promise<TestAnswer>;
	post(path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer>;
	put(path: string, body?: unknown): Promise<TestAnswer>;
	delete(path: string): Promise<TestAnswer>;
	/** Uploads files as the parts called `file`. */
	upload(path: string, files: readonly { readonly name: string; readonly type: string; readonly bytes: Uint8Array }[]): Promise<TestAnswer>;
	/** Calls without following redirects and without reading the body. */
	raw(path: string, init?: RequestInit): Promise<Response>;
}

/** Calls an absolute address, as a browser would. */
export const fetchAddress = globalThis.fetch;

/** Makes a client that logs in with the owner's API token, or with the given `Authorization` on another origin. */
export function testClient(
	running: RunningSimulator,
	options: { readonly authorization?: string; readonly origin?: string } = {},
): TestClient {
	const basic = `Basic ${Buffer.from(`${running.site.email}:${running.site.apiToken}`).toString("base64")}`;
	const authorization = options.authorization ?? basic;
	const origin = options.origin ?? running.url;
	const raw = (path: string, init: RequestInit = {}): Promise<Response> =>
		fetchAddress(origin + path, { redirect: "manual", ...init, headers: { authorization, ...(init.headers as Record<string, string>) } });
	const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<TestAnswer> => {
		const init: RequestInit = { method, headers: body === undefined ? headers : { "content-type": "application/json", ...headers } };
		if (body !== undefined) init.body = JSON.stringify(body);
		return read(await raw(path, init));
	};
	return {
		get: (path, headers) => send("GET", path, undefined, headers),
		post: (path, body, headers) => send("POST", path, body, headers),
		put: (path, body) => send("PUT", path, body),
		delete: (path) => send("DELETE", path),
		raw,
		async upload(path, files) {
			const form = new FormData();
			for (const file of files) form.append("file", new Blob([new Uint8Array(file.bytes)], { type: file.type }), file.name);
			return read(await raw(path, { method: "POST", body: form, headers: { "x-atlassian-token": "no-check" } }));
		},
	};
}

async function read(response: Response): Promise<TestAnswer> {
	const text = await response.text();
	let json: unknown;
	if (text !== "") {
		try {
			json = JSON.parse(text);
		} catch {
			json = text;
		}
	}
	return { status: response.status, headers: response.headers, json };
}

/** Makes a one-paragraph document. */
export function document(text: string): object {
	return { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text }] }] };
}
