import { scalarText } from "../http/read-input.ts";

interface Loose {
	readonly type?: string;
	readonly text?: string;
	readonly attrs?: Readonly<Record<string, unknown>>;
	readonly content?: readonly unknown[];
}

const blocks = new Set(["paragraph", "heading", "codeBlock", "listItem", "taskItem", "tableRow", "blockquote", "panel", "mediaSingle"]);

/** Reads the words of a document, blocks on lines of their own. */
export function adfText(document: unknown): string {
	const parts: string[] = [];
	collect(document, parts);
	return parts.join("").trim();
}

function collect(value: unknown, parts: string[]): void {
	if (typeof value !== "object" || value === null) return;
	const node = value as Loose;
	if (typeof node.text === "string") parts.push(node.text);
	else if (node.type === "hardBreak") parts.push("\n");
	else if (node.type === "mention" || node.type === "status" || node.type === "emoji") parts.push(scalarText(node.attrs?.text));
	for (const child of node.content ?? []) collect(child, parts);
	if (node.type !== undefined && blocks.has(node.type)) parts.push("\n");
}
