import type { JsonValue } from "./json.ts";

interface RawJson {
	readonly rawJSON: string;
}
const raw = JSON as unknown as {
	parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
	rawJSON(text: string): RawJson;
	isRawJSON(value: unknown): value is RawJson;
};

const encoder = new TextEncoder();

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
	return raw.parse(text, (_key, value, context) => {
		if (typeof value === "number" && context.source !== undefined && !survives(context.source, value)) return raw.rawJSON(context.source);
		return value;
	}) as JsonValue;
}

/** Writes JSON with object names in code-unit order and no white space: equal content gives equal text. */
export function canonicalJson(value: JsonValue | RawJson): string {
	if (typeof value === "string") return quoted(value);
	if (value === null || typeof value !== "object") return JSON.stringify(value);
	if (Array.isArray(value)) return listText(value);
	if (raw.isRawJSON(value)) return value.rawJSON;
	return objectText(value as Readonly<Record<string, JsonValue | undefined>>);
}

// Every record of a backup passes through here. Appending to one string is twice as fast as mapping and joining; quoting short plain
// texts and remembering quoted names, instead of a call of JSON.stringify for each, is half as fast again.

function listText(list: readonly JsonValue[]): string {
	let text = "[";
	for (let index = 0; index < list.length; index += 1) text += (index === 0 ? "" : ",") + canonicalJson(list[index] as JsonValue);
	return `${text}]`;
}

function objectText(object: Readonly<Record<string, JsonValue | undefined>>): string {
	let text = "";
	const names = inOrder(Object.keys(object));
	for (let index = 0; index < names.length; index += 1) {
		const name = names[index] as string;
		const member = object[name];
		if (member !== undefined) text += (text === "" ? "{" : ",") + quotedName(name) + canonicalJson(member);
	}
	return text === "" ? "{}" : `${text}}`;
}

function inOrder(names: string[]): readonly string[] {
	for (let index = 1; index < names.length; index += 1) {
		if ((names[index] ?? "") < (names[index - 1] ?? "")) return names.sort();
	}
	return names;
}

/** Texts that JSON writes as they are: without quotes, backslashes, control characters and surrogates. */
const plainText = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;
/** Up to this length looking through them is cheaper than a call. */
const shortText = 500;

function quoted(text: string): string {
	return text.length <= shortText && plainText.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Quoted names with their colon: records of a site have some hundred different ones. */
const quotedNames = new Map<string, string>();
const maxQuotedNames = 10_000;

function quotedName(name: string): string {
	let text = quotedNames.get(name);
	if (text === undefined) {
		text = `${quoted(name)}:`;
		if (quotedNames.size < maxQuotedNames) quotedNames.set(name, text);
	}
	return text;
}

/** {@link canonicalJson} as UTF-8. */
export function canonicalBytes(value: JsonValue): Uint8Array {
	return encoder.encode(canonicalJson(value));
}
