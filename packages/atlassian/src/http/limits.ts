import type { Clock, Log } from "@skyeworx/core";

/** Which of Atlassian's three limits an answer speaks of. */
export type LimitScope = "quota" | "burst" | "item";

type Headers = Readonly<Record<string, string | undefined>>;

/** What the headers of an answer say about limits. */
export interface LimitFacts {
	readonly scope: LimitScope;
	/** Milliseconds that the site asks to wait, when it says so. */
	readonly wait: number | undefined;
}

/** `RateLimit-Reason` is matched loosely: its values differ between documents and gateways. */
function scopeOf(headers: Headers): LimitScope {
	const reason = (headers["ratelimit-reason"] ?? headers["x-failure-category"] ?? "").toLowerCase();
	if (reason.includes("per-issue") || reason.includes("on-write")) return "item";
	if (reason.includes("quota") || reason.includes("global") || reason.includes("tenant-based") || reason.includes("cost")) return "quota";
	return "burst";
}

/** The longer of `Retry-After` (seconds or a date) and, for quotas, `X-RateLimit-Reset` (ISO 8601, sometimes without seconds). */
function waitOf(headers: Headers, scope: LimitScope, now: Date): number | undefined {
	const waits: number[] = [];
	const retryAfter = headers["retry-after"];
	if (retryAfter !== undefined) {
		const wait = /^\d+(\.\d+)?$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now.getTime();
		if (Number.isFinite(wait)) waits.push(wait);
	}
	const reset = headers["x-ratelimit-reset"];
	if (reset !== undefined && (scope === "quota" || waits.length === 0)) {
		const wait = Date.parse(reset) - now.getTime();
		if (Number.isFinite(wait)) waits.push(wait);
	}
	return waits.length === 0 ? undefined : Math.max(0, ...waits);
}

/** Reads the limit headers of a 429 (or a 503 that carries them). */
export function readLimit(headers: Headers, now: Date): LimitFacts {
	const scope = scopeOf(headers);
	return { scope, wait: waitOf(headers, scope, now) };
}

/**
 * Seconds until the reset when an enforced quota of the structured `RateLimit` header is used up; undefined otherwise.
 * `"global-app-quota";r=0;t=600`. The informational `Beta-` header never pauses anything.
 */
export function exhaustedQuota(headers: Headers): number | undefined {
	for (const policy of (headers.ratelimit ?? "").split(",")) {
		const remaining = /;\s*r=(\d+)/.exec(policy)?.[1];
		const seconds = /;\s*t=(\d+)/.exec(policy)?.[1];
		if (/quota/.test(policy) && remaining === "0" && seconds !== undefined) return Number(seconds);
	}
	return undefined;
}

const slowest = 5_000;

/** Holds calls back where the site asked for it: all of them, one endpoint's, or one item's writes. */
export class Gates {
	private readonly clock: Clock;
	private readonly log: Log;
	private all = 0;
	private readonly endpoints = new Map<string, { until: number; spacing: number }>();
	private readonly items = new Map<string, number>();

	constructor(ports: { readonly clock: Clock; readonly log: Log }) {
		this.clock = ports.clock;
		this.log = ports.log;
	}

	/** Waits until the site wants this call. */
	async pass(operation: string, item: string | undefined, signal: AbortSignal): Promise<void> {
		for (;;) {
			const now = this.clock.monotonic();
			const endpoint = this.endpoints.get(operation);
			const until = Math.max(this.all, endpoint?.until ?? 0, item === undefined ? 0 : (this.items.get(item) ?? 0));
			if (until <= now) {
				if (endpoint !== undefined && endpoint.spacing > 0) endpoint.until = now + endpoint.spacing;
				return;
			}
			await this.clock.sleep(until - now, signal);
		}
	}

	/** Closes the gate that a limit belongs to for some milliseconds. */
	hold(limit: { readonly scope: LimitScope; readonly operation: string; readonly item: string | undefined; readonly wait: number }): void {
		const until = this.clock.monotonic() + limit.wait;
		this.log.info("The site asked to wait", { scope: limit.scope, operation: limit.operation, milliseconds: Math.round(limit.wait) });
		if (limit.scope === "quota") this.all = Math.max(this.all, until);
		else if (limit.scope === "item" && limit.item !== undefined) this.holdItem(limit.item, until);
		else {
			const endpoint = this.endpoints.get(limit.operation);
			const spacing = Math.min(slowest, Math.max(50, (endpoint?.spacing ?? 0) * 2));
			this.endpoints.set(limit.operation, { until: Math.max(endpoint?.until ?? 0, until), spacing });
		}
	}

	/** A call went through: its endpoint may go a little faster again. */
	passed(operation: string): void {
		const endpoint = this.endpoints.get(operation);
		if (endpoint === undefined) return;
		endpoint.spacing *= 0.9;
		if (endpoint.spacing < 5) this.endpoints.delete(operation);
	}

	private holdItem(item: string, until: number): void {
		const now = this.clock.monotonic();
		for (const [key, value] of this.items) if (value <= now) this.items.delete(key);
		this.items.set(item, Math.max(this.items.get(item) ?? 0, until));
	}
}
