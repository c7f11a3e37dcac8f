import type { JsonValue } from "@skyeworx/core";
import type { ApplyContext, StoredItem } from "@skyeworx/engine";
import { textAt } from "../../../../record/json-access.ts";
import { isOtherSite } from "../../other-site.ts";
import type { Assets } from "../../workspace.ts";
import { assetObjectRef, attributePrefix, attributesIn, type KeptAttribute, type KeptValue, mainOf } from "../object-record.ts";
import { fetchObjectsNow, idOf } from "../read-objects.ts";
import type { ObjectDetails } from "./plan-objects.ts";
import type { SchemaNow } from "./schema-now.ts";

/** Values of one attribute as Assets takes them. */
export interface WrittenAttribute {
	/** `attribute/135`, by its id in the snapshot. */
	readonly field: string;
	/** Today's id. */
	readonly id: string;
	readonly isReference: boolean;
	/** None of its values is left out. */
	readonly isWhole: boolean;
	readonly values: readonly string[];
}

export interface Writing {
	readonly assets: Assets;
	readonly context: Pick<ApplyContext, "mapped" | "options">;
	readonly details: ObjectDetails;
	readonly wanted: StoredItem;
	readonly schema: SchemaNow;
	readonly typeId: string;
}

interface Resolved {
	readonly attributes: readonly WrittenAttribute[];
	readonly problems: readonly { readonly field: string; readonly label: string; readonly reason: string }[];
}

/** What is to be written of an object, in today's ids and keys, and what can't be and why. One request where it refers to others. */
export async function writtenValues(writing: Writing): Promise<Resolved> {
	const { details, wanted, schema, typeId } = writing;
	const attributes: WrittenAttribute[] = [];
	const problems: Resolved["problems"][number][] = [];
	const kept = new Map(attributesIn(mainOf(wanted)).map((attribute) => [attribute.id, attribute]));
	const chosen = details.fields.map((field): KeptAttribute => {
		const id = field.slice(attributePrefix.length);
		return kept.get(id) ?? { id, name: id, values: [] };
	});
	const keys = await keysNow(writing, chosen);
	for (const attribute of chosen) {
		const field = attributePrefix + attribute.id;
		const problem = (reason: string): void => void problems.push({ field, label: attribute.name, reason });
		const id = schema.attributeOf(typeId, attribute);
		if (id === undefined) {
			problem("The attribute is not there any more.");
			continue;
		}
		const values = attribute.values.flatMap((value): string[] => {
			const written = writtenValue(writing, value, keys);
			if (typeof written === "string") return [written];
			problem(written.reason);
			return [];
		});
		const isWhole = values.length === attribute.values.length;
		attributes.push({ field, id, isReference: attribute.values.some(({ type }) => type === "object"), isWhole, values });
	}
	return { attributes, problems };
}

function writtenValue(
	{ details, context, schema }: Writing,
	value: KeptValue,
	keys: ReadonlyMap<string, string>,
): string | { reason: string } {
	switch (value.type) {
		case "plain":
			return value.text;
		case "group":
			return value.name;
		case "object":
			return keys.get(value.id) ?? { reason: `${value.label} (${value.key}) is not there.` };
		case "status":
			return schema.statusOf(value) ?? { reason: `The status "${value.name}" is not there any more.` };
		case "user": {
			if (!isOtherSite(context.options)) return value.accountId;
			return details.people[value.accountId] ?? { reason: `${value.name} has no account on the other site.` };
		}
	}
}

/** Keys of the objects that these attributes refer to, by their ids in the snapshot: only of those that are there. */
async function keysNow({ assets, context }: Writing, attributes: readonly KeptAttribute[]): Promise<ReadonlyMap<string, string>> {
	const wanted = attributes.flatMap(({ values }) => values.flatMap((value) => (value.type === "object" ? value.id : [])));
	const elsewhere = isOtherSite(context.options);
	const today = new Map(
		[...new Set(wanted)].flatMap((id) => {
			const now = context.mapped(assetObjectRef(id))?.ref.id ?? (elsewhere ? undefined : id);
			return now === undefined ? [] : [[id, now] as const];
		}),
	);
	if (today.size === 0) return new Map();
	const there = new Map((await fetchObjectsNow(assets, [...today.values()])).map((record) => [idOf(record), textAt(record, "objectKey")]));
	return new Map(
		[...today].flatMap(([id, now]) => {
			const key = there.get(now);
			return key === undefined ? [] : [[id, key] as const];
		}),
	);
}

/** The attributes of a request. */
export function attributesBody(attributes: readonly WrittenAttribute[]): JsonValue[] {
	return attributes.map(({ id, values }) => ({ objectTypeAttributeId: id, objectAttributeValues: values.map((value) => ({ value })) }));
}
