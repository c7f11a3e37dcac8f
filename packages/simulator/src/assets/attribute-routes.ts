import { ok } from "../http/answer.ts";
import { bodyObject, optionalText, texts } from "../http/read-input.ts";
import { param, type RequestContext } from "../http/request.ts";
import type { Router } from "../http/router.ts";
import type { Site } from "../site/site.ts";
import { assetsError, assetsRoot, found, workspaceOf } from "./asset-answers.ts";
import { renderAttribute } from "./render-assets.ts";
import { type AssetAttribute, type AssetsState, type AssetType, type AttributeType, attributesOf, familyOf } from "./state.ts";

/** Registers the making, changing and deleting of attributes of object types. */
export function registerAttributes(router: Router, site: Site): void {
	router.route("POST", `${assetsRoot}/objecttypeattribute/{objectTypeId}`, (request) => {
		const state = workspaceOf(site, request);
		const type = found(state.types, param(request, "objectTypeId"), "object type");
		const input = readAttribute(state, request, undefined);
		refuseTaken(state, type, input.name, undefined);
		refuseForeign(state, type, input.typeValue);
		const attribute = addAttribute(site, type, input);
		if (attribute.label) relabel(state, attribute);
		return { status: 201, json: renderAttribute(site, attribute) };
	});
	router.route("PUT", `${assetsRoot}/objecttypeattribute/{objectTypeId}/{id}`, (request) => {
		const state = workspaceOf(site, request);
		const attribute = found(state.attributes, param(request, "id"), "attribute");
		const type = found(state.types, param(request, "objectTypeId"), "object type");
		if (attribute.typeId !== type.id || attribute.system !== undefined) throw assetsError(400, "The attribute can't be changed here.");
		const input = readAttribute(state, request, attribute);
		if (input.type !== attribute.type && [...state.objects.values()].some((object) => object.values.has(attribute.id))) {
			throw assetsError(400, "The type can't be changed while there are values.", { type: "in use" });
		}
		refuseTaken(state, type, input.name, attribute.id);
		refuseForeign(state, type, input.typeValue);
		Object.assign(attribute, input);
		if (attribute.label) relabel(state, attribute);
		return ok(renderAttribute(site, attribute));
	});
	router.route("DELETE", `${assetsRoot}/objecttypeattribute/{id}`, (request) => {
		const state = workspaceOf(site, request);
		const attribute = found(state.attributes, param(request, "id"), "attribute");
		if (attribute.system !== undefined || attribute.label) throw assetsError(400, "The attribute can't be removed.");
		state.attributes.delete(attribute.id);
		for (const object of state.objects.values()) object.values.delete(attribute.id);
		return ok(renderAttribute(site, attribute));
	});
}

/** A type has one label: another loses it. */
function relabel(state: AssetsState, label: AssetAttribute): void {
	for (const attribute of state.attributes.values()) {
		if (attribute.typeId === label.typeId && attribute !== label) attribute.label = false;
	}
}

function refuseTaken(state: AssetsState, type: AssetType, name: string, id: string | undefined): void {
	const family = familyOf(state, type.id);
	const seen = [...attributesOf(state, type.id), ...[...state.attributes.values()].filter((other) => family.has(other.typeId))];
	if (seen.some((other) => other.id !== id && other.name === name)) {
		throw assetsError(400, "An attribute of this name exists.", { name: "taken" });
	}
}

/** A schema is referred to from its own types, and from others where it allows them. */
function refuseForeign(state: AssetsState, type: AssetType, target: string | undefined): void {
	const schemaId = target === undefined ? undefined : state.types.get(target)?.schemaId;
	if (schemaId === undefined || schemaId === type.schemaId || state.schemas.get(schemaId)?.allowOtherSchemas === true) return;
	throw assetsError(400, "The object type belongs to a schema that allows no references from others.", { typeValue: "foreign" });
}

const kinds: ReadonlySet<number> = new Set([0, 1, 2, 4, 7]);

function readAttribute(
	state: AssetsState,
	request: RequestContext,
	before: AssetAttribute | undefined,
): Partial<AssetAttribute> & { name: string } {
	const body = bodyObject(request);
	const text = (name: string, or: string | undefined): string => optionalText(body, name) ?? or ?? "";
	const number = (name: string, or: number): number => (typeof body[name] === "number" ? body[name] : or);
	const flag = (name: string, or: boolean | undefined): boolean => (typeof body[name] === "boolean" ? body[name] : (or ?? false));
	const name = text("name", before?.name);
	const type = number("type", before?.type ?? Number.NaN);
	if (name === "") throw assetsError(400, "The name must be given.", { name: "required" });
	if (!kinds.has(type)) throw assetsError(400, "There is no such type.", { type: "invalid" });
	const typeValue = optionalText(body, "typeValue") ?? before?.typeValue;
	const additionalValue = optionalText(body, "additionalValue") ?? before?.additionalValue;
	if (type === 1 && (typeValue === undefined || !state.types.has(typeValue) || additionalValue === undefined)) {
		throw assetsError(400, "A reference needs an object type and a kind of reference.", { typeValue: "invalid" });
	}
	if (type === 0 && typeof (body.defaultTypeId ?? before?.defaultTypeId) !== "number") {
		throw assetsError(400, "A plain attribute needs its default type.", { defaultTypeId: "required" });
	}
	return {
		name,
		type: type as AttributeType,
		typeValue,
		additionalValue,
		defaultTypeId: type === 0 ? number("defaultTypeId", before?.defaultTypeId ?? 0) : undefined,
		typeValueMulti: Array.isArray(body.typeValueMulti) ? texts(body, "typeValueMulti") : (before?.typeValueMulti ?? []),
		description: text("description", before?.description),
		label: flag("label", before?.label),
		minimumCardinality: number("minimumCardinality", before?.minimumCardinality ?? 0),
		maximumCardinality: number("maximumCardinality", before?.maximumCardinality ?? 1),
		unique: flag("uniqueAttribute", before?.unique),
		hidden: flag("hidden", before?.hidden),
		summable: flag("summable", before?.summable),
		includeChildObjectTypes: flag("includeChildObjectTypes", before?.includeChildObjectTypes),
		suffix: text("suffix", before?.suffix),
		regexValidation: text("regexValidation", before?.regexValidation),
		qlQuery: text("qlQuery", before?.qlQuery),
		options: text("options", before?.options),
	};
}

/** Puts an attribute after those that the type has. */
export function addAttribute(site: Site, type: AssetType, input: Partial<AssetAttribute> & { readonly name: string }): AssetAttribute {
	const id = String(site.ids.take("asset-attribute", 1));
	const position = [...site.assets.attributes.values()].filter((other) => other.typeId === type.id).length;
	const attribute: AssetAttribute = {
		system: undefined,
		description: "",
		type: 0,
		defaultTypeId: undefined,
		typeValue: undefined,
		typeValueMulti: [],
		additionalValue: undefined,
		label: false,
		minimumCardinality: 0,
		maximumCardinality: 1,
		unique: false,
		hidden: false,
		summable: false,
		includeChildObjectTypes: false,
		suffix: "",
		regexValidation: "",
		qlQuery: "",
		options: "",
		...input,
		id,
		typeId: type.id,
		position,
	};
	site.assets.attributes.set(id, attribute);
	return attribute;
}
