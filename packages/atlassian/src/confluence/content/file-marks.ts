import { isJsonObject, type JsonValue } from "@skyeworx/core";
import { listAt } from "../../record/json-access.ts";
import { type LabelRecord, labelsPart, type PropertyRecord, propertiesPart, readLabel, readProperty } from "./records.ts";

/** The part of a page that holds labels and properties of its attachments: an object by attachment id, of those that have any. */
export const fileMarksPart = "file-marks";

/** Labels and content properties of one attachment. */
export interface FileMarks {
	readonly labels: readonly LabelRecord[];
	readonly properties: readonly (PropertyRecord & { readonly value: JsonValue })[];
}

/** One attachment's entry of the part; undefined when it has no marks. */
export function fileMarksEntry(labels: readonly JsonValue[], properties: readonly JsonValue[]): JsonValue | undefined {
	if (labels.length + properties.length === 0) return undefined;
	return {
		...(labels.length === 0 ? {} : { labels: labelsPart(labels) }),
		...(properties.length === 0 ? {} : { properties: propertiesPart(properties) }),
	};
}

/** The part, from its entries; undefined when no attachment has marks. */
export function fileMarksFrom(entries: readonly (readonly [id: string, entry: JsonValue | undefined])[]): JsonValue | undefined {
	const some = entries.flatMap(([id, entry]): [string, JsonValue][] => (entry === undefined ? [] : [[id, entry]]));
	return some.length === 0 ? undefined : Object.fromEntries(some);
}

/** Reads the part back. */
export function readFileMarks(part: JsonValue | undefined): ReadonlyMap<string, FileMarks> {
	const entries = isJsonObject(part) ? Object.entries(part) : [];
	return new Map(
		entries.map(([id, entry]) => {
			const labels = listAt(entry, "labels").map(readLabel);
			const properties = listAt(entry, "properties").map((one) => ({
				...readProperty(one),
				value: isJsonObject(one) ? (one.value ?? null) : null,
			}));
			return [id, { labels, properties }];
		}),
	);
}
