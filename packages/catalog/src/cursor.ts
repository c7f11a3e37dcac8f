import { AppError } from "@skyeworx/core";

/** Where a page ended: the last hit's place in the order. */
export interface Cursor {
	/** What the page was ordered by; a cursor fits no other order. */
	readonly order: string;
	/** Which of the order's tiers the hit was in, and how the tiers were chosen. */
	readonly mode: string;
	readonly tier: number;
	readonly value: string | number;
	readonly item: number;
}

/** Writes a cursor for the caller to keep; its form is nobody's business. */
export function encodeCursor({ order, mode, tier, value, item }: Cursor): string {
	return Buffer.from(JSON.stringify([order, mode, tier, value, item])).toString("base64url");
}

/**
 * Reads a cursor that must belong to a search in this order.
 * @throws AppError `bad-input`
 */
export function decodeCursor(text: string, order: string): Cursor {
	const fields = parse(text);
	if (Array.isArray(fields) && fields.length === 5) {
		const [found, mode, tier, value, item] = fields as unknown[];
		const valueFits = typeof value === "string" || (typeof value === "number" && Number.isFinite(value));
		if (found === order && typeof mode === "string" && isIndex(tier) && valueFits && isIndex(item))
			return { order, mode, tier, value, item };
	}
	throw new AppError("bad-input", "The cursor does not belong to this search", { hint: "Start again from the first page." });
}

function isIndex(value: unknown): value is number {
	return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function parse(text: string): unknown {
	try {
		return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
	} catch {
		return undefined;
	}
}
