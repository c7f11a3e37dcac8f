import { isoTime } from "../site/clock.ts";
import type { Site } from "../site/site.ts";
import { named } from "./asset-answers.ts";
import {
	type AssetAttribute,
	type AssetObject,
	type AssetSchema,
	type AssetStatus,
	type AssetType,
	attributesOf,
	labelOf,
	lineOf,
} from "./state.ts";

const defaultTypes: Readonly<Record<number, string>> = {
	0: "Text",
	1: "Integer",
	2: "Boolean",
	3: "Double",
	4: "Date",
	5: "Time",
	6: "DateTime",
	7: "URL",
	8: "Email",
	9: "Textarea",
	10: "Select",
	11: "IP Address",
};

/** Icons that every workspace has. */
export const globalIcons: ReadonlyMap<string, string> = new Map([
	["1", "AD"],
	["13", "Box"],
	["81", "Laptop"],
	["90", "Office"],
	["126", "User"],
]);

export function renderIcon(site: Site, id: string): object {
	const address = `${site.url}/assets/icon/${id}/icon.png`;
	return { id, name: globalIcons.get(id) ?? "Icon", url16: `${address}?size=16`, url48: `${address}?size=48` };
}

export function renderSchema({ assets }: Site, schema: AssetSchema): object {
	const types = [...assets.types.values()].filter((type) => type.schemaId === schema.id);
	const ids = new Set(types.map((type) => type.id));
	return {
		...named(assets, schema.id),
		name: schema.name,
		objectSchemaKey: schema.key,
		description: schema.description,
		status: "Ok",
		created: isoTime(schema.created),
		updated: isoTime(schema.updated),
		objectCount: [...assets.objects.values()].filter((object) => ids.has(object.typeId)).length,
		objectTypeCount: types.length,
		canManage: true,
	};
}

export function renderType(site: Site, type: AssetType): object {
	const { assets } = site;
	return {
		...named(assets, type.id),
		name: type.name,
		description: type.description,
		icon: renderIcon(site, type.iconId),
		position: type.position,
		created: isoTime(type.created),
		updated: isoTime(type.updated),
		objectCount: [...assets.objects.values()].filter((object) => object.typeId === type.id).length,
		...(type.parentId === undefined ? {} : { parentObjectTypeId: Number(type.parentId) }),
		objectSchemaId: type.schemaId,
		inherited: type.inherited,
		abstractObjectType: type.abstract,
		parentObjectTypeInherited: lineOf(assets, type.id).length > 1,
	};
}

export const renderStatus = ({ id, name, description, category, schemaId }: AssetStatus): object => ({
	id,
	name,
	description,
	category,
	...(schemaId === undefined ? {} : { objectSchemaId: schemaId }),
});

const referenceKinds: Readonly<Record<string, string>> = { "1": "Depends on", "2": "Installed on", "3": "Reference" };

/** Kinds of references that every workspace has, by id. */
function renderReferenceKind(site: Site, id: string): object {
	return { ...named(site.assets, id), name: referenceKinds[id] ?? "Reference", description: "", color: "#0052cc", removable: false };
}

export function renderAttribute(site: Site, attribute: AssetAttribute): object {
	const { type, defaultTypeId, typeValue } = attribute;
	const referenced = typeValue === undefined ? undefined : site.assets.types.get(typeValue);
	const owner = site.assets.types.get(attribute.typeId);
	return {
		...named(site.assets, attribute.id),
		...(owner === undefined ? {} : { objectType: renderType(site, owner) }),
		name: attribute.name,
		label: attribute.label,
		type,
		description: attribute.description,
		...(type === 0 && defaultTypeId !== undefined
			? { defaultType: { id: defaultTypeId, name: defaultTypes[defaultTypeId] ?? "None" } }
			: {}),
		...(typeValue === undefined ? {} : { typeValue }),
		typeValueMulti: attribute.typeValueMulti,
		...(attribute.additionalValue === undefined ? {} : { additionalValue: attribute.additionalValue }),
		...(type === 1 && referenced !== undefined
			? {
					referenceType: renderReferenceKind(site, attribute.additionalValue ?? "3"),
					referenceObjectTypeId: referenced.id,
					referenceObjectType: renderType(site, referenced),
				}
			: {}),
		editable: attribute.system === undefined,
		system: attribute.system !== undefined,
		indexed: true,
		sortable: attribute.system !== undefined || type === 0,
		summable: attribute.summable,
		minimumCardinality: attribute.minimumCardinality,
		maximumCardinality: attribute.maximumCardinality,
		suffix: attribute.suffix,
		removable: attribute.system === undefined && !attribute.label,
		hidden: attribute.hidden,
		includeChildObjectTypes: attribute.includeChildObjectTypes,
		uniqueAttribute: attribute.unique,
		regexValidation: attribute.regexValidation,
		qlQuery: attribute.qlQuery,
		options: attribute.options,
		position: attribute.position,
	};
}

