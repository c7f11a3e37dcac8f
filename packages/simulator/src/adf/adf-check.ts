import { blockContent, marks, nodeAttributes, nodeContent } from "./adf-grammar.ts";

const notADocument = "Operation value must be an Atlassian Document (see the Atlassian Document Format)";

/** Says what is wrong with a document, in the words of Jira; undefined when nothing is. */
export function adfProblem(value: unknown): string | undefined {
	if (!isObject(value) || value.type !== "doc" || value.version !== 1 || !Array.isArray(value.content)) return notADocument;
	for (const child of value.content) {
		const type = isObject(child) ? String(child.type) : "?";
		if (!blockContent.has(type) || nodeProblem(child) !== undefined)
			return nodeProblem(child) === undefined ? invalid(type) : nodeProblem(child);
	}
	return undefined;
}

const invalid = (what: string): string => `${notADocument}: ${what} is not allowed here`;

function nodeProblem(value: unknown): string | undefined {
	if (!isObject(value)) return invalid("a value that is no object");
	const type = String(value.type);
	const allowed = nodeContent.get(type);
	if (allowed === undefined) return invalid(type);
	if (type === "text" && (typeof value.text !== "string" || value.text === "")) return invalid("an empty text");
	if (
		value.marks !== undefined &&
		(!Array.isArray(value.marks) || !value.marks.every((mark) => isObject(mark) && marks.has(String(mark.type))))
	) {
		return invalid(`a mark of ${type}`);
	}
	const attributes = nodeAttributes[type];
	if (attributes !== undefined && !attributes(isObject(value.attrs) ? value.attrs : {})) return invalid(`${type} with these attributes`);
	if (value.content === undefined) return undefined;
	if (!Array.isArray(value.content)) return invalid(`content of ${type}`);
	for (const child of value.content) {
		if (!isObject(child) || !allowed.has(String(child.type)))
			return invalid(`${isObject(child) ? String(child.type) : "?"} inside ${type}`);
		const problem = nodeProblem(child);
		if (problem !== undefined) return problem;
	}
	return undefined;
}

/** Gives the ids of the files that a document shows. */
export function mediaIds(document: unknown): string[] {
	const ids: string[] = [];
	const walk = (value: unknown): void => {
		if (!isObject(value)) return;
		if ((value.type === "media" || value.type === "mediaInline") && isObject(value.attrs) && value.attrs.type !== "external") {
			ids.push(String(value.attrs.id));
		}
		if (Array.isArray(value.content)) for (const child of value.content) walk(child);
	};
	walk(document);
	return ids;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
