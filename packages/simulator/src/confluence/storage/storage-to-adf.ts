import type { AdfDocument, AdfNode } from "../../seed/adf-body.ts";
import type { ConversionContext } from "./adf-to-storage.ts";
import { parseStorage, type StorageElement, type StorageNode, textOf } from "./storage-tree.ts";

type Mark = NonNullable<AdfNode["marks"]>[number];

const panels: Readonly<Record<string, string>> = { info: "info", note: "note", warning: "warning", tip: "success" };
const statusColours: Readonly<Record<string, string>> = { green: "green", blue: "blue", yellow: "yellow", red: "red", purple: "purple" };
const markOf: Readonly<Record<string, string>> = {
	strong: "strong",
	b: "strong",
	em: "em",
	i: "em",
	u: "underline",
	del: "strike",
	s: "strike",
	code: "code",
};
const fitsPanel: ReadonlySet<string> = new Set(
	"paragraph heading codeBlock rule extension bulletList orderedList taskList decisionList mediaSingle mediaGroup blockCard".split(" "),
);
const inlineMacros: ReadonlySet<string> = new Set(["status", "jira"]);
const inlineNames: ReadonlySet<string> = new Set(
	"strong b em i u del s code sub sup span a br time ac:link ac:emoticon ac:inline-comment-marker ac:placeholder".split(" "),
);

/** Reads a storage-format body as ADF; macros that ADF has no node for become extension nodes. */
export function storageToAdf(source: string, context: ConversionContext): AdfDocument {
	return { type: "doc", version: 1, content: blocksOf(parseStorage(source), context) };
}

const isInline = (node: StorageNode): boolean =>
	node.kind === "text" ||
	inlineNames.has(node.name) ||
	(node.name === "ac:structured-macro" && inlineMacros.has(node.attributes["ac:name"] ?? "") && parametersOf(node).jqlQuery === undefined);

function blocksOf(nodes: readonly StorageNode[], context: ConversionContext): AdfNode[] {
	const content: AdfNode[] = [];
	let line: StorageNode[] = [];
	const flush = (): void => {
		if (line.some((node) => node.kind === "element" || node.text.trim() !== "")) {
			content.push({ type: "paragraph", content: inline(line, context, []) });
		}
		line = [];
	};
	for (const node of nodes) {
		if (isInline(node)) line.push(node);
		else if (node.kind === "element") {
			flush();
			content.push(...block(node, context));
		}
	}
	flush();
	return content;
}

const wrapped = (type: string, node: StorageElement, context: ConversionContext): AdfNode[] => [
	{ type, content: filled(blocksOf(node.children, context)) },
];

const filled = (content: AdfNode[]): AdfNode[] => (content.length > 0 ? content : [{ type: "paragraph" }]);

function block(node: StorageElement, context: ConversionContext): AdfNode[] {
	const level = /^h([1-6])$/.exec(node.name)?.[1];
	if (level !== undefined) return [{ type: "heading", attrs: { level: Number(level) }, content: inline(node.children, context, []) }];
	switch (node.name) {
		case "p":
			return [{ type: "paragraph", content: inline(node.children, context, []) }];
		case "ul":
			return [{ type: "bulletList", content: elements(node, "li").flatMap((item) => wrapped("listItem", item, context)) }];
		case "ol":
			return [
				{ type: "orderedList", attrs: { order: 1 }, content: elements(node, "li").flatMap((item) => wrapped("listItem", item, context)) },
			];
		case "blockquote":
			return wrapped("blockquote", node, context);
		case "hr":
			return [{ type: "rule" }];
		case "table":
			return [{ type: "table", attrs: { isNumberColumnEnabled: false, layout: "default" }, content: rows(node, context) }];
		case "ac:task-list":
			return [{ type: "taskList", attrs: { localId: "" }, content: elements(node, "ac:task").map((task) => taskItem(task, context)) }];
		case "ac:image":
			return [image(node, context)];
		case "ac:layout-section":
			return [{ type: "layoutSection", content: elements(node, "ac:layout-cell").flatMap((cell) => column(cell, node, context)) }];
		case "ac:structured-macro":
		case "ac:macro":
			return [macro(node, context)];
		default:
			return blocksOf(node.children, context);
	}
}

