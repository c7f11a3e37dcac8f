import { z } from "zod";
import type { Endpoint } from "../endpoint.ts";
import { apiPrefix, type EndpointName, endpoints } from "../endpoints.ts";
import { ApiError, type Problem, problem } from "../problem.ts";
import type { LiveEvent } from "../schemas/event.ts";
import { type AnyInput, type CallInput, type Calls, callPath } from "./call.ts";
import { readEvents } from "./events.ts";

export interface ClientOptions {
	/** `http://127.0.0.1:7070`; empty for the page's own origin. */
	readonly baseUrl: string;
	readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
	/** `skx_…`; a browser uses its session cookie instead. */
	readonly apiKey?: string;
}

export interface Client extends Calls {
	/** Address of a file, for an `<img>` or a download link. */
	itemFileUrl(input: Omit<CallInput<(typeof endpoints)["getItemFile"]>, "signal">): string;
	/**
	 * Live events until the signal aborts or the connection ends (the iteration then just ends: read the state anew and
	 * listen again).
	 */
	listen(signal?: AbortSignal): AsyncIterable<LiveEvent>;
}

/**
 * Makes a typed client: one method for each endpoint, by its name.
 * Every method throws {@link ApiError} with the server's problem; `server-unreachable` when no answer came.
 * @example const { items } = await createClient({ baseUrl, fetch }).listSites();
 */
export function createClient(options: ClientOptions): Client {
	const calls = Object.fromEntries(
		(Object.keys(endpoints) as EndpointName[]).map((name) => [name, (input: AnyInput = {}) => call(options, endpoints[name], input)]),
	) as unknown as Calls;
	return {
		...calls,
		itemFileUrl: (input) => addressOf(options, endpoints.getItemFile, input),
		async *listen(signal) {
			const response = await call(options, endpoints.streamEvents, signal === undefined ? {} : { signal });
			yield* readEvents(response as Response);
		},
	};
}

function addressOf(options: ClientOptions, endpoint: Endpoint, input: AnyInput): string {
	return `${options.baseUrl.replace(/\/+$/, "")}${apiPrefix}${callPath(endpoint, input)}`;
}

async function call(options: ClientOptions, endpoint: Endpoint, input: AnyInput): Promise<unknown> {
	const response = await send(options, endpoint, input);
	if (!response.ok) throw new ApiError(await readProblem(response));
	if (endpoint.response === "nothing") return undefined;
	if (endpoint.response === "bytes" || endpoint.response === "events") return response;
	return await readAnswer(response, endpoint.response as z.ZodType);
}

async function send(options: ClientOptions, endpoint: Endpoint, input: AnyInput): Promise<Response> {
	const headers: Record<string, string> = { accept: endpoint.response === "events" ? "text/event-stream" : "application/json" };
	if (options.apiKey !== undefined) headers.authorization = `Bearer ${options.apiKey}`;
	if (endpoint.method !== "GET") headers["content-type"] = "application/json";
	if (input.idempotencyKey !== undefined) headers["idempotency-key"] = input.idempotencyKey;
	const init: RequestInit = { method: endpoint.method, headers, credentials: "same-origin" };
	if (endpoint.method !== "GET") init.body = JSON.stringify(input.body ?? {});
	if (input.signal !== undefined) init.signal = input.signal;
	try {
		return await options.fetch(addressOf(options, endpoint, input), init);
	} catch (cause) {
		if (input.signal?.aborted === true) throw cause;
		throw new ApiError(
			ownProblem({
				code: "server-unreachable",
				title: "Server unreachable",
				detail: `The Skyeworx server${options.baseUrl === "" ? "" : ` at ${options.baseUrl}`} does not answer`,
				hint:
					options.baseUrl === ""
						? "Look whether it is running and whether you are online; this page goes on by itself when it answers again."
						: "Look whether it is running (npm start, or skyeworx serve) and whether the address is right.",
			}),
			{ cause },
		);
	}
}

async function readAnswer(response: Response, schema: z.ZodType): Promise<unknown> {
	const body: unknown = await response.json().catch(() => undefined);
	const parsed = z.safeParse(schema, body);
	if (parsed.success) return parsed.data;
	throw new ApiError(
		ownProblem({
			code: "answer-malformed",
			title: "Unexpected answer",
			detail: `The server's answer does not have the expected shape: ${parsed.error.issues[0]?.path.join(".") ?? ""} ${parsed.error.issues[0]?.message ?? ""}`,
			hint: "Use a client of the same version as the server.",
		}),
	);
}

async function readProblem(response: Response): Promise<Problem> {
	const body: unknown = await response.json().catch(() => undefined);
	const parsed = problem.safeParse(body);
	if (parsed.success) return parsed.data;
	return {
		...ownProblem({
			code: "internal",
			title: "The server has a problem",
			detail: `It answered ${response.status} without saying why`,
			hint: "Try again in a moment. If it stays, whoever runs the server finds the reason in its log.",
		}),
		status: response.status,
	};
}

function ownProblem(about: Pick<Problem, "code" | "title" | "detail" | "hint">): Problem {
	return { type: "about:blank", status: 0, requestId: "", ...about };
}
