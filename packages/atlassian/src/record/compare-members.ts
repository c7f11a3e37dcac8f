import { canonicalJson, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { FieldDifference, FieldValue } from "@skyeworx/engine";
import { isRawNumber } from "./json-access.ts";

/** Members that say nothing to a person. */
const silent: ReadonlySet<string> = new Set(["self", "expand"]);

function words(name: string): string {
	const spaced = name.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
	return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function show(value: JsonValue | undefined): FieldValue | undefined {
	if (value === undefined || value === null || value === "") return undefined;
	if (typeof value === "string") return { type: "text", text: value };
	if (typeof value === "object" && !isRawNumber(value)) {
		if (Array.isArray(value)) return value.length === 0 ? undefined : { type: "list", items: value.map(name) };
		return { type: "text", text: name(value) };
	}
	return { type: "text", text: canonicalJson(value) };
}

function name(value: JsonValue): string {
	if (typeof value === "string") return value;
	if (typeof value === "object" && value !== null && !Array.isArray(value)) {
		const { name: named, displayName, value: inner } = value as JsonObject;
		for (const one of [named, displayName, inner]) if (typeof one === "string") return one;
	}
	return canonicalJson(value);
}

/** Compares two plain records member by member, for people. */
export function compareMembers(before: JsonObject, after: JsonObject, noun: string): readonly FieldDifference[] {
	const differences: FieldDifference[] = [];
	for (const member of new Set([...Object.keys(before), ...Object.keys(after)])) {
		if (silent.has(member)) continue;
		if (canonicalJson(before[member] ?? null) === canonicalJson(after[member] ?? null)) continue;
		const [shownBefore, shownAfter] = [show(before[member]), show(after[member])];
		if (shownBefore === undefined && shownAfter === undefined) continue;
		differences.push({
			field: member,
			label: member === "name" ? `Name of the ${noun}` : words(member),
			before: shownBefore,
			after: shownAfter,
		});
	}
	return differences;
}
