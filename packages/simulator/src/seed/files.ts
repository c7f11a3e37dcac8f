import { crc32, deflateSync } from "node:zlib";
import { SeededRandom } from "../site/random.ts";
import { between } from "./grammar.ts";
import { createText, type FileKind } from "./text.ts";

/** Media types of the invented files. */
export const mediaTypes: Readonly<Record<FileKind, string>> = {
	png: "image/png",
	csv: "text/csv",
	txt: "text/plain",
	json: "application/json",
	pdf: "application/pdf",
	svg: "image/svg+xml",
};

/** Makes a small valid file, always the same for the same kind and seed: pictures of 1 to 20 KB, texts of 1 to 40 KB. */
export function makeFile(kind: FileKind, seed: number): Buffer {
	const source = new SeededRandom(seed);
	const random = (): number => source.fraction();
	const text = createText(random);
	const lines = between(random, 8, 120);
	switch (kind) {
		case "png":
			return png(random);
		case "svg":
			return Buffer.from(svg(random, text.title()));
		case "csv":
			return Buffer.from(
				`region,item,amount\n${Array.from({ length: lines * 4 }, () => `${between(random, 1, 9)},"${text.phrase()}",${between(random, 10, 99_999) / 100}`).join("\n")}\n`,
			);
		case "json":
			return Buffer.from(
				`${JSON.stringify(
					Array.from({ length: lines }, (_, id) => ({ id, title: text.summary(), amount: between(random, 1, 999) })),
					null,
					1,
				)}\n`,
			);
		case "pdf":
			return pdf(Array.from({ length: 24 }, () => text.sentence()));
		case "txt":
			return Buffer.from(`${Array.from({ length: lines }, () => text.sentence()).join("\n")}\n`);
	}
}

function png(random: () => number): Buffer {
	const width = between(random, 16, 48) * 8;
	const height = between(random, 12, 36) * 8;
	const tiles = Array.from({ length: 64 }, () => [between(random, 40, 230), between(random, 40, 230), between(random, 40, 230)]);
	const rows = Buffer.alloc(height * (1 + width * 3));
	for (let y = 0; y < height; y += 1) {
		for (let x = 0; x < width; x += 1) {
			const tile = tiles[((x >> 4) * 7 + (y >> 4) * 13) % tiles.length] ?? [0, 0, 0];
			const at = y * (1 + width * 3) + 1 + x * 3;
			for (let channel = 0; channel < 3; channel += 1) rows[at + channel] = ((tile[channel] ?? 0) + ((x ^ y) & 15)) & 255;
		}
	}
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 2, 0, 0, 0], 8);
	const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
	return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
	const frame = Buffer.alloc(8);
	frame.writeUInt32BE(data.length, 0);
	frame.writeUInt32BE(crc32(body), 4);
	return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function svg(random: () => number, title: string): string {
	const bars = Array.from({ length: 12 }, (_, index) => {
		const height = between(random, 10, 180);
		return `<rect x="${20 + index * 30}" y="${200 - height}" width="22" height="${height}" fill="hsl(${between(random, 0, 359)} 60% 50%)"/>`;
	});
	const label = title.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
	return `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="230"><title>${label}</title>${bars.join("")}</svg>\n`;
}

function pdf(lines: readonly string[]): Buffer {
	const shown = lines.map(
		(line, index) =>
			`BT /F1 9 Tf 40 ${780 - index * 28} Td (${line
				.replace(/[^\x20-\x7e]/g, "?")
				.replace(/[\\()]/g, "\\$&")
				.slice(0, 110)}) Tj ET`,
	);
	const stream = shown.join("\n");
	const objects = [
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	];
	let document = "%PDF-1.4\n";
	const offsets: number[] = [];
	for (const [index, object] of objects.entries()) {
		offsets.push(document.length);
		document += `${index + 1} 0 obj\n${object}\nendobj\n`;
	}
	const start = document.length;
	const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
	document += `xref\n0 6\n0000000000 65535 f \n${table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
	return Buffer.from(document, "latin1");
}
