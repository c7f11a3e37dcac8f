import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { z } from "zod";
import { malformed } from "../../http/failure.ts";
import type { HttpClient } from "../../http/http-client.ts";
import { listAt, without } from "../../record/json-access.ts";
import { propertiesPart } from "../content/records.ts";
import type { TreeFlavour } from "./tree-flavour.ts";

const shape = z.object({
	id: z.string().min(1),
	title: z.string(),
	status: z.string().nullish(),
	spaceId: z.string().nullish(),
	parentId: z.string().nullish(),
	parentType: z.string().nullish(),
	position: z.number().nullish(),
	createdAt: z.string().nullish(),
	embedUrl: z.string().nullish(),
	version: z.looseObject({ createdAt: z.string().nullish() }).nullish(),
});

/** The part that holds what Confluence's search said of an object when its record was read: no content, a mark of what is known. */
export const listingPart = "listing";

export type TreeObjectRecord = z.infer<typeof shape>;

/** Checks a folder, whiteboard, database or smart link of an answer or a stored record. @throws AppError `site-answer-malformed` */
export function readTreeObject(value: JsonValue): TreeObjectRecord {
	const parsed = shape.safeParse(value);
	if (!parsed.success)
		throw malformed("Confluence tree object", parsed.error.issues.map((issue) => issue.path.join(".") || "shape").join(" "));
	return parsed.data;
}

function mainPart(answer: JsonValue): JsonObject {
	if (!isJsonObject(answer)) return {};
	return without(answer, "_links", "_expandable", "operations", "properties", "directChildren", "collaborators");
}

/** Asks for one object with its properties: Atlassian has no list of them. Undefined when it is not there (for this account). */
export async function fetchTreeObject(
	client: HttpClient,
	tree: TreeFlavour,
	id: string,
	signal?: AbortSignal,
): Promise<ReadonlyMap<string, JsonValue> | undefined> {
	const query = { "include-properties": true };
	const call = { method: "GET", path: `${tree.path}/{id}`, parameters: { id }, query, accept: [403, 404], signal } as const;
	const { status, json } = await client.call(call);
	if (status !== 200) return undefined;
	const properties = propertiesPart(listAt(json, "properties", "results"));
	const some = Array.isArray(properties) && properties.length > 0;
	return new Map<string, JsonValue>([["", mainPart(json)], ...(some ? [["properties", properties] as const] : [])]);
}

/** Whether an object is there and not in the trash. */
export async function isLivingTreeObject(client: HttpClient, tree: TreeFlavour, id: string): Promise<boolean> {
	const parts = await fetchTreeObject(client, tree, id);
	return parts !== undefined && readTreeObject(parts.get("") ?? null).status !== "trashed";
}
