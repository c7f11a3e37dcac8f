import { type ItemRef, isJsonObject, itemRefText, type JsonObject, type JsonValue, type KindId } from "@skyeworx/core";
import { isRawNumber } from "../../record/json-access.ts";

/**
 * Where a record names another item by its id. Steps are member names; `*` stands for every entry of a list or object, `#` for
 * the names of an object's members themselves: `levels.*.id`, `issueTypeMappings.#`.
 */
export interface ReferencePoint {
	readonly at: string;
	readonly kind: KindId;
}

type Change = (id: string) => string;

function visit(value: JsonValue, steps: readonly string[], change: Change): JsonValue {
	const [step, ...rest] = steps;
	if (step === undefined) {
		if (typeof value === "string") return change(value);
		if (typeof value !== "number") return value;
		const next = change(String(value));
		return /^\d+$/.test(next) ? Number(next) : next;
	}
	if (Array.isArray(value)) return step === "*" ? value.map((one) => visit(one, rest, change)) : value;
	if (!isJsonObject(value) || isRawNumber(value)) return value;
	if (step === "#") return Object.fromEntries(Object.entries(value).map(([name, member]) => [change(name), member]));
	return Object.fromEntries(
		Object.entries(value).map(([name, member]) => [name, step === "*" || step === name ? visit(member, rest, change) : member]),
	);
}

/** Everything that a record refers to, each once. */
export function referencesOf(record: JsonObject, points: readonly ReferencePoint[]): readonly ItemRef[] {
	const found = new Map<string, ItemRef>();
	for (const { at, kind } of points) {
		visit(record, at.split("."), (id) => {
			const ref = { kind, id };
			found.set(itemRefText(ref), ref);
			return id;
		});
	}
	return [...found.values()];
}

/** The record with every reference by what its target is called now. */
export function renamed(
	record: JsonObject,
	points: readonly ReferencePoint[],
	mapped: (ref: ItemRef) => { readonly ref: ItemRef } | undefined,
): JsonObject {
	let next: JsonValue = record;
	for (const { at, kind } of points) next = visit(next, at.split("."), (id) => mapped({ kind, id })?.ref.id ?? id);
	return isJsonObject(next) ? next : record;
}
