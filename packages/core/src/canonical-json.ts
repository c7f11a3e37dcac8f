import { writeCanonical } from "./canonical-writer.ts";
import type { JsonValue } from "./json.ts";
import { parseWithSource, rawJson } from "./raw-json.ts";

const decoder = new TextDecoder();

/** Whether a JavaScript number writes this numeral back exactly as it stood. */
function survives(source: string, value: number): boolean {
	return String(value) === source;
}

/**
 * Numerals with a fraction, an exponent, a minus before zero or 16 digits and more, where JSON has values: after a member's name or in
 * a list. Texts that look like it (`\":1.5`) are met too, which costs time and nothing else; dates and version numbers are not.
 */
const candidates = /(?:":|[[,])\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*[,\]}])/g;

function mayHoldFragileNumeral(text: string): boolean {
	for (const [, numeral = ""] of text.matchAll(candidates)) if (!survives(numeral, Number(numeral))) return true;
	// A document that is one numeral.
	return /^\s*-?\d/.test(text);
}

/**
 * Parses JSON; a number whose text a JavaScript number would not write back (`1.0`, `12345678901234567890`) is kept as
 * raw JSON, so that {@link canonicalJson} writes it as it stood.
 * @throws SyntaxError when the text is not JSON
 */
export function parseJson(text: string): JsonValue {
	// A reviver costs about ten times a plain parse: only documents with such numerals pay for it.
	if (!mayHoldFragileNumeral(text)) return JSON.parse(text) as JsonValue;
	return parseWithSource(text, (_key, value, context) => {
		if (typeof value === "number" && context.source !== undefined && !survives(context.source, value)) return rawJson(context.source);
		return value;
	}) as JsonValue;
}

/** Writes JSON with object names in code-unit order and no white space: equal content gives equal text. */
export function canonicalJson(value: JsonValue): string {
	return decoder.decode(writeCanonical(value));
}

/** {@link canonicalJson} as UTF-8. */
export function canonicalBytes(value: JsonValue): Uint8Array {
	return writeCanonical(value);
}
