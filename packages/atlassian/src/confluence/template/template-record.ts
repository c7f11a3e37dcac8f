import { isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import { z } from "zod";
import { malformed } from "../../http/failure.ts";
import type { HttpClient } from "../../http/http-client.ts";
import { idAt, listAt, numberAt, objectAt, textAt, without } from "../../record/json-access.ts";
import { compareText } from "../content/records.ts";

const shape = z.looseObject({
	templateId: z.string().min(1),
	name: z.string(),
	description: z.string().nullish(),
	labels: z.array(z.looseObject({ name: z.string(), prefix: z.string().nullish() })).nullish(),
	/** Undefined for templates of the whole site. */
	space: z.looseObject({ id: z.string(), key: z.string() }).nullish(),
	body: z.looseObject({ storage: z.looseObject({ value: z.string() }).nullish() }).nullish(),
	/** The blueprint that it belongs to; Atlassian lets nobody write those. */
	referencingBlueprint: z.string().nullish(),
	originalTemplate: z.looseObject({ moduleKey: z.string().nullish() }).nullish(),
});

export type TemplateRecord = z.infer<typeof shape>;

/** Checks a template of a stored record. @throws AppError `site-answer-malformed` */
export function readTemplate(value: JsonValue): TemplateRecord {
	const parsed = shape.safeParse(value);
	if (!parsed.success)
		throw malformed("Confluence template", parsed.error.issues.map((issue) => issue.path.join(".") || "shape").join(" "));
	return parsed.data;
}

/** A template as it is kept: of its space the id and key, of its labels the names. */
function templatePart(answer: JsonValue): JsonObject {
	if (!isJsonObject(answer)) return {};
	const space = objectAt(answer, "space");
	const labels = listAt(answer, "labels")
		.map((label) => ({ name: textAt(label, "name") ?? "", prefix: textAt(label, "prefix") ?? "global" }))
		.sort((a, b) => compareText(`${a.prefix}:${a.name}`, `${b.prefix}:${b.name}`));
	const storage = objectAt(answer, "body", "storage");
	return {
		...without(answer, "_links", "_expandable", "space", "labels", "body"),
		labels,
		...(idAt(space, "id") === undefined ? {} : { space: { id: idAt(space, "id") ?? "", key: textAt(space, "key") ?? "" } }),
		body: { storage: { representation: "storage", value: textAt(storage, "value") ?? "" } },
	};
}

export function isBlueprint(template: TemplateRecord): boolean {
	return template.referencingBlueprint != null || template.originalTemplate?.moduleKey != null;
}

/** One template; undefined when it is not there (for this account). */
export async function fetchTemplate(client: HttpClient, id: string, signal?: AbortSignal): Promise<JsonObject | undefined> {
	const path = "/wiki/rest/api/template/{contentTemplateId}";
	const call = { method: "GET", path, parameters: { contentTemplateId: id }, accept: [403, 404], signal } as const;
	const { status, json } = await client.call(call);
	return status === 200 ? templatePart(json) : undefined;
}

const pageSize = 100;

/** The templates of a space, or those of the whole site; undefined when the account may not list them. */
export async function listTemplates(
	client: HttpClient,
	where: { readonly path: "/wiki/rest/api/template/page" | "/wiki/rest/api/template/blueprint"; readonly spaceKey?: string | undefined },
	signal?: AbortSignal,
): Promise<readonly JsonObject[] | undefined> {
	const found: JsonObject[] = [];
	for (;;) {
		const query = { spaceKey: where.spaceKey, start: found.length, limit: pageSize, expand: "body" };
		const { status, json } = await client.call({ method: "GET", path: where.path, query, accept: [403, 404], signal });
		if (status !== 200) return undefined;
		const page = listAt(json, "results").map(templatePart);
		found.push(...page);
		if (page.length < Math.max(1, numberAt(json, "limit") ?? pageSize)) return found;
	}
}
