import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { at, idAt, idsAt, listAt, numberAt, objectAt, textAt, without } from "../../../record/json-access.ts";

/** Ids that follow from the thing's own id, and counts that move with the objects rather than with the configuration. */
const passing = ["globalId", "status", "canManage", "objectCount", "objectTypeCount", "updated", "objectAttributeExists"];

/** A schema as it is kept. */
export function schemaPart(answer: JsonObject): JsonObject {
	return without(answer, ...passing);
}

/** An object type as it is kept: of its icon what names it. */
export function typePart(answer: JsonValue): JsonValue {
	if (!isJsonObject(answer)) return answer;
	const { id, name } = objectAt(answer, "icon");
	return { ...without(answer, ...passing, "workspaceId"), icon: { id: id ?? null, name: name ?? null } };
}

/** An attribute as it is kept: of the types that it names, their ids and names. */
export function attributePart(answer: JsonValue, typeId: string): JsonValue {
	if (!isJsonObject(answer)) return answer;
	const { referenceType, referenceObjectType } = answer;
	const named = (value: JsonValue | undefined): JsonObject => ({ id: at(value, "id") ?? null, name: at(value, "name") ?? null });
	return {
		...without(answer, ...passing, "workspaceId", "objectType", "referenceType", "referenceObjectType", "iql"),
		objectTypeId: typeId,
		...(referenceType === undefined ? {} : { referenceType: named(referenceType) }),
		...(referenceObjectType === undefined ? {} : { referenceObjectType: named(referenceObjectType) }),
	};
}

const byId = (list: readonly JsonValue[]): ReadonlyMap<string, JsonValue> => new Map(list.map((one) => [idAt(one, "id") ?? "", one]));

const nameOf = (things: ReadonlyMap<string, JsonValue>, id: string | undefined): string | undefined =>
	id === undefined ? undefined : (textAt(things.get(id), "name") ?? id);

/** What Assets gives by itself: its values are nobody's to write. */
export function isSystem(attribute: JsonValue): boolean {
	return at(attribute, "system") === true || at(attribute, "editable") === false;
}

/** Members with a value that says something: Assets writes some where others leave them out. */
function said(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
	const entries = Object.entries(members).filter(
		(entry): entry is [string, JsonValue] => entry[1] !== undefined && entry[1] !== "" && entry[1] !== false && entry[1] !== null,
	);
	return Object.fromEntries(entries);
}

/** Object types by what they are, without ids: comparable when they were made again. */
export function typesEssence(tree: JsonObject): readonly JsonValue[] {
	const types = byId(listAt(tree, "types"));
	return listAt(tree, "types").map((type) =>
		said({
			name: textAt(type, "name"),
			description: textAt(type, "description"),
			icon: textAt(type, "icon", "name"),
			below: nameOf(types, idAt(type, "parentObjectTypeId")),
			inherited: at(type, "inherited"),
			abstract: at(type, "abstractObjectType"),
		}),
	);
}

const attributeTypes: Readonly<Record<number, string>> = { 1: "Object", 2: "User", 4: "Group", 7: "Status" };

/** What sort of values an attribute takes, for people. */
function sortOf(attribute: JsonValue): string {
	const type = numberAt(attribute, "type") ?? 0;
	if (type === 0) return textAt(attribute, "defaultType", "name") ?? "Text";
	return attributeTypes[type] ?? `Type ${type}`;
}

/** Attributes of all types but what Assets gives by itself, each under its type's name. */
export function attributesEssence(tree: JsonObject): readonly JsonValue[] {
	const [types, statuses] = [byId(listAt(tree, "types")), byId(listAt(tree, "statuses"))];
	const own = listAt(tree, "attributes").filter((attribute) => !isSystem(attribute));
	return own.map((attribute) => {
		const isReference = numberAt(attribute, "type") === 1;
		const chosen = idsAt(attribute, "typeValueMulti").map((id) => nameOf(statuses, id) ?? "");
		const target = idAt(attribute, "typeValue") ?? idAt(attribute, "referenceObjectTypeId");
		return said({
			name: `${nameOf(types, idAt(attribute, "objectTypeId"))} / ${textAt(attribute, "name")}`,
			type: sortOf(attribute),
			description: textAt(attribute, "description"),
			label: at(attribute, "label"),
			to: isReference ? (nameOf(types, target) ?? textAt(attribute, "referenceObjectType", "name")) : undefined,
			choice: chosen.length === 0 ? undefined : chosen.toSorted().join(", "),
			as: textAt(attribute, "referenceType", "name") ?? textAt(attribute, "additionalValue"),
			least: numberAt(attribute, "minimumCardinality") || undefined,
			most: numberAt(attribute, "maximumCardinality"),
			unique: at(attribute, "uniqueAttribute"),
			hidden: at(attribute, "hidden"),
			sum: at(attribute, "summable"),
			"with types below": at(attribute, "includeChildObjectTypes"),
			suffix: textAt(attribute, "suffix"),
			pattern: textAt(attribute, "regexValidation"),
			filter: textAt(attribute, "qlQuery"),
			options: textAt(attribute, "options"),
		});
	});
}

/** Statuses by what they are. */
export function statusesEssence(tree: JsonObject): readonly JsonValue[] {
	const categories = ["Inactive", "Active", "Pending"];
	return listAt(tree, "statuses").map((status) => {
		const name = textAt(status, "name");
		// What the statuses of all schemas are like is no matter of one.
		if (idAt(status, "objectSchemaId") === undefined) return said({ name, of: "all schemas" });
		return said({ name, description: textAt(status, "description"), category: categories[numberAt(status, "category") ?? -1] });
	});
}
