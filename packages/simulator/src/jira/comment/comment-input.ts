import { jiraError } from "../../http/errors.ts";
import type { Site } from "../../site/site.ts";
import type { Visibility } from "../model/issue.ts";

/** Reads `properties` of a comment or worklog: `[{key, value}]`. @throws HttpError 400 */
export function readProperties(value: unknown): Record<string, unknown> {
	if (value === undefined || value === null) return {};
	if (!Array.isArray(value)) throw jiraError(400, "Invalid request payload. Refer to the REST API documentation and try again.");
	const properties: Record<string, unknown> = {};
	for (const each of value as readonly { key?: unknown; value?: unknown }[]) {
		if (typeof each?.key !== "string" || each.key === "" || each.key.length > 255)
			throw jiraError(400, "The property key must be 1 to 255 characters long.");
		if (JSON.stringify(each.value ?? null).length > 32_768) throw jiraError(400, "The property value is longer than 32768 characters.");
		properties[each.key] = each.value;
	}
	return properties;
}

/** Reads who may see a comment or worklog. @throws HttpError 400 for unknown groups */
export function readVisibility(site: Site, value: unknown): Visibility | undefined {
	if (value === undefined || value === null) return undefined;
	const given = value as { type?: unknown; value?: unknown; identifier?: unknown };
	if (given.type === "role") return { type: "role", value: String(given.value), identifier: String(given.identifier ?? given.value) };
	const group = [...site.groups.values()].find((each) => each.groupId === given.identifier || each.name === given.value);
	if (given.type !== "group" || group === undefined)
		throw jiraError(400, [], { commentLevel: `Group: ${String(given.value)} does not exist.` });
	return { type: "group", value: group.name, identifier: group.groupId };
}
