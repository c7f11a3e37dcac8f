import type { z } from "zod";
import type { Endpoint } from "../endpoint.ts";
import type { Endpoints } from "../endpoints.ts";

type Flat<T> = { [K in keyof T]: T[K] };
type Part<E, Name extends "params" | "query" | "body"> = E extends { readonly [K in Name]: infer S extends z.ZodType } ? z.input<S> : never;

type ParamsPart<E> = [Part<E, "params">] extends [never] ? unknown : { readonly params: Part<E, "params"> };
type BodyPart<E> = [Part<E, "body">] extends [never] ? unknown : { readonly body: Part<E, "body"> };
type QueryPart<E> = [Part<E, "query">] extends [never]
	? unknown
	: Partial<Part<E, "query">> extends Part<E, "query">
		? { readonly query?: Part<E, "query"> }
		: { readonly query: Part<E, "query"> };
type KeyPart<E> = E extends { readonly idempotent: true }
	? {
			/** A repeated call with the same key gets the first call's answer. */
			readonly idempotencyKey?: string;
		}
	: unknown;

/** What a call of an endpoint takes. */
export type CallInput<E extends Endpoint> = Flat<
	ParamsPart<E> & QueryPart<E> & BodyPart<E> & KeyPart<E> & { readonly signal?: AbortSignal }
>;

/** What it gives: the parsed answer, or the raw response of a stream. */
export type CallOutput<E extends Endpoint> = E["response"] extends z.ZodType
	? z.output<E["response"]>
	: E["response"] extends "nothing"
		? undefined
		: Response;

type Call<E extends Endpoint> =
	Record<never, never> extends CallInput<E>
		? (input?: CallInput<E>) => Promise<CallOutput<E>>
		: (input: CallInput<E>) => Promise<CallOutput<E>>;

/** One method for each endpoint. */
export type Calls = { readonly [Name in keyof Endpoints]: Call<Endpoints[Name]> };

/** What can stand in a path or a query. */
type Simple = string | number | boolean | null | undefined;

/** The parts of a call, untyped. */
export interface AnyInput {
	readonly params?: Readonly<Record<string, Simple>>;
	readonly query?: Readonly<Record<string, Simple>>;
	readonly body?: unknown;
	readonly idempotencyKey?: string;
	readonly signal?: AbortSignal;
}

/** Writes an endpoint's path and query. */
export function callPath(endpoint: Pick<Endpoint, "path">, input: Pick<AnyInput, "params" | "query">): string {
	const path = endpoint.path.replace(/:([A-Za-z]+)/g, (_match, name: string) => encodeURIComponent(String(input.params?.[name] ?? "")));
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(input.query ?? {})) {
		if (value !== undefined && value !== null) query.set(name, String(value));
	}
	const text = query.toString();
	return text === "" ? path : `${path}?${text}`;
}
