import { decodeEntities } from "./entities.ts";
import { attributeOf, cdataClosing, cdataOpening, type StorageToken, scanStorage } from "./scan-storage.ts";

/** Elements whose content a reader of the page does not see as text. */
const hidden: ReadonlySet<string> = new Set([
	"ac:parameter",
	"ac:task-id",
	"ac:task-uuid",
	"ac:task-status",
	"ac:placeholder",
	"ac:adf-attribute",
	"ac:adf-fallback",
]);

const blocks: ReadonlySet<string> = new Set(
	(
		"p h1 h2 h3 h4 h5 h6 li ul ol table tbody thead tr td th div br hr blockquote pre ac:structured-macro ac:rich-text-body " +
		"ac:plain-text-body ac:layout ac:layout-section ac:layout-cell ac:task ac:task-list ac:task-body ac:image ac:caption"
	).split(" "),
);

/** A run of text that a reader sees, or the edge of a block. */
type VisiblePiece =
	| { readonly type: "text"; readonly text: string; readonly start: number }
	| { readonly type: "edge" }
	| { readonly type: "marker-open"; readonly ref: string; readonly token: Extract<StorageToken, { type: "open" }> }
	| { readonly type: "marker-close"; readonly token: Extract<StorageToken, { type: "close" }> };

function textOf(source: string, token: StorageToken): string {
	const raw = source.slice(token.start, token.end);
	if (token.type !== "cdata") return decodeEntities(raw);
	return raw.slice(cdataOpening.length, raw.endsWith(cdataClosing) ? -cdataClosing.length : undefined);
}

function tagPiece(token: Extract<StorageToken, { type: "open" | "close" }>): VisiblePiece | undefined {
	if (token.name === "ac:inline-comment-marker") {
		if (token.type === "close") return { type: "marker-close", token };
		const ref = attributeOf(token, "ac:ref");
		return ref === undefined ? undefined : { type: "marker-open", ref: ref.raw, token };
	}
	return blocks.has(token.name) ? { type: "edge" } : undefined;
}

/** Walks what a reader sees of a body: text, block edges, inline-comment markers. */
export function* visiblePieces(source: string): Generator<VisiblePiece> {
	let depth = 0;
	for (const token of scanStorage(source)) {
		if (token.type === "open" || token.type === "close") {
			if (hidden.has(token.name)) {
				if (token.type === "close") depth = Math.max(0, depth - 1);
				else if (!token.empty) depth += 1;
			}
			const piece = depth === 0 ? tagPiece(token) : undefined;
			if (piece !== undefined) yield piece;
		} else if (depth === 0 && (token.type === "text" || token.type === "cdata")) {
			yield { type: "text", text: textOf(source, token), start: token.start };
		}
	}
}

/** The words of a body for search and previews; blocks become lines. */
export function storageText(source: string): string {
	let text = "";
	for (const piece of visiblePieces(source)) {
		if (piece.type === "text") text += piece.text;
		else if (piece.type === "edge") text += "\n";
	}
	return text
		.replace(/[^\S\n]+/g, " ")
		.replace(/ ?\n[ \n]*/g, "\n")
		.trim();
}
