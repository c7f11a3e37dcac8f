import { constants, generateKeyPairSync, type KeyObject, privateDecrypt, publicEncrypt, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type Clock, systemClock } from "@skyeworx/core";
import { selfSigned } from "./self-signed.ts";

/** What a token may do with the keys. */
type KeyPermission = "get" | "wrapKey" | "unwrapKey";

interface StoredVersion {
	readonly version: string;
	readonly publicKey: KeyObject;
	readonly privateKey: KeyObject;
	readonly createdAt: Date;
	enabled: boolean;
}

/** One request that reached the simulator. */
interface KeyVaultRequest {
	readonly operation: "get" | "wrapkey" | "unwrapkey" | "challenge" | "unknown";
	readonly path: string;
}

/** Azure Key Vault on loopback, strict: HTTPS, challenges, permissions, disabled and deleted keys, RSA-OAEP-256. */
export interface KeyVaultSimulator {
	readonly url: string;
	/** PEM: what a client must trust. */
	readonly certificateAuthority: string;
	readonly requests: readonly KeyVaultRequest[];
	/** A bearer token with these permissions. */
	token(permissions: readonly KeyPermission[]): string;
	revokeToken(token: string): void;
	/** Makes a key, or a newer version of it; answers its identifier with the version. */
	createKey(name: string): string;
	setEnabled(keyId: string, enabled: boolean): void;
	deleteKey(name: string): void;
	/** Answers with this status from now on; undefined: as usual. */
	setFault(status: 429 | 500 | 503 | undefined): void;
	close(): Promise<void>;
}

class Refusal extends Error {
	readonly status: number;
	readonly code: string;
	readonly inner: string | undefined;

	constructor(status: number, code: string, message: string, inner?: string) {
		super(message);
		this.status = status;
		this.code = code;
		this.inner = inner;
	}
}

const challenge =
	'Bearer authorization="https://login.microsoftonline.com/6babcaad-604b-40ac-a9d7-9fd97c0b779f", resource="https://vault.azure.net"';
const path = /^\/keys\/([A-Za-z0-9-]+)(?:\/([0-9a-f]{32})?)?(?:\/(wrapkey|unwrapkey))?$/;

/** Starts the simulator on a free port of 127.0.0.1. */
export async function startKeyVaultSimulator({
	clock = systemClock,
}: {
	readonly clock?: Pick<Clock, "now">;
} = {}): Promise<KeyVaultSimulator> {
	const simulation = new KeyVaultSimulation(clock);
	await simulation.listen();
	return simulation;
}

class KeyVaultSimulation implements KeyVaultSimulator {
	readonly requests: KeyVaultRequest[] = [];
	readonly certificateAuthority: string;
	readonly #clock: Pick<Clock, "now">;
	readonly #server;
	readonly #tokens = new Map<string, readonly KeyPermission[]>();
	readonly #keys = new Map<string, StoredVersion[]>();
	#fault: number | undefined;

	constructor(clock: Pick<Clock, "now">) {
		this.#clock = clock;
		const { certificate, privateKey } = selfSigned(clock.now());
		this.certificateAuthority = certificate;
		this.#server = createServer({ cert: certificate, key: privateKey }, (incoming, outgoing) => void this.#respond(incoming, outgoing));
	}

	listen(): Promise<void> {
		return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
	}

	get url(): string {
		return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	token(permissions: readonly KeyPermission[]): string {
		const token = randomBytes(24).toString("base64url");
		this.#tokens.set(token, permissions);
		return token;
	}

	revokeToken(token: string): void {
		this.#tokens.delete(token);
	}

	createKey(name: string): string {
		const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
		const made = { version: randomBytes(16).toString("hex"), ...pair, createdAt: this.#clock.now(), enabled: true };
		this.#keys.set(name, [...(this.#keys.get(name) ?? []), made]);
		return `${this.url}/keys/${name}/${made.version}`;
	}

	setEnabled(keyId: string, enabled: boolean): void {
		const [, name = "", version] = path.exec(new URL(keyId).pathname) ?? [];
		this.#find(name, version).enabled = enabled;
	}

	deleteKey(name: string): void {
		this.#keys.delete(name);
	}

	setFault(status: 429 | 500 | 503 | undefined): void {
		this.#fault = status;
	}

	close(): Promise<void> {
		return new Promise((resolve) => {
			this.#server.close(() => resolve());
			this.#server.closeAllConnections();
		});
	}

	async #respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of incoming) chunks.push(chunk as Buffer);
		try {
			const answer = this.#answer(incoming, Buffer.concat(chunks));
			outgoing.writeHead(200, { "content-type": "application/json; charset=utf-8" });
			outgoing.end(JSON.stringify(answer));
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			const { status, code, message, inner } = error;
			outgoing.writeHead(status, { "content-type": "application/json", ...(status === 401 ? { "www-authenticate": challenge } : {}) });
			outgoing.end(JSON.stringify({ error: { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) } }));
		}
	}

