import { writeCanonical } from "./canonical-writer.ts";
import type { JsonValue } from "./json.ts";
import { parseWithSource, rawJson } from "./raw-json.ts";

const decoder = new TextDecoder();

/** Whether a JavaScript number writes this numeral back exactly as it stood. */
function survives(source: string, value: number): boolean {
	return String(value) === source;
}

/**
 * Where JSON has values, that is after a member's name or in a list: a numeral with a fraction or an exponent, of 16 digits and more, or
 * a minus before zero. Texts that look like it (`\":1.5`) are met too, which costs time and nothing else; dates and versions are not.
 */
const suspicious = /(?:":|[[,])\s*(?:-?\d+[.eE]|-?\d{16}|-0)/;
const numerals = /(?:":|[[,])\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*[,\]}])/g;

function mayHoldFragileNumeral(text: string): boolean {
	// A document that is one numeral.
	if (/^\s*-?\d/.test(text)) return true;
	if (!suspicious.test(text)) return false;
	for (const [, numeral = ""] of text.matchAll(numerals)) if (!survives(numeral, Number(numeral))) return true;
	return false;
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
