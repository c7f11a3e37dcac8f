import { type ItemRef, itemRefText, type JsonObject } from "@skyeworx/core";
import type { FieldDifference, FieldValue, KindDefinition } from "@skyeworx/engine";
import { idAt, textAt } from "../../../record/json-access.ts";
import { degraded, derived, exact, idRows, impossible, row } from "../../setting/fidelity-rows.ts";
import { assetSchemaKind } from "../schema/asset-schema.ts";
import { workspaceScope } from "../workspace.ts";
import {
	assetObjectKind,
	assetObjectRef,
	attributePrefix,
	attributesIn,
	type KeptAttribute,
	mainOf,
	sameValues,
	shownValue,
} from "./object-record.ts";

const reading = [workspaceScope, ...["object", "schema", "type", "attribute", "config"].map((area) => `read:cmdb-${area}:jira`)];
const recreated = "Objects, types and statuses that were made again are named by what they are called now; accounts must still exist.";

/** What comes back of an object, and how well. */
export const assetObjectTable = [
	...idRows(),
	row("objectKey", "Key", exact, impossible("Assets numbers its objects by itself; what refers to it is pointed to the new key.")),
	row("objectType", "Object type", impossible("Assets moves no object to another type by its API."), exact),
	row("attribute/*", "Values of attributes", exact, degraded(recreated)),
	row("label", "Label", derived("the attribute that is its label")),
	row("created", "Made on", exact, impossible("Assets dates it.")),
	row("updated", "Changed on", derived("the last change")),
	row("hasAvatar", "Own picture", impossible("Assets' API gives no picture of an object, and takes none.")),
	row("objectSchemaId", "Schema", derived("the object type")),
	row("workspaceId", "Workspace", derived("the site")),
];

/** Objects of Assets: found by key, label and the words of their values. */
export const assetObjects: KindDefinition = {
	id: assetObjectKind,
	app: "jsm",
	names: ["asset object", "asset objects"],
	describedBy: [""],
	scopes: { read: reading, restore: [...reading, "write:cmdb-object:jira", "delete:cmdb-object:jira"] },
	fidelity: assetObjectTable,
	describe(item, site) {
		const main = mainOf(item);
		const attributes = attributesIn(main);
		const schemaId = idAt(main, "objectSchemaId");
		const status = attributes.flatMap(({ values }) => values.filter((value) => value.type === "status"))[0];
		const [createdAt, updatedAt] = [textAt(main, "created"), textAt(main, "updated")];
		return {
			app: "jsm",
			title: textAt(main, "label") ?? textAt(main, "objectKey") ?? item.ref.id,
			...(schemaId === undefined ? {} : { parent: { kind: assetSchemaKind, id: schemaId } }),
			type: textAt(main, "objectType", "name") ?? "",
			...(status === undefined ? {} : { status: shownValue(status) }),
			// Its key is among the words: work items may have keys of the same letters, and one must not be taken for the other.
			text: [textAt(main, "objectKey") ?? "", ...attributes.map(line)].join("\n"),
			people: [...new Set(attributes.flatMap(({ values }) => values.flatMap((value) => (value.type === "user" ? value.name : []))))],
			...(createdAt === undefined ? {} : { createdAt }),
			...(updatedAt === undefined ? {} : { updatedAt }),
			url: `${site.url}/jira/assets/object/${item.ref.id}`,
			references: referencesOf(attributes, item.ref),
			files: [],
		};
	},
	compare: (before, after) => objectDifferences(mainOf(before), mainOf(after)),
};

/** An attribute's words; an object that it refers to is not found by the key of another. */
function line({ name, values }: KeptAttribute): string {
	return `${name}: ${values.map((value) => (value.type === "object" ? value.label : shownValue(value))).join(", ")}`;
}

function referencesOf(attributes: readonly KeptAttribute[], own: ItemRef): readonly ItemRef[] {
	const found = attributes.flatMap(({ values }) => values.flatMap((value) => (value.type === "object" ? assetObjectRef(value.id) : [])));
	return [...new Map(found.filter(({ id }) => id !== own.id).map((ref) => [itemRefText(ref), ref])).values()];
}

/**
 * Where two records differ, for people: the type, then the values of each attribute. Attributes of another type (one that was made
 * again) are the same when they are called the same; fields bear the later record's ids.
 */
export function objectDifferences(before: JsonObject, after: JsonObject): readonly FieldDifference[] {
	const [then, now] = [attributesIn(before), attributesIn(after)];
	const sameType = idAt(before, "objectType", "id") === idAt(after, "objectType", "id");
	const type = (record: JsonObject) => text(textAt(record, "objectType", "name"));
	const [one, other] = [type(before), type(after)];
	const renamed = one?.text === other?.text ? [] : [{ field: "objectType", label: "Object type", before: one, after: other }];
	const pairs = pairAttributes(then, now, sameType);
	return [
		...renamed,
		...pairs.flatMap(([was, is]): FieldDifference[] => {
			if (sameValues(was?.values ?? [], is?.values ?? [])) return [];
			const { id, name } = is ?? was ?? { id: "", name: "" };
			return [{ field: attributePrefix + id, label: name, before: shownValues(was), after: shownValues(is) }];
		}),
	];
}

type Pair = readonly [was: KeptAttribute | undefined, is: KeptAttribute | undefined];

/** The attributes of one record with those of another that stand for them. */
export function pairAttributes(then: readonly KeptAttribute[], now: readonly KeptAttribute[], byIds: boolean): readonly Pair[] {
	const isSame = (one: KeptAttribute, other: KeptAttribute): boolean => (byIds ? one.id === other.id : one.name === other.name);
	const pairs = then.map((was): Pair => [was, now.find((is) => isSame(was, is))]);
	const added = now.filter((is) => !then.some((was) => isSame(was, is)));
	return [...pairs, ...added.map((is): Pair => [undefined, is])];
}

const text = (value: string | undefined) => (value === undefined ? undefined : ({ type: "text", text: value } as const));

/** The values of an attribute for people; undefined when it has none. */
function shownValues(attribute: KeptAttribute | undefined): FieldValue | undefined {
	const [first, ...others] = attribute?.values ?? [];
	if (attribute === undefined || first === undefined) return undefined;
	return others.length === 0 ? { type: "text", text: shownValue(first) } : { type: "list", items: attribute.values.map(shownValue) };
}
