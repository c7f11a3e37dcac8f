import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { HttpClient } from "../../http/http-client.ts";
import { cursorPages, itemsOfPages } from "../../http/paging.ts";
import { objectAt, textAt } from "../../record/json-access.ts";
import { compareText, labelsPart, propertiesPart } from "../content/records.ts";
import { collect } from "../read/in-order.ts";
import { listLimit } from "../read/reading.ts";

/** Where the parts of one space are read. */
export interface SpaceSource {
	readonly client: HttpClient;
	readonly id: string;
	readonly key: string;
	/** Whether the site grants by space roles. */
	readonly roles: boolean;
	readonly signal?: AbortSignal | undefined;
}

/** Whether the site grants by space roles; one that does not say so grants by permissions. */
export async function grantsByRoles(client: HttpClient, signal?: AbortSignal): Promise<boolean> {
	const call = { method: "GET", path: "/wiki/api/v2/space-role-mode", accept: [401, 403, 404], signal } as const;
	const { status, json } = await client.call(call);
	return status === 200 && textAt(json, "mode") === "ROLES";
}

function complete(value: JsonValue | undefined): readonly JsonValue[] | undefined {
	if (!isJsonObject(value) || !Array.isArray(value.results)) return undefined;
	return isJsonObject(value.meta) && value.meta.hasMore === true ? undefined : value.results;
}

async function rest(source: SpaceSource, path: string, name = "id"): Promise<readonly JsonValue[]> {
	const { client, id, signal } = source;
	return await collect(
		itemsOfPages(cursorPages(client, { method: "GET", path, parameters: { [name]: id }, query: { limit: listLimit }, signal })),
	);
}

function ordered(values: readonly JsonValue[]): JsonValue[] {
	const texts = new Map(values.map((value) => [canonicalJson(value), value]));
	return [...texts].sort(([a], [b]) => compareText(a, b)).map(([, value]) => value);
}

/** Grants without their own ids: a grant that is made again has another. */
function permissionsPart(permissions: readonly JsonValue[]): JsonValue[] {
	return ordered(
		permissions.map((permission) => ({ principal: objectAt(permission, "principal"), operation: objectAt(permission, "operation") })),
	);
}

function rolesPart(roles: readonly JsonValue[]): JsonValue[] {
	return ordered(roles.map((role) => ({ principal: objectAt(role, "principal"), roleId: textAt(role, "roleId") ?? "" })));
}

const spacePath = "/wiki/api/v2/spaces/{id}";

async function readDetails(source: SpaceSource): Promise<ReadonlyMap<string, JsonValue>> {
	const { client, id, roles, signal } = source;
	const query = {
		"include-labels": true,
		"include-properties": true,
		"include-permissions": true,
		...(roles ? { "include-role-assignments": true } : {}),
	};
	const { json } = await client.call({ method: "GET", path: spacePath, parameters: { id }, query, signal });
	const answer: JsonObject = isJsonObject(json) ? json : {};
	const parts = new Map<string, JsonValue>([
		["labels", labelsPart(complete(answer.labels) ?? (await rest(source, `${spacePath}/labels`)))],
		[
			"properties",
			propertiesPart(complete(answer.properties) ?? (await rest(source, "/wiki/api/v2/spaces/{space-id}/properties", "space-id"))),
		],
		["permissions", permissionsPart(complete(answer.permissions) ?? (await rest(source, `${spacePath}/permissions`)))],
	]);
	if (roles) parts.set("roles", rolesPart(complete(answer.roleAssignments) ?? (await rest(source, `${spacePath}/role-assignments`))));
	return parts;
}

/** One of v1's answers on a space; undefined when it has none or the account may not ask. */
async function ofSpace(source: SpaceSource, path: string, query: Record<string, string> = {}): Promise<JsonObject | undefined> {
	const parameters = path.includes("{spaceKey}") ? { spaceKey: source.key } : {};
	const call = { method: "GET", path, parameters, query, accept: [401, 403, 404], signal: source.signal } as const;
	const { status, json } = await source.client.call(call);
	return status === 200 && isJsonObject(json) ? json : undefined;
}

async function readLook(source: SpaceSource): Promise<JsonValue | undefined> {
	const [settings, theme, look] = await Promise.all([
		ofSpace(source, "/wiki/rest/api/space/{spaceKey}/settings"),
		ofSpace(source, "/wiki/rest/api/space/{spaceKey}/theme"),
		ofSpace(source, "/wiki/rest/api/settings/lookandfeel", { spaceKey: source.key }),
	]);
	if (settings === undefined && look === undefined) return undefined;
	const { routeOverrideEnabled, contentMode } = settings ?? {};
	const own = look !== undefined && canonicalJson(look.custom ?? null) !== canonicalJson(look.global ?? null);
	return {
		...(typeof routeOverrideEnabled === "boolean" ? { routeOverrideEnabled } : {}),
		...(typeof contentMode === "string" ? { contentMode } : {}),
		...(typeof theme?.themeKey === "string" ? { theme: theme.themeKey } : {}),
		...(typeof look?.selected === "string" ? { selected: look.selected } : {}),
		...(own ? { custom: look.custom ?? null } : {}),
	};
}

/** Everything of a space besides its main record; a part that the account may not read is left out. */
export async function readSpaceParts(
	source: SpaceSource,
	wanted: { readonly look: boolean } = { look: true },
): Promise<ReadonlyMap<string, JsonValue>> {
	const [details, look] = await Promise.all([readDetails(source), wanted.look ? readLook(source) : undefined]);
	return new Map([...details, ...(look === undefined ? [] : [["look", look] as const])]);
}
