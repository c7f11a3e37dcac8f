import type { AdfNode } from "../../seed/adf-body.ts";
import { isoTime } from "../../site/clock.ts";

/** What a conversion needs to know of the content around the body. */
export interface ConversionContext {
	/** The attachment's file name for a media id. */
	readonly fileName: (mediaId: string) => string | undefined;
	/** The media id and collection for an attachment's file name. */
	readonly media: (fileName: string) => { readonly id: string; readonly collection: string } | undefined;
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const scalar = (value: unknown): string =>
	typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
const attribute = (value: unknown): string => escaped(scalar(value)).replaceAll('"', "&quot;");
const cdata = (text: string): string => `<![CDATA[${text.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
const parameter = (name: string, value: unknown): string =>
	value === undefined || value === "" ? "" : `<ac:parameter ac:name="${attribute(name)}">${escaped(scalar(value))}</ac:parameter>`;
const macro = (name: string, inside: string, id?: unknown): string =>
	`<ac:structured-macro ac:name="${attribute(name)}" ac:schema-version="1"${id === undefined ? "" : ` ac:macro-id="${attribute(id)}"`}>${inside}</ac:structured-macro>`;
const rich = (inside: string): string => `<ac:rich-text-body>${inside}</ac:rich-text-body>`;

const panelMacros: Readonly<Record<string, string>> = { info: "info", note: "note", warning: "warning", error: "warning", success: "tip" };
const colours: Readonly<Record<string, string>> = {
	green: "Green",
	blue: "Blue",
	yellow: "Yellow",
	red: "Red",
	neutral: "Grey",
	purple: "Purple",
};
const markTags: Readonly<Record<string, string>> = { strong: "strong", em: "em", underline: "u", strike: "del", code: "code" };

/** Writes an ADF document as storage format; nodes that storage does not know keep only their content. */
export function adfToStorage(document: AdfNode, context: ConversionContext): string {
	return many(document.content, context);
}

const many = (nodes: readonly AdfNode[] | undefined, context: ConversionContext): string =>
	(nodes ?? []).map((node) => one(node, context)).join("");

const wrap =
	(tag: string) =>
	(node: AdfNode, context: ConversionContext): string =>
		`<${tag}>${many(node.content, context)}</${tag}>`;

const writers: Readonly<Record<string, (node: AdfNode, context: ConversionContext) => string>> = {
	text: (node) => marked(node),
	paragraph: wrap("p"),
	bulletList: wrap("ul"),
	orderedList: wrap("ol"),
	listItem: wrap("li"),
	blockquote: wrap("blockquote"),
	tableRow: wrap("tr"),
	caption: wrap("ac:caption"),
	hardBreak: () => "<br />",
	rule: () => "<hr />",
	heading: (node, context) => {
		const level = Number(node.attrs?.level ?? 1);
		return `<h${level}>${many(node.content, context)}</h${level}>`;
	},
	table: (node, context) =>
		`<table data-layout="${attribute(node.attrs?.layout ?? "default")}"><tbody>${many(node.content, context)}</tbody></table>`,
	tableCell: (node, context) => cell("td", node, context),
	tableHeader: (node, context) => cell("th", node, context),
	codeBlock: (node) =>
		macro("code", `${parameter("language", node.attrs?.language)}<ac:plain-text-body>${cdata(plain(node))}</ac:plain-text-body>`),
	panel: (node, context) => macro(panelMacros[String(node.attrs?.panelType)] ?? "panel", rich(many(node.content, context))),
	expand: (node, context) => macro("expand", parameter("title", node.attrs?.title) + rich(many(node.content, context))),
	nestedExpand: (node, context) => macro("expand", parameter("title", node.attrs?.title) + rich(many(node.content, context))),
	layoutSection: (node, context) =>
		`<ac:layout><ac:layout-section ac:type="${(node.content?.length ?? 1) === 3 ? "three_equal" : "two_equal"}">${many(node.content, context)}</ac:layout-section></ac:layout>`,
	layoutColumn: wrap("ac:layout-cell"),
	taskList: wrap("ac:task-list"),
	taskItem: (node, context) =>
		`<ac:task><ac:task-id>${attribute(node.attrs?.localId)}</ac:task-id><ac:task-status>${node.attrs?.state === "DONE" ? "complete" : "incomplete"}</ac:task-status><ac:task-body>${many(node.content, context)}</ac:task-body></ac:task>`,
	decisionList: (node, context) =>
		`<ac:adf-extension><ac:adf-node type="decision-list">${many(node.content, context)}</ac:adf-node></ac:adf-extension>`,
	decisionItem: (node, context) =>
		`<ac:adf-node type="decision-item"><ac:adf-attribute key="state">DECIDED</ac:adf-attribute><ac:adf-content>${many(node.content, context)}</ac:adf-content></ac:adf-node>`,
	mediaSingle: (node, context) => image(node, context),
	mediaGroup: (node, context) => (node.content ?? []).map((media) => file(media, context)).join(""),
	mediaInline: (node, context) => file(node, context),
	mention: (node) => `<ac:link><ri:user ri:account-id="${attribute(node.attrs?.id)}" /></ac:link>`,
	emoji: (node) =>
		`<ac:emoticon ac:emoji-shortname="${attribute(node.attrs?.shortName)}" ac:emoji-id="${attribute(node.attrs?.id)}" ac:emoji-fallback="${attribute(node.attrs?.text)}" ac:name="blue-star" />`,
	date: (node) => `<time datetime="${day(Number(node.attrs?.timestamp))}" />`,
	status: (node) => macro("status", parameter("title", node.attrs?.text) + parameter("colour", colours[String(node.attrs?.color)])),
	inlineCard: (node) => card(node, "inline"),
	blockCard: (node) => `<p>${card(node, "block")}</p>`,
	embedCard: (node) => `<p>${card(node, "embed")}</p>`,
	extension: (node, context) => extension(node, context),
	inlineExtension: (node, context) => extension(node, context),
	bodiedExtension: (node, context) => extension(node, context),
};

function one(node: AdfNode, context: ConversionContext): string {
	const write = writers[node.type];
	return write === undefined ? many(node.content, context) : write(node, context);
}

function marked(node: AdfNode): string {
	let text = escaped(node.text ?? "");
	for (const mark of node.marks ?? []) {
		const tag = markTags[mark.type];
		if (tag !== undefined) text = `<${tag}>${text}</${tag}>`;
		else if (mark.type === "link") text = `<a href="${attribute(mark.attrs?.href)}">${text}</a>`;
		else if (mark.type === "subsup") text = mark.attrs?.type === "sub" ? `<sub>${text}</sub>` : `<sup>${text}</sup>`;
		else if (mark.type === "textColor") text = `<span style="color: ${attribute(mark.attrs?.color)};">${text}</span>`;
		else if (mark.type === "backgroundColor") text = `<span style="background-color: ${attribute(mark.attrs?.color)};">${text}</span>`;
		else if (mark.type === "annotation") {
			text = `<ac:inline-comment-marker ac:ref="${attribute(mark.attrs?.id)}">${text}</ac:inline-comment-marker>`;
		}
	}
	return text;
}

function cell(tag: string, node: AdfNode, context: ConversionContext): string {
	const span = (name: string): string => (Number(node.attrs?.[name] ?? 1) > 1 ? ` ${name}="${attribute(node.attrs?.[name])}"` : "");
	return `<${tag}${span("colspan")}${span("rowspan")}>${many(node.content, context)}</${tag}>`;
}

const plain = (node: AdfNode): string => (node.text ?? "") + (node.content ?? []).map(plain).join("");

const day = (timestamp: number): string => (Number.isFinite(timestamp) ? isoTime(timestamp).slice(0, 10) : "");

const card = (node: AdfNode, appearance: string): string => {
	const url = attribute(node.attrs?.url);
	return `<a href="${url}" data-card-appearance="${appearance}">${url}</a>`;
};

function image(node: AdfNode, context: ConversionContext): string {
	const media = node.content?.find((child) => child.type === "media");
	const caption = node.content?.find((child) => child.type === "caption");
	const { id, type, url, width, alt } = media?.attrs ?? {};
	const target =
		type === "external"
			? `<ri:url ri:value="${attribute(url)}" />`
			: `<ri:attachment ri:filename="${attribute(context.fileName(String(id)) ?? id)}" ri:version-at-save="1" />`;
	const size = width === undefined ? "" : ` ac:width="${attribute(width)}"`;
	const label = alt === undefined ? "" : ` ac:alt="${attribute(alt)}"`;
	return `<ac:image ac:layout="${attribute(node.attrs?.layout ?? "center")}"${size}${label}>${target}${caption === undefined ? "" : one(caption, context)}</ac:image>`;
}

function file(node: AdfNode, context: ConversionContext): string {
	const name = context.fileName(String(node.attrs?.id)) ?? String(node.attrs?.id);
	return macro(
		"view-file",
		`<ac:parameter ac:name="name"><ri:attachment ri:filename="${attribute(name)}" ri:version-at-save="1" /></ac:parameter>`,
	);
}

function extension(node: AdfNode, context: ConversionContext): string {
	const parameters = record(record(node.attrs?.parameters).macroParams);
	const id = record(record(record(node.attrs?.parameters).macroMetadata).macroId).value;
	const given = Object.entries(parameters).filter(([name]) => name !== "__bodyContent");
	const inside = given.map(([name, value]) => parameter(name === "" ? "default" : name, record(value).value)).join("");
	const body = node.type === "bodiedExtension" ? rich(many(node.content, context)) : "";
	return macro(scalar(node.attrs?.extensionKey) || "unknown", inside + body, id);
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
	typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
