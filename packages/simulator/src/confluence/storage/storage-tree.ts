import { namedEntities } from "./entities-table.ts";

/** Text of a body, decoded, with the place in the source of each of its pieces. */
interface StorageText {
	readonly kind: "text";
	readonly text: string;
	/** Written as CDATA: code and plain link texts. */
	readonly cdata: boolean;
	readonly from: number;
	readonly to: number;
}

export interface StorageElement {
	readonly kind: "element";
	readonly name: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly children: readonly StorageNode[];
}

export type StorageNode = StorageText | StorageElement;

/** Says where a storage-format body is not well-formed. */
export class StorageSyntaxError extends Error {
	readonly offset: number;

	constructor(message: string, offset: number) {
		super(`Error parsing xhtml: ${message} at offset ${offset}`);
		this.name = "StorageSyntaxError";
		this.offset = offset;
	}
}

interface Open {
	readonly name: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly children: StorageNode[];
	readonly at: number;
}

const tagPattern = /<(\/?)([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)((?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const attributePattern = /([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const entityPattern = /&(?:#(\d+)|#x([0-9a-fA-F]+)|([A-Za-z][A-Za-z0-9]*));/g;
const prefixes: ReadonlySet<string> = new Set(["ac", "ri", "at", "xml"]);

/** Reads a storage-format body. @throws StorageSyntaxError when it is not well-formed XHTML with the ac, ri and at prefixes. */
export function parseStorage(source: string): readonly StorageNode[] {
	const root: Open = { name: "", attributes: {}, children: [], at: 0 };
	const stack: Open[] = [root];
	let at = 0;
	while (at < source.length) {
		const top = stack.at(-1) ?? root;
		if (source.charCodeAt(at) !== 60) {
			const next = source.indexOf("<", at);
			const to = next < 0 ? source.length : next;
			top.children.push({ kind: "text", text: decodeEntities(source.slice(at, to), at), cdata: false, from: at, to });
			at = to;
		} else if (source.startsWith("<![CDATA[", at)) {
			const end = source.indexOf("]]>", at);
			if (end < 0) throw new StorageSyntaxError("unterminated CDATA section", at);
			top.children.push({ kind: "text", text: source.slice(at + 9, end), cdata: true, from: at + 9, to: end });
			at = end + 3;
		} else if (source.startsWith("<!--", at)) {
			const end = source.indexOf("-->", at + 4);
			if (end < 0) throw new StorageSyntaxError("unterminated comment", at);
			at = end + 3;
		} else {
			at = readTag(source, at, stack);
		}
	}
	const open = stack.at(-1);
	if (stack.length > 1 && open !== undefined) throw new StorageSyntaxError(`element <${open.name}> is not closed`, open.at);
	return root.children;
}

function readTag(source: string, at: number, stack: Open[]): number {
	tagPattern.lastIndex = at;
	const match = tagPattern.exec(source);
	if (match === null) throw new StorageSyntaxError("malformed tag", at);
	const [whole, closing, name = "", attributeText = "", selfClosing] = match;
	checkPrefix(name, at);
	const end = at + whole.length;
	const parent = stack.at(-1);
	if (closing === "/") {
		if (stack.length < 2 || parent?.name !== name) {
			throw new StorageSyntaxError(`unexpected close tag </${name}>${stack.length > 1 ? `; expected </${parent?.name}>` : ""}`, at);
		}
		stack.pop();
		stack.at(-1)?.children.push({ kind: "element", name, attributes: parent.attributes, children: parent.children });
		return end;
	}
	const attributes = readAttributes(attributeText, at);
	if (selfClosing === "/") parent?.children.push({ kind: "element", name, attributes, children: [] });
	else stack.push({ name, attributes, children: [], at });
	return end;
}

function checkPrefix(name: string, at: number): void {
	const colon = name.indexOf(":");
	if (colon > 0 && !prefixes.has(name.slice(0, colon)))
		throw new StorageSyntaxError(`undeclared namespace prefix "${name.slice(0, colon)}"`, at);
}

function readAttributes(text: string, at: number): Record<string, string> {
	const attributes: Record<string, string> = {};
	if (text === "") return attributes;
	for (const match of text.matchAll(attributePattern)) {
		const [, name = "", double, single] = match;
		if (name in attributes) throw new StorageSyntaxError(`duplicate attribute "${name}"`, at);
		checkPrefix(name, at);
		attributes[name] = decodeEntities(double ?? single ?? "", at);
	}
	return attributes;
}

/** Decodes entities of XHTML. @throws StorageSyntaxError for an unknown entity or a bare ampersand. */
export function decodeEntities(text: string, at = 0): string {
	if (!text.includes("&")) return text;
	const rest = text.replace(entityPattern, "");
	if (rest.includes("&")) throw new StorageSyntaxError("unescaped ampersand", at + text.indexOf("&"));
	return text.replace(entityPattern, (_, decimal?: string, hex?: string, name?: string) => {
		if (name === undefined) {
			const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
			if (code > 0x10_ff_ff || code === 0) throw new StorageSyntaxError(`invalid character reference ${code}`, at);
			return String.fromCodePoint(code);
		}
		const value = namedEntities[name];
		if (value === undefined) throw new StorageSyntaxError(`unknown entity &${name};`, at);
		return value;
	});
}

/** The readable text of nodes: code included, macro parameters and task ids left out. */
export function textOf(nodes: readonly StorageNode[]): string {
	let text = "";
	for (const node of nodes) {
		if (node.kind === "text") text += node.text;
		else if (!silent.has(node.name)) text += textOf(node.children) + (blocks.has(node.name) ? "\n" : "");
	}
	return text;
}

const silent: ReadonlySet<string> = new Set(["ac:parameter", "ac:task-id", "ac:task-uuid", "ac:task-status", "ac:placeholder"]);

/** Elements that end a run of text. */
export const blocks: ReadonlySet<string> = new Set(
	"p h1 h2 h3 h4 h5 h6 li td th tr table ul ol blockquote pre div hr br ac:task ac:task-body ac:layout-cell ac:rich-text-body ac:structured-macro ac:image ac:caption".split(
		" ",
	),
);
