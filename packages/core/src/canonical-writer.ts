import type { JsonValue } from "./json.ts";
import { isRawJson, type RawJson } from "./raw-json.ts";

// Every record of a backup passes through here. Written straight into bytes, with the names of an object sorted and encoded once for
// each shape that objects have, it takes less than half the time of putting a text together and encoding that, and leaves no garbage.

/** Objects whose names stand in the same order, reached name by name from the first. */
class Shape {
	readonly next = new Map<string, Shape>();
	/** Names in code-unit order, and as they are written before a value; undefined before an object ended here. */
	names: readonly string[] | undefined;
	written: readonly Uint8Array[] = [];

	learn(names: readonly string[]): readonly string[] {
		const sorted = names.toSorted();
		this.names = sorted;
		this.written = sorted.map(writtenName);
		return sorted;
	}
}

/** Records of a site have some hundred shapes; objects that are lists by another name would have one each. */
const maxShapes = 10_000;
let shapes = 1;
const noNames = new Shape();

function shapeOf(object: object): Shape | undefined {
	let shape = noNames;
	for (const name in object) {
		let next = shape.next.get(name);
		if (next === undefined) {
			if (shapes >= maxShapes) return undefined;
			shapes += 1;
			next = new Shape();
			shape.next.set(name, next);
		}
		shape = next;
	}
	return shape;
}

const writtenName = (name: string): Uint8Array => Buffer.from(`,${JSON.stringify(name)}:`);

const [quote, backslash, comma, bracket, closingBracket, brace, closingBrace] = [0x22, 0x5c, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d] as const;
/** Up to these lengths looking at each character of a text is cheaper than a call, and matching it than letting JSON quote it. */
const shortText = 32;
const longText = 2000;
/** What JSON writes as it is, a byte each. */
const plainText = /^[ !#-[\]-~]*$/;

const [nothing, yes, no] = [Buffer.from("null"), Buffer.from("true"), Buffer.from("false")] as const;

const firstRoom = 64 * 1024;
/** A longer buffer is given back after use. */
const keptRoom = 8 * 1024 * 1024;

let bytes = Buffer.allocUnsafeSlow(firstRoom);
let end = 0;

/** Writes JSON with object names in code-unit order and no white space, as UTF-8. */
export function writeCanonical(value: JsonValue | RawJson): Uint8Array {
	end = 0;
	try {
		write(value);
		return new Uint8Array(bytes.subarray(0, end));
	} finally {
		if (bytes.length > keptRoom) bytes = Buffer.allocUnsafeSlow(firstRoom);
	}
}

function reserve(count: number): void {
	if (end + count <= bytes.length) return;
	const larger = Buffer.allocUnsafeSlow(Math.max(bytes.length * 2, end + count));
	larger.set(bytes.subarray(0, end));
	bytes = larger;
}

function write(value: JsonValue | RawJson): void {
	if (typeof value === "string") writeText(value);
	else if (value === null) putAll(nothing);
	else if (typeof value === "boolean") putAll(value ? yes : no);
	else if (typeof value === "number") append(JSON.stringify(value));
	else if (Array.isArray(value)) writeList(value);
	else if (isRawJson(value)) append(value.rawJSON);
	else writeObject(value as Readonly<Record<string, JsonValue | undefined>>);
}

function writeList(list: readonly JsonValue[]): void {
	const start = end;
	for (let index = 0; index < list.length; index += 1) {
		put(comma);
		write(list[index] as JsonValue);
	}
	close(start, bracket, closingBracket);
}

function writeObject(object: Readonly<Record<string, JsonValue | undefined>>): void {
	const start = end;
	const shape = shapeOf(object);
	const names = shape === undefined ? Object.keys(object).sort() : (shape.names ?? shape.learn(Object.keys(object)));
	for (let index = 0; index < names.length; index += 1) {
		const name = names[index] as string;
		const member = object[name];
		if (member === undefined) continue;
		putAll(shape?.written[index] ?? writtenName(name));
		write(member);
	}
	close(start, brace, closingBrace);
}

/** Puts brackets around elements that were written with a comma before each: the first comma's place is the bracket's. */
function close(start: number, opening: number, closing: number): void {
	if (end === start) put(opening);
	else bytes[start] = opening;
	put(closing);
}

function writeText(text: string): void {
	if (text.length < shortText) writeShort(text);
	else if (text.length > longText || !plainText.test(text)) append(JSON.stringify(text));
	else {
		put(quote);
		append(text);
		put(quote);
	}
}

function writeShort(text: string): void {
	reserve(text.length + 2);
	let at = end;
	bytes[at++] = quote;
	for (let index = 0; index < text.length; index += 1) {
		const code = text.charCodeAt(index);
		if (code < 0x20 || code > 0x7e || code === quote || code === backslash) {
			append(JSON.stringify(text));
			return;
		}
		bytes[at++] = code;
	}
	bytes[at++] = quote;
	end = at;
}

function append(text: string): void {
	reserve(text.length * 3);
	end += bytes.write(text, end);
}

function put(byte: number): void {
	reserve(1);
	bytes[end++] = byte;
}

function putAll(some: Uint8Array): void {
	reserve(some.length);
	// These are short: a loop is faster than a call.
	for (let index = 0; index < some.length; index += 1) bytes[end + index] = some[index] as number;
	end += some.length;
}
