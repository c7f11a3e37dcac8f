import fc from "fast-check";

type Schema = Record<string, unknown>;

/** Everything that a JSON body or a query can be but should not. */
const nonsense: fc.Arbitrary<unknown> = fc.oneof(
	fc.constantFrom(
		null,
		true,
		-1,
		0,
		1e308,
		2 ** 53,
		"",
		" ",
		"\u0000",
		"\ud800",
		"'; drop table sites; --",
		"../../etc/passwd",
		"%24%7Bx%7D",
		"<script>",
		{},
		[],
		[[]],
		{ __proto__: 1 },
	),
	fc.string({ unit: "binary", maxLength: 40 }),
	fc.jsonValue({ maxDepth: 2 }),
);

/** Values that fit a JSON Schema, and one time in `oddness` something else in their place. */
export function fitting(schema: Schema, definitions: Record<string, Schema>, oddness: number): fc.Arbitrary<unknown> {
	const good = well(schema, definitions, oddness);
	return oddness === 0 ? good : fc.oneof({ weight: oddness, arbitrary: good }, { weight: 1, arbitrary: nonsense });
}

function well(schema: Schema, definitions: Record<string, Schema>, oddness: number): fc.Arbitrary<unknown> {
	const inner = (part: unknown) => fitting(part as Schema, definitions, oddness);
	if (typeof schema.$ref === "string") return inner(definitions[schema.$ref.split("/").at(-1) ?? ""]);
	if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map(inner));
	if (Array.isArray(schema.oneOf)) return fc.oneof(...schema.oneOf.map(inner));
	if (Array.isArray(schema.allOf)) return fc.tuple(...schema.allOf.map(inner)).map((parts) => Object.assign({}, ...parts));
	if (schema.const !== undefined) return fc.constant(schema.const);
	if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
	switch (schema.type) {
		case "object":
			return objects(schema, inner);
		case "array":
			return fc.array(inner(schema.items ?? {}), { minLength: Number(schema.minItems ?? 0), maxLength: 3 });
		case "integer":
			return fc.integer({ min: Number(schema.minimum ?? -1000), max: Math.min(Number(schema.maximum ?? 1000), 2 ** 31) });
		case "number":
			return fc.double({ min: -1000, max: 1000, noNaN: true });
		case "boolean":
			return fc.boolean();
		case "string":
			return strings(schema);
		default:
			return nonsense;
	}
}

function objects(schema: Schema, inner: (part: unknown) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
	const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
	const required = new Set((schema.required ?? []) as string[]);
	const parts = Object.fromEntries(properties.map(([name, part]) => [name, inner(part)]));
	return fc.record(parts, { requiredKeys: properties.map(([name]) => name).filter((name) => required.has(name)) });
}

function strings(schema: Schema): fc.Arbitrary<unknown> {
	if (schema.format === "uuid") return fc.uuid();
	if (schema.format === "date-time")
		return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString());
	if (schema.format === "uri") return fc.constantFrom("http://127.0.0.1:9", "https://acme.atlassian.net", "http://[::1]/x");
	if (schema.format === "email") return fc.constant("mira@example.com");
	const words = fc.constantFrom(
		"plan",
		'"plan',
		"ENG-1",
		"1",
		"live",
		"none",
		"confluence.page",
		"confluence.page/1",
		"jira.work-item,confluence.page",
		"*",
		"a OR b",
		"NEAR(",
		"-x",
		"previous",
	);
	return fc.oneof(words, fc.string({ minLength: Number(schema.minLength ?? 0), maxLength: Math.min(Number(schema.maxLength ?? 30), 30) }));
}
