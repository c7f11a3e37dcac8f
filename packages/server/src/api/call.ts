import type { Readable } from "node:stream";
import type { Actor, CallOutput, Endpoint, EndpointName, Endpoints } from "@skyeworx/contract";
import type { z } from "zod";
import type { Principal } from "../access/principal.ts";

type Parsed<E, Part extends "params" | "query" | "body"> = E extends { readonly [K in Part]: infer S extends z.ZodType }
	? z.output<S>
	: undefined;

/** What a handler says for the audit log besides who, when and how it ended. Facts hold ids and counts only. */
export interface AuditNote {
	target?: { readonly type: string; readonly id: string };
	/** What the target is called; kept sealed. */
	label?: string;
	/** What the person gave as the reason; kept sealed. */
	reason?: string;
	facts?: Readonly<Record<string, string | number | boolean>>;
	/** What went wrong, where the answer itself is none: a browser is sent on all the same. */
	failed?: unknown;
	/** Who it was, where the call itself does not say: somebody signing in. */
	by?: { readonly organizationId: string; readonly actor: Actor };
}

/** A checked request: parsed by the contract's schemas, signed in, permitted. */
export interface Call<E extends Endpoint> {
	readonly principal: E["access"] extends "anyone" ? undefined : Principal;
	readonly params: Parsed<E, "params">;
	readonly query: Parsed<E, "query">;
	readonly body: Parsed<E, "body">;
	readonly requestId: string;
	readonly ip: string;
	/** What the browser or program calls itself. */
	readonly agent: string | undefined;
	readonly cookies: Readonly<Record<string, string | undefined>>;
	/** Where the caller reaches us: `https://backup.example.com`. */
	readonly origin: string;
	readonly note: AuditNote;
	/** Aborts when the client goes away. */
	readonly signal: AbortSignal;
}

interface Headers {
	readonly headers?: Readonly<Record<string, string | string[]>>;
}

type Answer<E extends Endpoint> = E["response"] extends z.ZodType
	? Headers & { readonly body: CallOutput<E>; readonly status?: 200 | 201 | 202 }
	: E["response"] extends "nothing"
		? Headers & { readonly status?: 302 }
		: Headers & { readonly stream: Readable };

type Handler<E extends Endpoint> = (call: Call<E>) => Promise<Answer<E>>;

/** One handler for each endpoint of the contract: leaving one out does not compile. */
export type Handlers = { readonly [Name in EndpointName]: Handler<Endpoints[Name]> };

/** The handlers of some endpoints. */
export type HandlersOf<Name extends EndpointName> = Pick<Handlers, Name>;
