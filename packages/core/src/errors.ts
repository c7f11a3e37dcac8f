interface ErrorClass {
	/** HTTP status of an answer that carries this error (RFC 9457). */
	readonly status: number;
	/** Exit code of a command that ends with this error. */
	readonly exit: number;
	/** Whether the same call may succeed later without anybody changing anything. */
	readonly retryable: boolean;
}

const table = {
	"bad-input": { status: 400, exit: 2, retryable: false },
	"sign-in-required": { status: 401, exit: 3, retryable: false },
	"not-permitted": { status: 403, exit: 3, retryable: false },
	"not-found": { status: 404, exit: 4, retryable: false },
	conflict: { status: 409, exit: 5, retryable: false },
	"already-running": { status: 409, exit: 5, retryable: false },
	"plan-outdated": { status: 409, exit: 5, retryable: false },
	"approval-required": { status: 409, exit: 5, retryable: false },
	"too-many-requests": { status: 429, exit: 6, retryable: true },
	"credential-rejected": { status: 424, exit: 7, retryable: false },
	"scope-missing": { status: 424, exit: 7, retryable: false },
	"credential-revoked": { status: 424, exit: 7, retryable: false },
	"site-unreachable": { status: 502, exit: 8, retryable: true },
	"site-answer-malformed": { status: 502, exit: 8, retryable: true },
	"site-refused": { status: 502, exit: 8, retryable: false },
	"site-limited": { status: 503, exit: 6, retryable: true },
	"answer-lost": { status: 502, exit: 8, retryable: true },
	"store-unreachable": { status: 503, exit: 9, retryable: true },
	"store-full": { status: 507, exit: 9, retryable: false },
	"store-unsuitable": { status: 422, exit: 9, retryable: false },
	"store-object-missing": { status: 500, exit: 10, retryable: false },
	"vault-damaged": { status: 500, exit: 10, retryable: false },
	"vault-rolled-back": { status: 500, exit: 10, retryable: false },
	"vault-unsupported": { status: 500, exit: 10, retryable: false },
	"vault-key-wrong": { status: 403, exit: 11, retryable: false },
	"vault-key-unavailable": { status: 503, exit: 11, retryable: true },
	"vault-key-revoked": { status: 403, exit: 11, retryable: false },
	"vault-shredded": { status: 410, exit: 11, retryable: false },
	"data-folder-busy": { status: 409, exit: 5, retryable: false },
	"database-unreachable": { status: 503, exit: 9, retryable: true },
	"restore-failed": { status: 500, exit: 12, retryable: false },
	"verify-failed": { status: 500, exit: 10, retryable: false },
	cancelled: { status: 499, exit: 130, retryable: false },
	internal: { status: 500, exit: 1, retryable: false },
} as const satisfies Record<string, ErrorClass>;

/** Every way this product can fail, as a closed list. */
export type ErrorCode = keyof typeof table;

export const errorCodes = Object.keys(table) as readonly ErrorCode[];

/** HTTP status for a code. */
export function httpStatus(code: ErrorCode): number {
	return table[code].status;
}

/** Exit code of a command for a code; documented in docs/cli.md. */
export const exitCodes: Readonly<Record<ErrorCode, number>> = Object.fromEntries(
	errorCodes.map((code) => [code, table[code].exit]),
) as Record<ErrorCode, number>;

export type ErrorFacts = Readonly<Record<string, string | number | boolean | undefined>>;

interface ErrorOptions_ {
	/** What the reader can do about it: one imperative sentence. */
	readonly hint?: string;
	/** Ids, codes and numbers; never a secret or a customer's content. */
	readonly facts?: ErrorFacts;
	readonly cause?: unknown;
}

/** The only error that leaves a room: a code for programs, a message and a hint for people. */
export class AppError extends Error {
	override readonly name = "AppError";
	readonly code: ErrorCode;
	readonly hint: string | undefined;
	readonly facts: ErrorFacts;

	constructor(code: ErrorCode, message: string, options: ErrorOptions_ = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.code = code;
		this.hint = options.hint;
		this.facts = options.facts ?? {};
	}
}

export function isAppError(value: unknown, code?: ErrorCode): value is AppError {
	return value instanceof AppError && (code === undefined || value.code === code);
}

/** Whether trying the same again later may work; retrying itself is done by one place per room. */
export function isRetryable(error: unknown): boolean {
	return error instanceof AppError && table[error.code].retryable;
}

/** Wraps what is not an {@link AppError} yet as `internal`; an abort becomes `cancelled`. */
export function toAppError(error: unknown): AppError {
	if (error instanceof AppError) return error;
	if (error instanceof Error && error.name === "AbortError") return new AppError("cancelled", "Cancelled", { cause: error });
	return new AppError("internal", "Something went wrong inside Skyeworx", {
		cause: error,
		hint: "Look at the server's log for the request id.",
	});
}
