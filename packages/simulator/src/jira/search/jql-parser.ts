import { jiraError } from "../../http/errors.ts";
import { type Token, tokenize } from "./jql-lexer.ts";

/** An operand: text, or a function with its arguments. */
export interface Operand {
	readonly text: string;
	readonly call: readonly string[] | undefined;
}

export interface Clause {
	readonly kind: "clause";
	readonly field: string;
	readonly operator: "=" | "!=" | "~" | "!~" | ">" | ">=" | "<" | "<=" | "in" | "not in" | "is" | "is not";
	readonly operands: readonly Operand[];
}

export type Condition =
	| Clause
	| { readonly kind: "and" | "or"; readonly parts: readonly Condition[] }
	| { readonly kind: "not"; readonly part: Condition };

export interface OrderBy {
	readonly field: string;
	readonly descending: boolean;
}

export interface Query {
	readonly where: Condition | undefined;
	readonly order: readonly OrderBy[];
}

/** Parses JQL. @throws HttpError 400 in the words of Jira */
export function parseJql(jql: string): Query {
	return new Parser(tokenize(jql)).query();
}

class Parser {
	readonly #tokens: readonly Token[];
	#at = 0;

	constructor(tokens: readonly Token[]) {
		this.#tokens = tokens;
	}

	query(): Query {
		const where = this.#peek().kind === "end" || this.#isWord("order") ? undefined : this.#or();
		const order: OrderBy[] = [];
		if (this.#takeWord("order")) {
			if (!this.#takeWord("by")) throw this.#fail("Expecting 'by'");
			do {
				const field = this.#name();
				const descending = this.#takeWord("desc");
				if (!descending) this.#takeWord("asc");
				order.push({ field, descending });
			} while (this.#take("comma"));
		}
		if (this.#peek().kind !== "end") throw this.#fail("Expecting operator");
		return { where, order };
	}

	#or(): Condition {
		const parts = [this.#and()];
		while (this.#takeWord("or")) parts.push(this.#and());
		return parts.length === 1 ? (parts[0] as Condition) : { kind: "or", parts };
	}

	#and(): Condition {
		const parts = [this.#not()];
		while (this.#takeWord("and")) parts.push(this.#not());
		return parts.length === 1 ? (parts[0] as Condition) : { kind: "and", parts };
	}

	#not(): Condition {
		if (this.#takeWord("not")) return { kind: "not", part: this.#not() };
		if (this.#take("open")) {
			const inner = this.#or();
			if (!this.#take("close")) throw this.#fail("Expecting ')'");
			return inner;
		}
		return this.#clause();
	}

	#clause(): Clause {
		const field = this.#name();
		const token = this.#peek();
		if (token.kind === "operator") {
			this.#at += 1;
			return { kind: "clause", field, operator: token.text as Clause["operator"], operands: [this.#operand()] };
		}
		if (this.#takeWord("is")) {
			const operator = this.#takeWord("not") ? "is not" : "is";
			const operand = this.#operand();
			if (!/^(empty|null)$/i.test(operand.text)) throw this.#fail("The operator 'is' needs EMPTY or NULL");
			return { kind: "clause", field, operator, operands: [operand] };
		}
		const negative = this.#takeWord("not");
		if (!this.#takeWord("in")) throw this.#fail("Expecting operator but got");
		return { kind: "clause", field, operator: negative ? "not in" : "in", operands: this.#list() };
	}

	#list(): Operand[] {
		if (!this.#take("open")) return [this.#operand()];
		const operands = [this.#operand()];
		while (this.#take("comma")) operands.push(this.#operand());
		if (!this.#take("close")) throw this.#fail("Expecting ')'");
		return operands;
	}

	#operand(): Operand {
		const token = this.#peek();
		if (token.kind !== "word" && token.kind !== "text") throw this.#fail("Expecting either a value, list or function");
		this.#at += 1;
		if (token.kind === "word" && this.#take("open")) {
			const call: string[] = [];
			while (!this.#take("close")) {
				call.push(this.#name());
				this.#take("comma");
			}
			return { text: token.text, call };
		}
		return { text: token.text, call: undefined };
	}

	#name(): string {
		const token = this.#peek();
		if (token.kind !== "word" && token.kind !== "text") throw this.#fail("Expecting a field name");
		this.#at += 1;
		return token.text;
	}

	#peek(): Token {
		return this.#tokens[this.#at] ?? { kind: "end", text: "", at: 0 };
	}

	#isWord(word: string): boolean {
		const token = this.#peek();
		return token.kind === "word" && token.text.toLowerCase() === word;
	}

	#takeWord(word: string): boolean {
		if (!this.#isWord(word)) return false;
		this.#at += 1;
		return true;
	}

	#take(kind: Token["kind"]): boolean {
		if (this.#peek().kind !== kind) return false;
		this.#at += 1;
		return true;
	}

	#fail(message: string): Error {
		const token = this.#peek();
		return jiraError(400, `Error in the JQL Query: ${message} '${token.text}'. (line 1, character ${token.at + 1})`);
	}
}
