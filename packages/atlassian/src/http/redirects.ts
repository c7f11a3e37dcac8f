import type { Authentication } from "./authentication.ts";
import { malformed } from "./failure.ts";
import type { Transport, WireStream } from "./transport.ts";

const mostHops = 5;

/**
 * Follows redirects by hand: another host must not see the credential. Answers the last answer, its body not read.
 * @throws AppError `site-answer-malformed`, and what the transport throws
 */
export async function followRedirects(
	ports: { readonly transport: Transport; readonly authentication: Authentication },
	first: WireStream,
	from: {
		/** How the call is named in errors. */
		readonly operation: string;
		readonly url: URL;
		readonly headers: Readonly<Record<string, string>>;
		readonly timeout: number;
		readonly signal: AbortSignal;
	},
): Promise<WireStream> {
	const { headers, timeout, signal } = from;
	let { url } = from;
	let answer = first;
	for (let hop = 0; answer.status >= 300 && answer.status < 400 && hop < mostHops; hop++) {
		const { location } = answer.headers;
		answer.discard();
		if (location === undefined) throw malformed(from.operation, "a redirect to nowhere");
		const next = new URL(location, url);
		const sent = next.origin === url.origin ? { ...headers, authorization: await ports.authentication.header(signal) } : headers;
		url = next;
		answer = await ports.transport.open({ url, method: "GET", headers: sent, timeout, signal });
	}
	return answer;
}
