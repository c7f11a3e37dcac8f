/** A numeral as it stood in a text, which a JavaScript number would not write back. */
export interface RawJson {
	readonly rawJSON: string;
}

/** What TypeScript does not know of JSON yet. */
const json = JSON as unknown as {
	parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
	rawJSON(text: string): RawJson;
	isRawJSON(value: unknown): value is RawJson;
};

export const parseWithSource = json.parse;
export const rawJson = json.rawJSON;
export const isRawJson = json.isRawJSON;
