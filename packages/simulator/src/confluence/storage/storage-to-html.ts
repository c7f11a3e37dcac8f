import { parseStorage, type StorageElement, type StorageNode, textOf } from "./storage-tree.ts";

/** Where the things lie that a body refers to; undefined shows them without a link. */
export interface HtmlContext {
	readonly fileAddress: (fileName: string) => string | undefined;
	readonly pageAddress: (title: string, spaceKey: string | undefined) => string | undefined;
	readonly personName?: (accountId: string) => string | undefined;
}

/** Escapes text for HTML, also inside double-quoted attributes. */
const escapeHtml = (text: string): string =>
	text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const plainTags: ReadonlySet<string> = new Set(
	"p h1 h2 h3 h4 h5 h6 ul ol li table tbody thead tr th td blockquote strong b em i u del s code sub sup span div pre".split(" "),
);
const emoticons: Readonly<Record<string, string>> = {
	smile: "🙂",
	tick: "✅",
	warning: "⚠️",
	"thumbs-up": "👍",
	information: "ℹ️",
	"light-on": "💡",
};
const panels: ReadonlySet<string> = new Set(["info", "note", "warning", "tip", "panel"]);

/** Renders a storage-format body as plain HTML: nothing of it can run. */
export function storageToHtml(source: string, context: HtmlContext): string {
	return many(parseStorage(source), context);
}

const many = (nodes: readonly StorageNode[], context: HtmlContext): string => nodes.map((node) => one(node, context)).join("");

const child = (node: StorageElement, name: string): StorageElement | undefined =>
	node.children.find((inner): inner is StorageElement => inner.kind === "element" && inner.name === name);

function one(node: StorageNode, context: HtmlContext): string {
	if (node.kind === "text") return escapeHtml(node.text);
	if (plainTags.has(node.name)) return `<${node.name}${spans(node)}>${many(node.children, context)}</${node.name}>`;
	switch (node.name) {
		case "br":
		case "hr":
			return `<${node.name}>`;
		case "a":
			return anchor(node.attributes.href, many(node.children, context));
		case "time":
			return `<time>${escapeHtml(node.attributes.datetime ?? "")}</time>`;
		case "ac:structured-macro":
			return macro(node, context);
		case "ac:image":
			return image(node, context);
		case "ac:link":
			return link(node, context);
		case "ac:emoticon":
			return escapeHtml(node.attributes["ac:emoji-fallback"] ?? emoticons[node.attributes["ac:name"] ?? ""] ?? "🙂");
		case "ac:inline-comment-marker":
			return `<mark data-ref="${escapeHtml(node.attributes["ac:ref"] ?? "")}">${many(node.children, context)}</mark>`;
		case "ac:task-list":
			return `<ul class="tasks">${many(node.children, context)}</ul>`;
		case "ac:task":
			return task(node, context);
		case "ac:layout-section":
			return `<div class="layout">${many(node.children, context)}</div>`;
		case "ac:layout-cell":
			return `<div>${many(node.children, context)}</div>`;
		case "ac:placeholder":
		case "ac:parameter":
		case "ac:adf-attribute":
		case "ac:adf-fallback":
			return "";
		default:
			return many(node.children, context);
	}
}

function spans(node: StorageElement): string {
	return ["colspan", "rowspan"]
		.map((name) => (node.attributes[name] === undefined ? "" : ` ${name}="${escapeHtml(node.attributes[name] ?? "")}"`))
		.join("");
}

function anchor(address: string | undefined, inside: string): string {
	return address !== undefined && /^(https?:|\/|#|mailto:)/.test(address) ? `<a href="${escapeHtml(address)}">${inside}</a>` : inside;
}

function parameter(node: StorageElement, name: string): string | undefined {
	for (const inner of node.children) {
		if (inner.kind === "element" && inner.name === "ac:parameter" && inner.attributes["ac:name"] === name) return textOf(inner.children);
	}
	return undefined;
}

function macro(node: StorageElement, context: HtmlContext): string {
	const name = node.attributes["ac:name"] ?? "";
	const body = many(child(node, "ac:rich-text-body")?.children ?? [], context);
	if (panels.has(name)) return `<aside class="panel ${name}">${body}</aside>`;
	if (name === "code" || name === "noformat")
		return `<pre><code>${escapeHtml(textOf(child(node, "ac:plain-text-body")?.children ?? []))}</code></pre>`;
	if (name === "expand") return `<details><summary>${escapeHtml(parameter(node, "title") ?? "Details")}</summary>${body}</details>`;
	if (name === "status")
		return `<span class="status ${escapeHtml((parameter(node, "colour") ?? "grey").toLowerCase())}">${escapeHtml(parameter(node, "title") ?? "")}</span>`;
	if (name === "jira") return anchor(`/browse/${parameter(node, "key") ?? ""}`, escapeHtml(parameter(node, "key") ?? "Jira"));
	if (name === "view-file") return fileMacro(node, context);
	return body === "" ? `<span class="macro">${escapeHtml(name)}</span>` : `<div class="macro">${body}</div>`;
}

function fileMacro(node: StorageElement, context: HtmlContext): string {
	const holder = child(node, "ac:parameter");
	const name = holder === undefined ? undefined : child(holder, "ri:attachment")?.attributes["ri:filename"];
	return name === undefined ? "" : `<p>${anchor(context.fileAddress(name), escapeHtml(name))}</p>`;
}

function image(node: StorageElement, context: HtmlContext): string {
	const name = child(node, "ri:attachment")?.attributes["ri:filename"];
	const address = name === undefined ? child(node, "ri:url")?.attributes["ri:value"] : context.fileAddress(name);
	const caption = child(node, "ac:caption");
	const label = escapeHtml(node.attributes["ac:alt"] ?? name ?? "");
	const width = Number(node.attributes["ac:width"]);
	const size = Number.isInteger(width) && width > 0 ? ` width="${width}"` : "";
	const shown =
		address === undefined ? `<span class="missing">${label} (missing)</span>` : `<img alt="${label}" src="${escapeHtml(address)}"${size}>`;
	return `<figure>${shown}${caption === undefined ? "" : `<figcaption>${many(caption.children, context)}</figcaption>`}</figure>`;
}

function link(node: StorageElement, context: HtmlContext): string {
	const label = many(child(node, "ac:link-body")?.children ?? child(node, "ac:plain-text-link-body")?.children ?? [], context);
	const person = child(node, "ri:user")?.attributes["ri:account-id"];
	if (person !== undefined) return `<span class="mention">@${escapeHtml(context.personName?.(person) ?? person)}</span>`;
	const file = child(node, "ri:attachment")?.attributes["ri:filename"];
	if (file !== undefined) return anchor(context.fileAddress(file), label || escapeHtml(file));
	const page = child(node, "ri:page")?.attributes;
	const title = page?.["ri:content-title"] ?? "";
	return anchor(context.pageAddress(title, page?.["ri:space-key"]), label || escapeHtml(title));
}

function task(node: StorageElement, context: HtmlContext): string {
	const done = textOf(child(node, "ac:task-status")?.children ?? []) === "complete";
	return `<li>${done ? "☑" : "☐"} ${many(child(node, "ac:task-body")?.children ?? [], context)}</li>`;
}
