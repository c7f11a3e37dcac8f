import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { AppError } from "@skyeworx/core";
import { type BlobLocation, type BlockCipher, Segment, SegmentBuilder, type SegmentSource } from "./segment.ts";

/** A 64-byte header as a pack has; its content means nothing to a segment. */
export const sampleHeader = new Uint8Array(64).fill(0x68);

/** AES-256-GCM under a fixed key, as the vault's ciphers do it; for tests. */
export function sampleCipher(secret = "one"): BlockCipher {
	const key = createHash("sha256").update(secret).digest();
	const nonce = (block: number) => {
		const bytes = new Uint8Array(12);
		new DataView(bytes.buffer).setUint32(8, block);
		return bytes;
	};
	return {
		seal(block, bytes) {
			const cipher = createCipheriv("aes-256-gcm", key, nonce(block));
			return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
		},
		open(block, bytes) {
			try {
				const decipher = createDecipheriv("aes-256-gcm", key, nonce(block), { authTagLength: 16 });
				decipher.setAuthTag(bytes.subarray(bytes.length - 16));
				return Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - 16)), decipher.final()]);
			} catch (cause) {
				throw new AppError("vault-damaged", "A block does not open", { cause });
			}
		},
	};
}

/** The id that stands for a number. */
export function sampleId(number: number): Uint8Array {
	return new Uint8Array(createHash("sha256").update(`blob ${number}`).digest().subarray(0, 20));
}

export function packName(number: number): string {
	return createHash("sha256").update(`pack ${number}`).digest("hex");
}

export function source(bytes: Uint8Array, secret?: string): SegmentSource & { reads: number } {
	const counted = {
		size: bytes.length,
		reads: 0,
		cipher: sampleCipher(secret),
		async read(offset: number, length: number) {
			counted.reads++;
			return bytes.subarray(offset, offset + length);
		},
	};
	return counted;
}

/** Builds and opens a segment. */
export async function segmentOf(entries: Iterable<readonly [Uint8Array, BlobLocation]>): Promise<Segment> {
	const builder = new SegmentBuilder();
	for (const [id, location] of entries) builder.add(id, location);
	return Segment.open(source(builder.build({ header: sampleHeader, cipher: sampleCipher() })));
}
