import { AppError, type Clock, canonicalJson, type JsonValue, type Log, parseJson, type Random } from "@skyeworx/core";
import type { ApiUsage } from "@skyeworx/engine";
import type { z } from "zod";
import { Address } from "./address.ts";
import { Authentication } from "./authentication.ts";
import type { Connection, CredentialStore } from "./connection.ts";
import { type Opened, resumable } from "./download.ts";
import { answerLost, isScopeMissing, malformed, refusalOf, unreachable } from "./failure.ts";
import { isTakenByGateway } from "./gateway.ts";
import type { ApiAnswer, ApiCall, Download, HttpClient } from "./http-client.ts";
import { Lanes } from "./lanes.ts";
import { exhaustedQuota, Gates, readLimit } from "./limits.ts";
import { isWrite, Pace } from "./pace.ts";
import { lenientJson, textOf } from "./read-body.ts";
import { followRedirects } from "./redirects.ts";
import { Transport, type WireAnswer, WireFailure, type WireRequest, type WireStream } from "./transport.ts";
import { multipart } from "./upload.ts";
import { Meter, pointsOf } from "./usage.ts";

/** A points budget shared with other processes (Atlassian counts an app's points over all its customers). */
export interface ApiBudget {
	/** Waits until the budget has room for a call. */
	admit(signal: AbortSignal): Promise<void>;
	spent(points: number): void;
	/** The site said that the quota is used up until then. */
	exhausted(until: Date): void;
}

export interface HttpClientOptions {
	readonly connection: Connection;
	readonly credentials: CredentialStore;
	readonly ports: { readonly clock: Clock; readonly random: Random; readonly log: Log };
	readonly budget?: ApiBudget | undefined;
	/** Calls at once; Atlassian advises 5 to 10. */
	readonly concurrency?: number;
}

/** A limit is no fault: whoever asks for patience gets more of it than a site that breaks. */
const maxTries = { failed: 4, limited: 16 } as const;
const baseWait = 2_000;
const capWait = 30_000;
/** A quota resets at the top of the hour; a longer wait is an error of the site or of the clock. */
const longestPause = 70 * 60_000;

