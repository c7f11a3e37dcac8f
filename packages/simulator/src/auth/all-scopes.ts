import type { Router } from "../http/router.ts";

/** Every scope that some route asks for: what an app with all permissions holds. */
export function allScopes(router: Router): string[] {
	const scopes = new Set<string>();
	for (const route of router.routes) {
		if (route.scopes === "public") continue;
		for (const set of route.scopes) for (const scope of set) scopes.add(scope);
	}
	return [...scopes].sort();
}
