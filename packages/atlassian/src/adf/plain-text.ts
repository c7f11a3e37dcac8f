import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";

const blocks: ReadonlySet<string> = new Set([
	"paragraph",
	"heading",
	"listItem",
	"taskItem",
	"decisionItem",
	"codeBlock",
	"blockquote",
	"panel",
	"tableRow",
	"tableCell",
	"tableHeader",
	"expand",
	"nestedExpand",
	"mediaSingle",
	"mediaGroup",
	"rule",
	"caption",
	"blockCard",
	"embedCard",
]);

/** Text of a node that has none of its own content. */
function ownText(node: JsonObject): string {
	const attributes = isJsonObject(node.attrs) ? node.attrs : {};
	const attribute = (name: string): string => (typeof attributes[name] === "string" ? attributes[name] : "");
	switch (node.type) {
		case "text":
			return typeof node.text === "string" ? node.text : "";
		case "hardBreak":
			return "\n";
		case "mention":
		case "status":
			return attribute("text");
		case "emoji":
			return attribute("text") || attribute("shortName");
		case "date":
			return /^-?\d+$/.test(attribute("timestamp")) ? new Date(Number(attribute("timestamp"))).toISOString().slice(0, 10) : "";
		case "inlineCard":
		case "blockCard":
		case "embedCard":
			return attribute("url");
		case "media":
		case "mediaInline":
			return attribute("alt");
		case "expand":
		case "nestedExpand":
			return attribute("title") === "" ? "" : `${attribute("title")}\n`;
		case "extension":
		case "inlineExtension":
		case "bodiedExtension":
			return attribute("text");
		default:
			return "";
	}
}

function collect(node: JsonValue, out: string[]): void {
	if (!isJsonObject(node)) return;
	out.push(ownText(node));
	if (Array.isArray(node.content)) for (const child of node.content) collect(child, out);
	if (typeof node.type === "string" && blocks.has(node.type)) out.push("\n");
}

/** The words of a document, one block a line: for search and for one-line previews, not for display. */
export function adfText(document: JsonValue): string {
	const out: string[] = [];
	collect(document, out);
	return out
		.join("")
		.replaceAll(/[ \t]+\n/g, "\n")
		.replaceAll(/\n{2,}/g, "\n")
		.trim();
}
