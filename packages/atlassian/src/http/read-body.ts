import { type JsonValue, parseJson, release } from "@skyeworx/core";
import type { WireAnswer } from "./transport.ts";

const decoder = new TextDecoder();

/** The whole body as text. */
export async function textOf(answer: WireAnswer): Promise<string> {
	const bytes = await answer.bytes();
	const text = decoder.decode(bytes);
	release(bytes);
	return text;
}

/** The body of a refusal, as far as it can be read: gateways answer HTML. */
export async function lenientJson(answer: WireAnswer): Promise<JsonValue> {
	try {
		return parseJson(await textOf(answer));
	} catch {
		return null;
	}
}
