import { Readable } from "node:stream";
import type { LiveEvent } from "@skyeworx/contract";
import type { Clock } from "@skyeworx/core";
import { maySeeSite, type Principal } from "../access/principal.ts";
import type { EventBus } from "./event-bus.ts";

const heartbeatMilliseconds = 15_000;
/** A browser that reads this slowly is better off asking anew. */
const maxWaiting = 1000;

/** One caller's live events as server-sent events; ends when the signal aborts or the reader is too slow. */
export function eventStream(ports: { readonly bus: EventBus; readonly clock: Clock }, principal: Principal, signal: AbortSignal): Readable {
	return Readable.from(lines(ports, principal, signal), { objectMode: false });
}

async function* lines(ports: { readonly bus: EventBus; readonly clock: Clock }, principal: Principal, signal: AbortSignal) {
	const waiting: LiveEvent[] = [];
	let wake: () => void = () => {};
	const stop = ports.bus.subscribe(principal.organizationId, (event) => {
		if (maySeeSite(principal, event.siteId)) waiting.push(event);
		wake();
	});
	const heart = new AbortController();
	signal.addEventListener("abort", () => wake(), { once: true });
	const beat = beatUntil(ports.clock, heart.signal, () => wake());
	try {
		yield "retry: 2000\n: listening\n\n";
		for (;;) {
			if (signal.aborted || waiting.length > maxWaiting) return;
			const event = waiting.shift();
			if (event !== undefined) {
				yield `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
				continue;
			}
			await new Promise<void>((resolve) => {
				wake = resolve;
				if (waiting.length > 0 || signal.aborted) resolve();
			});
			if (waiting.length === 0 && !signal.aborted) yield ": still here\n\n";
		}
	} finally {
		stop();
		heart.abort();
		await beat;
	}
}

async function beatUntil(clock: Clock, signal: AbortSignal, beat: () => void): Promise<void> {
	while (!signal.aborted) {
		await clock.sleep(heartbeatMilliseconds, signal).catch(() => {});
		beat();
	}
}