const elements = (node: StorageElement, name: string): StorageElement[] =>
	node.children.filter((child): child is StorageElement => child.kind === "element" && child.name === name);

function column(cell: StorageElement, section: StorageElement, context: ConversionContext): AdfNode[] {
	const width = Math.round(10_000 / Math.max(1, elements(section, "ac:layout-cell").length)) / 100;
	return [{ type: "layoutColumn", attrs: { width }, content: filled(blocksOf(cell.children, context)) }];
}

function rows(table: StorageElement, context: ConversionContext): AdfNode[] {
	const groups = ["thead", "tbody", "tfoot"].flatMap((name) => elements(table, name));
	return [table, ...groups]
		.flatMap((group) => elements(group, "tr"))
		.map((row) => ({
			type: "tableRow",
			content: row.children
				.filter((cell): cell is StorageElement => cell.kind === "element" && (cell.name === "th" || cell.name === "td"))
				.map((cell) => {
					const span = (name: string) => (cell.attributes[name] === undefined ? {} : { [name]: Number(cell.attributes[name]) });
					const attrs = { ...span("colspan"), ...span("rowspan") };
					return { type: cell.name === "th" ? "tableHeader" : "tableCell", attrs, content: filled(blocksOf(cell.children, context)) };
				}),
		}));
}

function taskItem(task: StorageElement, context: ConversionContext): AdfNode {
	const part = (name: string): string => textOf(elements(task, name));
	const body = elements(task, "ac:task-body").flatMap((child) => child.children);
	const localId =
		part("ac:task-uuid") ||
		elements(task, "ac:task-id")
			.map((child) => textOf(child.children))
			.join("");
	const state = elements(task, "ac:task-status").some((child) => textOf(child.children) === "complete") ? "DONE" : "TODO";
	return { type: "taskItem", attrs: { localId, state }, content: inline(body, context, []) };
}

function image(node: StorageElement, context: ConversionContext): AdfNode {
	const file = elements(node, "ri:attachment")[0]?.attributes["ri:filename"];
	const url = elements(node, "ri:url")[0]?.attributes["ri:value"];
	const width = Number(node.attributes["ac:width"]);
	const size = Number.isFinite(width) ? { width } : {};
	const found = file === undefined ? undefined : context.media(file);
	const attrs = url === undefined ? { type: "file", id: found?.id ?? "", collection: found?.collection ?? "" } : { type: "external", url };
	return {
		type: "mediaSingle",
		attrs: { layout: node.attributes["ac:layout"] ?? "center" },
		content: [{ type: "media", attrs: { ...attrs, ...size } }],
	};
}

function parametersOf(node: StorageElement): Record<string, string> {
	return Object.fromEntries(elements(node, "ac:parameter").map((child) => [child.attributes["ac:name"] ?? "", textOf(child.children)]));
}

function macro(node: StorageElement, context: ConversionContext): AdfNode {
	const name = node.attributes["ac:name"] ?? "";
	const parameters = parametersOf(node);
	const body = elements(node, "ac:rich-text-body").flatMap((child) => child.children);
	const panelType = panels[name];
	if (panelType !== undefined) {
		const content = filled(blocksOf(body, context));
		const fits = content.every(({ type }) => fitsPanel.has(type));
		if (fits) return { type: "panel", attrs: { panelType }, content };
		return { type: "bodiedExtension", attrs: extensionAttributes(node, parameters), content };
	}
	if (name === "expand") return { type: "expand", attrs: { title: parameters.title ?? "" }, content: filled(blocksOf(body, context)) };
	if (name === "code" || name === "noformat") {
		const source = elements(node, "ac:plain-text-body")
			.map((child) => textOf(child.children))
			.join("");
		const language = parameters.language === undefined ? {} : { attrs: { language: parameters.language } };
		return { type: "codeBlock", ...language, ...(source === "" ? {} : { content: [{ type: "text", text: source }] }) };
	}
	const attrs = extensionAttributes(node, parameters);
	return body.length === 0 ? { type: "extension", attrs } : { type: "bodiedExtension", attrs, content: filled(blocksOf(body, context)) };
}

