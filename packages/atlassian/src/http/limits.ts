import type { Clock, Log } from "@skyeworx/core";
import { spacingOf } from "./pace.ts";

/** Which of Atlassian's three limits an answer speaks of. */
type LimitScope = "quota" | "burst" | "item";

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

interface Limit {
	readonly scope: LimitScope;
	readonly operation: string;
	readonly item: string | undefined;
	readonly wait: number;
}

/** An endpoint whose calls are spread; times as the monotonic clock has them. */
interface Endpoint {
	/** No call goes before this. */
	readonly until: number;
	/** Refusals before this belong to those that are known. */
	readonly held: number;
	/** The next call's turn; calls go this far apart. */
	next: number;
	spacing: number;
}

const slowest = 5_000;
/** Calls that were under way when the site refused one are answered within this time. */
const heldAtLeast = 1_000;

/** Holds calls back where the site asked for it: all of them, one endpoint's, or one item's writes. */
export class Gates {
	private readonly clock: Clock;
	private readonly log: Log;
	private all = 0;
	/** The site has refused calls for coming too fast: from then on none comes faster than is published. */
	private enforced = false;
	private readonly endpoints = new Map<string, Endpoint>();
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
			if (until > now) {
				await this.clock.sleep(until - now, signal);
				continue;
			}
			if (endpoint === undefined) {
				if (!this.enforced) return;
				this.endpoints.set(operation, { until: now, next: now + spacingOf(operation), held: 0, spacing: spacingOf(operation) });
				return;
			}
			const slot = Math.max(now, endpoint.next);
			endpoint.next = slot + endpoint.spacing;
			if (slot <= now) return;
			await this.clock.sleep(slot - now, signal);
			// Refused meanwhile: those that waited wait on.
			if (this.endpoints.get(operation) === endpoint) return;
		}
	}

	/**
	 * Closes the gate that a limit belongs to for some milliseconds.
	 * @returns whether this is news: calls that were under way when a gate closed are refused with the one that closed it
	 */
	hold(limit: Limit): boolean {
		const until = this.clock.monotonic() + limit.wait;
		this.log.info("The site asked to wait", { scope: limit.scope, operation: limit.operation, milliseconds: Math.round(limit.wait) });
		if (limit.scope === "quota") this.all = Math.max(this.all, until);
		else if (limit.scope === "item" && limit.item !== undefined) this.holdItem(limit.item, until);
		else return this.holdEndpoint(limit, until);
		return true;
	}

	private holdEndpoint({ operation, wait }: Limit, until: number): boolean {
		const now = this.clock.monotonic();
		const endpoint = this.endpoints.get(operation);
		this.enforced = true;
		const news = endpoint === undefined || endpoint.held <= now;
		const least = spacingOf(operation);
		const spacing = endpoint === undefined ? least : Math.min(slowest, Math.max(least, news ? endpoint.spacing * 2 : endpoint.spacing));
		const later = Math.max(endpoint?.until ?? 0, until);
		this.endpoints.set(operation, { until: later, next: later, held: now + Math.max(wait, heldAtLeast), spacing });
		return news;
	}

	/** A call went through: its endpoint may go a little faster again. */
	passed(operation: string): void {
		const endpoint = this.endpoints.get(operation);
		if (endpoint === undefined) return;
		endpoint.spacing = Math.max(spacingOf(operation), endpoint.spacing * 0.9);
	}

	private holdItem(item: string, until: number): void {
		const now = this.clock.monotonic();
		for (const [key, value] of this.items) if (value <= now) this.items.delete(key);
		this.items.set(item, Math.max(this.items.get(item) ?? 0, until));
	}
}
