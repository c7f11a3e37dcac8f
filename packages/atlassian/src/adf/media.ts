import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { transformDocument, visitAdf } from "./walk.ts";

/** A file that a document shows: Jira and Confluence name it by the media service's id, not by the attachment's. */
export interface MediaUse {
	readonly mediaId: string;
	/** Often the file's name. */
	readonly alt: string | undefined;
}

const mediaTypes: ReadonlySet<string> = new Set(["media", "mediaInline"]);

function fileOf(node: JsonObject): MediaUse | undefined {
	if (typeof node.type !== "string" || !mediaTypes.has(node.type) || !isJsonObject(node.attrs)) return undefined;
	const { id, type, alt } = node.attrs;
	if (type === "external" || typeof id !== "string" || id === "") return undefined;
	return { mediaId: id, alt: typeof alt === "string" && alt !== "" ? alt : undefined };
}

/** The files that a document shows, in reading order, each use once. */
export function mediaUses(document: JsonValue): readonly MediaUse[] {
	const uses: MediaUse[] = [];
	visitAdf(document, (node) => {
		const use = fileOf(node);
		if (use !== undefined) uses.push(use);
	});
	return uses;
}

/** What becomes of one file in a document. */
export type MediaChange =
	| { readonly type: "keep" }
	| { readonly type: "repoint"; readonly mediaId: string; readonly collection?: string }
	/** The file can't be shown: a link or a text stands in its place. */
	| { readonly type: "replace"; readonly text: string; readonly url?: string };

function repointed(node: JsonObject, change: Extract<MediaChange, { type: "repoint" }>): JsonObject {
	const attributes = isJsonObject(node.attrs) ? node.attrs : {};
	const collection = change.collection === undefined ? {} : { collection: change.collection };
	return { ...node, attrs: { ...attributes, id: change.mediaId, ...collection } };
}

function textNode(change: Extract<MediaChange, { type: "replace" }>): JsonObject {
	const marks = change.url === undefined ? {} : { marks: [{ type: "link", attrs: { href: change.url } }] };
	return { type: "text", text: change.text, ...marks };
}

/** Changes the files that a document shows. A holder (`mediaSingle`, `mediaGroup`) whose files are replaced becomes paragraphs. */
export function changeMedia(document: JsonObject, decide: (use: MediaUse) => MediaChange): JsonObject {
	return transformDocument(document, (node) => {
		const use = fileOf(node);
		if (use !== undefined) {
			const change = decide(use);
			if (change.type === "keep") return [node];
			return change.type === "repoint" ? [repointed(node, change)] : [textNode(change)];
		}
		if (node.type !== "mediaSingle" && node.type !== "mediaGroup") return [node];
		return unwrapped(node);
	});
}

/** Text can't stand in a media holder: it moves into a paragraph beside what is left of the holder. */
function unwrapped(holder: JsonObject): readonly JsonObject[] {
	const children = Array.isArray(holder.content) ? holder.content.filter(isJsonObject) : [];
	const texts = children.filter((child) => child.type === "text");
	if (texts.length === 0) return [holder];
	const media = children.filter((child) => child.type === "media");
	const captions = children.filter((child) => child.type === "caption");
	const paragraphs = texts.map((text) => ({ type: "paragraph", content: [text] }));
	if (media.length > 0) return [{ ...holder, content: children.filter((child) => child.type !== "text") }, ...paragraphs];
	return [
		...paragraphs,
		...captions.map((caption) => ({ type: "paragraph", content: Array.isArray(caption.content) ? caption.content : [] })),
	];
}
