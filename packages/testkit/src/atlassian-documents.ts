import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");

/**
 * Finds the folder with Atlassian's own documents (`openapi/*.json`) and, where there are any, recorded answers (`fixtures/`):
 * SKYEWORX_ATLASSIAN_DOCS, else `../shared/atlassian` beside the checkout, else `.openapi` in it. Undefined when there is none,
 * which it says on standard error: a test that is skipped for it must not look like one that passed.
 */
export function atlassianDocuments(needs: "openapi" | "fixtures", env: Readonly<Record<string, string | undefined>>): string | undefined {
	const named = env.SKYEWORX_ATLASSIAN_DOCS;
	const places = [...(named === undefined ? [] : [named]), join(root, "../shared/atlassian"), join(root, ".openapi")];
	const found = places.map((place) => join(place, needs)).find((folder) => existsSync(folder));
	if (found === undefined) {
		process.stderr.write(`SKIPPED: Atlassian's ${needs} are not here; npm run openapi:fetch brings the OpenAPI documents.\n`);
	}
	return found;
}
