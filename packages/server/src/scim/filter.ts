import { plainText } from "./plain-text.ts";
import { ScimError } from "./scim-error.ts";

/** `attribute eq "value"`: what provisioning clients look resources up by. */
export interface Filter {
	/** In lower case. */
	readonly attribute: string;
	readonly value: string;
}

const pattern = /^\s*(?:urn:[\w.:-]+:)?([A-Za-z][\w.$-]*)\s+eq\s+("(?:[^"\\]|\\.)*"|true|false)\s*$/i;

/** Reads a filter. @throws ScimError `invalidFilter` for everything but an equality of one of the attributes */
export function readFilter(text: string, attributes: readonly string[]): Filter {
	const match = text.length > 1000 ? null : pattern.exec(text);
	const attribute = match?.[1]?.toLowerCase() ?? "";
	if (match?.[2] === undefined || !attributes.includes(attribute)) {
		throw new ScimError(400, `Only an equality of one of these can be asked for: ${attributes.join(", ")}`, "invalidFilter");
	}
	const value = plainText.safeParse(unquoted(match[2]));
	if (!value.success) throw new ScimError(400, "The value of the filter is no name", "invalidFilter");
	return { attribute, value: value.data };
}

function unquoted(text: string): string {
	try {
		return String(JSON.parse(text.toLowerCase() === "true" || text.toLowerCase() === "false" ? text.toLowerCase() : text));
	} catch {
		throw new ScimError(400, "The value of the filter can't be read", "invalidFilter");
	}
}
