import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";

/** An Atlassian Document Format document. */
export interface AdfDocument extends JsonObject {
	readonly type: "doc";
	readonly content: readonly JsonValue[];
}

/** Whether a value is an Atlassian Document Format document. */
export function isAdf(value: JsonValue | undefined): value is AdfDocument {
	return isJsonObject(value) && value.type === "doc" && Array.isArray(value.content);
}

/** Calls `see` for every node and mark of a document, in reading order, ones of unknown types included. */
export function visitAdf(node: JsonValue, see: (node: JsonObject) => void): void {
	if (!isJsonObject(node)) return;
	see(node);
	for (const list of [node.marks, node.content]) {
		if (Array.isArray(list)) for (const child of list) visitAdf(child, see);
	}
}

/**
 * Builds a document anew. `change` sees each node and mark, children already changed, and answers what stands in its place:
 * nothing, itself, or several nodes. Nodes of unknown types pass through with all their members, so a document that
 * nothing applies to comes back equal.
 */
function transformAdf(node: JsonObject, change: (node: JsonObject) => readonly JsonObject[]): readonly JsonObject[] {
	let next = node;
	for (const name of ["marks", "content"] as const) {
		const list = next[name];
		if (!Array.isArray(list)) continue;
		const children = list.flatMap((child) => (isJsonObject(child) ? transformAdf(child, change) : [child]));
		const same = children.length === list.length && children.every((child, index) => child === list[index]);
		if (!same) next = { ...next, [name]: children };
	}
	return change(next);
}

/** {@link transformAdf} for a whole document, which stays a document. */
export function transformDocument(document: JsonObject, change: (node: JsonObject) => readonly JsonObject[]): JsonObject {
	const [root] = transformAdf(document, (node) => (node.type === "doc" ? [node] : change(node)));
	return root ?? document;
}
