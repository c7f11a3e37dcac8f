import type { Clock } from "@skyeworx/core";
import type { ApiCall } from "./http-client.ts";

type Write = Pick<ApiCall, "method" | "path">;

/** Calls per second and operation that Atlassian publishes for a site, whoever calls [rate limiting: burst]. */
const published: Readonly<Record<string, number>> = { GET: 100, POST: 100, PUT: 50, DELETE: 50 };
/** The rest is left to others: the limit is the tenant's. */
const share = 0.9;
const slowestRate = 50;
/** So many may come at once before they are spread. */
const atOnce = 20;

/** Operations for which another rate is published than for their methods. */
const exceptions: Readonly<Record<string, number>> = {
	"GET /rest/api/3/issue/{issueIdOrKey}": 150,
	"GET /rest/api/3/issue/{issueIdOrKey}/changelog": 200,
	"GET /rest/api/3/attachment/content/{id}": 300,
};

/** Milliseconds between two calls of an operation that stay below the published rate. */
export function spacingOf(operation: string): number {
	const method = operation.slice(0, operation.indexOf(" "));
	return 1000 / ((exceptions[operation] ?? published[method] ?? slowestRate) * share);
}

/** Whether a call writes; searches by POST do not, and say so by being idempotent. */
export function isWrite(call: Pick<ApiCall, "method" | "idempotent">): boolean {
	return call.method !== "GET" && !(call.method === "POST" && call.idempotent === true);
}

/** Spreads writes so that a long restore stays below the limits that Atlassian publishes: each refusal costs seconds. */
export class Pace {
	readonly #clock: Clock;
	/** By operation: when the last write that was let through would have gone, had all been spread evenly. */
	readonly #last = new Map<string, number>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Waits until the write may go. */
	async pass({ method, path }: Write, signal: AbortSignal): Promise<void> {
		const operation = `${method} ${path}`;
		const spacing = spacingOf(operation);
		const now = this.#clock.monotonic();
		const at = Math.max(now - atOnce * spacing, this.#last.get(operation) ?? Number.NEGATIVE_INFINITY) + spacing;
		this.#last.set(operation, at);
		const wait = Math.floor(at - now);
		if (wait > 0) await this.#clock.sleep(wait, signal);
	}
}
