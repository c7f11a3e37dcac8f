import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { z } from "zod";
import { malformed } from "../../http/failure.ts";
import { without } from "../../record/json-access.ts";

const spaceShape = z.looseObject({
	id: z.string().min(1),
	key: z.string(),
	name: z.string(),
	type: z.string().nullish(),
	status: z.string().nullish(),
	authorId: z.string().nullish(),
	createdAt: z.string().nullish(),
	homepageId: z.string().nullish(),
	description: z.looseObject({ plain: z.looseObject({ value: z.string().nullish() }).nullish() }).nullish(),
});

export type SpaceRecord = z.infer<typeof spaceShape>;

/** Checks a space of an answer or a stored record. @throws AppError `site-answer-malformed` */
export function readSpace(value: JsonValue): SpaceRecord {
	const parsed = spaceShape.safeParse(value);
	if (!parsed.success) throw malformed("Confluence space", parsed.error.issues.map((issue) => issue.path.join(".") || "shape").join(" "));
	return parsed.data;
}

/** A space as it is kept. */
export function spacePart(answer: JsonValue): JsonObject {
	if (!isJsonObject(answer)) return {};
	return without(answer, "_links", "_expandable", "icon", "labels", "properties", "operations", "permissions");
}
