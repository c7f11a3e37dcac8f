import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { isAdf } from "../../../adf/walk.ts";
import { at, listAt, textAt } from "../../../record/json-access.ts";
import { authorOf } from "../compare-items.ts";

const opening = "Originally by ";

/** `3 May 2026, 10:15 UTC` */
function moment(time: string | undefined): string {
	const parsed = Date.parse(time ?? "");
	if (!Number.isFinite(parsed)) return "an unknown date";
	const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
	return `${format.format(parsed).replace(" at ", ", ")} UTC`;
}

/** Puts a line above a text that comes back in the connection's name: who wrote it first, and when. */
export function withProvenance(entry: JsonValue, body: JsonValue | undefined, time: string | undefined): JsonObject {
	const line = `${opening}${authorOf(entry)} on ${moment(time)}`;
	const paragraph: JsonObject = { type: "paragraph", content: [{ type: "text", text: line, marks: [{ type: "em" }] }] };
	if (isAdf(body)) return { ...body, content: [paragraph, ...body.content] };
	return { type: "doc", version: 1, content: [paragraph] };
}

/** The text without the line that {@link withProvenance} put there; others stay as they are. */
export function withoutProvenance(body: JsonValue | undefined): JsonValue | undefined {
	if (!isAdf(body)) return body;
	const [first, ...rest] = body.content;
	const text = textAt(first, "content", 0, "text");
	const isLine = text?.startsWith(opening) === true && listAt(first, "content", 0, "marks").some((mark) => at(mark, "type") === "em");
	return isLine && isJsonObject(first ?? null) ? { ...body, content: rest } : body;
}
