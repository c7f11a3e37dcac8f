import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { visitAdf } from "../../adf/walk.ts";
import { objectAt, textAt } from "../../record/json-access.ts";
import { decodeEntities } from "../../storage-format/entities.ts";
import { storageText } from "../../storage-format/storage-format.ts";

const words = (text: string): readonly string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

function textsIn(value: JsonValue | undefined): readonly string[] {
	if (typeof value === "string") return [value];
	if (Array.isArray(value)) return value.flatMap(textsIn);
	return isJsonObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** What a node says by itself. Names of people and ids of media and nodes are left out: the storage format has ids of its own for them. */
function saidBy(node: JsonObject): readonly string[] {
	const attrs = objectAt(node, "attrs");
	switch (node.type) {
		case "text":
			return textsIn(node.text);
		case "status":
		case "placeholder":
			return textsIn(attrs.text);
		case "expand":
		case "nestedExpand":
			return textsIn(attrs.title);
		case "inlineCard":
		case "blockCard":
		case "embedCard":
			return textsIn(attrs.url);
		case "extension":
		case "inlineExtension":
		case "bodiedExtension":
			return textsIn(objectAt(attrs, "parameters").macroParams);
		default:
			return [];
	}
}

function documentOf(adf: string): JsonValue | undefined {
	try {
		return JSON.parse(adf) as JsonValue;
	} catch {
		return undefined;
	}
}

const wordEdge = /[\p{L}\p{N}]/u;

/** What a body says in storage format. Most texts of its ADF stand in the markup as they are, and in the same order. */
class Markup {
	readonly #storage: string;
	readonly #decoded: string;
	#from = 0;
	#words: { readonly known: ReadonlySet<string>; readonly run: string } | undefined;

	constructor(storage: string) {
		this.#storage = storage;
		this.#decoded = decodeEntities(storage);
	}

	/** Whether each word of the text stands somewhere in it. */
	says(text: string): boolean {
		return this.#standsHere(text) || words(text).every((word) => this.#saysWord(word));
	}

	#standsHere(text: string): boolean {
		const at = this.#decoded.indexOf(text, this.#from);
		if (at < 0) return false;
		const end = at + text.length;
		// Inside a longer word it would be another word.
		if (wordEdge.test(this.#decoded.charAt(at - 1)) || wordEdge.test(this.#decoded.charAt(end))) return false;
		this.#from = end;
		return true;
	}

	#saysWord(word: string): boolean {
		this.#words ??= { known: new Set(words(this.#decoded)), run: words(storageText(this.#storage)).join("") };
		return this.#words.known.has(word) || this.#words.run.includes(word);
	}
}

/**
 * Whether a body as the editor has it (ADF) says anything that its storage format does not: a word of a text, a status, a card, or a
 * macro's parameters that stands nowhere in the markup, or a document that can't be read. Rendering alone is no difference: Confluence makes either form from the other.
 */
function saysMore(adf: string, storage: string): boolean {
	const document = documentOf(adf);
	if (document === undefined) return true;
	const markup = new Markup(storage);
	let more = false;
	visitAdf(document, (node) => {
		more ||= !saidBy(node).every((text) => markup.says(text));
	});
	return more;
}

/** A main record with the ADF beside its storage format, where that says more; the record itself otherwise. */
export function withAdf(main: JsonObject, adf: string): JsonObject {
	const storage = textAt(main, "body", "storage", "value");
	if (storage === undefined || !saysMore(adf, storage)) return main;
	const body = { ...objectAt(main, "body"), atlas_doc_format: { representation: "atlas_doc_format", value: adf } };
	return { ...main, body };
}
