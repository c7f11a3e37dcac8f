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

/** How records of a kind name other items. */
export interface Naming {
	readonly points?: readonly ReferencePoint[];
	/** Where no path leads to the names: changes each that it finds and answers the record anew. */
	visit?(record: JsonObject, change: (ref: ItemRef) => string): JsonObject;
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

/** Changes every name of another item; answers the record anew. */
function changed(record: JsonObject, naming: Naming, change: (ref: ItemRef) => string): JsonObject {
	let next: JsonValue = record;
	for (const { at, kind } of naming.points ?? []) next = visit(next, at.split("."), (id) => change({ kind, id }));
	const whole = isJsonObject(next) ? next : record;
	return naming.visit?.(whole, change) ?? whole;
}

/** Everything that a record refers to, each once. */
export function referencesOf(record: JsonObject, naming: Naming): readonly ItemRef[] {
	const found = new Map<string, ItemRef>();
	changed(record, naming, (ref) => {
		found.set(itemRefText(ref), ref);
		return ref.id;
	});
	return [...found.values()];
}

/** The record with every reference by what its target is called now. */
export function renamed(record: JsonObject, naming: Naming, mapped: (ref: ItemRef) => { readonly ref: ItemRef } | undefined): JsonObject {
	return changed(record, naming, (ref) => mapped(ref)?.ref.id ?? ref.id);
}
