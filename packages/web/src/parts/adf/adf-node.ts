/** One node of an Atlassian Document Format body, read leniently: what can't be understood is kept by name. */
export interface AdfNode {
	readonly type: string;
	readonly attrs: Readonly<Record<string, unknown>>;
	readonly content: readonly AdfNode[];
	readonly marks: readonly AdfMark[];
	readonly text: string;
}

export interface AdfMark {
	readonly type: string;
	readonly attrs: Readonly<Record<string, unknown>>;
}

/** Deeper nesting than any real document has; below it a document is cut, so that a hostile one can't exhaust the stack. */
const deepest = 80;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readMark(value: unknown): AdfMark | undefined {
	if (!isRecord(value) || typeof value.type !== "string") return undefined;
	return { type: value.type, attrs: isRecord(value.attrs) ? value.attrs : {} };
}

/** Reads any JSON as an ADF tree; undefined when it is no node at all. */
export function readAdf(value: unknown, depth = 0): AdfNode | undefined {
	if (!isRecord(value) || typeof value.type !== "string") return undefined;
	const common = { type: value.type, attrs: isRecord(value.attrs) ? value.attrs : {} };
	const text = typeof value.text === "string" ? value.text : "";
	const marks = Array.isArray(value.marks) ? value.marks.map(readMark).filter((mark) => mark !== undefined) : [];
	if (depth >= deepest) return { type: "nested too deep", attrs: {}, content: [], marks: [], text: "" };
	const content = Array.isArray(value.content)
		? value.content.map((child) => readAdf(child, depth + 1)).filter((child) => child !== undefined)
		: [];
	return { ...common, content, marks, text };
}

/** An attribute as text; numbers are written out; empty when absent. */
export function textAttr(node: AdfNode | AdfMark, name: string): string {
	const value = node.attrs[name];
	return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** An attribute as a finite number within the bounds, or undefined. */
export function numberAttr(node: AdfNode | AdfMark, name: string, bounds: readonly [number, number]): number | undefined {
	const value = Number(node.attrs[name]);
	return node.attrs[name] === undefined || !Number.isFinite(value) ? undefined : Math.min(Math.max(value, bounds[0]), bounds[1]);
}

/** The words of an inline or block node, as a person reads them. */
export function adfWords(node: AdfNode): string {
	switch (node.type) {
		case "text":
			return node.text;
		case "hardBreak":
			return "\n";
		case "mention":
		case "status":
		case "placeholder":
			return textAttr(node, "text");
		case "emoji":
			return textAttr(node, "text") || textAttr(node, "shortName");
		case "date":
			return adfDate(node);
		case "inlineCard":
		case "blockCard":
		case "embedCard":
			return textAttr(node, "url");
		case "media":
		case "mediaInline":
			return `[${textAttr(node, "alt") || textAttr(node, "url") || textAttr(node, "id") || "media"}]`;
		case "extension":
		case "inlineExtension":
			return `[${textAttr(node, "text") || textAttr(node, "extensionKey")}]`;
		default:
			return node.content.map(adfWords).join("");
	}
}

/** A date node's day as `2026-05-03`; its raw text when it is no time. */
export function adfDate(node: AdfNode): string {
	const raw = textAttr(node, "timestamp");
	const time = new Date(Number(raw));
	return raw === "" || Number.isNaN(time.getTime()) ? raw : time.toISOString().slice(0, 10);
}
