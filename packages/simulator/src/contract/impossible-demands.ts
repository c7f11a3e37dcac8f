interface Schema {
	readonly properties?: Readonly<Record<string, unknown>>;
	readonly additionalProperties?: unknown;
	required?: readonly string[];
}

/**
 * Takes out of a document's schemas the names that they require and forbid at once: misspelt there (`targetToMultipleSourceMapping`
 * of a bulk move, whose property is `targetToSourcesMapping`), so that no body at all could fit.
 */
export function withoutImpossibleDemands<T extends { readonly components?: object }>(document: T): T {
	const { schemas } = (document.components ?? {}) as { schemas?: Readonly<Record<string, Schema>> };
	for (const schema of Object.values(schemas ?? {})) {
		const { properties, required, additionalProperties } = schema;
		if (properties === undefined || required === undefined || additionalProperties !== false) continue;
		schema.required = required.filter((name) => name in properties);
		if (schema.required.length === 0) delete schema.required;
	}
	return document;
}
