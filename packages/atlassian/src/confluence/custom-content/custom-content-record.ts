import { type ItemRef, isJsonObject, type JsonObject, type JsonValue, type KindId } from "@skyeworx/core";
import { z } from "zod";
import { malformed } from "../../http/failure.ts";
import type { HttpClient } from "../../http/http-client.ts";
import { without } from "../../record/json-access.ts";
import { labelsPart, propertiesPart } from "../content/records.ts";
import { completeList, listOf } from "../read/single-content.ts";
import type { PropertyOwner } from "../restore/property-owner.ts";

export const customContentKindId: KindId = "confluence.custom-content";
export const customContentPath = "/wiki/api/v2/custom-content";

/** The part that holds what lists said of it when its record was read: no content, a mark of what is known. */
export const customListingPart = "listing";

const bodyShape = z.looseObject({ representation: z.string().nullish(), value: z.string() });
const shape = z.looseObject({
	id: z.string().min(1),
	type: z.string().min(1),
	status: z.string(),
	title: z.string(),
	spaceId: z.string(),
	pageId: z.string().nullish(),
	blogPostId: z.string().nullish(),
	customContentId: z.string().nullish(),
	authorId: z.string().nullish(),
	createdAt: z.string().nullish(),
	version: z.looseObject({ number: z.number(), createdAt: z.string().nullish(), message: z.string().nullish() }),
	body: z.looseObject({ storage: bodyShape.nullish(), raw: bodyShape.nullish() }).nullish(),
	_links: z.looseObject({ webui: z.string().nullish() }).nullish(),
});

/** What we rely on of content of an app's own type. */
export type CustomContentRecord = z.infer<typeof shape>;

/** Checks custom content of an answer or a stored record. @throws AppError `site-answer-malformed` */
export function readCustomContent(value: JsonValue): CustomContentRecord {
	const parsed = shape.safeParse(value);
	if (!parsed.success)
		throw malformed("Confluence custom content", parsed.error.issues.map((issue) => issue.path.join(".") || "shape").join(" "));
	return parsed.data;
}

/** What it is in; undefined where that is the space itself. */
export function containerOf({ pageId, blogPostId, customContentId }: CustomContentRecord): ItemRef | undefined {
	if (pageId != null) return { kind: "confluence.page", id: pageId };
	if (blogPostId != null) return { kind: "confluence.blog-post", id: blogPostId };
	return customContentId == null ? undefined : { kind: customContentKindId, id: customContentId };
}

/** Its body in the representation in which the app wrote it: `raw` is the app's own and never looked into. */
export function bodyOf({ body }: CustomContentRecord): { readonly representation: "storage" | "raw"; readonly value: string } {
	if (body?.storage != null) return { representation: "storage", value: body.storage.value };
	return { representation: "raw", value: body?.raw?.value ?? "" };
}

/** The main part: what Atlassian answered, without what is kept as its own part. */
function mainPart(answer: JsonValue): JsonObject {
	if (!isJsonObject(answer)) return {};
	const webui = isJsonObject(answer._links) ? answer._links.webui : undefined;
	const kept = without(answer, "_links", "_expandable", "labels", "properties", "operations", "versions", "collaborators");
	return typeof webui === "string" ? { ...kept, _links: { webui } } : kept;
}

const some = (part: JsonValue): boolean => Array.isArray(part) && part.length > 0;

/** One with its body, labels and properties; undefined when it is not there (for this account). */
export async function fetchCustomContent(
	client: HttpClient,
	id: string,
	signal?: AbortSignal,
): Promise<ReadonlyMap<string, JsonValue> | undefined> {
	const path = `${customContentPath}/{id}` as const;
	const call = { method: "GET", path, parameters: { id }, accept: [403, 404], signal } as const;
	const query = { "body-format": "storage", "include-labels": true, "include-properties": true };
	const { status, json } = await client.call({ ...call, query });
	if (status !== 200 || !isJsonObject(json)) return undefined;
	let main = mainPart(json);
	// A body that the app keeps as its own comes in no other representation.
	if (!isJsonObject(json.body) || json.body.storage == null) {
		const { status: again, json: raw } = await client.call({ ...call, query: { "body-format": "raw" } });
		if (again !== 200 || !isJsonObject(raw)) return undefined;
		main = { ...main, body: raw.body ?? {} };
	}
	const source = { client, id, signal };
	const owner = customProperties(client, id, signal);
	const labels = labelsPart(completeList(json.labels) ?? (await listOf(source, `${path}/labels`)));
	const properties = propertiesPart(completeList(json.properties) ?? (await listOf(source, owner.list, owner.listName)));
	return new Map<string, JsonValue>([
		["", main],
		...(some(labels) ? [["labels", labels] as const] : []),
		...(some(properties) ? [["properties", properties] as const] : []),
	]);
}

/** It as the owner of its properties. */
export function customProperties(client: HttpClient, id: string, signal?: AbortSignal): PropertyOwner {
	const list = `${customContentPath}/{custom-content-id}/properties`;
	return { client, id, list, listName: "custom-content-id", one: `${list}/{property-id}`, oneName: "custom-content-id", signal };
}
