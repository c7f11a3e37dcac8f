import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";

/** One thing that a record says, ready to be compared with what another record says at the same place. */
export interface Fact {
	/** Where, in the words of the kind's fidelity table, with one step a star: `comments.*.body`. */
	readonly row: string;
	/** Where, for people: `comments.2.body`. */
	readonly place: string;
	/** Made again under another id, though the item itself may be the same. */
	readonly again: boolean;
	readonly value: string;
}

/** What things of the first record are called in the second. */
export interface Names {
	readonly id: (kind: string, id: string) => string;
	readonly key: (key: string) => string;
}

/** Nothing has another name. */
export const sameNames: Names = { id: (_kind, id) => id, key: (key) => key };

/** A list entry of the first record and the one of the second that stands for it. */
export interface Pair {
	readonly before: JsonObject;
	readonly after: JsonObject | undefined;
	readonly again: boolean;
}

export const objects = (list: JsonValue | undefined): readonly JsonObject[] => (Array.isArray(list) ? list.filter(isJsonObject) : []);

/** Finds for each entry of the first list the one that stands for it: by id, else the first free one that says the same. */
export function paired(
	before: readonly JsonObject[],
	after: readonly JsonObject[],
	essence: (entry: JsonObject) => string,
): readonly Pair[] {
	const there = new Map(after.map((entry) => [entry.id, entry]));
	const known = new Set(before.map((entry) => entry.id));
	const free = after.filter((entry) => !known.has(entry.id));
	return before.map((entry): Pair => {
		const same = there.get(entry.id);
		if (same !== undefined) return { before: entry, after: same, again: false };
		const at = free.findIndex((other) => essence(other) === essence(entry));
		return { before: entry, after: at === -1 ? undefined : free.splice(at, 1)[0], again: true };
	});
}

/** The members of paired entries as facts; the other side's are made by the same call with `side: "after"`. */
export function entryFacts(
	list: string,
	pairs: readonly Pair[],
	show: (entry: JsonObject, pair: Pair, side: "before" | "after") => JsonObject,
) {
	const facts = (side: "before" | "after"): Fact[] =>
		pairs.flatMap((pair, index) => {
			const entry = side === "before" ? pair.before : pair.after;
			if (entry === undefined) return [];
			const { again } = pair;
			const presence: Fact = { row: `${list}.*`, place: `${list}.${index}`, again, value: "there" };
			const members = Object.entries(show(entry, pair, side)).map(
				([name, value]): Fact => ({
					row: `${list}.*.${name}`,
					place: `${list}.${index}.${name}`,
					again,
					value: canonicalJson(value),
				}),
			);
			return [presence, ...members];
		});
	return { before: facts("before"), after: facts("after") };
}

/** Builds a JSON value anew, each object's members and each string changed. */
export function changed(value: JsonValue, change: (value: JsonValue, name: string) => JsonValue, name = ""): JsonValue {
	if (Array.isArray(value))
		return change(
			value.map((entry) => changed(entry, change)),
			name,
		);
	if (!isJsonObject(value)) return change(value, name);
	return change(Object.fromEntries(Object.entries(value).map(([member, entry]) => [member, changed(entry, change, member)])), name);
}
