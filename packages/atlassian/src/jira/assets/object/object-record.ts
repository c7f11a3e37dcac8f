import { canonicalJson, type ItemRef, isJsonObject, type JsonObject, type JsonValue, type KindId } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { at, idAt, listAt, objectAt, textAt } from "../../../record/json-access.ts";

export const assetObjectKind: KindId = "jsm.asset-object";

/** Members of a record that hold an attribute's values begin so: `attribute/135`. */
export const attributePrefix = "attribute/";

/** One value as it is kept: its text, or what it stands for. */
export type KeptValue =
	| { readonly type: "plain"; readonly text: string }
	| { readonly type: "object"; readonly id: string; readonly key: string; readonly label: string }
	| { readonly type: "user"; readonly accountId: string; readonly name: string }
	| { readonly type: "group"; readonly name: string }
	| { readonly type: "status"; readonly id: string; readonly name: string };

/** An attribute of an object with its values. */
export interface KeptAttribute {
	/** Id of the attribute of the object type. */
	readonly id: string;
	readonly name: string;
	readonly values: readonly KeptValue[];
}

/** What the ids of attributes stand for: definitions by id, as a search gives them beside the objects. */
export type Definitions = ReadonlyMap<string, JsonValue>;

/** The attributes that an answer names, by id. */
export function definitionsIn(answer: JsonValue): Definitions {
	const beside = listAt(answer, "objectTypeAttributes");
	return new Map(beside.map((one) => [idAt(one, "id") ?? "", one]));
}

/**
 * An object as it is kept. What it refers to is named by id, key and label: the rest of it is an item of its own and would make this
 * one look changed. Addresses of pictures are left out.
 */
export function objectRecord(answer: JsonObject, definitions: Definitions): JsonObject {
	const record: Record<string, JsonValue> = {};
	for (const name of ["id", "objectKey", "label", "workspaceId", "created", "updated", "hasAvatar"]) {
		const value = answer[name];
		if (value !== undefined) record[name] = value;
	}
	const type = objectAt(answer, "objectType");
	record.objectType = { id: type.id ?? null, name: type.name ?? null };
	record.objectSchemaId = type.objectSchemaId ?? null;
	for (const entry of listAt(answer, "attributes")) {
		const id = idAt(entry, "objectTypeAttributeId") ?? idAt(entry, "objectTypeAttribute", "id");
		const definition = definitions.get(id ?? "") ?? at(entry, "objectTypeAttribute") ?? null;
		if (id === undefined || at(definition, "system") === true || at(definition, "editable") === false) continue;
		const values = listAt(entry, "objectAttributeValues").map(keptValue);
		if (values.length > 0) record[attributePrefix + id] = { name: textAt(definition, "name") ?? id, values };
	}
	return record;
}

function keptValue(value: JsonValue): JsonValue {
	const object = objectAt(value, "referencedObject");
	const shown = textAt(value, "displayValue") ?? "";
	if (idAt(object, "id") !== undefined) {
		return { object: { id: idAt(object, "id") ?? "", key: textAt(object, "objectKey") ?? "", label: textAt(object, "label") ?? shown } };
	}
	const user = objectAt(value, "user");
	const accountId = textAt(user, "key") || textAt(value, "searchValue");
	if (Object.keys(user).length > 0 && accountId !== undefined) return { user: { accountId, name: textAt(user, "displayName") ?? shown } };
	if (isJsonObject(at(value, "group") ?? null)) return { group: { name: textAt(value, "group", "name") ?? shown } };
	const status = objectAt(value, "status");
	if (idAt(status, "id") !== undefined) return { status: { id: idAt(status, "id") ?? "", name: textAt(status, "name") ?? shown } };
	const plain = at(value, "value") ?? at(value, "searchValue") ?? shown;
	return { value: typeof plain === "string" ? plain : canonicalJson(plain) };
}

/** The main record of a stored object. */
export function mainOf(item: Pick<StoredItem, "parts"> | undefined): JsonObject {
	const main = item?.parts.get("");
	return main !== undefined && isJsonObject(main) ? main : {};
}

/** The attributes of a kept object, in the order of their ids. */
export function attributesIn(record: JsonObject): readonly KeptAttribute[] {
	return Object.entries(record)
		.filter(([name]) => name.startsWith(attributePrefix))
		.map(([name, value]) => ({
			id: name.slice(attributePrefix.length),
			name: textAt(value, "name") ?? name,
			values: listAt(value, "values").map(readValue),
		}))
		.sort((a, b) => Number(a.id) - Number(b.id));
}

function readValue(value: JsonValue): KeptValue {
	const [object, user, group, status] = ["object", "user", "group", "status"].map((name) => at(value, name));
	if (object !== undefined) {
		return { type: "object", id: idAt(object, "id") ?? "", key: textAt(object, "key") ?? "", label: textAt(object, "label") ?? "" };
	}
	if (user !== undefined) return { type: "user", accountId: textAt(user, "accountId") ?? "", name: textAt(user, "name") ?? "" };
	if (group !== undefined) return { type: "group", name: textAt(group, "name") ?? "" };
	if (status !== undefined) return { type: "status", id: idAt(status, "id") ?? "", name: textAt(status, "name") ?? "" };
	return { type: "plain", text: textAt(value, "value") ?? "" };
}

/** The record with every object that it refers to under another id. */
export function withReferences(record: JsonObject, change: (id: string) => string): JsonObject {
	const today = (value: JsonValue): JsonValue => {
		const object = at(value, "object");
		return object === undefined || !isJsonObject(object) ? value : { object: { ...object, id: change(idAt(object, "id") ?? "") } };
	};
	return Object.fromEntries(
		Object.entries(record).map(([name, value]) => {
			if (!name.startsWith(attributePrefix) || !isJsonObject(value)) return [name, value];
			return [name, { ...value, values: listAt(value, "values").map(today) }];
		}),
	);
}

/** What a value says to people. */
export function shownValue(value: KeptValue): string {
	switch (value.type) {
		case "plain":
			return value.text;
		case "object":
			return value.label === "" || value.label === value.key ? value.key : `${value.label} (${value.key})`;
		default:
			return value.name;
	}
}

/** What tells two values apart: who or what is meant, whatever it is called. */
export function identityOfValue(value: KeptValue): string {
	switch (value.type) {
		case "plain":
			return `plain ${value.text}`;
		case "object":
			return `object ${value.id}`;
		case "user":
			return `user ${value.accountId}`;
		case "group":
			return `group ${value.name}`;
		case "status":
			return `status ${value.name}`;
	}
}

/** Whether two lists hold the same values; their order says nothing. */
export function sameValues(one: readonly KeptValue[], other: readonly KeptValue[]): boolean {
	const names = (list: readonly KeptValue[]) => list.map(identityOfValue).toSorted().join("\n");
	return names(one) === names(other);
}

export const assetObjectRef = (id: string): ItemRef => ({ kind: assetObjectKind, id });
