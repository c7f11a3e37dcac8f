import { parseTime } from "../site/clock.ts";
import type { Site } from "../site/site.ts";
import { assetsError } from "./asset-answers.ts";
import { type AssetObject, attributesOf, familyOf, labelOf } from "./state.ts";

/** A compiled query: a test of one object, and an order. */
interface Query {
	readonly test: (object: AssetObject) => boolean;
	readonly compare: (a: AssetObject, b: AssetObject) => number;
}

type Test = Query["test"];

const refuse = (why: string): Error => assetsError(400, `The AQL is not valid: ${why}`, { qlQuery: why });

/** `name`, `"quoted text"`, `now(-2h 15m)`, operators, brackets and commas. */
const word = /\s*(?:"((?:[^"\\]|\\.)*)"|(now\([^)]*\))|(<=|>=|!=|[=<>(),])|([^\s"=<>!(),]+))/y;

interface Token {
	readonly text: string;
	readonly quoted: boolean;
}

function tokensOf(text: string): Token[] {
	const tokens: Token[] = [];
	word.lastIndex = 0;
	while (text.slice(word.lastIndex).trim() !== "") {
		const at = word.lastIndex;
		const match = word.exec(text);
		if (match === null) throw refuse(`unexpected character at ${at}`);
		const quoted = match[1] !== undefined;
		tokens.push({ text: quoted ? (match[1] ?? "").replaceAll(/\\(.)/g, "$1") : (match[2] ?? match[3] ?? match[4] ?? ""), quoted });
	}
	return tokens;
}

/** Compiles as much of AQL as tools use: comparisons, `IN`, `LIKE`, `IS EMPTY`, `AND`, `OR`, brackets, `ORDER BY`. @throws HttpError 400 */
export function compileAql(site: Site, text: string): Query {
	const tokens = tokensOf(text);
	const parser = new Parser(site, tokens);
	return parser.query();
}

class Parser {
	readonly #site: Site;
	readonly #tokens: Token[];

	constructor(site: Site, tokens: Token[]) {
		this.#site = site;
		this.#tokens = tokens;
	}

	query(): Query {
		const test: Test = this.#tokens.length === 0 || this.#is("order") ? () => true : this.#any();
		const byLabel = (a: AssetObject, b: AssetObject): number => compareTexts(labelOf(this.#site.assets, a), labelOf(this.#site.assets, b));
		const compare = this.#is("order") ? this.#order() : byLabel;
		const rest = this.#tokens[0];
		if (rest !== undefined) throw refuse(`unexpected ${rest.text}`);
		return { test, compare: (a, b) => compare(a, b) || Number(a.id) - Number(b.id) };
	}

	#is(keyword: string): boolean {
		const token = this.#tokens[0];
		return token !== undefined && !token.quoted && token.text.toLowerCase() === keyword;
	}

	#take(keyword?: string): Token {
		const token = this.#tokens.shift();
		if (token === undefined) throw refuse("it ends too early");
		if (keyword !== undefined && token.text.toLowerCase() !== keyword) throw refuse(`${keyword} expected before ${token.text}`);
		return token;
	}

