import { crc32, deflateRawSync } from "node:zlib";
import { SeededRandom } from "../site/random.ts";

/** Kinds of invented files with their media types. */
export const mimeTypes = {
	png: "image/png",
	txt: "text/plain",
	csv: "text/csv",
	json: "application/json",
	pdf: "application/pdf",
	svg: "image/svg+xml",
	docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
} as const;

/** A kind of invented file. */
export type SeedFileKind = keyof typeof mimeTypes;

/** Makes a file of exactly `size` bytes that opens as what it says; the same seed gives the same bytes. @param size at least 1,024 */
export function fileContent(kind: SeedFileKind, seed: number, size: number): Buffer {
	const random = new SeededRandom(seed);
	switch (kind) {
		case "png":
			return png(random, size);
		case "docx":
			return docx(random, size);
		case "pdf":
			return pdf(random, size);
		case "svg":
			return padded(
				`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#${random.hex(6)}"/><!-- `,
				" --></svg>",
				random,
				size,
			);
		case "json":
			return padded('{"note":"', '"}', random, size);
		case "csv":
			return lines(
				size,
				"id,name,amount,date\n",
				(index) => `${index},${random.hex(8)},${random.integer(1, 9999)},2026-0${random.integer(1, 9)}-1${random.integer(0, 9)}\n`,
			);
		default:
			return lines(
				size,
				"",
				(index) =>
					`2026-02-1${index % 10}T0${index % 9}:00:00Z INFO worker-${random.integer(1, 9)} handled ${random.hex(16)} in ${random.integer(1, 900)} ms\n`,
			);
	}
}

function lines(size: number, head: string, line: (index: number) => string): Buffer {
	const parts = [head];
	let length = head.length;
	for (let index = 1; length < size; index += 1) {
		const text = line(index);
		parts.push(text);
		length += text.length;
	}
	return Buffer.from(parts.join("")).subarray(0, size);
}

function padded(head: string, tail: string, random: SeededRandom, size: number): Buffer {
	return Buffer.from(head + random.hex(size - head.length - tail.length) + tail);
}

function noise(random: SeededRandom, size: number): Buffer {
	return Buffer.from(random.hex(size * 2), "hex");
}

function chunk(type: string, data: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
	const framed = Buffer.alloc(body.length + 8);
	framed.writeUInt32BE(data.length, 0);
	body.copy(framed, 4);
	framed.writeUInt32BE(crc32(body), body.length + 4);
	return framed;
}

function stored(data: Buffer): Buffer {
	const blocks: Buffer[] = [Buffer.from([0x78, 0x01])];
	for (let at = 0; at < data.length; at += 65_535) {
		const part = data.subarray(at, at + 65_535);
		const header = Buffer.alloc(5);
		header[0] = at + part.length >= data.length ? 1 : 0;
		header.writeUInt16LE(part.length, 1);
		header.writeUInt16LE(part.length ^ 0xffff, 3);
		blocks.push(header, part);
	}
	let a = 1;
	let b = 0;
	for (const byte of data) {
		a = (a + byte) % 65_521;
		b = (b + a) % 65_521;
	}
	const sum = Buffer.alloc(4);
	sum.writeUInt32BE(((b << 16) | a) >>> 0, 0);
	return Buffer.concat([...blocks, sum]);
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A striped picture; an ancillary chunk brings the file to its size. */
function png(random: SeededRandom, size: number): Buffer {
	const side = 16;
	const colours = noise(random, side * 3);
	const rows: Buffer[] = [];
	for (let y = 0; y < side; y += 1) rows.push(Buffer.from([0]), colours);
	const header = Buffer.alloc(13);
	header.writeUInt32BE(side, 0);
	header.writeUInt32BE(side, 4);
	header.set([8, 2, 0, 0, 0], 8);
	const image = [pngSignature, chunk("IHDR", header), chunk("IDAT", stored(Buffer.concat(rows)))];
	const end = chunk("IEND", Buffer.alloc(0));
	const used = image.reduce((sum, part) => sum + part.length, 0) + end.length + 12;
	return Buffer.concat([...image, chunk("prVt", noise(random, size - used)), end]);
}

/** A one-page document; comment lines bring the file to its size. */
function pdf(random: SeededRandom, size: number): Buffer {
	const head =
		"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\n%";
	const xref = head.length;
	const build = (start: number): string =>
		`\nxref\n0 4\n0000000000 65535 f \n${[9, 54, 105].map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("")}trailer<</Size 4/Root 1 0 R>>\nstartxref\n${String(start).padStart(10, "0")}\n%%EOF\n`;
	const tail = build(0).length;
	const padding = size - xref - tail;
	return Buffer.from(head + random.hex(padding) + build(xref + padding + 1), "latin1");
}

/** A zip archive with a document part and one stored part that brings the file to its size. */
function docx(random: SeededRandom, size: number): Buffer {
	const xml = Buffer.from(
		'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Draft</w:t></w:r></w:p></w:body></w:document>',
	);
	const first = entry("word/document.xml", xml, deflateRawSync(xml), 0);
	const overhead = entry("word/media/image1.bin", Buffer.alloc(0), Buffer.alloc(0), 0);
	const fixed = first.local.length + first.central.length + overhead.local.length + overhead.central.length + 22;
	const data = noise(random, size - fixed);
	const second = entry("word/media/image1.bin", data, undefined, first.local.length);
	const end = Buffer.alloc(22);
	end.writeUInt32LE(0x0605_4b50, 0);
	end.writeUInt16LE(2, 8);
	end.writeUInt16LE(2, 10);
	end.writeUInt32LE(first.central.length + second.central.length, 12);
	end.writeUInt32LE(first.local.length + second.local.length, 16);
	return Buffer.concat([first.local, second.local, first.central, second.central, end]);
}

function entry(name: string, data: Buffer, packed: Buffer | undefined, offset: number): { local: Buffer; central: Buffer } {
	const content = packed ?? data;
	const fields = Buffer.alloc(26);
	fields.writeUInt16LE(20, 0);
	fields.writeUInt16LE(packed === undefined ? 0 : 8, 4);
	fields.writeUInt32LE(0x5a21_0000, 6);
	fields.writeUInt32LE(crc32(data), 10);
	fields.writeUInt32LE(content.length, 14);
	fields.writeUInt32LE(data.length, 18);
	fields.writeUInt16LE(name.length, 22);
	const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), fields, Buffer.from(name), content]);
	const trailer = Buffer.alloc(14);
	trailer.writeUInt32LE(offset, 10);
	const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), fields, trailer, Buffer.from(name)]);
	return { local, central };
}
