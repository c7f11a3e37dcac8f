import { jiraError } from "../../http/errors.ts";

/** One word of a query. */
export interface Token {
	readonly kind: "word" | "text" | "operator" | "open" | "close" | "comma" | "end";
	readonly text: string;
	readonly at: number;
}

const operators = ["!=", "!~", ">=", "<=", "=", "~", ">", "<"];

/** Splits a query into words. @throws HttpError 400 for characters that JQL reserves */
export function tokenize(jql: string): Token[] {
	const tokens: Token[] = [];
	let at = 0;
	while (at < jql.length) {
		const char = jql[at] ?? "";
		if (/\s/.test(char)) {
			at += 1;
			continue;
		}
		const operator = operators.find((each) => jql.startsWith(each, at));
		if (operator !== undefined) {
			tokens.push({ kind: "operator", text: operator, at });
			at += operator.length;
		} else if (char === "(" || char === ")" || char === ",") {
			tokens.push({ kind: char === "(" ? "open" : char === ")" ? "close" : "comma", text: char, at });
			at += 1;
		} else if (char === '"' || char === "'") {
			const { text, end } = quoted(jql, at);
			tokens.push({ kind: "text", text, at });
			at = end;
		} else {
			const word = /^[\p{L}\p{N}_.\-+:[\]/@]+/u.exec(jql.slice(at))?.[0];
			if (word === undefined) {
				throw jiraError(
					400,
					`Error in the JQL Query: The character '${char}' is a reserved JQL character. You must enclose it in a string or use the escape '\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}' instead. (line 1, character ${at + 1})`,
				);
			}
			tokens.push({ kind: "word", text: word, at });
			at += word.length;
		}
	}
	tokens.push({ kind: "end", text: "", at });
	return tokens;
}

function quoted(jql: string, start: number): { text: string; end: number } {
	const quote = jql[start];
	let text = "";
	for (let at = start + 1; at < jql.length; at += 1) {
		const char = jql[at] ?? "";
		if (char === "\\") {
			at += 1;
			text += jql[at] ?? "";
		} else if (char === quote) return { text, end: at + 1 };
		else text += char;
	}
	throw jiraError(
		400,
		`Error in the JQL Query: The quoted string '${jql.slice(start + 1)}' has not been completed. (line 1, character ${start + 1})`,
	);
}
