import { z } from "zod";

/** What every answer that is not a success carries (RFC 9457, `application/problem+json`). */
export const problem = z
	.object({
		type: z.string(),
		title: z.string(),
		status: z.int(),
		/** For programs: `not-found`, `plan-outdated` ... */
		code: z.string(),
		detail: z.string(),
		/** What the reader can do about it. */
		hint: z.string().nullable(),
		requestId: z.string(),
		/** For `bad-input`: what is wrong where. */
		issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
	})
	.meta({ id: "Problem" });
export type Problem = z.infer<typeof problem>;

/** Why a run, a restore or an item of one failed. */
export const failure = z.object({ code: z.string(), detail: z.string(), hint: z.string().nullable() }).meta({ id: "Failure" });
export type Failure = z.infer<typeof failure>;

/** What the client throws: the problem that the server answered, or `server-unreachable` / `answer-malformed` when there was none. */
export class ApiError extends Error {
	override readonly name = "ApiError";
	readonly problem: Problem;

	constructor(problem: Problem, options: { readonly cause?: unknown } = {}) {
		super(problem.detail, options);
		this.problem = problem;
	}

	get code(): string {
		return this.problem.code;
	}

	get status(): number {
		return this.problem.status;
	}
}
