import { AppError, type Clock } from "@skyeworx/core";
import { malformed, unreachable } from "./failure.ts";
import type { Download } from "./http-client.ts";
import { WireFailure } from "./transport.ts";

/** An opened content answer: 200 from the start, 206 from where it was asked. */
export interface Opened {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | undefined>>;
	readonly body: AsyncIterable<Uint8Array>;
}

export interface ResumableOptions {
	/** Opens the content from a byte on; may answer from the start all the same. */
	readonly open: (from: number) => Promise<Opened>;
	readonly operation: string;
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

const maxCuts = 5;

function totalOf(opened: Opened): number | undefined {
	if (opened.headers["content-encoding"] !== undefined) return undefined;
	const range = /\/(\d+)$/.exec(opened.headers["content-range"] ?? "")?.[1];
	if (range !== undefined) return Number(range);
	const length = opened.headers["content-length"];
	return length === undefined || opened.status === 206 ? undefined : Number(length);
}

/** Opens a download that goes on with a Range when the connection is cut, and checks the length at the end. */
export async function resumable(options: ResumableOptions): Promise<Download> {
	const first = await options.open(0);
	const size = totalOf(first);
	return { size, stream: pump(options, first, size) };
}

async function* pump(options: ResumableOptions, first: Opened, size: number | undefined): AsyncGenerator<Uint8Array> {
	let opened = first;
	let received = 0;
	let before = 0;
	for (let cuts = 0; ; cuts++) {
		let skip = opened.status === 206 ? 0 : received;
		try {
			for await (const chunk of opened.body) {
				const fresh = skip >= chunk.length ? undefined : chunk.subarray(skip);
				skip = Math.max(0, skip - chunk.length);
				if (fresh === undefined) continue;
				received += fresh.length;
				yield fresh;
			}
			if (size === undefined || received === size) return;
			if (received > size) throw malformed(options.operation, "more bytes than promised");
			if (cuts >= maxCuts) throw malformed(options.operation, "fewer bytes than promised");
		} catch (error) {
			if (!(error instanceof WireFailure)) throw error;
			if (cuts >= maxCuts) throw unreachable(options.operation, undefined, error);
		}
		if (received > before) cuts = 0;
		before = received;
		await options.clock.sleep(500 * 2 ** cuts, options.signal);
		opened = await reopen(options, first, received);
	}
}

async function reopen(options: ResumableOptions, first: Opened, received: number): Promise<Opened> {
	const opened = await options.open(received);
	const { etag } = first.headers;
	if (etag !== undefined && opened.headers.etag !== undefined && opened.headers.etag !== etag) {
		throw new AppError("site-answer-malformed", "The file changed while it was read", { facts: { operation: options.operation } });
	}
	return opened;
}
