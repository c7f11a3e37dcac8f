import type { Readable } from "node:stream";
import type { CallOutput, Endpoint, EndpointName, Endpoints } from "@skyeworx/contract";
import type { z } from "zod";
import type { Principal } from "../access/principal.ts";

type Parsed<E, Part extends "params" | "query" | "body"> = E extends { readonly [K in Part]: infer S extends z.ZodType }
	? z.output<S>
	: undefined;

/** What a handler says for the audit log besides who, when and how it ended. Ids and counts only. */
export interface AuditNote {
	target?: { readonly type: string; readonly id: string };
	facts?: Readonly<Record<string, string | number | boolean>>;
}

/** A checked request: parsed by the contract's schemas, signed in, permitted. */
export interface Call<E extends Endpoint> {
	readonly principal: E["access"] extends "anyone" ? undefined : Principal;
	readonly params: Parsed<E, "params">;
	readonly query: Parsed<E, "query">;
	readonly body: Parsed<E, "body">;
	readonly requestId: string;
	readonly ip: string;
	readonly note: AuditNote;
	/** Aborts when the client goes away. */
	readonly signal: AbortSignal;
}

interface Headers {
	readonly headers?: Readonly<Record<string, string>>;
}

type Answer<E extends Endpoint> = E["response"] extends z.ZodType
	? Headers & { readonly body: CallOutput<E>; readonly status?: 200 | 201 | 202 }
	: E["response"] extends "nothing"
		? Headers
		: Headers & { readonly stream: Readable };

type Handler<E extends Endpoint> = (call: Call<E>) => Promise<Answer<E>>;

/** One handler for each endpoint of the contract: leaving one out does not compile. */
export type Handlers = { readonly [Name in EndpointName]: Handler<Endpoints[Name]> };

/** The handlers of some endpoints. */
export type HandlersOf<Name extends EndpointName> = Pick<Handlers, Name>;