	#any(): Test {
		const tests = [this.#all()];
		while (this.#is("or")) {
			this.#take();
			tests.push(this.#all());
		}
		return tests.length === 1 ? (tests[0] as Test) : (object) => tests.some((test) => test(object));
	}

	#all(): Test {
		const tests = [this.#one()];
		while (this.#is("and")) {
			this.#take();
			tests.push(this.#one());
		}
		return tests.length === 1 ? (tests[0] as Test) : (object) => tests.every((test) => test(object));
	}

	#one(): Test {
		if (this.#is("(")) {
			this.#take();
			const test = this.#any();
			this.#take(")");
			return test;
		}
		const name = this.#take().text;
		const operator = this.#take().text.toLowerCase();
		if (operator === "is") return this.#emptiness(name);
		if (operator === "not") {
			this.#take("in");
			const wanted = this.#list(name);
			return (object) => !this.#valuesOf(object, name).some((value) => wanted.has(value));
		}
		if (operator === "in") {
			const wanted = this.#list(name);
			return (object) => this.#valuesOf(object, name).some((value) => wanted.has(value));
		}
		const value = this.#take().text;
		return this.#comparison(name, operator, value);
	}

	#emptiness(name: string): Test {
		const negated = this.#is("not");
		if (negated) this.#take();
		this.#take("empty");
		return (object) => (this.#valuesOf(object, name).length === 0) !== negated;
	}

	#list(name: string): ReadonlySet<string> {
		this.#take("(");
		const values = new Set<string>();
		for (;;) {
			for (const value of this.#meant(name, this.#take().text)) values.add(value);
			if (this.#is(",")) this.#take();
			else break;
		}
		this.#take(")");
		return values;
	}

	/** Values are compared in small letters; an object type stands for those below it, too. */
	#meant(name: string, value: string): readonly string[] {
		if (name.toLowerCase() === "objecttypeid") return [...familyOf(this.#site.assets, value)];
		return [value.toLowerCase()];
	}

	#comparison(name: string, operator: string, value: string): Test {
		if (operator === "=" || operator === "!=") {
			const wanted = new Set(this.#meant(name, value));
			return (object) => this.#valuesOf(object, name).some((one) => wanted.has(one)) === (operator === "=");
		}
		if (operator === "like") return (object) => this.#valuesOf(object, name).some((one) => one.includes(value.toLowerCase()));
		const rank = this.#scale(value);
		const holds = (one: number): boolean => {
			if (operator === ">") return one > rank;
			if (operator === ">=") return one >= rank;
			if (operator === "<") return one < rank;
			if (operator === "<=") return one <= rank;
			throw refuse(`unknown operator ${operator}`);
		};
		return (object) => this.#valuesOf(object, name).some((one) => holds(this.#scale(one)));
	}

	/** A number, a date or `now(-2h 15m)` as a number. */
	#scale(value: string): number {
		const relative = /^now\((.*)\)$/i.exec(value);
		if (relative === null) return Number.isNaN(Number(value)) ? (parseTime(value.toUpperCase()) ?? Number.NaN) : Number(value);
		const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };
		const text = (relative[1] ?? "").trim();
		const sign = text.startsWith("-") ? -1 : 1;
		let offset = 0;
		for (const [, count, unit = ""] of text.matchAll(/(\d+)\s*(\w)/g)) offset += Number(count) * (units[unit.toLowerCase()] ?? Number.NaN);
		if (Number.isNaN(offset)) throw refuse(`unknown time ${value}`);
		return this.#site.clock.now() + sign * offset;
	}

	/** An object's values of a keyword or attribute, in small letters. */
	#valuesOf(object: AssetObject, name: string): readonly string[] {
		const { assets, accounts } = this.#site;
		const type = assets.types.get(object.typeId);
		switch (name.toLowerCase()) {
			case "objectschemaid":
				return [type?.schemaId ?? ""];
			case "objectschema":
				return [(assets.schemas.get(type?.schemaId ?? "")?.name ?? "").toLowerCase()];
			case "objecttypeid":
				return [object.typeId];
			case "objecttype":
				return [(type?.name ?? "").toLowerCase()];
			case "objectid":
				return [object.id];
			case "key":
				return [object.key.toLowerCase()];
			case "label":
				return [labelOf(assets, object).toLowerCase()];
			case "created":
				return [String(object.created)];
			case "updated":
				return [String(object.updated)];
			default: {
				const attribute = attributesOf(assets, object.typeId).find((one) => one.name.toLowerCase() === name.toLowerCase());
				if (attribute === undefined) return [];
				const spoken = (value: string): string[] => {
					if (attribute.type === 1) {
						const other = assets.objects.get(value);
						return other === undefined ? [] : [labelOf(assets, other), other.key];
					}
					if (attribute.type === 2) return [value, accounts.get(value)?.displayName ?? ""];
					if (attribute.type === 7) return [assets.statuses.get(value)?.name ?? "", value];
					return [value];
				};
				return (object.values.get(attribute.id) ?? []).flatMap(spoken).map((value) => value.toLowerCase());
			}
		}
	}

	#order(): Query["compare"] {
		this.#take("order");
		this.#take("by");
		const name = this.#take().text;
		const descending = this.#is("desc");
		if (descending || this.#is("asc")) this.#take();
		const sign = descending ? -1 : 1;
		return (a, b) => sign * compareTexts(this.#valuesOf(a, name)[0] ?? "", this.#valuesOf(b, name)[0] ?? "");
	}
}

/** Keys and numbers stand in their natural order: `ITSM-9` before `ITSM-10`. */
function compareTexts(a: string, b: string): number {
	return a.localeCompare(b, "en", { numeric: true });
}
