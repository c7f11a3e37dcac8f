/** One attribute of a tag; `start` and `end` bound its value, quotes excluded. */
export interface StorageAttribute {
	readonly name: string;
	/** As it stands in the source, entities and all. */
	readonly raw: string;
	readonly start: number;
	readonly end: number;
}

/** A piece of a storage-format body. The pieces follow each other without gaps: joined, they are the source. */
export type StorageToken =
	| { readonly type: "text"; readonly start: number; readonly end: number }
	| {
			readonly type: "open";
			readonly name: string;
			readonly attributes: readonly StorageAttribute[];
			/** Written `<x/>`: no closing tag follows. */
			readonly empty: boolean;
			readonly start: number;
			readonly end: number;
	  }
	| { readonly type: "close"; readonly name: string; readonly start: number; readonly end: number }
	| { readonly type: "cdata"; readonly start: number; readonly end: number }
	/** Comments, processing instructions, declarations. */
	| { readonly type: "other"; readonly start: number; readonly end: number };

export const cdataOpening = "<![CDATA[";
export const cdataClosing = "]]>";

const tagName = /[A-Za-z_][\w.:-]*/y;
const attributeAt = /\s*([^\s=/>"'<]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/dy;
const tagEnd = /\s*(\/?)>/y;

/** The end of a construct that closes with `closing`, or of the source when it never does. */
function endOf(source: string, closing: string, from: number): number {
	const at = source.indexOf(closing, from);
	return at === -1 ? source.length : at + closing.length;
}

function scanOpen(source: string, start: number): StorageToken | undefined {
	tagName.lastIndex = start + 1;
	const name = tagName.exec(source)?.[0];
	if (name === undefined) return undefined;
	let at = start + 1 + name.length;
	const attributes: StorageAttribute[] = [];
	for (;;) {
		attributeAt.lastIndex = at;
		const match = attributeAt.exec(source);
		if (match === null) break;
		const raw = match[2] ?? match[3] ?? "";
		const [from, to] = match.indices?.[2] ?? match.indices?.[3] ?? [at, at];
		attributes.push({ name: match[1] ?? "", raw, start: from, end: to });
		at = attributeAt.lastIndex;
	}
	tagEnd.lastIndex = at;
	const end = tagEnd.exec(source);
	if (end === null) return undefined;
	return { type: "open", name, attributes, empty: end[1] === "/", start, end: tagEnd.lastIndex };
}

function scanClose(source: string, start: number): StorageToken | undefined {
	tagName.lastIndex = start + 2;
	const name = tagName.exec(source)?.[0];
	if (name === undefined) return undefined;
	const end = source.indexOf(">", start);
	return end === -1 ? undefined : { type: "close", name, start, end: end + 1 };
}

function scanMarkup(source: string, start: number): StorageToken | undefined {
	if (source.startsWith(cdataOpening, start))
		return { type: "cdata", start, end: endOf(source, cdataClosing, start + cdataOpening.length) };
	if (source.startsWith("<!--", start)) return { type: "other", start, end: endOf(source, "-->", start + 4) };
	const next = source[start + 1];
	if (next === "!" || next === "?") return { type: "other", start, end: endOf(source, ">", start) };
	return next === "/" ? scanClose(source, start) : scanOpen(source, start);
}

/**
 * Cuts a storage-format body (XHTML with `ac:` and `ri:` names, undeclared) into pieces with their positions. It never
 * refuses: a `<` that opens no tag is text, since a body must be kept whatever its state.
 */
export function* scanStorage(source: string): Generator<StorageToken> {
	let textStart = 0;
	let at = source.indexOf("<");
	while (at !== -1) {
		const token = scanMarkup(source, at);
		if (token !== undefined) {
			if (at > textStart) yield { type: "text", start: textStart, end: at };
			yield token;
			textStart = token.end;
		}
		at = source.indexOf("<", token === undefined ? at + 1 : token.end);
	}
	if (textStart < source.length) yield { type: "text", start: textStart, end: source.length };
}

/** The decoded value of an attribute, or undefined when the tag has none of this name. */
export function attributeOf(token: { readonly attributes: readonly StorageAttribute[] }, name: string): StorageAttribute | undefined {
	return token.attributes.find((attribute) => attribute.name === name);
}
