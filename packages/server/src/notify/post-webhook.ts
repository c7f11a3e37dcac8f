import { createHmac } from "node:crypto";
import { type LookupAddress, lookup as systemLookup } from "node:dns";
import { request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { BlockList, isIP } from "node:net";
import { AppError } from "@skyeworx/core";

const privateNetworks: readonly (readonly [string, number, "ipv4" | "ipv6"])[] = [
	["0.0.0.0", 8, "ipv4"],
	["10.0.0.0", 8, "ipv4"],
	["100.64.0.0", 10, "ipv4"],
	["127.0.0.0", 8, "ipv4"],
	["169.254.0.0", 16, "ipv4"],
	["172.16.0.0", 12, "ipv4"],
	["192.0.0.0", 24, "ipv4"],
	["192.168.0.0", 16, "ipv4"],
	["198.18.0.0", 15, "ipv4"],
	["224.0.0.0", 3, "ipv4"],
	["::", 127, "ipv6"],
	["64:ff9b::", 96, "ipv6"],
	["fc00::", 7, "ipv6"],
	["fe80::", 10, "ipv6"],
	["ff00::", 8, "ipv6"],
];

/** Whether an address belongs to the machine itself or to a private network. */
export function isPrivate(address: string): boolean {
	const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
	const version = isIP(plain);
	// What can't be read, or is an IPv4 address in IPv6's clothes, is not trusted.
	if (version === 0 || (version === 6 && /^(::ffff:|2002:)/i.test(plain))) return true;
	const list = new BlockList();
	for (const network of privateNetworks) list.addSubnet(...network);
	return list.check(plain, version === 4 ? "ipv4" : "ipv6");
}

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
			lookup: (host, options, done) => {
				systemLookup(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
					const allowed = (found ?? []).filter(({ address }) => allowPrivate || !isPrivate(address));
					const [first] = allowed;
					if (error !== null) return done(error, "", 0);
					if (first === undefined) return done(notAllowed(), "", 0);
					// Callers that can try several addresses ask for all of them.
					if (options.all === true) return (done as unknown as (error: null, all: LookupAddress[]) => void)(null, allowed);
					done(null, first.address, first.family);
				});
			},
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
