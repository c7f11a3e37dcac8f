import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError, type Clock, quietLog, systemRandom } from "@skyeworx/core";
import { createHttpClient, type HttpClientOptions } from "./client.ts";
import type { Connection, Credential, CredentialStore } from "./connection.ts";
import type { HttpClient } from "./http-client.ts";

/** A clock that jumps instead of waiting and remembers how long it was asked to wait. */
class JumpingClock implements Clock {
	readonly waits: number[] = [];
	private time = Date.parse("2026-05-03T10:20:00Z");
	private readonly start = this.time;

	now(): Date {
		return new Date(this.time);
	}

	monotonic(): number {
		return this.time - this.start;
	}

	async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
		if (signal?.aborted === true) throw new AppError("cancelled", "Stopped while waiting");
		this.waits.push(milliseconds);
		this.time += milliseconds;
	}
}

export interface SeenRequest {
	readonly method: string;
	readonly url: string;
	readonly headers: IncomingMessage["headers"];
	readonly body: Buffer;
}

export type Reply = (response: ServerResponse, request: SeenRequest) => void;

/** Answers JSON. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
	return (response) => response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** A store in memory with a real lock. */
export function credentialStore(first: Credential): CredentialStore & { readonly stored: Credential[] } {
	const stored: Credential[] = [first];
	let turn: Promise<unknown> = Promise.resolve();
	return {
		stored,
		load: async () => stored.at(-1) ?? first,
		replace: async (_previous, next) => {
			stored.push(next);
		},
		exclusive<T>(work: () => Promise<T>): Promise<T> {
			const mine = turn.then(work, work);
			turn = mine.catch(() => undefined);
			return mine;
		},
	};
}

const apiToken: Credential = { type: "api-token", email: "backup@example.com", token: "token-1" };

export interface ScriptedSite {
	readonly url: string;
	readonly seen: SeenRequest[];
	readonly clock: JumpingClock;
	client(options?: Partial<HttpClientOptions> & { readonly connection?: Connection }): HttpClient;
	stop(): Promise<void>;
}

/** A server that answers as the script says, request by request; the last line of the script repeats. */
export async function scriptedSite(script: readonly Reply[] | ((request: SeenRequest) => Reply)): Promise<ScriptedSite> {
	const seen: SeenRequest[] = [];
	const clock = new JumpingClock();
	const server = createServer((message, response) => {
		const chunks: Buffer[] = [];
		message.on("data", (chunk: Buffer) => chunks.push(chunk));
		message.on("end", () => {
			const request = { method: message.method ?? "", url: message.url ?? "", headers: message.headers, body: Buffer.concat(chunks) };
			const reply = typeof script === "function" ? script(request) : script[Math.min(seen.length, script.length - 1)];
			seen.push(request);
			reply?.(response, request);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const clients: HttpClient[] = [];
	return {
		url,
		seen,
		clock,
		client(options = {}) {
			const made = createHttpClient({
				connection: { siteUrl: url, type: "api-token" },
				credentials: credentialStore(apiToken),
				ports: { clock, random: systemRandom, log: quietLog },
				...options,
			});
			clients.push(made);
			return made;
		},
		async stop() {
			for (const one of clients) await one.close();
			await new Promise<void>((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			});
		},
	};
}
