import { z } from "zod";

/** A moment, UTC, RFC 3339. */
export const moment = z.iso.datetime();

/** One of our own ids. */
export const uuid = z.uuid();

/** Snapshot number: grows by time within one site's vault. */
export const snapshotId = z.int().min(0);

/** `jira.work-item`, `confluence.page`. */
export const kindId = z
	.string()
	.max(64)
	.regex(/^[a-z]+\.[a-z-]+$/, "Write app.noun, for example jira.work-item");

/** Atlassian's immutable id of an item. */
export const itemId = z
	.string()
	.min(1)
	.max(256)
	.regex(/^[^\p{Cc}\uD800-\uDFFF]+$/u, "Control characters are not allowed");

/** Names one item for ever. */
export const itemRef = z.object({ kind: kindId, id: itemId }).meta({ id: "ItemRef" });
export type ItemRefBody = z.infer<typeof itemRef>;

/** Text that a person typed: no control characters except line breaks, never longer than `max`. */
export function typedText(max: number) {
	return z
		.string()
		.trim()
		.max(max)
		.regex(/^(?:[^\p{Cc}\uD800-\uDFFF]|[\n\r\t])*$/u, "Control characters are not allowed");
}

/** An opaque position in a list, from a previous answer's `nextCursor`. */
export const cursor = z.string().min(1).max(1024);

/** How many entries a page holds. */
export function pageLimit(standard: number, max: number) {
	return z.coerce.number<number | string>().int().min(1).max(max).default(standard);
}

/** A page of a list; `nextCursor` is null on the last one. */
export function pageOf<T extends z.ZodType>(entry: T) {
	return z.object({ items: z.array(entry), nextCursor: z.string().nullable() });
}

/** A whole list, which is always short. */
export function listOf<T extends z.ZodType>(entry: T) {
	return z.object({ items: z.array(entry) });
}
