import { crc32, deflateSync, inflateSync } from "node:zlib";

interface Chunk {
	readonly type: string;
	readonly data: Buffer;
}

function chunksOf(png: Buffer): readonly Chunk[] {
	const chunks: Chunk[] = [];
	for (let at = 8; at < png.length; ) {
		const length = png.readUInt32BE(at);
		chunks.push({ type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
		at += 12 + length;
	}
	return chunks;
}

function written({ type, data }: Chunk): Buffer {
	const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
	const frame = Buffer.alloc(8);
	frame.writeUInt32BE(data.length, 0);
	frame.writeUInt32BE(crc32(body), 4);
	return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** The PNG format's Paeth predictor. */
function paeth(left: number, up: number, corner: number): number {
	const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
	if (toLeft <= toUp && toLeft <= toCorner) return left;
	return toUp <= toCorner ? up : corner;
}

/** Takes the row filters off: rows of flat colour pack better without. */
function unfiltered(raw: Buffer, width: number, bytesPerPixel: number): Buffer {
	const stride = width * bytesPerPixel;
	const out = Buffer.alloc(raw.length);
	for (let start = 0; start < raw.length; start += stride + 1) {
		const filter = raw[start];
		for (let index = 1; index <= stride; index++) {
			const at = start + index;
			const left = index > bytesPerPixel ? (out[at - bytesPerPixel] ?? 0) : 0;
			const up = out[at - stride - 1] ?? 0;
			const corner = index > bytesPerPixel ? (out[at - stride - 1 - bytesPerPixel] ?? 0) : 0;
			const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
			out[at] = (raw[at] ?? 0) + guess;
		}
	}
	return out;
}

/** Packs a browser's screenshot (8 bits a channel, RGB or RGBA, not interlaced) tighter; every pixel stays. */
export function shrinkPng(png: Buffer): Buffer {
	const chunks = chunksOf(png);
	const header = chunks[0]?.data;
	if (header === undefined || header[8] !== 8 || header[12] !== 0) return png;
	const bytesPerPixel = { 2: 3, 6: 4 }[header[9] ?? 0];
	if (bytesPerPixel === undefined) return png;
	const raw = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data)));
	const data = deflateSync(unfiltered(raw, header.readUInt32BE(0), bytesPerPixel), { level: 9, memLevel: 9 });
	const kept = chunks.filter(({ type }) => type !== "IDAT" && type !== "IEND");
	const small = Buffer.concat([
		png.subarray(0, 8),
		...[...kept, { type: "IDAT", data }, { type: "IEND", data: Buffer.alloc(0) }].map(written),
	]);
	return small.length < png.length ? small : png;
}
