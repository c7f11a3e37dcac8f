import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import { AppError } from "@skyeworx/core";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type CountPorts, countRequests, type RequestCounts } from "./request-counts.ts";

const minute = 60_000;
/** Credentials that are remembered as good; more of them are asked for anew. */
const mostFamiliar = 10_000;
/** Addresses that are kept before those are dropped whose time is over. */
const mostSpent = 1000;

/**
 * Counts requests that bring no credential or a wrong one, by address: whoever floods has few tries, whatever they vary. Once an address
 * has used them up nothing that it sends is even looked up until the minute is over, except credentials that were good here lately:
 * who shares the address with a flood keeps working.
 */
export class Strangers {
	readonly #counts: RequestCounts;
	readonly #ports: CountPorts;
	readonly #max: number;
	/** Until when an address has no tries left; milliseconds. */
	readonly #spent = new Map<string, number>();
	#familiar = new Set<string>();

	constructor(ports: CountPorts, max: number) {
		this.#ports = ports;
		this.#max = max;
		this.#counts = countRequests(ports, "strangers");
	}

	/**
	 * Runs `authenticate`, which answers undefined or throws `sign-in-required` for who is not known.
	 * @throws AppError `too-many-requests`, with `Retry-After` on the reply
	 */
	async admit<T>(request: FastifyRequest, reply: FastifyReply, credential: string, authenticate: () => Promise<T>): Promise<T> {
		const address = addressGroup(request.ip);
		const digest = createHash("sha256").update(credential).digest("base64");
		const wait = this.#familiar.has(digest) ? 0 : this.#waitOf(address);
		if (wait > 0) throw tooMany(reply, wait);
		try {
			const known = await authenticate();
			if (this.#familiar.size >= mostFamiliar) this.#familiar = new Set();
			this.#familiar.add(digest);
			return known;
		} catch (error) {
			this.#familiar.delete(digest);
			if (!isStranger(error)) throw error;
			const { current, ttl } = await this.#counts.take(address, minute, this.#max);
			if (current <= this.#max) throw error;
			this.#forgetOver();
			this.#spent.set(address, this.#ports.clock.now().getTime() + ttl);
			throw tooMany(reply, ttl);
		}
	}

	#forgetOver(): void {
		if (this.#spent.size < mostSpent) return;
		const now = this.#ports.clock.now().getTime();
		for (const [address, until] of this.#spent) if (until <= now) this.#spent.delete(address);
	}

	#waitOf(address: string): number {
		const now = this.#ports.clock.now().getTime();
		const wait = (this.#spent.get(address) ?? 0) - now;
		if (wait <= 0) this.#spent.delete(address);
		return wait;
	}
}

function isStranger(error: unknown): boolean {
	return (
		(error instanceof AppError && error.code === "sign-in-required") || (error as { readonly status?: unknown } | null)?.status === 401
	);
}

function tooMany(reply: FastifyReply, milliseconds: number): AppError {
	const seconds = Math.ceil(milliseconds / 1000);
	reply.header("retry-after", seconds);
	return new AppError("too-many-requests", "Too many requests without a valid credential came from this address", {
		hint: `Wait ${seconds} seconds, and check the API key.`,
	});
}

/** What is counted as one address: whoever has an IPv6 address has all of its /64. */
export function addressGroup(address: string): string {
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
	if (mapped !== undefined) return mapped;
	const [plain = ""] = address.split("%");
	if (!isIPv6(plain)) return address;
	const [head = "", tail = ""] = plain.split("::");
	const before = head === "" ? [] : head.split(":");
	const after = tail === "" ? [] : tail.split(":");
	const zeros = plain.includes("::") ? Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0") : [];
	const groups = [...before, ...zeros, ...after].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
	return `${groups.join(":")}::/64`;
}
