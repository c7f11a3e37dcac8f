import { createHash } from "node:crypto";
import { callbackify } from "node:util";
import type { FastifyRateLimitOptions, FastifyRateLimitStore, FastifyRateLimitStoreCtor } from "@fastify/rate-limit";
import type { Clock, Log } from "@skyeworx/core";
import { sql } from "kysely";
import type { Database } from "../data/database.ts";

export interface CountPorts {
	readonly database: Database;
	readonly clock: Clock;
	readonly log: Log;
}

/** A process takes this share of a limit at once: a write for each request would cost more than the request. */
const portions = 20;

/** What a process may still let through of one key in this window. */
interface Count {
	left: number;
	/** Let through by this process. */
	passed: number;
	/** Nobody has any left. */
	exhausted: boolean;
	taking: Promise<void> | undefined;
}

/** Counts requests by a key, over all processes. */
export interface RequestCounts {
	/** Takes one of `max` in the window of so many milliseconds; `current` is more than `max` when there was none left, `ttl` the rest of the window. */
	take(key: string, timeWindow: number, max: number): Promise<{ readonly current: number; readonly ttl: number }>;
}

/** Counts what is told by name, where no route's own limit does. */
export function countRequests(ports: CountPorts, name: string): RequestCounts {
	return new SharedCounts(ports, name);
}

interface Took {
	readonly granted: number;
}

/**
 * Counts requests over all processes, in PostgreSQL: each takes portions of a key's limit and lets requests through against them, so
 * that all together never let through more than the limit. Small limits, like that of signing in, are counted one by one. Keys are kept
 * as digests. While the database is away, each process counts for itself.
 */
export function sharedCounts(ports: CountPorts): FastifyRateLimitStoreCtor {
	return class extends SharedCounts {
		constructor(options: FastifyRateLimitOptions) {
			super(ports, routeOf(options));
		}
	};
}

function routeOf(options: unknown): string {
	const { routeInfo } = (options ?? {}) as { readonly routeInfo?: { readonly method?: unknown; readonly url?: unknown } };
	return routeInfo === undefined ? "" : `${String(routeInfo.method)} ${String(routeInfo.url)}`;
}

class SharedCounts implements FastifyRateLimitStore, RequestCounts {
	readonly #ports: CountPorts;
	/** Routes with a limit of their own count apart. */
	readonly #route: string;
	readonly #counts = new Map<string, Count>();
	#window = Number.NEGATIVE_INFINITY;

	constructor(ports: CountPorts, route: string) {
		this.#ports = ports;
		this.#route = route;
	}

	child(options: unknown): FastifyRateLimitStore {
		return new SharedCounts(this.#ports, routeOf(options));
	}

	incr(key: string, callback: Parameters<FastifyRateLimitStore["incr"]>[1], timeWindow: number, max: number): void {
		callbackify(() => this.take(key, timeWindow, max))(callback);
	}

	async take(key: string, timeWindow: number, max: number): Promise<{ readonly current: number; readonly ttl: number }> {
		const now = this.#ports.clock.now().getTime();
		const window = Math.floor(now / timeWindow) * timeWindow;
		if (window !== this.#window) this.#counts.clear();
		this.#window = window;
		const count = this.#counts.get(key) ?? { left: 0, passed: 0, exhausted: false, taking: undefined };
		this.#counts.set(key, count);
		while (count.left === 0 && !count.exhausted) {
			count.taking ??= this.#portion(key, count, { timeWindow, max });
			await count.taking;
		}
		const ttl = window + timeWindow - now;
		if (count.left === 0) return { current: max + 1, ttl };
		count.left -= 1;
		count.passed += 1;
		return { current: Math.min(count.passed, max), ttl };
	}

	async #portion(key: string, count: Count, { timeWindow, max }: { readonly timeWindow: number; readonly max: number }): Promise<void> {
		const { database, clock, log } = this.#ports;
		const name = createHash("sha256").update(`${this.#route}\0${key}`).digest("hex");
		const wanted = Math.max(1, Math.floor(max / portions));
		try {
			const { rows } = await sql<Took>`
				select granted from take_api_budget(${`requests/${name}`}, ${clock.now()}, ${timeWindow / 1000}, ${wanted}, ${max})`.execute(
				database,
			);
			count.left += rows[0]?.granted ?? 0;
			count.exhausted = count.left === 0;
		} catch (error) {
			log.warn("requests are counted by this process alone: the database does not answer", { cause: String(error) });
			count.left += Math.max(0, max - count.passed);
			count.exhausted = count.left === 0;
		} finally {
			count.taking = undefined;
		}
	}
}
