import { confluenceV1Error } from "../../http/errors.ts";

/** A condition of a CQL query. */
export type Condition =
	| { readonly kind: "and"; readonly parts: readonly Condition[] }
	| { readonly kind: "or"; readonly parts: readonly Condition[] }
	| { readonly kind: "not"; readonly part: Condition }
	| { readonly kind: "compare"; readonly field: string; readonly operator: Operator; readonly values: readonly string[] };

type Operator = "=" | "!=" | "~" | "!~" | ">" | ">=" | "<" | "<=" | "in" | "not in";

/** A CQL query: what to find and in which order. */
export interface Query {
	readonly where: Condition;
	readonly order: readonly { readonly field: string; readonly descending: boolean }[];
}

interface Token {
	readonly kind: "word" | "text" | "symbol";
	readonly value: string;
}

const pattern = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(!=|>=|<=|!~|[=~><(),])|([^\s"'=~><!(),]+))/y;
const fields: ReadonlySet<string> = new Set(
	"ancestor container content contributor created creator id label lastmodified mention parent space space.key space.type text title type".split(
		" ",
	),
);

const refuse = (message: string): Error => confluenceV1Error(400, `BadRequestException: Could not parse cql : ${message}`);

/** Reads a CQL query. @throws HttpError 400 when it cannot be read or names an unknown field */
export function parseCql(text: string): Query {
	const parser = new Parser(tokens(text), text);
	return parser.query();
}

function beginsNegative(where: Condition): boolean {
	if (where.kind === "not") return true;
	if (where.kind === "compare") return ["!=", "!~", "not in"].includes(where.operator);
	const [first] = where.parts;
	return first !== undefined && beginsNegative(first);
}

function tokens(text: string): Token[] {
	const found: Token[] = [];
	pattern.lastIndex = 0;
	while (pattern.lastIndex < text.length) {
		const at = pattern.lastIndex;
		if (text.slice(at).trim() === "") break;
		const match = pattern.exec(text);
		if (match === null) throw refuse(text);
		const [, double, single, symbol, word] = match;
		const quoted = double ?? single;
		if (quoted !== undefined) found.push({ kind: "text", value: quoted.replace(/\\(.)/g, "$1") });
		else if (symbol !== undefined) found.push({ kind: "symbol", value: symbol });
		else found.push({ kind: "word", value: word ?? "" });
	}
	return found;
}

class Parser {
	readonly #tokens: readonly Token[];
	readonly #text: string;
	#at = 0;

	constructor(list: readonly Token[], text: string) {
		this.#tokens = list;
		this.#text = text;
	}

	query(): Query {
		if (this.#tokens.length === 0) throw refuse("the query is empty");
		const where = this.#isWord("order") ? { kind: "and" as const, parts: [] } : this.#or();
		// "Currently a negative expression cannot be the first clause in a CQL statement" [CQL operators].
		if (beginsNegative(where)) throw refuse(this.#text);
		const order = this.#order();
		if (this.#at < this.#tokens.length) throw refuse(this.#text);
		return { where, order };
	}

	#order(): Query["order"] {
		if (!this.#word("order")) return [];
		if (!this.#word("by")) throw refuse(this.#text);
		const order: { field: string; descending: boolean }[] = [];
		do {
			const field = this.#next().value.toLowerCase();
			const descending = this.#word("desc");
			if (!descending) this.#word("asc");
			order.push({ field, descending });
		} while (this.#symbol(","));
		return order;
	}

	#or(): Condition {
		const parts = [this.#and()];
		while (this.#word("or")) parts.push(this.#and());
		const [only] = parts;
		return parts.length === 1 && only !== undefined ? only : { kind: "or", parts };
	}

	#and(): Condition {
		const parts = [this.#unary()];
		while (this.#word("and")) parts.push(this.#unary());
		const [only] = parts;
		return parts.length === 1 && only !== undefined ? only : { kind: "and", parts };
	}

	#unary(): Condition {
		if (this.#word("not")) return { kind: "not", part: this.#unary() };
		if (!this.#symbol("(")) return this.#comparison();
		const inside = this.#or();
		if (!this.#symbol(")")) throw refuse(this.#text);
		return inside;
	}

	#comparison(): Condition {
		const field = this.#next().value.toLowerCase();
		if (!fields.has(field)) throw refuse(`No field exists with name: ${field}`);
		const operator = this.#operator();
		if (operator !== "in" && operator !== "not in") return { kind: "compare", field, operator, values: [this.#value()] };
		if (!this.#symbol("(")) throw refuse(this.#text);
		const values = [this.#value()];
		while (this.#symbol(",")) values.push(this.#value());
		if (!this.#symbol(")")) throw refuse(this.#text);
		return { kind: "compare", field, operator, values };
	}

	#operator(): Operator {
		if (this.#word("in")) return "in";
		if (this.#word("not")) {
			if (this.#word("in")) return "not in";
			throw refuse(this.#text);
		}
		const token = this.#next();
		const known = (["=", "!=", "~", "!~", ">", ">=", "<", "<="] as const).find((operator) => operator === token.value);
		if (token.kind !== "symbol" || known === undefined) throw refuse(this.#text);
		return known;
	}

	#value(): string {
		const token = this.#next();
		if (token.kind === "symbol") throw refuse(this.#text);
		if (token.kind === "text" || !this.#symbol("(")) return token.value;
		const argument = this.#symbol(")") ? "" : this.#next().value;
		if (argument !== "" && !this.#symbol(")")) throw refuse(this.#text);
		return `${token.value}(${argument})`;
	}

	#next(): Token {
		const token = this.#tokens[this.#at];
		if (token === undefined) throw refuse(this.#text);
		this.#at += 1;
		return token;
	}

	#isWord(word: string): boolean {
		const token = this.#tokens[this.#at];
		return token?.kind === "word" && token.value.toLowerCase() === word;
	}

	#word(word: string): boolean {
		if (!this.#isWord(word)) return false;
		this.#at += 1;
		return true;
	}

	#symbol(symbol: string): boolean {
		const token = this.#tokens[this.#at];
		if (token?.kind !== "symbol" || token.value !== symbol) return false;
		this.#at += 1;
		return true;
	}
}
