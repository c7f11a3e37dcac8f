import type { ItemRef, JsonObject, JsonValue } from "@skyeworx/core";
import { idAt, listAt, textAt } from "../../../../record/json-access.ts";
import { assetSchemaKind } from "../../schema/asset-schema.ts";
import { listSchemas, schemaParts } from "../../schema/read-schemas.ts";
import type { Assets } from "../../workspace.ts";

/** A schema as the site has it at this moment: what ids and names of a snapshot are called today. */
export class SchemaNow {
	readonly #types: readonly JsonValue[];
	readonly #attributes: readonly JsonValue[];
	readonly #statuses: readonly JsonValue[];
	readonly #byIds: boolean;

	constructor(parts: Readonly<Record<string, JsonValue | undefined>>, byIds: boolean) {
		this.#types = listAt(parts.types ?? null);
		this.#attributes = listAt(parts.attributes ?? null);
		this.#statuses = listAt(parts.statuses ?? null);
		this.#byIds = byIds;
	}

	/** Today's id of an object's type. */
	typeOf(record: JsonObject): string | undefined {
		return this.#find(this.#types, idAt(record, "objectType", "id"), textAt(record, "objectType", "name"));
	}

	/** Today's id of an attribute of a type, its inherited ones among them. */
	attributeOf(typeId: string, attribute: { readonly id: string; readonly name: string }): string | undefined {
		return this.#find(this.#ofType(typeId), attribute.id, attribute.name);
	}

	/** Name of the attribute that objects of a type are called by. */
	labelName(typeId: string): string | undefined {
		const label = this.#ofType(typeId).find((one) => (one as JsonObject).label === true);
		return textAt(label, "name");
	}

	/** Today's id of a status. */
	statusOf(status: { readonly id: string; readonly name: string }): string | undefined {
		return this.#find(this.#statuses, status.id, status.name);
	}

	#ofType(typeId: string): readonly JsonValue[] {
		const line = new Set<string>();
		let id: string | undefined = typeId;
		while (id !== undefined && !line.has(id)) {
			line.add(id);
			const type = this.#types.find((one) => idAt(one, "id") === id);
			id = idAt(type ?? null, "parentObjectTypeId");
		}
		return this.#attributes.filter((one) => line.has(idAt(one, "objectTypeId") ?? ""));
	}

	#find(things: readonly JsonValue[], id: string | undefined, name: string | undefined): string | undefined {
		const same = this.#byIds ? things.find((one) => id !== undefined && idAt(one, "id") === id) : undefined;
		return idAt(same ?? things.find((one) => textAt(one, "name") === name) ?? null, "id");
	}
}

/** Where an object's schema is today: the one of its id or what it was made again as; on another site the one of its key. */
export async function schemaIdNow(
	assets: Assets,
	record: JsonObject,
	site: { readonly byIds: boolean; readonly mapped: (ref: ItemRef) => { readonly ref: ItemRef } | undefined },
): Promise<string | undefined> {
	const id = idAt(record, "objectSchemaId") ?? "";
	const again = site.mapped({ kind: assetSchemaKind, id })?.ref.id;
	if (again !== undefined) return again;
	const schemas = await listSchemas(assets);
	if (site.byIds) return schemas.some((schema) => schema.id === id) ? id : undefined;
	const key = textAt(record, "objectKey")?.replace(/-\d+$/, "");
	return schemas.find((schema) => textAt(schema.parts.get("") ?? null, "objectSchemaKey") === key)?.id;
}

/** Remembers the schemas of one restore: hundreds of objects ask for the same one. */
export class SchemasNow {
	#restoreId = "";
	#known = new Map<string, Promise<SchemaNow | undefined>>();

	/** The schema that an object belongs to today; undefined when it is not there. */
	of(assets: Assets, record: JsonObject, site: Parameters<typeof schemaIdNow>[2] & { readonly restoreId: string }) {
		if (site.restoreId !== this.#restoreId) {
			this.#restoreId = site.restoreId;
			this.#known = new Map();
		}
		const key = `${idAt(record, "objectSchemaId")} ${textAt(record, "objectKey")?.replace(/-\d+$/, "")}`;
		const known = this.#known.get(key) ?? readSchemaNow(assets, record, site);
		this.#known.set(key, known);
		// One that could not be read, or is not there yet, is asked for again by the next object.
		known.then(
			(schema) => schema ?? this.#known.delete(key),
			() => this.#known.delete(key),
		);
		return known;
	}
}

/** Reads the schema that an object belongs to today; undefined when it is not there. Five requests. */
export async function readSchemaNow(
	assets: Assets,
	record: JsonObject,
	site: Parameters<typeof schemaIdNow>[2],
): Promise<SchemaNow | undefined> {
	const id = await schemaIdNow(assets, record, site);
	return id === undefined ? undefined : new SchemaNow(await schemaParts(assets, id), site.byIds);
}
