import type { JsonValue } from "@skyeworx/core";
import type { ApiUsage } from "@skyeworx/engine";
import type { z } from "zod";

export type QueryValue = string | number | boolean | readonly (string | number)[] | undefined;

/** One file of a multipart upload; its bytes are streamed, and opened again for each try. */
export interface UploadFile {
	/** Form field name: `file`. */
	readonly field: string;
	readonly fileName: string;
	readonly mediaType: string;
	/** Bytes; the request is sent with a content length. */
	readonly size: number;
	open(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/** One call of Atlassian's REST API, as the official documents name it. */
export interface ApiCall {
	readonly method: "GET" | "POST" | "PUT" | "DELETE";
	/**
	 * Path template from the site's root: `/rest/api/3/issue/{issueIdOrKey}`, `/wiki/api/v2/pages/{id}`. Paths under `/wiki` go
	 * to Confluence, those under `/jsm` to the gateway whatever the credential, others to Jira. Limits and the usage count go by template.
	 */
	readonly path: string;
	/** Values of the template's placeholders; percent-encoded here. */
	readonly parameters?: Readonly<Record<string, string | number>>;
	/** Undefined values are left out; lists repeat the name. */
	readonly query?: Readonly<Record<string, QueryValue>>;
	readonly body?: JsonValue;
	/** Multipart instead of `body`; with plain form fields beside the files. */
	readonly upload?: { readonly files: readonly UploadFile[]; readonly fields?: Readonly<Record<string, string>> };
	readonly headers?: Readonly<Record<string, string>>;
	/** Doing it twice does no harm. Default: GET, PUT and DELETE yes, POST no; a reading POST says yes. */
	readonly idempotent?: boolean;
	/** The item written to, for the limit on writes per item: `10023`. */
	readonly item?: string;
	/** Statuses besides 2xx that are an answer and not an error: `[404]`. */
	readonly accept?: readonly number[];
	/** Milliseconds until an answer must have begun; 60 s by default. */
	readonly timeout?: number;
	readonly signal?: AbortSignal | undefined;
}

/** An answer of the API. */
export interface ApiAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | undefined>>;
	/** The body parsed with numbers' text kept; `null` when empty. */
	readonly json: JsonValue;
}

/** A file on its way. */
export interface Download {
	readonly size: number | undefined;
	/** Resumed with a Range when cut; throws when its length is not what was promised. */
	readonly stream: AsyncIterable<Uint8Array>;
}

/**
 * The only way to a site. Signs in, keeps within Atlassian's limits, retries what may be retried, and counts.
 * Every method throws AppError with the codes that the Connector port names; `not-found` for an unaccepted 404.
 */
export interface HttpClient {
	/** One call, its answer as it came. */
	call(call: ApiCall): Promise<ApiAnswer>;
	/**
	 * One call whose answer is relied on: parsed with a schema.
	 * @throws AppError `site-answer-malformed` when the answer does not match
	 */
	read<T>(call: ApiCall, schema: z.ZodType<T>): Promise<T>;
	/**
	 * Follows redirects without showing the credential to another host.
	 * @param from an address that {@link location} gave: tried first, which spares a request; it may have expired
	 */
	download(call: Omit<ApiCall, "body" | "upload">, from?: string): Promise<Download>;
	/** The full address that a redirecting call points to, unfollowed; undefined when it does not redirect. */
	location(call: ApiCall): Promise<string | undefined>;
	/** Atlassian's id of the site. */
	cloudId(signal?: AbortSignal): Promise<string>;
	usage(): ApiUsage;
	/** Waits for nothing: calls under way are cut. */
	close(): Promise<void>;
}
