import { canonicalJson, type JsonObject, type JsonValue } from "@skyeworx/core";
import { at, idAt, idsAt, listAt, numberAt, textAt } from "../../../record/json-access.ts";
import { idIn } from "../../setting/deed.ts";
import type { SettingChange } from "../../setting/setting-kind.ts";
import { ask } from "../workspace.ts";
import { isSystem } from "./schema-record.ts";
import { counterparts, type SchemaWork, today } from "./schema-work.ts";

/** Today's ids of types and statuses, by their ids in the snapshot. */
interface Names {
	readonly types: ReadonlyMap<string, string>;
	readonly statuses: ReadonlyMap<string, string>;
}

/** Members that both shapes share under the same name. */
const shared = {
	texts: ["description", "additionalValue", "suffix", "regexValidation", "qlQuery", "options"],
	numbers: ["minimumCardinality", "maximumCardinality"],
	flags: ["label", "hidden", "uniqueAttribute", "summable", "includeChildObjectTypes"],
} as const;

/** Types whose values may be counted: Assets takes a number of values for no other. */
const counted: ReadonlySet<number> = new Set([1, 2, 4]);

/** An attribute as Assets takes it. */
function bodyOf(attribute: JsonValue, { types, statuses }: Names): JsonObject {
	const type = numberAt(attribute, "type") ?? 0;
	const target = idAt(attribute, "typeValue") ?? idAt(attribute, "referenceObjectTypeId");
	const multi = idsAt(attribute, "typeValueMulti").map((id) => statuses.get(id) ?? id);
	const plainType = numberAt(attribute, "defaultType", "id");
	const additional = textAt(attribute, "additionalValue") ?? (type === 1 ? textAt(attribute, "referenceType", "id") : undefined);
	const body: Record<string, JsonValue> = { name: textAt(attribute, "name") ?? "", type };
	for (const name of shared.texts) {
		const text = name === "additionalValue" ? additional : textAt(attribute, name);
		if (text !== undefined && text !== "") body[name] = text;
	}
	const hasCount = counted.has(type) || plainType === 8 || plainType === 10;
	for (const name of shared.numbers) {
		const number = numberAt(attribute, name);
		if (number !== undefined && (hasCount || name === "minimumCardinality")) body[name] = number;
	}
	for (const name of shared.flags) body[name] = at(attribute, name) === true;
	if (type === 0 && plainType !== undefined) body.defaultTypeId = plainType;
	if (type === 1 && target !== undefined) body.typeValue = types.get(target) ?? target;
	if (multi.length > 0) body.typeValueMulti = multi;
	return body;
}

/** Makes the attributes that are missing and corrects those that differ; every type is there by now. */
export async function writeAttributes(work: SchemaWork, { wanted }: SettingChange): Promise<void> {
	const now = await work.partsNow();
	const own = listAt(wanted, "attributes").filter((attribute) => !isSystem(attribute));
	const live = listAt(now.attributes ?? null).filter((attribute) => !isSystem(attribute));
	const names: Names = {
		types: today(listAt(wanted, "types"), listAt(now.types ?? null), work.byIds),
		statuses: today(listAt(wanted, "statuses"), listAt(now.statuses ?? null), work.byIds),
	};
	const typeOf = (attribute: JsonValue): string => idAt(attribute, "objectTypeId") ?? "";
	const isSame = (one: JsonValue, other: JsonValue): boolean => {
		if (names.types.get(typeOf(one)) !== typeOf(other)) return false;
		return textAt(one, "name") === textAt(other, "name") || isFirstLabel(one, other, own);
	};
	const there = counterparts(own, live, { byIds: work.byIds, isSame });
	const missing = await work.names("missing attributes", () => there.missing);
	// A label is moved by naming another: whatever bears the label comes first, so that no other write takes it away again.
	for (const attribute of own.toSorted((a, b) => Number(at(b, "label") === true) - Number(at(a, "label") === true))) {
		const id = idAt(attribute, "id") ?? "";
		const typeId = names.types.get(typeOf(attribute));
		if (typeId === undefined) work.deed.problem("attributes", `The object type of "${textAt(attribute, "name")}" is not there.`);
		else if (missing.has(id)) await make(work, { id, typeId, body: bodyOf(attribute, names) });
		else await correct(work, { typeId, body: bodyOf(attribute, names), now: there.of(id) });
	}
}

/** A type that was just made has a label that Assets named: it stands for the wanted one, whatever that is called. */
function isFirstLabel(one: JsonValue, other: JsonValue, wanted: readonly JsonValue[]): boolean {
	if (at(one, "label") !== true || at(other, "label") !== true) return false;
	const siblings = wanted.filter((sibling) => idAt(sibling, "objectTypeId") === idAt(one, "objectTypeId"));
	return !siblings.some((sibling) => textAt(sibling, "name") === textAt(other, "name"));
}

async function make(
	{ deed, assets, call }: SchemaWork,
	wanted: { readonly id: string; readonly typeId: string; readonly body: JsonObject },
) {
	const { id, typeId, body } = wanted;
	await deed.make("attributes", `new attribute ${id}`, {
		call: call({ method: "POST", path: "objecttypeattribute/{objectTypeId}", parameters: { objectTypeId: typeId }, body }),
		id: (json) => idIn(json),
		find: async () => {
			const list = await ask(assets, { method: "GET", path: "objecttype/{id}/attributes", parameters: { id: typeId } });
			return idAt(listAt(list).find((one) => textAt(one, "name") === body.name) ?? null, "id");
		},
		part: "attribute",
	});
}

interface Correction {
	readonly typeId: string;
	readonly body: JsonObject;
	readonly now: JsonValue | undefined;
}

async function correct({ deed, call }: SchemaWork, { typeId, body, now }: Correction): Promise<void> {
	if (now === undefined) return;
	const unmapped: Names = { types: new Map(), statuses: new Map() };
	if (canonicalJson(bodyOf(now, unmapped)) === canonicalJson(body)) return;
	const id = idAt(now, "id") ?? "";
	const objectTypeId = idAt(now, "objectTypeId") ?? typeId;
	const path = "objecttypeattribute/{objectTypeId}/{id}";
	await deed.put("attributes", `attribute ${id}`, call({ method: "PUT", path, parameters: { objectTypeId, id }, body }));
}
