import { AppError } from "./errors.ts";

export type AppName = "jira" | "jsm" | "confluence";

/** A kind of Atlassian object: `jira.work-item`, `confluence.page`. Lower case, `app.noun`. */
export type KindId = string;

/** Names one item for ever: the kind and Atlassian's immutable id (never a key, a title or a path). */
export interface ItemRef {
	readonly kind: KindId;
	readonly id: string;
}

/** Writes a reference as text: `jira.work-item/10001`. */
export function itemRefText(ref: ItemRef): string {
	return `${ref.kind}/${ref.id}`;
}

/**
 * Reads a reference written by {@link itemRefText}.
 * @throws AppError `bad-input` when the text has no `kind/id` form
 */
export function parseItemRef(text: string): ItemRef {
	const match = /^([a-z]+\.[a-z-]+)\/(.+)$/.exec(text);
	if (match?.[1] === undefined || match[2] === undefined) {
		throw new AppError("bad-input", `"${text}" does not name an item`, { hint: "Write kind/id, for example jira.work-item/10001." });
	}
	return { kind: match[1], id: match[2] };
}
