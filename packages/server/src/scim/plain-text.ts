import { z } from "zod";

/** A name or an id, without what no name has: control characters, halves of characters. */
export const plainText = z
	.string()
	.max(300)
	.regex(/^[^\p{Cc}\uD800-\uDFFF]*$/u, "Control characters are not allowed");
