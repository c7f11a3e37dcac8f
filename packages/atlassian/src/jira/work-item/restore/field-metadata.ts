import { isAppError, isJsonObject, type JsonValue } from "@skyeworx/core";
import type { HttpClient } from "../../../http/http-client.ts";
import { collectItems, offsetPages } from "../../../http/paging.ts";
import { idAt, objectAt, textAt } from "../../../record/json-access.ts";
import { root, serviceList } from "../../service/desk-lists.ts";

/** What Jira says of a field on a create or edit screen. */
export interface FieldMetadata {
	readonly id: string;
	readonly required: boolean;
	/** `string`, `user`, `option`, `array`, ... */
	readonly type: string;
	/** Element type of an array. */
	readonly items: string | undefined;
	/** `com.atlassian.jira.plugin.system.customfieldtypes:cascadingselect` */
	readonly custom: string | undefined;
	/** Undefined when any value of the type may be set. */
	readonly allowedValues: readonly JsonValue[] | undefined;
}

export type Screen = ReadonlyMap<string, FieldMetadata>;

function metadataOf(id: string, field: JsonValue): FieldMetadata {
	const allowed = isJsonObject(field) ? field.allowedValues : undefined;
	return {
		id,
		required: isJsonObject(field) && field.required === true,
		type: textAt(field, "schema", "type") ?? "any",
		items: textAt(field, "schema", "items"),
		custom: textAt(field, "schema", "custom"),
		allowedValues: Array.isArray(allowed) ? allowed : undefined,
	};
}

/** Reads what can be set when a work item is created; one reading a space and a type, kept for as long as the connector is open. */
export class CreateScreens {
	private readonly client: HttpClient;
	private readonly screens = new Map<string, Promise<Screen>>();
	private readonly types = new Map<string, Promise<readonly JsonValue[]>>();
	private readonly requestTypes = new Map<string, Promise<readonly JsonValue[] | undefined>>();

	constructor(client: HttpClient) {
		this.client = client;
	}

	/** Fields of the create screen. */
	screen(spaceId: string, typeId: string, signal: AbortSignal): Promise<Screen> {
		return remembered(this.screens, `${spaceId} ${typeId}`, async () => {
			const parameters = { projectIdOrKey: spaceId, issueTypeId: typeId };
			const path = "/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}";
			const pages = offsetPages(this.client, { method: "GET", path, parameters, query: { maxResults: 200 }, signal }, "fields");
			const fields = (await collectItems(pages)).map((field) => metadataOf(textAt(field, "fieldId") ?? "", field));
			const shown = await Promise.all(fields.map((field) => this.withRequestTypes(field, spaceId, signal)));
			return new Map(shown.map((field) => [field.id, field]));
		});
	}

	/** Jira does not say which request types may be set: those of the space's service desk, as long as the account may see them. */
	private async withRequestTypes(field: FieldMetadata, spaceId: string, signal: AbortSignal): Promise<FieldMetadata> {
		if (field.custom !== requestTypeField || field.allowedValues !== undefined) return field;
		const allowedValues = await remembered(this.requestTypes, spaceId, () => requestTypesOf(this.client, spaceId, signal));
		return { ...field, allowedValues };
	}

	/** The work type to create with: the same one, or one of the same name in a space that has its own types. */
	async typeFor(spaceId: string, type: JsonValue | undefined, signal: AbortSignal): Promise<string | undefined> {
		const types = await remembered(this.types, spaceId, async () => {
			const path = "/rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes";
			const call = { method: "GET", path, parameters: { projectIdOrKey: spaceId }, query: { maxResults: 200 }, signal } as const;
			return await collectItems(offsetPages(this.client, call, "issueTypes"));
		});
		const same =
			types.find((one) => idAt(one, "id") === idAt(type, "id")) ?? types.find((one) => textAt(one, "name") === textAt(type, "name"));
		return idAt(same, "id");
	}
}

const requestTypeField = "com.atlassian.servicedesk:vp-origin";

async function requestTypesOf(client: HttpClient, spaceId: string, signal: AbortSignal): Promise<readonly JsonValue[] | undefined> {
	try {
		const desks = await serviceList({ client, signal }, { path: `${root}/servicedesk` });
		const serviceDeskId = idAt(
			desks.find((desk) => idAt(desk, "projectId") === spaceId),
			"id",
		);
		if (serviceDeskId === undefined) return undefined;
		return await serviceList(
			{ client, signal },
			{ path: `${root}/servicedesk/{serviceDeskId}/requesttype`, parameters: { serviceDeskId } },
		);
	} catch (error) {
		if (isAppError(error, "site-refused") || isAppError(error, "scope-missing") || isAppError(error, "not-found")) return undefined;
		throw error;
	}
}

function remembered<T>(cache: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
	const known = cache.get(key);
	if (known !== undefined) return known;
	const reading = read();
	cache.set(key, reading);
	reading.catch(() => cache.delete(key));
	return reading;
}

/** Fields that can be edited on a work item now. An item whose workflow step can't be edited has none. */
export async function editScreen(client: HttpClient, id: string, signal: AbortSignal): Promise<Screen> {
	try {
		const path = "/rest/api/3/issue/{issueIdOrKey}/editmeta";
		const answer = await client.call({ method: "GET", path, parameters: { issueIdOrKey: id }, signal });
		return new Map(Object.entries(objectAt(answer.json, "fields")).map(([field, meta]) => [field, metadataOf(field, meta)]));
	} catch (error) {
		if (isAppError(error, "site-refused")) return new Map();
		throw error;
	}
}

/** Fields of the screen that a transition shows. */
export function transitionScreen(transition: JsonValue): Screen {
	return new Map(Object.entries(objectAt(transition, "fields")).map(([field, meta]) => [field, metadataOf(field, meta)]));
}
