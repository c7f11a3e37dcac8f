import type { z } from "zod";
import type { Access } from "./permissions.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** One endpoint as data: the server registers from it, the client and the OpenAPI document are derived from it. */
export interface Endpoint {
	readonly method: Method;
	/** Below `/api`, with `:name` for parameters. */
	readonly path: string;
	readonly tag: string;
	readonly summary: string;
	readonly description?: string;
	readonly access: Access;
	readonly params?: z.ZodType;
	readonly query?: z.ZodType;
	readonly body?: z.ZodType;
	/** Status of success; 302 is for a browser that goes there itself. */
	readonly status: 200 | 201 | 202 | 204 | 302;
	/** A second status with the same body, where the work may go on after the answer. */
	readonly laterStatus?: 202;
	/** JSON of this shape; `bytes` and `events` are streams; `nothing` has no body. */
	readonly response: z.ZodType | "bytes" | "events" | "nothing";
	/** Takes an `Idempotency-Key`: a repeated call with the same key gets the first call's answer. */
	readonly idempotent?: true;
	/** Counted for each address and kept low: whoever guesses has few tries. */
	readonly limit?: "sign-in";
	/** The name under which the audit log keeps calls, successful or not. */
	readonly audit?: string;
}

/** Declares an endpoint and keeps its exact type. */
export function endpoint<const E extends Endpoint>(definition: E): E {
	return definition;
}
