import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "@skyeworx/core";
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
		return parseJson(adf);
	} catch {
		return undefined;
	}
}

/**
 * Whether a body as the editor has it (ADF) says anything that its storage format does not: a word of a text, a status, a card, or a
 * macro's parameters that stands nowhere in the markup, or a document that can't be read. Rendering alone is no difference: Confluence makes either form from the other.
 */
function saysMore(adf: string, storage: string): boolean {
	const document = documentOf(adf);
	if (document === undefined) return true;
	const known = new Set(words(decodeEntities(storage)));
	const run = words(storageText(storage)).join("");
	let more = false;
	visitAdf(document, (node) => {
		more ||= saidBy(node)
			.flatMap(words)
			.some((word) => !known.has(word) && !run.includes(word));
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
