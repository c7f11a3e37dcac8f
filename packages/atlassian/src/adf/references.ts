import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { transformDocument, visitAdf } from "./walk.ts";

/** A Jira key: letters, digits and underscores after a capital, a dash, a number. */
const keyPattern = /\b[A-Z][A-Z0-9_]+-[1-9]\d*\b/g;
const browsePattern = /\/browse\/([A-Z][A-Z0-9_]+-[1-9]\d*)/;
const pagePattern = /\/wiki\/spaces\/[^/]+\/(?:pages|blog\/\d+\/\d+\/\d+)\/(\d+)/;

/** What a document points to. */
export interface AdfReferences {
	/** Jira keys met in links, smart links and text. */
	readonly keys: readonly string[];
	/** Confluence page and blog post ids met in links and smart links. */
	readonly pageIds: readonly string[];
	/** Account ids of mentioned people. */
	readonly accountIds: readonly string[];
}

function addressOf(node: JsonObject): string | undefined {
	const attributes = isJsonObject(node.attrs) ? node.attrs : {};
	const address = node.type === "link" ? attributes.href : attributes.url;
	return typeof address === "string" ? address : undefined;
}

/** Finds what a document points to; each thing once, in reading order. */
export function adfReferences(document: JsonValue): AdfReferences {
	const keys = new Set<string>();
	const pageIds = new Set<string>();
	const accountIds = new Set<string>();
	visitAdf(document, (node) => {
		if (node.type === "mention" && isJsonObject(node.attrs) && typeof node.attrs.id === "string") accountIds.add(node.attrs.id);
		if (node.type === "text" && typeof node.text === "string") for (const [key] of node.text.matchAll(keyPattern)) keys.add(key);
		const address = addressOf(node);
		if (address === undefined) return;
		const key = browsePattern.exec(address)?.[1];
		const page = pagePattern.exec(address)?.[1];
		if (key !== undefined) keys.add(key);
		if (page !== undefined) pageIds.add(page);
	});
	return { keys: [...keys], pageIds: [...pageIds], accountIds: [...accountIds] };
}

/** What things are called now; undefined when they kept their name. */
export interface ReferenceNames {
	readonly key: (key: string) => string | undefined;
	/** New id of a Confluence page or blog post. */
	readonly page: (id: string) => string | undefined;
}

/** Rewrites an address of this site; other addresses stay. */
function rewriteAddress(address: string, names: ReferenceNames): string {
	const withKey = address.replace(browsePattern, (whole, key: string) => {
		const now = names.key(key);
		return now === undefined ? whole : whole.replace(key, now);
	});
	return withKey.replace(pagePattern, (whole, id: string) => {
		const now = names.page(id);
		return now === undefined ? whole : `${whole.slice(0, whole.length - id.length)}${now}`;
	});
}

/**
 * Rewrites links and smart links of a document to what their targets are called now. Plain words are rewritten only when they
 * are the visible text of a rewritten link: prose stays what its author wrote.
 */
export function rewriteReferences(document: JsonObject, names: ReferenceNames): JsonObject {
	return transformDocument(document, (node) => {
		if (node.type === "text") return [rewriteLinkedText(node, names)];
		const address = addressOf(node);
		if (address === undefined || !isJsonObject(node.attrs)) return [node];
		const next = rewriteAddress(address, names);
		if (next === address) return [node];
		const name = node.type === "link" ? "href" : "url";
		return [{ ...node, attrs: { ...node.attrs, [name]: next } }];
	});
}

/** The marks of a text node were rewritten before the node itself; a text that names its link's target follows it. */
function rewriteLinkedText(node: JsonObject, names: ReferenceNames): JsonObject {
	const { text, marks } = node;
	if (typeof text !== "string" || !Array.isArray(marks) || !marks.some((mark) => isJsonObject(mark) && mark.type === "link")) return node;
	const targets = new Set(marks.filter(isJsonObject).flatMap((mark) => browsePattern.exec(addressOf(mark) ?? "")?.[1] ?? []));
	const next = text.replace(keyPattern, (key) => {
		const now = names.key(key);
		return now !== undefined && targets.has(now) ? now : key;
	});
	return next === text ? node : { ...node, text: next };
}
