import { isAppError, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { HttpClient } from "../../../http/http-client.ts";
import { at, idAt, listAt, mapJson, objectAt, textAt } from "../../../record/json-access.ts";
import { stable } from "../../../record/stable-record.ts";
import { experimental, root, serviceList } from "../../service/desk-lists.ts";
import type { RequestField, SiteFields } from "../../site-fields.ts";
import type { WorkItemRecord } from "../record.ts";

/** Parts that keep the customer's side of a work item of a service desk. */
export const requestParts = ["request", "participants", "approvals", "service-levels", "feedback"] as const;

const path = `${root}/request/{issueIdOrKey}`;

/** Whether a field of the bulk read says that an item may have this; a site without such a field says nothing. */
function mayHave(item: Pick<WorkItemRecord, "main">, fields: SiteFields, name: RequestField): boolean {
	const ids = fields.ofRequests[name];
	return ids.length === 0 || ids.some((id) => (at(item.main, "fields", id) ?? null) !== null);
}

/** Whether a work item may be a customer's request. */
export function mayBeRequest(item: Pick<WorkItemRecord, "main">, fields: SiteFields): boolean {
	return textAt(item.main, "fields", "project", "projectTypeKey") === "service_desk" && mayHave(item, fields, "type");
}

/** Requests that {@link readRequest} makes of a request whose lists fit on a page. */
export function requestCost(item: Pick<WorkItemRecord, "main">, fields: SiteFields): number {
	return 1 + (["approvals", "feedback"] as const).filter((name) => mayHave(item, fields, name)).length;
}

interface Asking {
	readonly client: HttpClient;
	readonly fields: SiteFields;
	readonly signal: AbortSignal | undefined;
}

/** Speak of the reader or of the day of reading, or say once more what the work item itself says. */
const notKept: ReadonlySet<string> = new Set(["_links", "_expands", "canAnswerApproval", "friendly", "emailAddressHash"]);

function kept(value: JsonValue): JsonValue {
	return stable(mapJson(value, (member, name) => (notKept.has(name) ? undefined : member)) ?? null);
}

/** Everything of one of JSM's pages, which may stand inside another answer. */
async function wholeList(asking: Asking, id: string, page: JsonValue | undefined, list: string): Promise<readonly JsonValue[]> {
	if (at(page, "isLastPage") !== false) return listAt(page, "values").map(kept);
	return (await serviceList(asking, { path: `${path}/${list}`, parameters: { issueIdOrKey: id } })).map(kept);
}

/**
 * Reads the customer's side of a work item: one request, and one each for approvals and feedback that its fields speak of.
 * @returns the parts that say something; undefined when the account may not see them
 */
export async function readRequest(
	asking: Asking,
	item: Pick<WorkItemRecord, "id" | "main">,
): Promise<ReadonlyMap<string, JsonValue> | undefined> {
	const { id } = item;
	const parameters = { issueIdOrKey: id };
	const query = { expand: ["participant", "sla", "requestType"] };
	try {
		const call = { method: "GET", path, parameters, query, accept: [404], signal: asking.signal } as const;
		const { status, json } = await asking.client.call(call);
		if (status === 404) return new Map();
		const [participants, levels, approvals, feedback] = await Promise.all([
			wholeList(asking, id, at(json, "participants"), "participant"),
			wholeList(asking, id, at(json, "sla"), "sla"),
			mayHave(item, asking.fields, "approvals") ? serviceList(asking, { path: `${path}/approval`, parameters }) : [],
			mayHave(item, asking.fields, "feedback") ? readFeedback(asking, id) : undefined,
		]);
		const parts: readonly (readonly [(typeof requestParts)[number], JsonValue | undefined])[] = [
			["request", mainPart(json)],
			["participants", byAccount(participants)],
			["approvals", approvals.map(kept)],
			["service-levels", levels],
			["feedback", feedback],
		];
		return new Map(
			parts.flatMap(([name, part]) => (part === undefined || (Array.isArray(part) && part.length === 0) ? [] : [[name, part]])),
		);
	} catch (error) {
		if (isAppError(error, "site-refused") || isAppError(error, "scope-missing")) return undefined;
		// Deleted since its first reading: the next census says so.
		if (isAppError(error, "not-found")) return new Map();
		throw error;
	}
}

function mainPart(request: JsonValue): JsonObject {
	const { requestTypeId, serviceDeskId, createdDate, currentStatus, requestType } = objectAt(kept(request));
	const members = { requestTypeId, serviceDeskId, requestType, createdDate, currentStatus };
	return Object.fromEntries(Object.entries(members).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
}

/** People in the order of their ids: JSM lists them as it likes. */
function byAccount(people: readonly JsonValue[]): readonly JsonValue[] {
	const id = (person: JsonValue) => idAt(person, "accountId") ?? "";
	return people.toSorted((a, b) => (id(a) < id(b) ? -1 : 1));
}

/** Sites without feedback on requests answer that it is not there, or may not be seen. */
async function readFeedback({ client, signal }: Asking, id: string): Promise<JsonValue | undefined> {
	const place = { path: `${root}/request/{requestIdOrKey}/feedback`, parameters: { requestIdOrKey: id }, headers: experimental };
	const { status, json } = await client.call({ method: "GET", ...place, accept: [400, 403, 404], signal });
	return status >= 400 || !isJsonObject(json) || at(json, "rating") === undefined ? undefined : kept(json);
}
