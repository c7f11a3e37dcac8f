import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** Where the official documents lie in their folder, and the path that their operations stand below. */
export const documentFiles: readonly { readonly file: string; readonly prefix: string }[] = [
	{ file: "jira-platform-v3.json", prefix: "" },
	{ file: "jira-software.json", prefix: "" },
	{ file: "jira-service-management.json", prefix: "" },
	{ file: "confluence-v1.json", prefix: "" },
	{ file: "confluence-v2.json", prefix: "/wiki/api/v2" },
];

/**
 * Finds the folder of Atlassian's OpenAPI documents: `SKYEWORX_ATLASSIAN_DOCS`, a folder beside the checkout, or `.openapi` in it;
 * undefined when they are nowhere.
 * @param environment read from the process unless told
 */
export function findDocuments(environment: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
	const root = resolve(import.meta.dirname, "../../../..");
	const given = environment.SKYEWORX_ATLASSIAN_DOCS;
	const places = [
		...(given === undefined ? [] : [given, join(given, "openapi")]),
		resolve(root, "../shared/atlassian/openapi"),
		join(root, ".openapi"),
	];
	return places.find((folder) => existsSync(join(folder, "jira-platform-v3.json")));
}
