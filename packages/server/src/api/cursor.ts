import { AppError } from "@skyeworx/core";
import { z } from "zod";

/** Writes a list's position so that clients can't read meaning into it. */
export function writeCursor(list: string, position: readonly (string | number)[]): string {
	return Buffer.from(JSON.stringify([list, position])).toString("base64url");
}

/** Reads a position of the same list. @throws AppError `bad-input` when it is another list's, or made up */
export function readCursor<T>(cursor: string, list: string, position: z.ZodType<T>): T {
	let parsed: unknown;
	try {
		parsed = JSON.parse(Buffer.from(cursor, "base64url").toString());
	} catch {
		parsed = undefined;
	}
	const result = z.tuple([z.literal(list), position]).safeParse(parsed);
	if (result.success) return result.data[1];
	throw new AppError("bad-input", "The cursor does not belong to this list", {
		hint: "Use nextCursor of the page before, or leave it out.",
	});
}

/** A position in a list that is sorted by time, then id. */
export const timePosition = z.tuple([z.iso.datetime(), z.uuid()]);
