import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { z } from "zod";
import { malformed } from "../../http/failure.ts";
import type { HttpClient } from "../../http/http-client.ts";
import { without } from "../../record/json-access.ts";

const folderShape = z.looseObject({
	id: z.string().min(1),
	title: z.string(),
	status: z.string().nullish(),
	spaceId: z.string().nullish(),
	parentId: z.string().nullish(),
	parentType: z.string().nullish(),
	position: z.number().nullish(),
	authorId: z.string().nullish(),
	createdAt: z.string().nullish(),
	version: z.looseObject({ createdAt: z.string().nullish() }).nullish(),
});

type FolderRecord = z.infer<typeof folderShape>;

/** Checks a folder of an answer or a stored record. @throws AppError `site-answer-malformed` */
export function readFolder(value: JsonValue): FolderRecord {
	const parsed = folderShape.safeParse(value);
	if (!parsed.success) throw malformed("Confluence folder", parsed.error.issues.map((issue) => issue.path.join(".") || "shape").join(" "));
	return parsed.data;
}

/** A folder as it is kept. */
function folderPart(answer: JsonValue): JsonObject {
	if (!isJsonObject(answer)) return {};
	return without(answer, "_links", "_expandable", "operations", "properties", "directChildren", "collaborators");
}

/** Asks for one folder: Atlassian has no list of them. Undefined when it is not there (for this account). */
export async function fetchFolder(client: HttpClient, id: string, signal?: AbortSignal): Promise<JsonObject | undefined> {
	const call = { method: "GET", path: "/wiki/api/v2/folders/{id}", parameters: { id }, accept: [403, 404], signal } as const;
	const { status, json } = await client.call(call);
	return status === 200 ? folderPart(json) : undefined;
}
