import { isJsonObject, type JsonValue } from "@skyeworx/core";
import type { HttpClient } from "../../http/http-client.ts";
import { idAt, listAt } from "../../record/json-access.ts";
import { fileMarksEntry, fileMarksFrom } from "../content/file-marks.ts";
import { idOf, readProperty } from "../content/records.ts";
import { inOrder } from "./in-order.ts";
import { propertyPath } from "./search-marks.ts";
import { completeList, listOf } from "./single-content.ts";

const filesAtOnce = 4;

/** Labels and properties of one attachment, from itself: one call, or more when it has over fifty of a sort. */
async function readOne(client: HttpClient, id: string, signal: AbortSignal | undefined): Promise<JsonValue | undefined> {
	const query = { "include-labels": true, "include-properties": true };
	const path = "/wiki/api/v2/attachments/{id}";
	const { status, json } = await client.call({ method: "GET", path, parameters: { id }, query, accept: [404], signal });
	if (status === 404 || !isJsonObject(json)) return undefined;
	const source = { client, id, signal };
	const labels = completeList(json.labels) ?? (await listOf(source, "/wiki/api/v2/attachments/{id}/labels"));
	const properties =
		completeList(json.properties) ?? (await listOf(source, "/wiki/api/v2/attachments/{attachment-id}/properties", "attachment-id"));
	return fileMarksEntry(labels, properties);
}

/** Labels and properties of a page's attachments as they are now; undefined when none has any. */
export async function readFileMarksPart(
	client: HttpClient,
	attachments: JsonValue | undefined,
	signal?: AbortSignal,
): Promise<JsonValue | undefined> {
	const entries: (readonly [string, JsonValue | undefined])[] = [];
	const read = async (id: string) => [id, await readOne(client, id, signal)] as const;
	for await (const entry of inOrder(listAt(attachments).map(idOf), filesAtOnce, read)) entries.push(entry);
	return fileMarksFrom(entries);
}

/** What the search says of one attachment, and in a later answer of values that it only named; undefined when it does not tell all. */
function toldEntry(mark: JsonValue, later: readonly JsonValue[]): { readonly entry: JsonValue | undefined } | undefined {
	if (!isJsonObject(mark) || !Array.isArray(mark.labels)) return undefined;
	const values = [...listAt(mark, "values"), ...later.flatMap((one) => listAt(one, "values"))];
	const byPath = new Map(values.map((value) => [propertyPath(readProperty(value).key), value]));
	const properties = listAt(mark, "names").map((name) => byPath.get(typeof name === "string" ? name : ""));
	if (!properties.every((property) => property !== undefined)) return undefined;
	return { entry: fileMarksEntry(mark.labels, properties) };
}

/**
 * Labels and properties of a page's attachments: from the search; of those that it does not tell, as the vault holds them, and of
 * attachments that it only half tells, from themselves.
 */
export async function searchedFileMarks(
	{ client, signal }: { readonly client: HttpClient; readonly signal: AbortSignal | undefined },
	{
		attachments,
		marks,
		later,
		held,
	}: Readonly<Record<"attachments" | "marks" | "later", readonly JsonValue[]>> & { readonly held: JsonValue | undefined },
): Promise<JsonValue | undefined> {
	const entries: (readonly [string, JsonValue | undefined])[] = [];
	for (const id of attachments.map(idOf)) {
		const mark = marks.find((one) => idAt(one, "file") === id);
		const before = isJsonObject(held) ? held[id] : undefined;
		if (mark === undefined) {
			entries.push([id, before]);
			continue;
		}
		const told = toldEntry(
			mark,
			later.filter((one) => idAt(one, "file") === id),
		);
		entries.push([id, told === undefined ? await readOne(client, id, signal) : told.entry]);
	}
	return fileMarksFrom(entries);
}
