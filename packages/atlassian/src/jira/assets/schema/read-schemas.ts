import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { collectItems, offsetPages } from "../../../http/paging.ts";
import { idAt, listAt } from "../../../record/json-access.ts";
import { stable } from "../../../record/stable-record.ts";
import type { SettingRecord } from "../../setting/setting-kind.ts";
import { type Assets, ask, callOf } from "../workspace.ts";
import { attributePart, schemaPart, typePart } from "./schema-record.ts";

/** All schemas, without what is in them. */
export async function listSchemas(assets: Assets): Promise<readonly SettingRecord[]> {
	const pages = offsetPages(assets.client, callOf(assets, { method: "GET", path: "objectschema/list", query: { maxResults: 100 } }));
	return (await collectItems(pages)).filter(isJsonObject).flatMap(recordOf);
}

function recordOf(answer: JsonObject): readonly SettingRecord[] {
	const id = idAt(answer, "id");
	return id === undefined ? [] : [{ id, parts: new Map([["", stable(schemaPart(answer))]]) }];
}

/** One schema; undefined when it is gone. */
export async function fetchSchema(assets: Assets, id: string): Promise<SettingRecord | undefined> {
	const call = callOf(assets, { method: "GET", path: "objectschema/{id}", parameters: { id }, accept: [404] });
	const { status, json } = await assets.client.call(call);
	return status === 404 || !isJsonObject(json) ? undefined : recordOf(json)[0];
}

/** What is in a schema: four requests. */
export async function schemaParts(assets: Assets, id: string): Promise<Readonly<Record<string, JsonValue | undefined>>> {
	const of = async (path: string) => listAt(await ask(assets, { method: "GET", path, parameters: { id } }));
	const types = await of("objectschema/{id}/objecttypes/flat");
	const [attributes, shared, own] = [
		await readAttributes(assets, await of("objectschema/{id}/attributes"), types),
		listAt(await ask(assets, { method: "GET", path: "config/statustype" })),
		listAt(await ask(assets, { method: "GET", path: "config/statustype", query: { objectSchemaId: id } })),
	];
	const statuses = new Map([...shared, ...own].map((status) => [idAt(status, "id") ?? "", status]));
	return { types: types.map(typePart), attributes, statuses: [...statuses.values()].map(stable) };
}

/** Attributes with the type that each belongs to; where the list of all does not say so, each type is asked. */
async function readAttributes(assets: Assets, all: readonly JsonValue[], types: readonly JsonValue[]): Promise<JsonValue> {
	const owned = all.map((attribute) => ({ attribute, typeId: idAt(attribute, "objectType", "id") }));
	if (owned.every(({ typeId }) => typeId !== undefined))
		return owned.map(({ attribute, typeId }) => attributePart(attribute, typeId ?? ""));
	const found: JsonValue[] = [];
	for (const type of types) {
		const id = idAt(type, "id") ?? "";
		const query = { excludeParentAttributes: true };
		const list = await ask(assets, { method: "GET", path: "objecttype/{id}/attributes", parameters: { id }, query });
		found.push(...listAt(list).map((attribute) => attributePart(attribute, id)));
	}
	return found;
}
