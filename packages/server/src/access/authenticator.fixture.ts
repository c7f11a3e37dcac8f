import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import type { PasskeyAnswer } from "@skyeworx/contract";

type Cbor = number | string | Buffer | ReadonlyMap<number | string, Cbor>;

/** As much of CBOR as an attestation object needs. */
function cbor(value: Cbor): Buffer {
	const head = (major: number, length: number): Buffer =>
		length < 24
			? Buffer.of((major << 5) | length)
			: length < 256
				? Buffer.of((major << 5) | 24, length)
				: Buffer.of((major << 5) | 25, length >> 8, length & 255);
	if (typeof value === "number") return value >= 0 ? head(0, value) : head(1, -1 - value);
	if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
	if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
	const entries = [...(value as ReadonlyMap<number | string, Cbor>)];
	return Buffer.concat([head(5, entries.length), ...entries.flatMap(([name, inner]) => [cbor(name), cbor(inner)])]);
}

const sha256 = (text: string | Buffer) => createHash("sha256").update(text).digest();

interface Told {
	/** Of the page that asks. */
	readonly origin: string;
	readonly challenge: string;
	/** Whether the person proved to be there and to be the owner. */
	readonly verified?: boolean;
}

/** A passkey in software, which tells the truth or what a test wants. */
export class Authenticator {
	readonly id = randomBytes(32);
	readonly #key: KeyObject;
	readonly #point: { readonly x: Buffer; readonly y: Buffer };
	counter = 0;

	constructor() {
		const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
		const { x = "", y = "" } = publicKey.export({ format: "jwk" });
		this.#key = privateKey;
		this.#point = { x: Buffer.from(x, "base64url"), y: Buffer.from(y, "base64url") };
	}

	#data(told: Told, attested: boolean): Buffer {
		const counter = Buffer.alloc(4);
		this.counter += 1;
		counter.writeUInt32BE(this.counter);
		const flags = 0x01 | (told.verified === false ? 0 : 0x04) | (attested ? 0x40 : 0);
		const head = Buffer.concat([sha256(new URL(told.origin).hostname), Buffer.of(flags), counter]);
		if (!attested) return head;
		const publicKey = cbor(
			new Map<number, Cbor>([
				[1, 2],
				[3, -7],
				[-1, 1],
				[-2, this.#point.x],
				[-3, this.#point.y],
			]),
		);
		return Buffer.concat([head, Buffer.alloc(16), Buffer.of(0, this.id.length), this.id, publicKey]);
	}

	#answer(type: string, told: Told, response: (clientData: Buffer) => Readonly<Record<string, Buffer>>): PasskeyAnswer {
		const clientData = Buffer.from(JSON.stringify({ type, challenge: told.challenge, origin: told.origin, crossOrigin: false }));
		const parts = { clientDataJSON: clientData, ...response(clientData) };
		const id = this.id.toString("base64url");
		return {
			id,
			rawId: id,
			type: "public-key",
			response: Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, bytes.toString("base64url")])),
			clientExtensionResults: {},
		};
	}

	/** Answers `navigator.credentials.create`. */
	register(told: Told): PasskeyAnswer {
		return this.#answer("webauthn.create", told, () => ({
			attestationObject: cbor(
				new Map<string, Cbor>([
					["fmt", "none"],
					["attStmt", new Map()],
					["authData", this.#data(told, true)],
				]),
			),
		}));
	}

	/** Answers `navigator.credentials.get`. */
	prove(told: Told): PasskeyAnswer {
		return this.#answer("webauthn.get", told, (clientData) => {
			const authenticatorData = this.#data(told, false);
			const signed = Buffer.concat([authenticatorData, sha256(clientData)]);
			return { authenticatorData, signature: createSign("sha256").update(signed).sign(this.#key) };
		});
	}
}
