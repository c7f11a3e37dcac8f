import { HttpError } from "../http/errors.ts";

/** What an injected fault does to a request. */
export type FaultKind =
	/** Answers 429 with `Retry-After` and a reason, before any effect. */
	| "rate-limited"
	/** Answers 500 before any effect. */
	| "server-error"
	/** Answers 503 before any effect. */
	| "unavailable"
	/** Destroys the connection before any effect. */
	| "reset"
	/** Does the work, then destroys the connection: the caller cannot know. */
	| "lost-answer"
	/** Sends the answer's JSON cut in the middle, as if complete. */
	| "malformed"
	/** Announces the full length, sends half of the bytes, and drops the connection. */
	| "truncated"
	/** Waits `delayMs` before it answers. */
	| "slow"
	/** Answers 401 as for an expired token. */
	| "unauthorized"
	/** Answers 403. */
	| "forbidden"
	/** Answers 404. */
	| "not-found";

const kinds: ReadonlySet<unknown> = new Set<FaultKind>([
	"rate-limited",
	"server-error",
	"unavailable",
	"reset",
	"lost-answer",
	"malformed",
	"truncated",
	"slow",
	"unauthorized",
	"forbidden",
	"not-found",
]);

/** Reads a fault of the steering endpoint. @throws HttpError 400 that says what is wrong */
export function readFaultRule(value: unknown): FaultRule {
	const rule = (typeof value === "object" && value !== null ? value : {}) as Record<keyof FaultRule, unknown>;
	const problems: string[] = [];
	if (!kinds.has(rule.kind)) problems.push(`kind must be one of ${[...kinds].join(", ")}`);
	for (const name of ["method", "path", "reason"] as const) {
		if (rule[name] !== undefined && typeof rule[name] !== "string") problems.push(`${name} must be a text`);
	}
	for (const name of ["times", "after", "delayMs", "retryAfter"] as const) {
		if (rule[name] !== undefined && !Number.isInteger(rule[name])) problems.push(`${name} must be an integer`);
	}
	if (problems.length > 0) throw new HttpError(400, { errorMessages: problems, errors: {} });
	return rule as unknown as FaultRule;
}

/** A fault to come: strikes the next `times` requests that match. */
export interface FaultRule {
	readonly kind: FaultKind;
	/** HTTP method; any when left out. */
	readonly method?: string;
	/** Regular expression over the path with its query (below the product prefix); any when left out. */
	readonly path?: string;
	/** How often it strikes; once unless told. */
	readonly times?: number;
	/** How many matching requests pass before it first strikes. */
	readonly after?: number;
	readonly delayMs?: number;
	/** `Retry-After` in seconds for 429 and 503; 1 unless told. */
	readonly retryAfter?: number;
	/** `RateLimit-Reason` for 429. */
	readonly reason?: string;
}

interface Armed {
	readonly rule: FaultRule;
	readonly pattern: RegExp | undefined;
	left: number;
	skip: number;
}

/** Faults on demand, used by tests and by the admin endpoint. */
export class Faults {
	#armed: Armed[] = [];
	#down: "unavailable" | "not-found" | "reset" | undefined;

	/** Arms a fault. */
	inject(rule: FaultRule): void {
		this.#armed.push({
			rule,
			pattern: rule.path === undefined ? undefined : new RegExp(rule.path),
			left: rule.times ?? 1,
			skip: rule.after ?? 0,
		});
	}

	/** Disarms everything and brings the site up again. */
	clear(): void {
		this.#armed = [];
		this.#down = undefined;
	}

	/** How many strikes are still to come. */
	get pending(): number {
		return this.#armed.reduce((sum, armed) => sum + armed.left, 0);
	}

	/** Takes the whole site away: every product request gets this, until `bringUp`. */
	takeDown(how: "unavailable" | "not-found" | "reset" = "unavailable"): void {
		this.#down = how;
	}

	/** Ends `takeDown`. */
	bringUp(): void {
		this.#down = undefined;
	}

	/** Takes the fault that strikes this request, if any. */
	take(method: string, pathAndQuery: string): FaultRule | undefined {
		if (this.#down !== undefined) return { kind: this.#down };
		for (const armed of this.#armed) {
			if (armed.rule.method !== undefined && armed.rule.method !== method) continue;
			if (armed.pattern !== undefined && !armed.pattern.test(pathAndQuery)) continue;
			if (armed.skip > 0) {
				armed.skip -= 1;
				continue;
			}
			armed.left -= 1;
			if (armed.left <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
			return armed.rule;
		}
		return undefined;
	}
}
