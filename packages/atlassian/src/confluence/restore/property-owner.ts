import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { HttpClient } from "../../http/http-client.ts";
import { readProperty } from "../content/records.ts";

/** Something that has properties: a page, a space, a folder; with the templates and placeholder names of the official documents. */
export interface PropertyOwner {
	readonly client: HttpClient;
	readonly id: string;
	/** `/wiki/api/v2/pages/{page-id}/properties` and the name of its placeholder. */
	readonly list: string;
	readonly listName: string;
	/** `/wiki/api/v2/pages/{page-id}/properties/{property-id}` and the name of its first placeholder. */
	readonly one: string;
	readonly oneName: string;
	readonly signal?: AbortSignal | undefined;
}

/** A property as it is now. */
export interface HeldProperty {
	readonly id: string;
	readonly version: number;
	readonly value: JsonValue;
}

/** The property with this key; undefined when there is none, or its owner is gone. */
export async function heldProperty(owner: PropertyOwner, key: string): Promise<HeldProperty | undefined> {
	const { client, list, listName, id, signal } = owner;
	const call = { method: "GET", path: list, parameters: { [listName]: id }, query: { key }, accept: [404], signal } as const;
	const { json } = await client.call(call);
	const results = isJsonObject(json) && Array.isArray(json.results) ? json.results : [];
	const found = results.find((one) => readProperty(one).key === key);
	if (found === undefined || !isJsonObject(found)) return undefined;
	const { id: propertyId, version } = readProperty(found);
	return propertyId == null ? undefined : { id: propertyId, version: version?.number ?? 1, value: found.value ?? null };
}

/** Writes a property that is not there yet. */
export async function createProperty(owner: PropertyOwner, property: { readonly key: string; readonly value: JsonValue }): Promise<void> {
	const { client, id, list, listName, signal } = owner;
	await client.call({ method: "POST", path: list, parameters: { [listName]: id }, body: { ...property }, item: id, signal });
}

/** Writes a property, whether it is there or not; writing it twice gives the same. */
export async function writeProperty(owner: PropertyOwner, property: { readonly key: string; readonly value: JsonValue }, message: string) {
	const { client, id, signal } = owner;
	const held = await heldProperty(owner, property.key);
	if (held === undefined) return await createProperty(owner, property);
	const body = { ...property, version: { number: held.version + 1, message } };
	const parameters = { [owner.oneName]: id, "property-id": held.id };
	await client.call({ method: "PUT", path: owner.one, parameters, body, item: id, idempotent: false, signal });
}

/** Takes a property away; one that is not there is no error. */
export async function removeProperty(owner: PropertyOwner, key: string): Promise<void> {
	const held = await heldProperty(owner, key);
	if (held === undefined) return;
	const parameters = { [owner.oneName]: owner.id, "property-id": held.id };
	await owner.client.call({ method: "DELETE", path: owner.one, parameters, accept: [404], item: owner.id, signal: owner.signal });
}

/** The content property by which a restore knows what it made. */
export const restoreProperty = "skyeworx.restore";

/** What the mark of a restore says; empty when there is none. */
export async function readMark(owner: PropertyOwner): Promise<JsonObject> {
	const value = (await heldProperty(owner, restoreProperty))?.value;
	return isJsonObject(value) ? value : {};
}