/** Opens the only way to a site; see {@link HttpClient}. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
	return new Client(options);
}

class Client implements HttpClient {
	private readonly options: HttpClientOptions;
	private readonly transport: Transport;
	private readonly address: Address;
	private readonly authentication: Authentication;
	private readonly gates: Gates;
	private readonly pace: Pace;
	private readonly lanes: Lanes;
	private readonly meter = new Meter();
	private readonly closing = new AbortController();
	private readonly documents: Send<WireAnswer> = (request) => this.transport.send(request);
	private readonly files: Send<WireStream> = (request) => this.transport.open(request);
	private readonly signals = new WeakMap<AbortSignal, AbortSignal>();

	constructor(options: HttpClientOptions) {
		const concurrency = options.concurrency ?? 8;
		this.options = options;
		this.transport = new Transport(concurrency + 4);
		this.address = new Address(options.connection, this.transport);
		const { connection, credentials: store, ports } = options;
		this.authentication = new Authentication({ connection, store, transport: this.transport, clock: ports.clock, log: ports.log });
		this.gates = new Gates(ports);
		this.pace = new Pace(ports.clock);
		this.lanes = new Lanes(concurrency);
	}

	call(call: ApiCall): Promise<ApiAnswer> {
		return this.perform(call, this.documents, (answer) => this.readAnswer(call, answer));
	}

	async read<T>(call: ApiCall, schema: z.ZodType<T>): Promise<T> {
		const answer = await this.call(call);
		const parsed = schema.safeParse(answer.json);
		if (parsed.success) return parsed.data;
		const where = parsed.error.issues.slice(0, 3).map((issue) => issue.path.join(".") || "the whole");
		throw malformed(operationOf(call), `unexpected shape at ${where.join(", ")}`);
	}

	async location(call: ApiCall): Promise<string | undefined> {
		const url = await this.address.resolve(call, this.signalOf(call));
		return this.perform(call, this.files, async (answer) => {
			answer.discard();
			const { location } = answer.headers;
			return answer.status >= 300 && answer.status < 400 && location !== undefined ? new URL(location, url).href : undefined;
		});
	}

	async download(call: Omit<ApiCall, "body" | "upload">, from?: string): Promise<Download> {
		const open = async (start: number): Promise<Opened> => {
			const headers = { ...call.headers, accept: "*/*", ...(start > 0 ? { range: `bytes=${start}-` } : {}) };
			const direct = start === 0 && from !== undefined ? await this.openDirectly(from, headers, this.signalOf(call)) : undefined;
			return direct ?? this.perform({ ...call, headers }, this.files, (answer) => this.follow(call, answer, headers));
		};
		return resumable({ open, operation: operationOf(call), clock: this.options.ports.clock, signal: this.signalOf(call) });
	}

	/** Opens a signed address without the credential; undefined when it does not work (any more). */
	private async openDirectly(address: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Opened | undefined> {
		try {
			const answer = await this.files({ url: new URL(address), method: "GET", headers, timeout: 60_000, signal });
			if (answer.status === 200) return { status: 200, headers: answer.headers, body: answer.body };
			answer.discard();
			return undefined;
		} catch (error) {
			if (error instanceof WireFailure) return undefined;
			throw error;
		}
	}

	cloudId(signal?: AbortSignal): Promise<string> {
		return this.address.cloudId(this.signalOf({ signal }));
	}

	usage(): ApiUsage {
		return this.meter.read();
	}

	async close(): Promise<void> {
		this.closing.abort();
		await this.transport.close();
	}

	/** Aborted with the call's signal and when the client closes; one for all the calls of a run. */
	private signalOf(call: Pick<ApiCall, "signal">): AbortSignal {
		if (call.signal === undefined) return this.closing.signal;
		let signal = this.signals.get(call.signal);
		if (signal === undefined) {
			signal = AbortSignal.any([call.signal, this.closing.signal]);
			this.signals.set(call.signal, signal);
		}
		return signal;
	}

	/** Tries a call until it succeeds, is refused, or may not be tried again. */
	private async perform<A extends WireAnswer, T>(call: ApiCall, send: Send<A>, take: (answer: A) => Promise<T>): Promise<T> {
		const signal = this.signalOf(call);
		const operation = operationOf(call);
		const state = { renewed: false };
		const attempts = { failed: 0, limited: 0 };
		for (;;) {
			await this.options.budget?.admit(signal);
			if (isWrite(call)) await this.pace.pass(call, signal);
			await this.gates.pass(operation, call.item, signal);
			const outcome = await this.lanes.run(signal, () => this.once(call, signal, state, { send, take }));
			if (outcome.status === "done") return outcome.value;
			if (outcome.status === "again") continue;
			const sort = outcome.error.code === "site-limited" ? "limited" : "failed";
			attempts[sort] += 1;
			if (attempts[sort] >= maxTries[sort] || outcome.wait > longestPause) throw outcome.error;
			// Where the site says how long it wants to be left alone, and shuts but one gate, that gate keeps the time.
			const told = sort === "limited" && outcome.wait > 0 && attempts[sort] === 1;
			await this.options.ports.clock.sleep(told ? outcome.wait : Math.max(outcome.wait, this.backoff(attempts[sort])), signal);
		}
	}

	private backoff(attempt: number): number {
		return Math.min(capWait, baseWait * 2 ** (attempt - 1)) * (0.7 + 0.6 * this.options.ports.random.fraction());
	}

	private async once<A extends WireAnswer, T>(
		call: ApiCall,
		signal: AbortSignal,
		state: { renewed: boolean },
		{ send, take }: { readonly send: Send<A>; readonly take: (answer: A) => Promise<T> },
	): Promise<Attempt<T>> {
		const operation = operationOf(call);
		const idempotent = call.idempotent ?? call.method !== "POST";
		let status: number | undefined;
		try {
			const authorization = await this.authentication.header(signal);
			const request = await this.request(call, authorization, signal);
			this.meter.request(operation);
			const answer = await send(request);
			status = answer.status;
			this.watch(answer);
			if (status < 400 || call.accept?.includes(status) === true) {
				const value = await take(answer);
				this.gates.passed(operation);
				this.lanes.praise();
				return { status: "done", value };
			}
			return await this.refused(call, answer, { authorization, signal, state, idempotent });
		} catch (error) {
			if (error instanceof WireFailure) {
				if (error.unsent || idempotent) return { status: "later", wait: 0, error: unreachable(operation, status, error) };
				throw answerLost(operation, status, error);
			}
			if (error instanceof AppError && error.code === "site-answer-malformed" && status !== undefined) {
				if (idempotent) return { status: "later", wait: 0, error };
				throw answerLost(operation, status, error);
			}
			throw error;
		}
	}

	private async refused<T>(
		call: ApiCall,
		answer: WireAnswer,
		context: {
			readonly authorization: string;
			readonly signal: AbortSignal;
			readonly state: { renewed: boolean };
			readonly idempotent: boolean;
		},
	): Promise<Attempt<T>> {
		const operation = operationOf(call);
		const { status } = answer;
		const json = await lenientJson(answer);
		if (status === 401 && !context.state.renewed && !isScopeMissing(json)) {
			context.state.renewed = true;
			if (await this.authentication.rejected(context.authorization, context.signal)) return { status: "again" };
			if (!this.address.throughGateway) return this.tryGateway(call, answer, json);
		}
		if (status === 429) return this.limited(call, answer);
		if (status === 408 || status >= 500) {
			if (!context.idempotent) throw answerLost(operation, status);
			const { wait } = readLimit(answer.headers, this.options.ports.clock.now());
			return { status: "later", wait: wait ?? 0, error: unreachable(operation, status) };
		}
		throw refusalOf({ operation, status, json, credentialType: this.options.connection.type });
	}

	/** The call was rejected at the site's own host: is it the gateway that takes this credential? */
	private async tryGateway<T>(call: ApiCall, answer: WireAnswer, json: JsonValue): Promise<Attempt<T>> {
		const { connection } = this.options;
		const { transport, authentication, meter } = this;
		if (!(await isTakenByGateway({ connection, transport, authentication, meter, signal: this.closing.signal })))
			throw refusalOf({ operation: operationOf(call), status: answer.status, json, credentialType: connection.type });
		this.address.useGateway();
		return { status: "again" };
	}

	private limited<T>(call: ApiCall, answer: WireAnswer): Attempt<T> {
		const operation = operationOf(call);
		const now = this.options.ports.clock.now();
		const limit = readLimit(answer.headers, now);
		const wait = limit.wait ?? 0;
		this.meter.limit();
		if (limit.scope === "quota") this.options.budget?.exhausted(new Date(now.getTime() + wait));
		const news = wait > longestPause || this.gates.hold({ scope: limit.scope, operation, item: call.item, wait });
		if (limit.scope === "burst" && news) this.lanes.complain();
		const error = new AppError("site-limited", "Atlassian's limit is used up", {
			hint: "The next run goes on where this one stopped; a higher quota or an API token of the customer makes it faster.",
			facts: { operation, scope: limit.scope, seconds: Math.round(wait / 1000) },
		});
		return { status: "later", wait, error };
	}

	/** Heeds what every answer says about the quota. */
	private watch(answer: WireAnswer): void {
		const seconds = exhaustedQuota(answer.headers);
		if (seconds !== undefined) this.gates.hold({ scope: "quota", operation: "", item: undefined, wait: seconds * 1000 });
		if (answer.headers["x-ratelimit-nearlimit"] === "true") this.lanes.complain();
	}

	private async request(call: ApiCall, authorization: string, signal: AbortSignal): Promise<WireRequest> {
		const url = await this.address.resolve(call, signal);
		const headers: Record<string, string> = { authorization, accept: "application/json", "user-agent": "Skyeworx", ...call.headers };
		const request = { url, method: call.method, timeout: call.timeout ?? 60_000, signal };
		if (call.upload !== undefined) {
			const boundary = `skyeworx-${this.options.ports.random.uuid()}`;
			const body = multipart(boundary, call.upload.files, call.upload.fields);
			return {
				...request,
				headers: { ...headers, "content-type": body.contentType, "content-length": String(body.size) },
				body: body.open(signal),
			};
		}
		if (call.body !== undefined)
			return { ...request, headers: { ...headers, "content-type": "application/json" }, body: canonicalJson(call.body) };
		// Some of Atlassian's endpoints answer 415 to a bodyless write without a type.
		return { ...request, headers: call.method === "GET" ? headers : { ...headers, "content-type": "application/json" } };
	}

	private async readAnswer(call: ApiCall, answer: WireAnswer): Promise<ApiAnswer> {
		const text = await textOf(answer);
		const json = text === "" ? null : parsed(operationOf(call), text);
		const points = pointsOf(call.method, call.path, json);
		this.meter.spend(points);
		this.options.budget?.spent(points);
		return { status: answer.status, headers: answer.headers, json };
	}

	/** Opens what an answer leads to. */
	private async follow(
		call: Omit<ApiCall, "body" | "upload">,
		first: WireStream,
		headers: Readonly<Record<string, string>>,
	): Promise<Opened> {
		const signal = this.signalOf(call);
		const url = await this.address.resolve(call, signal);
		const { transport, authentication } = this;
		const from = { operation: operationOf(call), url, headers, timeout: call.timeout ?? 60_000, signal };
		const answer = await followRedirects({ transport, authentication }, first, from);
		if (answer.status >= 500 || answer.status === 429) throw new WireFailure(false, answer.status);
		if (answer.status >= 300) {
			answer.discard();
			throw refusalOf({ operation: operationOf(call), status: answer.status, json: null, credentialType: this.options.connection.type });
		}
		this.meter.spend(2);
		return { status: answer.status, headers: answer.headers, body: answer.body };
	}
}

type Send<A extends WireAnswer> = (request: WireRequest) => Promise<A>;

type Attempt<T> =
	| { readonly status: "done"; readonly value: T }
	/** At once, not counted. */
	| { readonly status: "again" }
	/** After a pause of at least `wait` milliseconds; `error` when there is no try left. */
	| { readonly status: "later"; readonly wait: number; readonly error: AppError };

/** How a call is named in counts, limits and errors. */
function operationOf(call: Pick<ApiCall, "method" | "path">): string {
	return `${call.method} ${call.path}`;
}

function parsed(operation: string, text: string): JsonValue {
	try {
		return parseJson(text);
	} catch {
		throw malformed(operation, "no JSON");
	}
}
