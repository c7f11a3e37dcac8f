import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { StoredItem } from "@skyeworx/engine";
import { listAt, objectAt, textAt } from "../../record/json-access.ts";
import { type LabelRecord, readLabel } from "../content/records.ts";
import { type Field, textField } from "../fields.ts";
import { restoreProperty } from "../restore/property-owner.ts";
import { readSpace, type SpaceRecord } from "./space-record.ts";

/** Somebody's right to do something in a space. */
export interface Grant {
	readonly principal: { readonly type: string; readonly id: string };
	readonly operation: { readonly key: string; readonly targetType: string };
}

/** Somebody's role in a space. */
export interface RoleGrant {
	readonly principal: { readonly principalType: string; readonly principalId: string };
	readonly roleId: string;
}

/** A space with everything kept of it, read back from its parts. */
export interface SpaceContent {
	readonly main: SpaceRecord;
	readonly labels: readonly LabelRecord[];
	readonly properties: readonly { readonly key: string; readonly value: JsonValue }[];
	/** Undefined where they are not known. */
	readonly permissions: readonly Grant[] | undefined;
	readonly roles: readonly RoleGrant[] | undefined;
	readonly look: JsonObject | undefined;
}

/** Reads one grant. */
export function grantOf(value: JsonValue): Grant {
	const [principal, operation] = [objectAt(value, "principal"), objectAt(value, "operation")];
	return {
		principal: { type: textAt(principal, "type") ?? "", id: textAt(principal, "id") ?? "" },
		operation: { key: textAt(operation, "key") ?? "", targetType: textAt(operation, "targetType") ?? "" },
	};
}

function roleOf(value: JsonValue): RoleGrant {
	const principal = objectAt(value, "principal");
	return {
		principal: { principalType: textAt(principal, "principalType") ?? "", principalId: textAt(principal, "principalId") ?? "" },
		roleId: textAt(value, "roleId") ?? "",
	};
}

/** Reads a space's parts. @throws AppError `site-answer-malformed` when the main part is missing or not of the kind */
export function spaceContent(item: StoredItem): SpaceContent {
	const part = (name: string): JsonValue | undefined => item.parts.get(name);
	const look = part("look");
	return {
		main: readSpace(part("") ?? null),
		labels: listAt(part("labels")).map(readLabel),
		properties: listAt(part("properties")).map((property) => ({
			key: textAt(property, "key") ?? "",
			value: (isJsonObject(property) ? property.value : undefined) ?? null,
		})),
		permissions: part("permissions") === undefined ? undefined : listAt(part("permissions")).map(grantOf),
		roles: part("roles") === undefined ? undefined : listAt(part("roles")).map(roleOf),
		look: isJsonObject(look) ? look : undefined,
	};
}

/** What a grant is called when it is shown and compared. */
export function grantName({ principal, operation }: Grant): string {
	return `${principal.type} ${principal.id}: ${operation.key} ${operation.targetType}`;
}

/** What a role grant is called when it is shown and compared. */
export function roleName({ principal, roleId }: RoleGrant): string {
	return `${principal.principalType.toLowerCase()} ${principal.principalId}: role ${roleId}`;
}

function list(field: string, label: string, items: readonly string[]): Field {
	const sorted = [...items].sort();
	return { field, label, identity: sorted.join("\n"), value: { type: "list", items: sorted } };
}

/** A space's labels by prefix and name. */
export function labelName({ name, prefix }: LabelRecord): string {
	return prefix === "global" || prefix == null ? name : `${prefix}:${name}`;
}

const looks: readonly (readonly [name: string, label: string])[] = [
	["theme", "Theme"],
	["selected", "Look and feel"],
	["custom", "Colours"],
	["contentMode", "Density"],
	["routeOverrideEnabled", "Home page of the theme"],
];

function lookFields(look: JsonObject | undefined): readonly Field[] {
	if (look === undefined) return [];
	return looks.flatMap(([name, label]) => {
		const value = look[name];
		if (value === undefined) return [];
		const identity = canonicalJson(value);
		return [textField(`look/${name}`, label, typeof value === "string" ? value : identity, identity)];
	});
}

/** The fields of a space; `homepage` tells what its home page is called today. */
export function spaceFields(space: SpaceContent, homepage: (id: string) => string = (id) => id): readonly Field[] {
	const { main, labels, properties, permissions, roles } = space;
	return [
		textField("name", "Name", main.name),
		textField("key", "Key", main.key),
		textField("type", "Type", main.type ?? ""),
		textField("status", "Status", main.status ?? ""),
		textField("description", "Description", main.description?.plain?.value ?? ""),
		textField("homepageId", "Home page", main.homepageId == null ? "" : homepage(main.homepageId)),
		...(labels.length === 0 ? [] : [list("labels", "Labels", labels.map(labelName))]),
		...properties
			.filter(({ key }) => key !== restoreProperty)
			.map(({ key, value }) => textField(`properties/${key}`, `Property ${key}`, canonicalJson(value))),
		...(permissions === undefined || roles !== undefined ? [] : [list("permissions", "Permissions", permissions.map(grantName))]),
		...(roles === undefined ? [] : [list("roles", "Roles", roles.map(roleName))]),
		...lookFields(space.look),
	];
}
