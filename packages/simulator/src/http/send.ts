import type { ServerResponse } from "node:http";
import type { FaultRule } from "../faults/faults.ts";
import type { Answer } from "./answer.ts";
import { HttpError, productError } from "./errors.ts";

/** What a fault does before any work: an answer to give instead, `"reset"`, or nothing. */
export function faultBefore(fault: FaultRule | undefined, path: string): HttpError | "reset" | undefined {
	if (fault === undefined) return undefined;
	const plain = (status: number, headers: Record<string, string> = {}): HttpError => productError(path, status, headers);
	const product = path.startsWith("/wiki/") ? "confluence" : "jira";
	const retryAfter = String(fault.retryAfter ?? 1);
	switch (fault.kind) {
		case "rate-limited":
			return plain(429, { "retry-after": retryAfter, "ratelimit-reason": fault.reason ?? `${product}-burst-based` });
		case "server-error":
			return plain(500);
		case "unavailable":
			return plain(503, fault.retryAfter === undefined ? {} : { "retry-after": retryAfter });
		case "unauthorized":
			return new HttpError(401, { code: 401, message: "Unauthorized" });
		case "forbidden":
			return plain(403);
		case "not-found":
			return plain(404);
		case "reset":
			return "reset";
		default:
			return undefined;
	}
}

interface Sending {
	readonly response: ServerResponse;
	readonly answer: Answer;
	readonly headers: Readonly<Record<string, string>>;
	readonly fault: FaultRule | undefined;
	readonly headOnly: boolean;
}

/** Writes an answer, damaged as the fault says. */
export function send({ response, answer, headers, fault, headOnly }: Sending): void {
	if (fault?.kind === "lost-answer") {
		response.socket?.destroy();
		return;
	}
	const text = answer.text ?? (answer.json === undefined ? undefined : JSON.stringify(answer.json));
	let body: Buffer | Uint8Array | undefined = text === undefined ? answer.bytes : Buffer.from(text, "utf8");
	if (fault?.kind === "malformed" && body !== undefined) body = body.subarray(0, Math.max(1, body.byteLength >> 1));
	const all: Record<string, string | number> = { ...headers };
	if (text !== undefined) all["content-type"] = "application/json;charset=UTF-8";
	Object.assign(all, answer.headers);
	if (answer.status !== 204 && answer.status !== 304) all["content-length"] = body?.byteLength ?? 0;
	response.writeHead(answer.status, all);
	if (headOnly || body === undefined) response.end();
	else if (fault?.kind === "truncated") response.write(body.subarray(0, body.byteLength >> 1), () => response.socket?.destroy());
	else response.end(body);
}