	#answer({ url = "/", method, headers }: IncomingMessage, body: Buffer): object {
		const { pathname, searchParams } = new URL(url, this.url);
		const [, name, version, verb] = path.exec(pathname) ?? [];
		const operation = verb === "wrapkey" || verb === "unwrapkey" ? verb : "get";
		if (headers.authorization === undefined) {
			this.requests.push({ operation: "challenge", path: pathname });
			throw new Refusal(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.");
		}
		this.requests.push({ operation: name === undefined ? "unknown" : operation, path: pathname });
		if (this.#fault !== undefined) throw new Refusal(this.#fault, "Throttled", "On purpose");
		if (!/^(?:\d+\.\d+|\d{4}-\d{2}-\d{2})$/.test(searchParams.get("api-version") ?? ""))
			throw new Refusal(400, "BadParameter", "api-version must be specified");
		if (name === undefined || method !== (operation === "get" ? "GET" : "POST")) throw new Refusal(404, "NotFound", "No such resource");
		this.#requirePermission(headers.authorization, operation);
		const key = this.#find(name, version);
		const kid = `${this.url}/keys/${name}/${key.version}`;
		return operation === "get" ? keyBundle(kid, key) : { kid, value: transform(operation, key, body) };
	}

	#requirePermission(authorization: string, operation: "get" | "wrapkey" | "unwrapkey"): void {
		const permissions = this.#tokens.get(authorization.replace(/^Bearer /, ""));
		if (permissions === undefined) throw new Refusal(401, "Unauthorized", "AKV10022: Invalid audience or token.");
		const needed = ({ get: "get", wrapkey: "wrapKey", unwrapkey: "unwrapKey" } as const)[operation];
		if (!permissions.includes(needed))
			throw new Refusal(403, "Forbidden", `Caller does not have keys ${needed} permission on key vault.`, "ForbiddenByPolicy");
	}

	#find(name: string, version: string | undefined): StoredVersion {
		const versions = this.#keys.get(name) ?? [];
		const found = version === undefined ? versions.at(-1) : versions.find((one) => one.version === version);
		if (found === undefined) throw new Refusal(404, "KeyNotFound", `A key with (name/id) ${name} was not found in this key vault.`);
		return found;
	}
}

function keyBundle(kid: string, { publicKey, createdAt, enabled }: StoredVersion): object {
	const { n, e } = publicKey.export({ format: "jwk" });
	const at = Math.floor(createdAt.getTime() / 1000);
	return {
		key: { kid, kty: "RSA", key_ops: ["wrapKey", "unwrapKey"], n, e },
		attributes: { enabled, created: at, updated: at, recoveryLevel: "Recoverable+Purgeable" },
	};
}

function transform(operation: "wrapkey" | "unwrapkey", key: StoredVersion, body: Buffer): string {
	const { alg, value } = JSON.parse(body.toString()) as { alg?: unknown; value?: unknown };
	if (alg !== "RSA-OAEP-256" || typeof value !== "string") throw new Refusal(400, "BadParameter", "Property  has invalid value");
	if (!key.enabled) throw new Refusal(403, "Forbidden", `Operation ${operation} is not allowed on a disabled key.`, "KeyDisabled");
	const input = Buffer.from(value, "base64url");
	const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
	try {
		const output =
			operation === "wrapkey"
				? publicEncrypt({ key: key.publicKey, ...oaep }, input)
				: privateDecrypt({ key: key.privateKey, ...oaep }, input);
		return output.toString("base64url");
	} catch {
		throw new Refusal(400, "BadParameter", "The parameter is incorrect.");
	}
}
