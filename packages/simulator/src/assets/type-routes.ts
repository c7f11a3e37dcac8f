import { ok } from "../http/answer.ts";
import { bodyObject, optionalText, scalarText } from "../http/read-input.ts";
import { param, type RequestContext } from "../http/request.ts";
import type { Router } from "../http/router.ts";
import type { Site } from "../site/site.ts";
import { assetsError, assetsRoot, found, workspaceOf } from "./asset-answers.ts";
import { addAttribute } from "./attribute-routes.ts";
import { globalIcons, renderAttribute, renderIcon, renderType } from "./render-assets.ts";
import { type AssetsState, type AssetType, attributesOf, familyOf, lineOf } from "./state.ts";

/** The types of a schema, in their order. */
export function typesOf(state: AssetsState, schemaId: string): AssetType[] {
	return [...state.types.values()].filter((type) => type.schemaId === schemaId).sort((a, b) => a.position - b.position);
}

/** Registers object types and their icons. */
export function registerTypes(router: Router, site: Site): void {
	const one = `${assetsRoot}/objecttype/{id}`;
	const ofRequest = (request: RequestContext): AssetType => found(workspaceOf(site, request).types, param(request, "id"), "object type");
	router.route("POST", `${assetsRoot}/objecttype/create`, (request) => {
		const state = workspaceOf(site, request);
		const body = bodyObject(request);
		const schema = found(state.schemas, scalarText(body.objectSchemaId), "object schema");
		const type = addType(site, { ...readType(state, request, undefined), schemaId: schema.id });
		return { status: 201, json: renderType(site, type) };
	});
	router.route("GET", one, (request) => ok(renderType(site, ofRequest(request))));
	router.route("PUT", one, (request) => {
		const type = ofRequest(request);
		Object.assign(type, readType(site.assets, request, type), { updated: site.clock.now() });
		return ok(renderType(site, type));
	});
	router.route("DELETE", one, (request) => {
		const type = ofRequest(request);
		const { assets } = site;
		if ([...assets.types.values()].some((child) => child.parentId === type.id)) throw assetsError(400, "The object type has children.");
		if ([...assets.objects.values()].some((object) => object.typeId === type.id)) throw assetsError(400, "The object type has objects.");
		assets.types.delete(type.id);
		for (const attribute of assets.attributes.values()) if (attribute.typeId === type.id) assets.attributes.delete(attribute.id);
		return ok(renderType(site, type));
	});
	router.route("GET", `${one}/attributes`, (request) => {
		const all = attributesOf(site.assets, ofRequest(request).id);
		return ok(
			all.map((attribute) => renderAttribute(site, attribute)),
			all.length,
		);
	});
	router.route("POST", `${one}/position`, (request) => {
		const type = ofRequest(request);
		const body = bodyObject(request);
		const parent = optionalText(body, "toObjectTypeId");
		if (parent !== undefined && parent !== "") moveBelow(site.assets, type, parent);
		type.position = Number(body.position);
		return ok(renderType(site, type));
	});
	router.route("GET", `${assetsRoot}/icon/global`, (request) => {
		workspaceOf(site, request);
		return ok([...globalIcons.keys()].map((id) => renderIcon(site, id)));
	});
	router.route("GET", `${assetsRoot}/icon/{id}`, (request) => {
		workspaceOf(site, request);
		found(globalIcons, param(request, "id"), "icon");
		return ok(renderIcon(site, param(request, "id")));
	});
}

function moveBelow(state: AssetsState, type: AssetType, parentId: string): void {
	const parent = found(state.types, parentId, "object type");
	if (parent.schemaId !== type.schemaId || familyOf(state, type.id).has(parentId)) throw assetsError(400, "It can't be moved there.");
	type.parentId = parentId;
}

type TypeInput = Pick<AssetType, "name" | "description" | "iconId" | "parentId" | "inherited" | "abstract">;

function readType(state: AssetsState, request: RequestContext, before: AssetType | undefined): TypeInput {
	const body = bodyObject(request);
	const name = optionalText(body, "name") ?? "";
	const iconId = optionalText(body, "iconId") ?? "";
	const schemaId = before?.schemaId ?? scalarText(body.objectSchemaId);
	if (name === "") throw assetsError(400, "The name must be given.", { name: "required" });
	if (!globalIcons.has(iconId)) throw assetsError(400, "There is no such icon.", { iconId: "invalid" });
	const parentId = optionalText(body, "parentObjectTypeId");
	if (parentId !== undefined && state.types.get(parentId)?.schemaId !== schemaId) {
		throw assetsError(400, "There is no such parent in the schema.", { parentObjectTypeId: "invalid" });
	}
	const twin = [...state.types.values()].find((type) => type.schemaId === schemaId && type.name === name && type !== before);
	if (twin !== undefined) throw assetsError(400, "An object type of this name exists in the schema.", { name: "taken" });
	return {
		name,
		description: optionalText(body, "description") ?? "",
		iconId,
		parentId: parentId ?? before?.parentId,
		inherited: body.inherited === true,
		abstract: body.abstractObjectType === true,
	};
}

/** Makes a type; one that inherits nothing gets the attributes that every object has. */
export function addType(site: Site, input: TypeInput & Pick<AssetType, "schemaId">): AssetType {
	const { assets } = site;
	const now = site.clock.now();
	const id = String(site.ids.take("asset-type", 1));
	const position = [...assets.types.values()].filter((type) => type.schemaId === input.schemaId).length;
	const type: AssetType = { id, ...input, position, created: now, updated: now };
	assets.types.set(id, type);
	if (lineOf(assets, id).length === 1) {
		addAttribute(site, type, { name: "Key", system: "key", defaultTypeId: 0 });
		addAttribute(site, type, { name: "Name", label: true, defaultTypeId: 0, minimumCardinality: 1 });
		addAttribute(site, type, { name: "Created", system: "created", defaultTypeId: 6 });
		addAttribute(site, type, { name: "Updated", system: "updated", defaultTypeId: 6 });
	}
	return type;
}
