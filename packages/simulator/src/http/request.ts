import type { IncomingHttpHeaders } from "node:http";
import type { Caller } from "../auth/caller.ts";

/** One part of a multipart body that carries a file. */
export interface UploadedFile {
	readonly field: string;
	readonly filename: string;
	readonly mimeType: string;
	readonly bytes: Buffer;
}

/** What a handler sees of one request. */
export interface RequestContext {
	readonly method: string;
	/** Path below the product, without the `/ex/{product}/{cloudId}` prefix and without the query. */
	readonly path: string;
	/** Template parameters, percent-decoded. */
	readonly params: Readonly<Record<string, string>>;
	readonly query: URLSearchParams;
	readonly headers: IncomingHttpHeaders;
	/** The parsed JSON body; undefined when there was none. */
	readonly body: unknown;
	readonly files: readonly UploadedFile[];
	/** Text parts of a multipart or form body. */
	readonly form: Readonly<Record<string, string>>;
	readonly caller: Caller;
	/** Origin and prefix that `self` links begin with: the site's own address, or `.../ex/jira/{cloudId}` for OAuth callers. */
	readonly base: string;
}

/** Names the template parameter `name`. @throws when the route does not declare it (a fault of the simulator). */
export function param(request: RequestContext, name: string): string {
	const value = request.params[name];
	if (value === undefined) throw new Error(`route has no parameter {${name}}`);
	return value;
}
