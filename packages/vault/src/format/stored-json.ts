import { canonicalBytes, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { z } from "zod";
import { sha256Hex } from "../crypto/derive.ts";
import { damaged } from "../damage.ts";
import { fromUtf8 } from "./bytes.ts";

interface StoredJson<T> {
	readonly schema: z.ZodType<T>;
	readonly bytes: Uint8Array;
	/** Name of the stored object, for errors. */
	readonly object: string;
}

/** Parses JSON that was read from a store. @throws AppError `vault-damaged` when it has not the form */
export function parseStored<T>({ schema, bytes, object }: StoredJson<T>): T {
	let value: unknown;
	try {
		value = JSON.parse(fromUtf8(bytes));
	} catch (cause) {
		throw damaged({ object, what: "schema", detail: "it is not JSON", cause });
	}
	const parsed = schema.safeParse(value);
	if (!parsed.success) {
		const issue = parsed.error.issues[0];
		throw damaged({ object, what: "schema", detail: `its field ${issue?.path.join(".") || "(all)"} is wrong`, cause: parsed.error });
	}
	return parsed.data;
}

/** Adds `check`, so that an accident to the bytes is told from a wrong key. */
export function withCheck(value: JsonObject): Uint8Array {
	return canonicalBytes({ ...value, check: checkOf(value) });
}

/** @throws AppError `vault-damaged` when `check` does not fit the other fields */
export function requireCheck(value: { readonly check: string }, object: string): void {
	const { check, ...rest } = value;
	if (checkOf(rest as JsonObject) !== check) throw damaged({ object, what: "check", detail: "its fields do not fit its check sum" });
}

function checkOf(value: JsonObject): string {
	return sha256Hex(canonicalBytes(value as JsonValue)).slice(0, 32);
}