function avatarOf(site: Site, object: AssetObject): object {
	const address = `${site.url}/assets/object/${object.id}/avatar.png`;
	const sizes = Object.fromEntries([16, 48, 72, 144, 288].map((size) => [`url${size}`, `${address}?size=${size}`]));
	return { ...named(site.assets, object.id), ...sizes, objectId: object.id };
}

/** An object as Assets shows it; with its values when told. */
export function renderObject(site: Site, object: AssetObject, withAttributes: boolean): object {
	const { assets } = site;
	const type = assets.types.get(object.typeId);
	return {
		...named(assets, object.id),
		label: labelOf(assets, object),
		objectKey: object.key,
		avatar: avatarOf(site, object),
		...(type === undefined ? {} : { objectType: renderType(site, type) }),
		created: isoTime(object.created),
		updated: isoTime(object.updated),
		hasAvatar: false,
		timestamp: object.updated,
		...(withAttributes ? { attributes: renderValues(site, object, false) } : {}),
		_links: { self: `${site.url}/jira/servicedesk/assets/object/${object.id}` },
	};
}

/** The values of an object, attribute by attribute; empty ones are left out. With the attributes themselves when told. */
export function renderValues(site: Site, object: AssetObject, withDefinitions: boolean): object[] {
	return attributesOf(site.assets, object.typeId).flatMap((attribute) => {
		const values = valuesOf(object, attribute);
		if (values.length === 0) return [];
		return [
			{
				...named(site.assets, `${Number(object.id) * 1000 + Number(attribute.id)}`),
				...(withDefinitions ? { objectTypeAttribute: renderAttribute(site, attribute) } : {}),
				objectTypeAttributeId: attribute.id,
				objectAttributeValues: values.map((value) => renderValue(site, attribute, value)),
			},
		];
	});
}

function valuesOf(object: AssetObject, { id, system }: AssetAttribute): readonly string[] {
	if (system === "key") return [object.key];
	if (system === "created") return [isoTime(object.created)];
	if (system === "updated") return [isoTime(object.updated)];
	return object.values.get(id) ?? [];
}

function renderValue(site: Site, attribute: AssetAttribute, value: string): object {
	switch (attribute.type) {
		case 1: {
			const object = site.assets.objects.get(value);
			if (object === undefined) return { displayValue: value, searchValue: value };
			const label = labelOf(site.assets, object);
			return { displayValue: label, searchValue: object.key, referencedObject: renderObject(site, object, false) };
		}
		case 2: {
			const displayName = site.accounts.get(value)?.displayName ?? "Former user";
			return {
				displayValue: displayName,
				searchValue: value,
				user: { displayName, key: value, name: "", isDeleted: !site.accounts.has(value) },
			};
		}
		case 4:
			return { displayValue: value, searchValue: value, group: { avatarUrl: "", name: value } };
		case 7: {
			const status = site.assets.statuses.get(value);
			return { displayValue: status?.name ?? "", searchValue: value, ...(status === undefined ? {} : { status: renderStatus(status) }) };
		}
		default:
			return { value, displayValue: value, searchValue: value };
	}
}
