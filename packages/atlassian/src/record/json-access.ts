import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";

const raw = JSON as unknown as { isRawJSON(value: unknown): value is { readonly rawJSON: string } };

/** Whether a value is a number whose text was kept (`5.0`). */
export function isRawNumber(value: JsonValue | undefined): boolean {
	return raw.isRawJSON(value);
}

/** Follows names through objects and lists; undefined where there is nothing. */
export function at(value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonValue | undefined {
	let current = value;
	for (const step of path) {
		if (typeof step === "number") current = Array.isArray(current) ? current[step] : undefined;
		else current = isJsonObject(current) ? current[step] : undefined;
	}
	return current;
}

/** The text at a path; undefined when there is none or it is something else. */
export function textAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): string | undefined {
	const found = at(value, ...path);
	return typeof found === "string" ? found : undefined;
}

/** The id at a path: some of Atlassian's answers write ids as numbers. */
export function idAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): string | undefined {
	const found = at(value, ...path);
	return typeof found === "string" || typeof found === "number" ? String(found) : undefined;
}

/** The ids in a list at a path; empty when there is none. */
export function idsAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): readonly string[] {
	return listAt(value, ...path).flatMap((one) => idAt(one) ?? []);
}

/** The list at a path; empty when there is none. */
export function listAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): readonly JsonValue[] {
	const found = at(value, ...path);
	return Array.isArray(found) ? found : [];
}

/** The object at a path; empty when there is none. */
export function objectAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonObject {
	const found = at(value, ...path);
	return isJsonObject(found) && !isRawNumber(found) ? found : {};
}

/** The number at a path, whatever its numeral looks like. */
export function numberAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): number | undefined {
	const found = at(value, ...path);
	if (typeof found === "number") return found;
	return raw.isRawJSON(found) ? Number(found.rawJSON) : undefined;
}

/** Epoch milliseconds of the date at a path. */
export function timeAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): number | undefined {
	const found = at(value, ...path);
	const time = typeof found === "number" ? found : typeof found === "string" ? Date.parse(found) : Number.NaN;
	return Number.isFinite(time) ? time : undefined;
}

/** The object without some names. */
export function without(value: JsonObject, ...names: readonly string[]): JsonObject {
	const left: Record<string, JsonValue> = {};
	for (const name in value) if (!names.includes(name)) left[name] = value[name] as JsonValue;
	return left;
}

/** Builds a value anew from its leaves up; numbers' text is kept. Answering undefined drops a member. */
export function mapJson(
	value: JsonValue,
	change: (value: JsonValue, name: string) => JsonValue | undefined,
	name = "",
): JsonValue | undefined {
	if (Array.isArray(value))
		return change(
			value.map((one) => mapJson(one, change, name)).filter((one) => one !== undefined),
			name,
		);
	if (!isJsonObject(value) || isRawNumber(value)) return change(value, name);
	const members: [string, JsonValue][] = [];
	for (const [memberName, member] of Object.entries(value)) {
		const next = mapJson(member, change, memberName);
		if (next !== undefined) members.push([memberName, next]);
	}
	return change(Object.fromEntries(members), name);
}
