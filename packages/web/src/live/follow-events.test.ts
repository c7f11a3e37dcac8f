import type { LiveEvent, Run } from "@skyeworx/contract";
import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { followEvents } from "./follow-events.ts";

const runId = "1b8f4e8e-0d0a-4a53-9f0f-5a9a3a3f4a01";
const siteId = "0b8f4e8e-0d0a-4a53-9f0f-5a9a3a3f4a11";

function progress(done: number): LiveEvent {
	return {
		type: "run.progress",
		at: "2026-11-22T08:00:00Z",
		siteId,
		runId,
		runType: "backup",
		status: "running",
		progress: { phase: "Reading", done, total: 10, kinds: [] },
	};
}

/** One browser: a lock that one tab holds, and a channel that reaches the other tabs. */
function browser() {
	const listeners = new Set<{ tab: number; hear: (event: Event) => void }>();
	let held = false;
	return {
		tab(tab: number) {
			return {
				channel: {
					postMessage: (data: unknown) => {
						for (const listener of listeners) if (listener.tab !== tab) listener.hear(new MessageEvent("message", { data }));
					},
					addEventListener: (_type: string, hear: unknown) => void listeners.add({ tab, hear: hear as (event: Event) => void }),
					removeEventListener: () => undefined,
				},
				locks: {
					request: async (_name: string, _options: unknown, work: () => Promise<unknown>) => {
						if (held) return new Promise(() => undefined);
						held = true;
						return await work();
					},
				},
			};
		},
	};
}

function follow(
	cache: QueryClient,
	tab: ReturnType<ReturnType<typeof browser>["tab"]>,
	listen: () => AsyncIterable<LiveEvent>,
	signal: AbortSignal,
): void {
	followEvents(
		{ ...tab, client: { listen }, sleep: async () => undefined } as unknown as Parameters<typeof followEvents>[0],
		cache,
		signal,
	);
}

function cacheWithRun(): QueryClient {
	const cache = new QueryClient();
	cache.setQueryData(["run", runId], { id: runId, status: "running", progress: null } as unknown as Run);
	return cache;
}

const done = (cache: QueryClient): number | undefined => cache.getQueryData<Run>(["run", runId])?.progress?.done;
const settled = async (check: () => boolean): Promise<void> => {
	for (let turn = 0; turn < 200 && !check(); turn++) await Promise.resolve();
};

describe("following live events", () => {
	it("uses one connection for all tabs, and all of them hear", async () => {
		const stop = new AbortController();
		const shared = browser();
		const [first, second] = [cacheWithRun(), cacheWithRun()];
		let connections = 0;
		const listen = async function* (): AsyncIterable<LiveEvent> {
			connections++;
			yield progress(4);
			await new Promise(() => undefined);
		};
		follow(second, { ...shared.tab(2), locks: { request: () => new Promise(() => undefined) } } as never, listen, stop.signal);
		follow(first, shared.tab(1), listen, stop.signal);
		await settled(() => done(first) === 4 && done(second) === 4);
		expect([connections, done(first), done(second)]).toEqual([1, 4, 4]);
		stop.abort();
	});

	it("asks for everything again after the connection was lost", async () => {
		const stop = new AbortController();
		const cache = cacheWithRun();
		let connections = 0;
		const listen = async function* (): AsyncIterable<LiveEvent> {
			connections++;
			if (connections > 1) {
				stop.abort();
				return;
			}
			yield progress(7);
			throw new Error("cut");
		};
		follow(cache, browser().tab(1), listen, stop.signal);
		await settled(() => connections > 1);
		expect(cache.getQueryState(["run", runId])?.isInvalidated).toBe(true);
	});
});
