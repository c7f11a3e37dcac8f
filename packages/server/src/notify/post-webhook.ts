import { createHmac } from "node:crypto";
import { request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { isIP } from "node:net";
import { AppError } from "@skyeworx/core";
import { isPrivate, publicLookup } from "../network/public-addresses.ts";

export interface WebhookCall {
	readonly url: string;
	readonly body: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** Whether it may go to private networks, and without TLS. */
	readonly allowPrivate: boolean;
}

const timeoutMilliseconds = 10_000;

/**
 * Posts JSON to an address that a customer gave. The name is resolved here and the connection goes to exactly the address that
 * was looked at, so that a name that changes its mind leads nowhere; redirects are not followed; the answer is not read.
 * @throws AppError `bad-input` when the address is not allowed, `site-unreachable` when it did not take it
 */
export async function postWebhook({ url, body, headers, allowPrivate }: WebhookCall): Promise<void> {
	const target = requireAllowedTarget(url, allowPrivate);
	const send = target.protocol === "https:" ? requestSecure : requestPlain;
	const status = await new Promise<number>((resolve, reject) => {
		const request = send(target, {
			method: "POST",
			headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), "user-agent": "Skyeworx", ...headers },
			timeout: timeoutMilliseconds,
			lookup: publicLookup(allowPrivate, notAllowed),
		});
		request.once("response", (response) => {
			response.resume();
			resolve(response.statusCode ?? 0);
		});
		request.once("timeout", () => request.destroy(new Error("timed out")));
		request.once("error", (error) => reject(error instanceof AppError ? error : unreachable(error.message, error)));
		request.end(body);
	});
	if (status < 200 || status >= 300) throw unreachable(`it answered ${status}`);
}

/** @throws AppError `bad-input` */
export function requireAllowedTarget(url: string, allowPrivate: boolean): URL {
	const target = new URL(url);
	const host = target.hostname.replace(/^\[|\]$/g, "");
	if (allowPrivate) return target;
	if (target.protocol !== "https:" || target.username !== "" || (isIP(host) !== 0 && isPrivate(host)) || host === "localhost")
		throw notAllowed();
	return target;
}

function notAllowed(): AppError {
	return new AppError("bad-input", "Notices may not be sent to that address", {
		hint: "Give a public https address; private ones need the server's setting private-webhooks.",
	});
}

function unreachable(why: string, cause?: unknown): AppError {
	return new AppError("site-unreachable", `The webhook did not take the notice: ${why}`, { cause });
}

/** Proves to the receiver that a body comes from here, and when: `t=SECONDS,v1=HEX`. */
export function signatureOf(secret: string, body: string, at: Date): string {
	const seconds = Math.floor(at.getTime() / 1000);
	return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}
