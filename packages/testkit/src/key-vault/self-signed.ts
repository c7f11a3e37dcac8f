import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** A certificate for loopback that is its own authority; made anew for each test, so that no private key lies in the repository. */
export interface SelfSigned {
	/** PEM. */
	readonly certificate: string;
	readonly privateKey: string;
}

const tags = { integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c, time: 0x18, sequence: 0x30, set: 0x31 } as const;
const oids = {
	ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
	commonName: [0x55, 0x04, 0x03],
	basicConstraints: [0x55, 0x1d, 0x13],
	subjectAltName: [0x55, 0x1d, 0x11],
} as const;

/** One DER element (X.690): tag, length, content. */
function der(tag: number, ...content: readonly (Uint8Array | readonly number[])[]): Buffer {
	const body = Buffer.concat(content.map((part) => Buffer.from(part)));
	if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
	const length = body.length < 0x100 ? Buffer.of(0x81, body.length) : Buffer.of(0x82, body.length >> 8, body.length & 0xff);
	return Buffer.concat([Buffer.of(tag), length, body]);
}

function time(date: Date): Buffer {
	const digits = date.toISOString().replace(/[-:T]/g, "").slice(0, 14);
	return der(tags.time, Buffer.from(`${digits}Z`));
}

function extension(oid: readonly number[], value: Buffer): Buffer {
	return der(tags.sequence, der(tags.oid, oid), der(tags.octets, value));
}

function toBeSigned(publicKey: KeyObject, now: Date): Buffer {
	const day = 24 * 60 * 60 * 1000;
	const name = der(
		tags.sequence,
		der(tags.set, der(tags.sequence, der(tags.oid, oids.commonName), der(tags.utf8, Buffer.from("loopback")))),
	);
	const names = der(tags.sequence, der(0x82, Buffer.from("localhost")), der(0x87, [127, 0, 0, 1]));
	return der(
		tags.sequence,
		der(0xa0, der(tags.integer, [2])),
		// A serial number is positive and not zero.
		der(tags.integer, [1, ...randomBytes(8)]),
		der(tags.sequence, der(tags.oid, oids.ecdsaWithSha256)),
		name,
		der(tags.sequence, time(new Date(now.getTime() - day)), time(new Date(now.getTime() + day))),
		name,
		publicKey.export({ type: "spki", format: "der" }),
		der(
			0xa3,
			der(tags.sequence, extension(oids.basicConstraints, der(tags.sequence, der(0x01, [0xff]))), extension(oids.subjectAltName, names)),
		),
	);
}

/** Makes an X.509 certificate (RFC 5280) for `localhost` and `127.0.0.1`, valid for a day. */
export function selfSigned(now: Date): SelfSigned {
	const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	const body = toBeSigned(publicKey, now);
	const signature = sign("sha256", body, privateKey);
	const bytes = der(tags.sequence, body, der(tags.sequence, der(tags.oid, oids.ecdsaWithSha256)), der(tags.bits, [0], signature));
	const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
	return {
		certificate: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
		privateKey: String(privateKey.export({ type: "pkcs8", format: "pem" })),
	};
}
