import { AppError } from "@skyeworx/core";

/** Where a page ended: the last hit's place in the order. */
export interface Cursor {
	readonly order: string;
	readonly value: string | number;
	readonly item: number;
}

/** Writes a cursor for the caller to keep; its form is nobody's business. */
export function encodeCursor(cursor: Cursor): string {
	return Buffer.from(JSON.stringify([cursor.order, cursor.value, cursor.item])).toString("base64url");
}

/**
 * Reads a cursor that must belong to a search in this order.
 * @throws AppError `bad-input`
 */
export function decodeCursor(text: string, order: string): Cursor {
	const fields = parse(text);
	if (Array.isArray(fields) && fields.length === 3) {
		const [found, value, item] = fields as unknown[];
		const valueFits = typeof value === "string" || (typeof value === "number" && Number.isFinite(value));
		if (found === order && valueFits && Number.isSafeInteger(item)) return { order, value, item: item as number };
	}
	throw new AppError("bad-input", "The cursor does not belong to this search", { hint: "Start again from the first page." });
}

function parse(text: string): unknown {
	try {
		return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
	} catch {
		return undefined;
	}
}
