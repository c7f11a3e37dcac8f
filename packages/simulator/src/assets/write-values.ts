import { scalarText } from "../http/read-input.ts";
import { parseTime } from "../site/clock.ts";
import type { Site } from "../site/site.ts";
import { assetsError } from "./asset-answers.ts";
import { type AssetAttribute, type AssetObject, attributesOf, familyOf } from "./state.ts";

type Refusal = (why: string) => Error;

/**
 * Reads the attributes of a request: values of those that it names, in the kept form. Creating asks for every attribute that must
 * have a value; changing leaves alone what is not named.
 * @throws HttpError 400 as Assets does, naming the attribute
 */
export function readValues(site: Site, typeId: string, given: unknown, before: AssetObject | undefined): Map<string, readonly string[]> {
	if (!Array.isArray(given)) throw assetsError(400, "The attributes must be a list.");
	const known = attributesOf(site.assets, typeId);
	const values = new Map<string, readonly string[]>();
	for (const entry of given as readonly Record<string, unknown>[]) {
		const id = scalarText(entry.objectTypeAttributeId);
		const attribute = known.find((one) => one.id === id);
		const refuse: Refusal = (why) => assetsError(400, why, { [`rlabs-insight-attribute-${id}`]: why });
		if (attribute === undefined) throw refuse("The attribute does not belong to the object type.");
		if (attribute.system !== undefined) throw refuse("The attribute can't be edited.");
		if (!Array.isArray(entry.objectAttributeValues)) throw refuse("The values must be a list.");
		const list = (entry.objectAttributeValues as readonly Record<string, unknown>[]).map((one) => scalarText(one.value));
		values.set(
			id,
			checked(
				site,
				{ attribute, typeId, before },
				list.filter((value) => value !== ""),
				refuse,
			),
		);
	}
	for (const { id, name, minimumCardinality } of known) {
		const there = values.get(id) ?? before?.values.get(id) ?? [];
		if (there.length < minimumCardinality)
			throw assetsError(400, `${name} must have a value.`, { [`rlabs-insight-attribute-${id}`]: "required" });
	}
	return values;
}

interface Place {
	readonly attribute: AssetAttribute;
	readonly typeId: string;
	readonly before: AssetObject | undefined;
}

function checked(site: Site, { attribute, before }: Place, list: readonly string[], refuse: Refusal): readonly string[] {
	const { maximumCardinality: most, unique, id } = attribute;
	if (most >= 0 && list.length > most) throw refuse(`There are more than ${most} values.`);
	const kept = list.map((value) => keptValue(site, attribute, value, refuse));
	if (unique) {
		const others = [...site.assets.objects.values()].filter((other) => other !== before);
		if (kept.some((value) => others.some((other) => other.values.get(id)?.includes(value) === true)))
			throw refuse("The value must be unique.");
	}
	return kept;
}

function keptValue(site: Site, attribute: AssetAttribute, value: string, refuse: Refusal): string {
	const { assets, accounts, groups } = site;
	switch (attribute.type) {
		case 1: {
			const object = [...assets.objects.values()].find((one) => one.key === value || one.id === value);
			if (object === undefined) throw refuse(`There is no object ${value}.`);
			const wanted = attribute.typeValue ?? "";
			const fits = attribute.includeChildObjectTypes ? familyOf(assets, wanted).has(object.typeId) : object.typeId === wanted;
			if (!fits) throw refuse(`${value} is of another object type.`);
			return object.id;
		}
		case 2:
			if (!accounts.has(value)) throw refuse("There is no such user.");
			return value;
		case 4:
			if (![...groups.values()].some((group) => group.name === value)) throw refuse("There is no such group.");
			return value;
		case 7: {
			const status = assets.statuses.get(value);
			const allowed = attribute.typeValueMulti.length === 0 || attribute.typeValueMulti.includes(value);
			if (status === undefined || !allowed) throw refuse("There is no such status.");
			return value;
		}
		default:
			return plainValue(attribute, value, refuse);
	}
}

function plainValue({ defaultTypeId, options, regexValidation }: AssetAttribute, value: string, refuse: Refusal): string {
	const wrong =
		(defaultTypeId === 1 && !/^-?\d+$/.test(value)) ||
		(defaultTypeId === 2 && value !== "true" && value !== "false") ||
		(defaultTypeId === 3 && Number.isNaN(Number(value))) ||
		((defaultTypeId === 4 || defaultTypeId === 6) && parseTime(value) === undefined) ||
		(defaultTypeId === 7 && !/^https?:\/\//.test(value)) ||
		(defaultTypeId === 8 && !value.includes("@")) ||
		(defaultTypeId === 10 && !options.split(",").includes(value)) ||
		(regexValidation !== "" && !new RegExp(`^(?:${regexValidation})$`).test(value));
	if (wrong) throw refuse("The value is not valid.");
	return value;
}
