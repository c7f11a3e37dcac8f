import {
	childNamed,
	macroParameters,
	parseStorage,
	referenceWords,
	type StorageElement,
	type StorageNode,
	storageWords,
} from "./parse-storage.ts";

const blocks = new Set([
	"p",
	"h1",
	"h2",
	"h3",
	"h4",
	"h5",
	"h6",
	"pre",
	"ac:task",
	"tr",
	"ac:image",
	"ac:plain-text-body",
	"dt",
	"dd",
	"caption",
]);

function inlineWords(nodes: readonly StorageNode[]): string {
	return nodes
		.map((node) => {
			if (node.type === "text") return node.text.replaceAll(/\s+/g, " ");
			if (node.name === "br") return "\n";
			if (node.name === "time") return node.attributes.get("datetime") ?? "";
			if (node.name === "ac:emoticon") return node.attributes.get("ac:emoji-fallback") ?? `:${node.attributes.get("ac:name") ?? ""}:`;
			if (node.name === "ac:structured-macro") return macroWords(node);
			if (node.name === "ac:link") return linkWords(node);
			const words = inlineWords(node.children);
			return words !== "" ? words : node.name.startsWith("ac:") || node.name.startsWith("ri:") ? referenceWords([node]) : "";
		})
		.join("");
}

/** What a link says, and where it leads where it says something else: either may be what changed. */
function linkWords(element: StorageElement): string {
	const words = inlineWords(element.children.filter((child) => child.type === "element" && child.name.endsWith("link-body")));
	const target = referenceWords(element.children);
	if (words === "" || target === "" || words === target) return words || target;
	return `${words} (${target})`;
}

function macroWords(element: StorageElement): string {
	const parameters = [...macroParameters(element)].filter(([, value]) => value !== "").map(([name, value]) => `${name}=${value}`);
	return `[${[element.attributes.get("ac:name") ?? "macro", ...parameters].join(" ")}]`;
}

function blockLine(element: StorageElement, inherited: string): string {
	if (/^h[1-6]$/.test(element.name)) return `${"#".repeat(Number(element.name[1]))} ${inlineWords(element.children).trim()}`;
	if (element.name === "ac:image") return `${inherited}[picture ${referenceWords(element.children)}]`;
	if (element.name === "ac:plain-text-body" || element.name === "pre") return storageWords(element.children);
	if (element.name === "tr") {
		const cells = element.children.filter((child) => child.type === "element");
		return cells.map((cell) => inlineWords([cell]).trim()).join(" | ");
	}
	if (element.name === "ac:task") {
		const state = childNamed(element, "ac:task-status");
		const text = childNamed(element, "ac:task-body");
		const done = state !== undefined && storageWords(state.children).trim() === "complete";
		return `${inherited}${done ? "[x]" : "[ ]"} ${text === undefined ? "" : inlineWords(text.children).trim()}`;
	}
	return inherited + inlineWords(element.children).trim();
}

function collect(nodes: readonly StorageNode[], inherited: string, out: string[]): void {
	for (const node of nodes) {
		if (node.type === "text") {
			if (node.text.trim() !== "") out.push(inherited + node.text.trim());
		} else if (blocks.has(node.name)) {
			const line = blockLine(node, inherited);
			if (line.trim() !== "") out.push(line);
		} else if (node.name === "li") {
			collectListItem(node, inherited, out);
		} else if (node.name === "ac:structured-macro") {
			out.push(macroWords(node));
			collect(
				node.children.filter((child) => child.type === "element" && child.name !== "ac:parameter"),
				`${inherited}  `,
				out,
			);
		} else {
			collect(node.children, inherited, out);
		}
	}
}

function collectListItem(element: StorageElement, inherited: string, out: string[]): void {
	const nested = element.children.filter((child) => child.type === "element" && (child.name === "ul" || child.name === "ol"));
	const own = element.children.filter((child) => !nested.includes(child));
	out.push(`${inherited}• ${inlineWords(own).trim()}`);
	collect(nested, `${inherited}  `, out);
}

/** A storage-format body as plain lines, one a block, for comparing. */
export function storageBlocks(markup: string): readonly string[] {
	const out: string[] = [];
	collect(parseStorage(markup), "", out);
	return out;
}
