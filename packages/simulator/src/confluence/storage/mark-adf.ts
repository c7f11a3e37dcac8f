import type { AdfNode } from "../../seed/adf-body.ts";
import type { Selection } from "./inline-marker.ts";

interface Leaf {
	readonly node: AdfNode;
	readonly run: number;
	readonly from: number;
}

type Cuts = ReadonlyMap<AdfNode, readonly [from: number, to: number]>;

/** Puts an inline-comment annotation on the selected text of an ADF document (JSON text); gives it back unchanged when the text is not there. */
export function markAdfSelection(document: string, selection: Selection, ref: string): string {
	const root = JSON.parse(document) as AdfNode;
	const { leaves, runs } = leavesOf(root);
	let seen = 0;
	for (const [run, text] of runs.entries()) {
		for (let at = text.indexOf(selection.text); at >= 0; at = text.indexOf(selection.text, at + selection.text.length)) {
			if (seen === selection.index)
				return JSON.stringify(annotate(root, cutsOf(leaves, { run, from: at, to: at + selection.text.length }), ref));
			seen += 1;
		}
	}
	return document;
}

function leavesOf(root: AdfNode): { leaves: Leaf[]; runs: string[] } {
	const leaves: Leaf[] = [];
	const runs: string[] = [];
	const walk = (node: AdfNode): void => {
		if (node.type === "codeBlock") return;
		if (node.type === "text") {
			const run = runs.length - 1;
			leaves.push({ node, run, from: runs[run]?.length ?? 0 });
			runs[run] = (runs[run] ?? "") + (node.text ?? "");
			return;
		}
		const holdsText = node.content?.some((child) => child.type === "text") === true;
		if (holdsText) runs.push("");
		for (const child of node.content ?? []) walk(child);
	};
	walk(root);
	return { leaves, runs };
}

function cutsOf(leaves: readonly Leaf[], wanted: { readonly run: number; readonly from: number; readonly to: number }): Cuts {
	const cuts = new Map<AdfNode, readonly [number, number]>();
	for (const { node, run, from } of leaves) {
		const length = node.text?.length ?? 0;
		const start = Math.max(0, wanted.from - from);
		const end = Math.min(length, wanted.to - from);
		if (run === wanted.run && start < end) cuts.set(node, [start, end]);
	}
	return cuts;
}

function annotate(node: AdfNode, cuts: Cuts, ref: string): AdfNode {
	if (node.content === undefined) return node;
	return { ...node, content: node.content.flatMap((child) => (cuts.has(child) ? split(child, cuts, ref) : [annotate(child, cuts, ref)])) };
}

function split(node: AdfNode, cuts: Cuts, ref: string): AdfNode[] {
	const [from, to] = cuts.get(node) ?? [0, 0];
	const text = node.text ?? "";
	const mark = { type: "annotation", attrs: { id: ref, annotationType: "inlineComment" } };
	const pieces: AdfNode[] = [
		{ ...node, text: text.slice(0, from) },
		{ ...node, text: text.slice(from, to), marks: [...(node.marks ?? []), mark] },
		{ ...node, text: text.slice(to) },
	];
	return pieces.filter((piece) => piece.text !== "");
}
