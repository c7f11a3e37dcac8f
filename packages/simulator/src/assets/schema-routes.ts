import { noContent, ok } from "../http/answer.ts";
import { bodyObject, optionalText, pageOf } from "../http/read-input.ts";
import { param, type RequestContext } from "../http/request.ts";
import type { Router } from "../http/router.ts";
import type { Site } from "../site/site.ts";
import { assetsError, assetsRoot, found, workspaceOf } from "./asset-answers.ts";
import { renderAttribute, renderSchema, renderType } from "./render-assets.ts";
import { type AssetSchema, type AssetsState, attributesOf } from "./state.ts";
import { typesOf } from "./type-routes.ts";

/** Registers object schemas. */
export function registerSchemas(router: Router, site: Site): void {
	const one = `${assetsRoot}/objectschema/{id}`;
	const ofRequest = (request: RequestContext): AssetSchema =>
		found(workspaceOf(site, request).schemas, param(request, "id"), "object schema");
	router.route("GET", `${assetsRoot}/objectschema/list`, (request) => {
		const all = [...workspaceOf(site, request).schemas.values()];
		const { startAt, maxResults } = pageOf(request, { size: 25, max: 100 });
		const values = all.slice(startAt, startAt + maxResults).map((schema) => renderSchema(site, schema));
		return ok({ startAt, maxResults, total: all.length, values }, values.length);
	});
	router.route("GET", one, (request) => ok(renderSchema(site, ofRequest(request))));
	router.route("POST", `${assetsRoot}/objectschema/create`, (request) => {
		const state = workspaceOf(site, request);
		const { name, key, description } = readSchema(request);
		refuseTaken(state, { name, key }, undefined);
		const now = site.clock.now();
		const id = String(site.ids.take("asset-schema", 1));
		state.schemas.set(id, { id, name, key, description, allowOtherSchemas: false, created: now, updated: now });
		return { status: 201, json: renderSchema(site, found(state.schemas, id, "object schema")) };
	});
	router.route("PUT", one, (request) => {
		const schema = ofRequest(request);
		const given = readSchema(request);
		refuseTaken(site.assets, given, schema.id);
		if ([...site.assets.objects.values()].some((object) => site.assets.types.get(object.typeId)?.schemaId === schema.id)) {
			if (given.key !== schema.key)
				throw assetsError(400, "The key can't be changed while there are objects.", { objectSchemaKey: "in use" });
		}
		Object.assign(schema, given, { updated: site.clock.now() });
		return ok(renderSchema(site, schema));
	});
	router.route("DELETE", one, (request) => {
		const schema = ofRequest(request);
		deleteSchema(site.assets, schema.id);
		return ok(renderSchema(site, schema));
	});
	router.route("GET", `${one}/attributes`, (request) => {
		const schema = ofRequest(request);
		const all = typesOf(site.assets, schema.id).flatMap((type) =>
			attributesOf(site.assets, type.id).filter((one) => one.typeId === type.id),
		);
		return ok(
			all.map((attribute) => renderAttribute(site, attribute)),
			all.length,
		);
	});
	for (const path of [`${one}/objecttypes`, `${one}/objecttypes/flat`]) {
		router.route("GET", path, (request) => {
			const all = typesOf(site.assets, ofRequest(request).id);
			return ok(
				all.map((type) => renderType(site, type)),
				all.length,
			);
		});
	}
	router.route("POST", `${assetsRoot}/global/config/objectschema/{id}/property`, (request) => {
		ofRequest(request).allowOtherSchemas = bodyObject(request).allowOtherObjectSchema === true;
		return noContent();
	});
}

function readSchema(request: RequestContext): { name: string; key: string; description: string } {
	const body = bodyObject(request);
	const [name, key] = [optionalText(body, "name") ?? "", optionalText(body, "objectSchemaKey") ?? ""];
	if (name === "") throw assetsError(400, "The name must be given.", { name: "required" });
	if (!/^[A-Z][A-Z0-9]{1,9}$/.test(key)) throw assetsError(400, "The key must be 2 to 10 capital letters.", { objectSchemaKey: "invalid" });
	return { name, key, description: optionalText(body, "description") ?? "" };
}

function refuseTaken(state: AssetsState, { name, key }: { readonly name: string; readonly key: string }, id: string | undefined): void {
	for (const other of state.schemas.values()) {
		if (other.id === id) continue;
		if (other.key === key) throw assetsError(400, "An object schema with this key exists.", { objectSchemaKey: "taken" });
		if (other.name === name) throw assetsError(400, "An object schema with this name exists.", { name: "taken" });
	}
}

/** Deletes a schema with everything in it, at once: Assets has no trash. */
function deleteSchema(state: AssetsState, id: string): void {
	const types = new Set(typesOf(state, id).map((type) => type.id));
	for (const object of state.objects.values()) if (types.has(object.typeId)) state.objects.delete(object.id);
	for (const attribute of state.attributes.values()) if (types.has(attribute.typeId)) state.attributes.delete(attribute.id);
	for (const type of types) state.types.delete(type);
	for (const status of state.statuses.values()) if (status.schemaId === id) state.statuses.delete(status.id);
	state.schemas.delete(id);
}