function extensionAttributes(node: StorageElement, parameters: Readonly<Record<string, string>>): Record<string, unknown> {
	const macroId = node.attributes["ac:macro-id"];
	return {
		layout: "default",
		extensionType: "com.atlassian.confluence.macro.core",
		extensionKey: node.attributes["ac:name"] ?? "",
		parameters: {
			macroParams: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, { value }])),
			macroMetadata: {
				...(macroId === undefined ? {} : { macroId: { value: macroId } }),
				schemaVersion: { value: node.attributes["ac:schema-version"] ?? "1" },
			},
		},
	};
}

function inline(nodes: readonly StorageNode[], context: ConversionContext, marks: readonly Mark[]): AdfNode[] {
	return nodes.flatMap((node): AdfNode[] => {
		if (node.kind === "text") {
			const text = node.text.replace(/\s*\n\s*/g, " ");
			return text === "" ? [] : [{ type: "text", text, ...(marks.length > 0 ? { marks } : {}) }];
		}
		return inlineElement(node, context, marks);
	});
}

function inlineElement(node: StorageElement, context: ConversionContext, marks: readonly Mark[]): AdfNode[] {
	const deeper = (mark: Mark): AdfNode[] => inline(node.children, context, [...marks.filter((known) => known.type !== mark.type), mark]);
	const type = markOf[node.name];
	if (type !== undefined) return deeper({ type });
	switch (node.name) {
		case "br":
			return [{ type: "hardBreak" }];
		case "sub":
		case "sup":
			return deeper({ type: "subsup", attrs: { type: node.name } });
		case "a": {
			const href = node.attributes.href ?? "";
			if (node.attributes["data-card-appearance"] === "inline") return [{ type: "inlineCard", attrs: { url: href } }];
			return deeper({ type: "link", attrs: { href } });
		}
		case "time":
			return [{ type: "date", attrs: { timestamp: String(Date.parse(node.attributes.datetime ?? "") || 0) } }];
		case "ac:inline-comment-marker":
			return deeper({ type: "annotation", attrs: { id: node.attributes["ac:ref"] ?? "", annotationType: "inlineComment" } });
		case "ac:emoticon":
			return [emoji(node)];
		case "ac:link":
			return link(node, context, marks);
		case "ac:structured-macro":
			return [inlineMacro(node)];
		case "ac:placeholder":
			return [];
		default:
			return inline(node.children, context, marks);
	}
}

function emoji(node: StorageElement): AdfNode {
	const shortName = node.attributes["ac:emoji-shortname"] ?? `:${node.attributes["ac:name"] ?? "smile"}:`;
	const id = node.attributes["ac:emoji-id"];
	const text = node.attributes["ac:emoji-fallback"] ?? shortName;
	return { type: "emoji", attrs: { shortName, ...(id === undefined ? {} : { id }), text } };
}

function link(node: StorageElement, context: ConversionContext, marks: readonly Mark[]): AdfNode[] {
	const user = elements(node, "ri:user")[0]?.attributes["ri:account-id"];
	if (user !== undefined) return [{ type: "mention", attrs: { id: user, text: "" } }];
	const page = elements(node, "ri:page")[0]?.attributes;
	const file = elements(node, "ri:attachment")[0]?.attributes["ri:filename"];
	const href = page === undefined ? `#${file ?? ""}` : `/wiki/search?text=${encodeURIComponent(page["ri:content-title"] ?? "")}`;
	const label = node.children.filter((child) => child.kind === "element" && !child.name.startsWith("ri:"));
	const shown: readonly StorageNode[] = label.flatMap((child) => (child.kind === "element" ? child.children : []));
	const mark: Mark = { type: "link", attrs: { href } };
	if (shown.length > 0) return inline(shown, context, [...marks, mark]);
	const text = page?.["ri:content-title"] ?? file ?? "";
	return text === "" ? [] : [{ type: "text", text, marks: [...marks, mark] }];
}

function inlineMacro(node: StorageElement): AdfNode {
	const parameters = parametersOf(node);
	if (node.attributes["ac:name"] !== "status") return { type: "inlineExtension", attrs: extensionAttributes(node, parameters) };
	const color = statusColours[(parameters.colour ?? "").toLowerCase()] ?? "neutral";
	return { type: "status", attrs: { text: parameters.title ?? "", color, localId: node.attributes["ac:macro-id"] ?? "" } };
}
