import { AppError } from "@skyeworx/core";

/** What is wrong with a stored object, in one word. */
type DamageWord =
	| "missing"
	| "size"
	| "hash"
	| "magic"
	| "header"
	| "key"
	| "tag"
	| "toc"
	| "trailer"
	| "codec"
	| "content"
	| "schema"
	| "check"
	| "mac"
	| "chain"
	| "name"
	| "state"
	| "reference"
	| "segment";

interface DamageFacts {
	/** Name of the stored object. */
	readonly object: string;
	readonly what: DamageWord;
	/** A clause for people: `its table of contents does not open`. */
	readonly detail: string;
	readonly cause?: unknown;
}

/** The error for a stored object that is not as it was written; `facts.object` and `facts.what` name it. */
export function damaged({ object, what, detail, cause }: DamageFacts): AppError {
	return new AppError("vault-damaged", `${object} is damaged: ${detail}`, {
		facts: { object, what, detail },
		hint: "Run a verification to see which items it concerns; a copy of the object from another place can be put back under its name.",
		...(cause === undefined ? {} : { cause }),
	});
}

/** The error for a stored object of a later format. */
export function unsupported(object: string, detail: string): AppError {
	return new AppError("vault-unsupported", `${object} was written by a newer version of Skyeworx: ${detail}`, {
		facts: { object },
		hint: "Update Skyeworx and open the vault again.",
	});
}
