import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, parseJson } from "./canonical-json.ts";
import type { JsonValue } from "./json.ts";

const numerals = ["5.0", "1e3", "-0", "12345678901234567890", "0.10", "1.5E-7", "9007199254740993", "3.50"];

describe("numbers", () => {
	it.each(numerals)("%s comes back as it stood, wherever JSON has a value", (numeral) => {
		for (const text of [numeral, `[${numeral}]`, `[1,${numeral}]`, `{"a":${numeral}}`, `{"a":[{"b":${numeral}}]}`]) {
			expect(canonicalJson(parseJson(text))).toBe(text);
		}
		expect(canonicalJson(parseJson(`{ "a" : [ 1 , ${numeral} ] , "b" : ${numeral} }`))).toBe(`{"a":[1,${numeral}],"b":${numeral}}`);
	});

	it("that JavaScript writes back itself stay plain numbers", () => {
		expect(parseJson('{"a":3.5,"b":[0,-1,1746267600000],"c":"2026-05-03T09:41:25.725+0000, 5.0, 1.0"}')).toEqual({
			a: 3.5,
			b: [0, -1, 1_746_267_600_000],
			c: "2026-05-03T09:41:25.725+0000, 5.0, 1.0",
		});
	});
});

describe("texts", () => {
	it("are quoted as JSON.stringify quotes them, as values and as names", () => {
		const text = fc.oneof(
			fc.string({ unit: "binary" }),
			fc.string({ unit: fc.constantFrom('"', "\\", "\n", "\u0000", "\u2028", "\ud83d", "\ude00", "é", "a") }),
		);
		fc.assert(
			fc.property(text, (one) => {
				expect(canonicalJson(one)).toBe(JSON.stringify(one));
				expect(canonicalJson({ [one]: [one, true, null] })).toBe(JSON.stringify({ [one]: [one, true, null] }));
			}),
			{ numRuns: 1000 },
		);
	});
});

describe("documents", () => {
	it("come back equal, whatever texts look like numerals", () => {
		const text = fc.oneof(fc.string(), fc.constantFrom('":5.0,', "[5.0]", '\\":1.0}', ", 5.0 ]"));
		const value = fc.letrec<{ value: JsonValue }>((tie) => ({
			value: fc.oneof(
				{ maxDepth: 4 },
				text,
				fc.double({ noNaN: true, noDefaultInfinity: true }),
				fc.array(tie("value")),
				fc.dictionary(text, tie("value")),
			),
		})).value;
		fc.assert(
			fc.property(value, (one) => {
				const written = JSON.stringify(one);
				expect(canonicalJson(parseJson(written))).toBe(canonicalJson(JSON.parse(written) as JsonValue));
			}),
			{ numRuns: 300 },
		);
	});
});
