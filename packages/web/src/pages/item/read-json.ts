/** Steps into JSON that came from elsewhere; undefined wherever it is not as expected. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
	let here = value;
	for (const step of path) {
		if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) return undefined;
		here = (here as Readonly<Record<string | number, unknown>>)[step];
	}
	return here;
}

export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
	const found = at(value, ...path);
	return typeof found === "string" && found !== "" ? found : undefined;
}

export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
	const found = at(value, ...path);
	return Array.isArray(found) ? found : [];
}

export function recordAt(value: unknown, ...path: readonly (string | number)[]): Readonly<Record<string, unknown>> {
	const found = at(value, ...path);
	return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as Readonly<Record<string, unknown>>) : {};
}

/** Whether a value is an ADF document. */
export function isAdf(value: unknown): boolean {
	return at(value, "type") === "doc" && Array.isArray(at(value, "content"));
}

/** A field's value as a person would write it; empty when there is nothing to say. */
export function plainText(value: unknown): string {
	if (value === null || value === undefined) return "";
	if (typeof value === "string") return value;
	if (typeof value === "number" || typeof value === "boolean") return String(value);
	if (Array.isArray(value)) return value.map(plainText).filter(Boolean).join(", ");
	for (const name of ["displayName", "name", "value", "key", "title", "label"]) {
		const word = textAt(value, name);
		if (word !== undefined) {
			const child = textAt(value, "child", "value");
			return child === undefined ? word : `${word} › ${child}`;
		}
	}
	return "";
}
