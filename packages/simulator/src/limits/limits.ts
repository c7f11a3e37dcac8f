import type { Caller } from "../auth/caller.ts";
import type { Answer } from "../http/answer.ts";
import { type HttpError, productError } from "../http/errors.ts";
import type { Route } from "../http/router.ts";
import type { SimulatorClock } from "../site/clock.ts";
import { operationRate } from "./rates.ts";

/** The four limits; each can be switched on and given its own numbers. All are off unless told. */
export interface LimitSettings {
	points: { on: boolean; perHour: number };
	/** Burst per method and template; `perSecond` overrides the published rates. */
	burst: { on: boolean; perSecond: number | undefined };
	issueWrites: { on: boolean; per2s: number; per30s: number };
	/** Of Assets, over all its operations. */
	assets: { on: boolean; perMinute: number };
}

interface Bucket {
	tokens: number;
	at: number;
}

const HOUR = 3_600_000;

/** Atlassian's rate limits: hourly points (OAuth apps only), bursts per operation, and writes per work item. */
export class Limits {
	readonly settings: LimitSettings = {
		points: { on: false, perHour: 65_000 },
		burst: { on: false, perSecond: undefined },
		issueWrites: { on: false, per2s: 20, per30s: 100 },
		assets: { on: false, perMinute: 1000 },
	};
	readonly #clock: SimulatorClock;
	readonly #buckets = new Map<string, Bucket>();
	readonly #writes = new Map<string, number[]>();
	#assetCalls: number[] = [];
	#hour = 0;
	#used = 0;

	constructor(clock: SimulatorClock) {
		this.#clock = clock;
	}

	/** Points used in the running hour. */
	get pointsUsed(): number {
		this.#rollHour();
		return this.#used;
	}

	/** Refuses a request that exceeds the quota or the burst of its operation. @throws HttpError 429 */
	admit(caller: Caller, route: Route): void {
		if (this.settings.points.on && caller.kind === "oauth") {
			this.#rollHour();
			if (this.#used >= this.settings.points.perHour) {
				throw this.#refuse(Math.ceil((this.#reset() - this.#clock.now()) / 1000), `${product(route)}-quota-global-based`, this.#reset());
			}
		}
		if (this.settings.burst.on) this.#admitBurst(route);
	}

	#admitBurst(route: Route): void {
		const rate = this.settings.burst.perSecond ?? operationRate(route.method, route.template);
		const key = `${route.method} ${route.template}`;
		const now = this.#clock.now();
		const bucket = this.#buckets.get(key) ?? { tokens: rate, at: now };
		bucket.tokens = Math.min(rate, bucket.tokens + ((now - bucket.at) * rate) / 1000);
		bucket.at = now;
		this.#buckets.set(key, bucket);
		if (bucket.tokens < 1) throw this.#refuse(1, `${product(route)}-burst-based`, now + 1000);
		bucket.tokens -= 1;
	}

	/** Counts a write on one work item. @throws HttpError 429 when it is written too often */
	admitIssueWrite(issueId: string): void {
		if (!this.settings.issueWrites.on) return;
		const now = this.#clock.now();
		const times = (this.#writes.get(issueId) ?? []).filter((at) => now - at < 30_000);
		const recent = times.filter((at) => now - at < 2000).length;
		if (recent >= this.settings.issueWrites.per2s) throw this.#refuse(2, "jira-per-issue-on-write", now + 2000);
		if (times.length >= this.settings.issueWrites.per30s) {
			const until = (times[0] ?? now) + 30_000;
			throw this.#refuse(Math.ceil((until - now) / 1000), "jira-per-issue-on-write", until);
		}
		times.push(now);
		this.#writes.set(issueId, times);
	}

	/** Counts a call of Assets. @throws HttpError 429 when there are too many a minute, without a word of how long to wait */
	admitAssets(): void {
		if (!this.settings.assets.on) return;
		const now = this.#clock.now();
		this.#assetCalls = this.#assetCalls.filter((at) => now - at < 60_000);
		if (this.#assetCalls.length >= this.settings.assets.perMinute) throw productError("/", 429);
		this.#assetCalls.push(now);
	}

	/** Charges an answer and gives the headers that go on it. */
	charge(caller: Caller, route: Route, answer: Answer): Record<string, string> {
		if (!this.settings.points.on || caller.kind !== "oauth") return {};
		this.#rollHour();
		this.#used += route.method === "GET" || readsByPost(route.template) ? 1 + pointsOf(route.template) * (answer.objects ?? 1) : 1;
		return this.#headers();
	}

	#headers(): Record<string, string> {
		const limit = this.settings.points.perHour;
		const left = Math.max(0, limit - this.#used);
		const seconds = Math.ceil((this.#reset() - this.#clock.now()) / 1000);
		const used = left < limit * 0.5 ? `r=${left};` : "";
		return {
			"x-ratelimit-limit": String(limit),
			"x-ratelimit-remaining": String(left),
			"x-ratelimit-reset": new Date(this.#reset()).toISOString(),
			"x-ratelimit-nearlimit": String(left < limit * 0.2),
			"ratelimit-policy": `"global-app-quota";q=${limit};w=3600`,
			ratelimit: `"global-app-quota";${used}t=${seconds}`,
		};
	}

	#refuse(seconds: number, reason: string, reset: number): HttpError {
		return productError(reason.startsWith("confluence") ? "/wiki/api/v2/" : "/", 429, {
			...(this.settings.points.on ? this.#headers() : {}),
			"retry-after": String(seconds),
			"x-ratelimit-reset": new Date(reset).toISOString(),
			"ratelimit-reason": reason,
		});
	}

	#reset(): number {
		return (this.#hour + 1) * HOUR;
	}

	#rollHour(): void {
		const hour = Math.floor(this.#clock.now() / HOUR);
		if (hour === this.#hour) return;
		this.#hour = hour;
		this.#used = 0;
	}
}

const product = (route: Route): string => (route.template.startsWith("/wiki") ? "confluence" : "jira");

const readsByPost = (template: string): boolean =>
	/\/(search\/jql|bulkfetch|list|approximate-count|users-bulk|object\/aql)$/.test(template);

/** Points of one object: identity and access 2, everything else 1. */
const pointsOf = (template: string): number => (/\/(users?|groups?|role|permission)(\/|$|-)/.test(template) ? 2 : 1);
