import { createCipheriv, hash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { constants, zstdCompressSync } from "node:zlib";
import { files } from "./files.ts";

/**
 * `node main-bare-run.ts FOLDER`: hashes each file once, compresses all in frames as a vault does, and seals each frame; stores and checks
 * nothing. No first backup in this language costs less.
 */
const frameLength = 256 * 1024;
const key = randomBytes(32);
let open: Buffer[] = [];
let length = 0;

function seal(): void {
	const packed = zstdCompressSync(Buffer.concat(open), { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
	const cipher = createCipheriv("aes-256-gcm", key, randomBytes(12));
	cipher.update(packed);
	cipher.final();
	open = [];
	length = 0;
}

for (const path of files(process.argv[2] ?? ".")) {
	const bytes = readFileSync(path);
	hash("sha256", bytes);
	for (let at = 0; at < bytes.length; at += frameLength) {
		const piece = bytes.subarray(at, at + frameLength);
		open.push(piece);
		length += piece.length;
		if (length >= frameLength) seal();
	}
}
seal();
