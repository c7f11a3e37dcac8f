import { gunzipSync } from "node:zlib";
import { AppError, release } from "@skyeworx/core";
import { Agent, type Dispatcher, errors } from "undici";
import { requestWhole } from "./whole-answer.ts";

/** What came back from the wire. */
export interface WireAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | undefined>>;
	/** The whole body, unpacked; to be asked for once. */
	bytes(): Promise<Uint8Array>;
}

/** What came back from the wire, its body to be taken piece by piece or discarded. */
export interface WireStream extends WireAnswer {
	readonly body: AsyncIterable<Uint8Array>;
	discard(): void;
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

function optionsOf({ url, method, headers, body, timeout }: WireRequest): Dispatcher.RequestOptions {
	return {
		origin: url.origin,
		path: url.pathname + url.search,
		method,
		headers,
		// undici takes async iterables; its types name only Node's own streams.
		body: (body ?? null) as string | null,
		headersTimeout: timeout,
		bodyTimeout: timeout,
	};
}

async function unpacked(body: Promise<Uint8Array>, headers: WireAnswer["headers"], signal: AbortSignal): Promise<Uint8Array> {
	const bytes = await body.catch((error: unknown) => {
		throw failureOf(error, signal);
	});
	if (headers["content-encoding"] !== "gzip") return bytes;
	const whole = gunzipSync(bytes);
	release(bytes);
	return whole;
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

	/**
	 * For documents.
	 * @throws WireFailure when no answer came; AppError `cancelled`
	 */
	async send(request: WireRequest): Promise<WireAnswer> {
		const { signal } = request;
		try {
			const answer = await requestWhole(this.agent, optionsOf(request), signal);
			const headers = flatten(answer.headers);
			return { status: answer.status, headers, bytes: () => unpacked(answer.bytes(), headers, signal) };
		} catch (error) {
			throw failureOf(error, signal);
		}
	}

	/**
	 * For files of any size: nothing is held that was not taken.
	 * @throws WireFailure when no answer came; AppError `cancelled`
	 */
	async open(request: WireRequest): Promise<WireStream> {
		const { signal } = request;
		try {
			const answer = await this.agent.request({ ...optionsOf(request), signal });
			const headers = flatten(answer.headers);
			return {
				status: answer.statusCode,
				headers,
				body: { [Symbol.asyncIterator]: () => guarded(answer.body, signal) },
				bytes: () => unpacked(answer.body.bytes(), headers, signal),
				discard() {
					answer.body.on("error", () => undefined);
					void answer.body.dump({ limit: 65_536 }).catch(() => undefined);
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
