import { type AdfNode, adfWords, readAdf } from "./adf-node.ts";

const leaves = new Set([
	"paragraph",
	"heading",
	"codeBlock",
	"taskItem",
	"decisionItem",
	"caption",
	"media",
	"rule",
	"blockCard",
	"embedCard",
	"extension",
]);

function prefix(node: AdfNode, inherited: string): string {
	if (node.type === "heading") return `${"#".repeat(Math.min(Number(node.attrs.level) || 1, 6))} `;
	if (node.type === "taskItem") return `${inherited}${node.attrs.state === "DONE" ? "[x] " : "[ ] "}`;
	if (node.type === "rule") return "———";
	return inherited;
}

function collect(node: AdfNode, inherited: string, out: string[]): void {
	if (leaves.has(node.type)) {
		const words = adfWords(node);
		const line = prefix(node, inherited) + words;
		if (line.trim() !== "") out.push(line);
		return;
	}
	if (node.type === "tableRow") {
		out.push(node.content.map((cell) => adfWords({ ...cell, content: spaced(cell.content) })).join(" | "));
		return;
	}
	const mark = node.type === "listItem" ? `${inherited}• ` : inherited;
	const deeper = node.type === "listItem" ? `${inherited}  ` : inherited;
	node.content.forEach((child, index) => {
		collect(child, node.type === "listItem" && index === 0 ? mark : deeper, out);
	});
	if (node.content.length === 0 && node.text !== "") out.push(inherited + node.text);
}

function spaced(nodes: readonly AdfNode[]): readonly AdfNode[] {
	const gap: AdfNode = { type: "text", attrs: {}, content: [], marks: [], text: " " };
	return nodes.flatMap((node, index) => (index === 0 ? [node] : [gap, node]));
}

/** An ADF body as plain lines, one a block, for comparing: headings, bullets, check boxes and table rows stay recognisable. */
export function adfBlocks(document: unknown): readonly string[] {
	const root = readAdf(document);
	const out: string[] = [];
	if (root !== undefined) collect(root, "", out);
	return out;
}
