import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { canonicalJson, type JsonValue, parseJson } from "@skyeworx/core";

const partitions = 64;
const chunkLength = 128 * 1024;

/** One thing put aside for a key. */
export interface Spooled {
	readonly key: string;
	readonly tag: string;
	readonly value: JsonValue;
}

interface Partition {
	readonly chunks: Buffer[];
	lines: string[];
	length: number;
}

function partitionOf(key: string): number {
	let hash = 0;
	for (let at = 0; at < key.length; at++) hash = (hash * 31 + key.charCodeAt(at)) | 0;
	return (hash >>> 0) % partitions;
}

/**
 * Collects what several site-wide lists say of the same items, in any order, and gives it back item by item. Everything is
 * held compressed, only one sixty-fourth is laid open at a time, and of that one item is made into objects at a time: 100,000 pages
 * with their comments fit into tens of megabytes. Nothing is written to disk: it would be customers' content in the clear.
 */
export class Spool {
	private readonly parts: readonly Partition[] = Array.from({ length: partitions }, () => ({ chunks: [], lines: [], length: 0 }));

	add(key: string, tag: string, value: JsonValue): void {
		const part = this.parts[partitionOf(key)];
		if (part === undefined) return;
		const line = canonicalJson([key, tag, value]);
		part.lines.push(line);
		part.length += line.length;
		if (part.length >= chunkLength) this.pack(part);
	}

	private pack(part: Partition): void {
		if (part.lines.length === 0) return;
		part.chunks.push(zstdCompressSync(part.lines.join("\n")));
		part.lines = [];
		part.length = 0;
	}

	/** Gives each key once with everything under it, in the order it was added; what was given is let go. */
	*groups(): Generator<{ readonly key: string; readonly all: readonly Spooled[] }> {
		for (const part of this.parts) {
			this.pack(part);
			const groups = new Map<string, string[]>();
			for (const chunk of part.chunks.splice(0)) {
				for (const line of zstdDecompressSync(chunk).toString("utf8").split("\n")) {
					const begin = beginOf(line);
					const group = groups.get(begin);
					if (group === undefined) groups.set(begin, [line]);
					else group.push(line);
				}
			}
			for (const [begin, lines] of groups) {
				groups.delete(begin);
				const all = lines.map(spooledIn);
				const [first] = all;
				if (first !== undefined) yield { key: first.key, all };
			}
		}
	}
}

/** A line as far as its key goes, which is the same for all lines of a key; the rest is not read yet. */
function beginOf(line: string): string {
	return /^\["(?:[^"\\]|\\.)*"/.exec(line)?.[0] ?? line;
}

function spooledIn(line: string): Spooled {
	const [key, tag, value] = parseJson(line) as readonly [string, string, JsonValue];
	return { key, tag, value };
}
