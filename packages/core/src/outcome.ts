import type { AppError } from "./errors.ts";

/** What became of one item of a larger work. Expected failures are data, not exceptions. */
export type Outcome<T> =
	| { readonly status: "done"; readonly value: T }
	| { readonly status: "skipped"; readonly reason: string }
	| { readonly status: "failed"; readonly error: AppError };
