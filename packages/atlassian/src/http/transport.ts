import { gunzipSync } from "node:zlib";
import { AppError } from "@skyeworx/core";
import { Agent, type Dispatcher, errors } from "undici";

/** What came back from the wire, the body not read yet. */
export interface WireAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | undefined>>;
	readonly body: AsyncIterable<Uint8Array> & { bytes(): Promise<Uint8Array>; discard(): void };
}

/** The call reached nobody, or its answer did not arrive. */
export class WireFailure extends Error {
	/** Nothing was sent, so nothing was done. */
	readonly unsent: boolean;
	constructor(unsent: boolean, cause: unknown) {
		super("The connection failed", { cause });
		this.unsent = unsent;
	}
}

export interface WireRequest {
	readonly url: URL;
	readonly method: "GET" | "POST" | "PUT" | "DELETE";
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string | AsyncIterable<Uint8Array> | undefined;
	readonly timeout: number;
	readonly signal: AbortSignal;
}

const unsentCodes: ReadonlySet<string> = new Set([
	"ECONNREFUSED",
	"ENOTFOUND",
	"EAI_AGAIN",
	"EHOSTUNREACH",
	"ENETUNREACH",
	"UND_ERR_CONNECT_TIMEOUT",
]);

function failureOf(error: unknown, signal: AbortSignal): Error {
	if (signal.aborted) return new AppError("cancelled", "The call was cancelled", { cause: error });
	if (error instanceof AppError || error instanceof WireFailure) return error;
	const code = error instanceof Error && "code" in error ? String(error.code) : "";
	return new WireFailure(unsentCodes.has(code) || error instanceof errors.ConnectTimeoutError, error);
}

function flatten(headers: Dispatcher.ResponseData["headers"]): Record<string, string | undefined> {
	const flat: Record<string, string | undefined> = {};
	for (const name in headers) {
		const value = headers[name];
		flat[name] = Array.isArray(value) ? value.join(", ") : value;
	}
	return flat;
}

async function* guarded(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
	try {
		for await (const chunk of body) yield chunk;
	} catch (error) {
		throw failureOf(error, signal);
	}
}

/** One pool of kept-alive connections for everything. */
export class Transport {
	private readonly agent: Agent;

	constructor(connections: number) {
		this.agent = new Agent({ connections, keepAliveTimeout: 30_000, connect: { timeout: 15_000 } });
	}

	/** @throws WireFailure when no answer came; AppError `cancelled` */
	async send(request: WireRequest): Promise<WireAnswer> {
		const { url, signal } = request;
		try {
			const answer = await this.agent.request({
				origin: url.origin,
				path: url.pathname + url.search,
				method: request.method,
				headers: request.headers,
				// undici takes async iterables; its types name only Node's own streams.
				body: (request.body ?? null) as string | null,
				signal,
				headersTimeout: request.timeout,
				bodyTimeout: request.timeout,
			});
			const headers = flatten(answer.headers);
			return {
				status: answer.statusCode,
				headers,
				body: {
					[Symbol.asyncIterator]: () => guarded(answer.body, signal),
					async bytes() {
						const bytes = await answer.body.bytes().catch((error: unknown) => {
							throw failureOf(error, signal);
						});
						return headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
					},
					discard() {
						answer.body.on("error", () => undefined);
						void answer.body.dump({ limit: 65_536 }).catch(() => undefined);
					},
				},
			};
		} catch (error) {
			throw failureOf(error, signal);
		}
	}

	async close(): Promise<void> {
		await this.agent.destroy();
	}
}
