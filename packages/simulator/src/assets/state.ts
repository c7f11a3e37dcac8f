/** An object schema: a cupboard of object types with a key that its objects' keys begin with. */
export interface AssetSchema {
	readonly id: string;
	name: string;
	key: string;
	description: string;
	/** Whether references may point to objects of other schemas. */
	allowOtherSchemas: boolean;
	readonly created: number;
	updated: number;
}

export interface AssetType {
	readonly id: string;
	readonly schemaId: string;
	name: string;
	description: string;
	iconId: string;
	position: number;
	parentId: string | undefined;
	/** Its children have its attributes. */
	inherited: boolean;
	abstract: boolean;
	readonly created: number;
	updated: number;
}

/** What an attribute's values are: 0 a plain value, 1 objects, 2 people, 4 groups, 7 a status. */
export type AttributeType = 0 | 1 | 2 | 4 | 7;

export interface AssetAttribute {
	readonly id: string;
	readonly typeId: string;
	/** `Key`, `Created` and `Updated`: nobody writes their values. */
	readonly system: "key" | "created" | "updated" | undefined;
	name: string;
	description: string;
	type: AttributeType;
	/** Of plain values: 0 text, 1 integer, 2 boolean, 4 date, 10 select and so on. */
	defaultTypeId: number | undefined;
	/** Of references: the object type. */
	typeValue: string | undefined;
	typeValueMulti: readonly string[];
	additionalValue: string | undefined;
	label: boolean;
	minimumCardinality: number;
	/** -1: any number. */
	maximumCardinality: number;
	unique: boolean;
	hidden: boolean;
	summable: boolean;
	includeChildObjectTypes: boolean;
	suffix: string;
	regexValidation: string;
	qlQuery: string;
	options: string;
	position: number;
}

export interface AssetStatus {
	readonly id: string;
	name: string;
	description: string;
	/** 0 inactive, 1 active, 2 pending. */
	category: number;
	/** Undefined for those of all schemas. */
	readonly schemaId: string | undefined;
}

export interface AssetObject {
	readonly id: string;
	readonly key: string;
	readonly typeId: string;
	readonly created: number;
	updated: number;
	/** By attribute: plain values as texts, ids of objects and statuses, account ids, names of groups. */
	readonly values: Map<string, readonly string[]>;
}

interface AssetEvent {
	readonly id: string;
	readonly objectId: string;
	readonly author: string;
	readonly at: number;
	readonly attribute: string | undefined;
	readonly before: string;
	readonly after: string;
}

/** Everything that Assets holds. */
export interface AssetsState {
	/** Undefined where the site's plan has no Assets. */
	readonly workspaceId: string | undefined;
	readonly schemas: Map<string, AssetSchema>;
	readonly types: Map<string, AssetType>;
	readonly attributes: Map<string, AssetAttribute>;
	readonly statuses: Map<string, AssetStatus>;
	readonly objects: Map<string, AssetObject>;
	readonly events: AssetEvent[];
}

/** Makes an empty Assets; none at all without a workspace. */
export function createAssetsState(workspaceId: string | undefined): AssetsState {
	return {
		workspaceId,
		schemas: new Map(),
		types: new Map(),
		attributes: new Map(),
		statuses: new Map(),
		objects: new Map(),
		events: [],
	};
}

/** A type and those above it whose attributes it has, itself first. */
export function lineOf(state: AssetsState, typeId: string): AssetType[] {
	const line: AssetType[] = [];
	let type = state.types.get(typeId);
	while (type !== undefined && !line.includes(type)) {
		line.push(type);
		const parent = type.parentId === undefined ? undefined : state.types.get(type.parentId);
		type = parent?.inherited === true ? parent : undefined;
	}
	return line;
}

/** The attributes of a type's objects: its own and those that it inherits, in their order. */
export function attributesOf(state: AssetsState, typeId: string): AssetAttribute[] {
	const line = lineOf(state, typeId).map((type) => type.id);
	const all = [...state.attributes.values()].filter((attribute) => line.includes(attribute.typeId));
	const rank = (attribute: AssetAttribute): number => -line.indexOf(attribute.typeId) * 1000 + attribute.position;
	return all.sort((a, b) => rank(a) - rank(b));
}

/** Types below a type, itself included. */
export function familyOf(state: AssetsState, typeId: string): Set<string> {
	const family = new Set([typeId]);
	for (let grown = true; grown; ) {
		grown = false;
		for (const type of state.types.values()) {
			if (type.parentId === undefined || family.has(type.id) || !family.has(type.parentId)) continue;
			family.add(type.id);
			grown = true;
		}
	}
	return family;
}

/** What an object is called: the value of its label. */
export function labelOf(state: AssetsState, object: AssetObject): string {
	const label = attributesOf(state, object.typeId).find((attribute) => attribute.label);
	return (label === undefined ? undefined : object.values.get(label.id)?.[0]) ?? object.key;
}
