import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findDocuments } from "../contract/documents.ts";
import { Router } from "../http/router.ts";
import { createSite } from "../site/create-site.ts";
import { registerConfluence } from "./register-confluence.ts";

const folder = findDocuments();
if (folder === undefined)
	process.stderr.write("SKIPPED: Confluence routes against the OpenAPI documents: they are not here (npm run openapi:fetch)\n");
interface Operation {
	readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
	readonly "x-atlassian-oauth2-scopes"?: readonly { readonly state: string; readonly scopes: readonly string[] }[];
}

/** Scope sets of each documented operation, by method and template with anonymous parameters. */
function documented(folderOfDocuments: string): Map<string, string[]> {
	const found = new Map<string, string[]>();
	for (const [file, prefix] of [["confluence-v1.json", ""] as const, ["confluence-v2.json", "/wiki/api/v2"] as const]) {
		const { paths } = JSON.parse(readFileSync(join(folderOfDocuments, file), "utf8")) as {
			paths: Record<string, Record<string, Operation>>;
		};
		for (const [path, item] of Object.entries(paths)) {
			for (const [method, operation] of Object.entries(item)) found.set(nameOf(method, prefix + path), setsOf(operation));
		}
	}
	return found;
}

const nameOf = (method: string, template: string): string => `${method.toUpperCase()} ${template.replace(/\{[^}]*\}/g, "{}")}`;

const setName = (scopes: Iterable<string>): string => [...scopes].sort().join(" ");

function setsOf(operation: Operation): string[] {
	const current = new Set<string>();
	const granular = new Set<string>();
	for (const entry of operation.security ?? []) for (const scopes of Object.values(entry)) for (const scope of scopes) current.add(scope);
	for (const { state, scopes } of operation["x-atlassian-oauth2-scopes"] ?? [])
		for (const scope of scopes) (state === "Beta" ? granular : current).add(scope);
	return [current, granular].filter((set) => set.size > 0).map(setName);
}

describe("the routes of Confluence", () => {
	it.skipIf(folder === undefined)("are all in Atlassian's documents and ask for the documented scopes", () => {
		const router = new Router();
		registerConfluence(router, createSite({ seed: "empty" }));
		const known = documented(folder ?? "");
		const wrong: string[] = [];
		for (const route of router.routes.filter(({ template }) => !template.startsWith("/wiki/download/"))) {
			const sets = known.get(nameOf(route.method, route.template));
			const own = route.scopes === "public" ? [] : route.scopes.map(setName);
			if (sets === undefined) wrong.push(`${route.method} ${route.template} is not documented`);
			else if (JSON.stringify([...sets].sort()) !== JSON.stringify([...own].sort()))
				wrong.push(`${route.method} ${route.template}: ${own.join(" or ")} instead of ${sets.join(" or ")}`);
		}
		expect(wrong).toEqual([]);
	});
});
