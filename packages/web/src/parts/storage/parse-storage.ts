import { Parser } from "htmlparser2";

/** One node of a Confluence storage-format body. */
export type StorageNode =
	| { readonly type: "text"; readonly text: string }
	| {
			readonly type: "element";
			/** Lower case, with prefix: `p`, `ac:structured-macro`. */
			readonly name: string;
			readonly attributes: ReadonlyMap<string, string>;
			readonly children: readonly StorageNode[];
	  };

export type StorageElement = Extract<StorageNode, { type: "element" }>;

interface OpenElement {
	readonly name: string;
	readonly attributes: ReadonlyMap<string, string>;
	readonly children: StorageNode[];
}

/** Deeper nesting is cut, so that a hostile body can't exhaust the stack. */
const deepest = 120;

const entity = /&(?:#x[0-9a-f]+|#\d+|[a-z][a-z\d]*);/gi;

/** Storage format uses HTML's entity names inside XML; the HTML side of the same parser knows them all. */
function decodeEntities(text: string): string {
	if (!text.includes("&")) return text;
	return text.replace(entity, (name) => {
		let decoded = "";
		const parser = new Parser({ ontext: (part) => (decoded += part) }, { decodeEntities: true });
		parser.end(name);
		return decoded;
	});
}

/** Parses storage format leniently: unclosed and stray tags never throw; CDATA is taken word for word. */
export function parseStorage(markup: string): readonly StorageNode[] {
	const root: OpenElement = { name: "", attributes: new Map(), children: [] };
	const open: OpenElement[] = [root];
	let inCdata = false;
	const top = (): OpenElement => open.at(-1) ?? root;
	const parser = new Parser(
		{
			onopentag(name, attributes) {
				const element: OpenElement = {
					name: name.toLowerCase(),
					attributes: new Map(Object.entries(attributes).map(([key, value]) => [key.toLowerCase(), decodeEntities(value)])),
					children: [],
				};
				if (open.length < deepest) top().children.push({ type: "element", ...element });
				open.push(element);
				// The parser's own stack slows down with its height; nothing real is a tenth as deep.
				if (open.length > deepest * 10) parser.pause();
			},
			onclosetag() {
				if (open.length > 1) open.pop();
			},
			ontext(text) {
				if (open.length <= deepest) top().children.push({ type: "text", text: inCdata ? text : decodeEntities(text) });
			},
			oncdatastart() {
				inCdata = true;
			},
			oncdataend() {
				inCdata = false;
			},
		},
		{ xmlMode: true, decodeEntities: false },
	);
	parser.end(markup);
	return root.children;
}

/** All text inside, without marks. */
export function storageWords(nodes: readonly StorageNode[]): string {
	return nodes.map((node) => (node.type === "text" ? node.text : storageWords(node.children))).join("");
}

/** The first child element of this name. */
export function childNamed(element: StorageElement, name: string): StorageElement | undefined {
	return element.children.find((child): child is StorageElement => child.type === "element" && child.name === name);
}

/** A macro's parameters, by name, as text (references inside are written out). */
export function macroParameters(element: StorageElement): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	for (const child of element.children) {
		if (child.type !== "element" || child.name !== "ac:parameter") continue;
		found.set(child.attributes.get("ac:name") ?? "", storageWords(child.children) || referenceWords(child.children));
	}
	return found;
}

/** What `ri:` elements refer to, in words: a page's title, a file's name, an account. */
export function referenceWords(nodes: readonly StorageNode[]): string {
	for (const node of nodes) {
		if (node.type !== "element") continue;
		for (const name of ["ri:content-title", "ri:filename", "ri:value", "ri:space-key", "ri:account-id", "ri:userkey", "ri:username"]) {
			const value = node.attributes.get(name);
			if (value !== undefined && value !== "") return value;
		}
		const inner = referenceWords(node.children);
		if (inner !== "") return inner;
	}
	return "";
}
