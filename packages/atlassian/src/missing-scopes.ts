import { AppError, isAppError, type KindId } from "@skyeworx/core";
import type { KindDefinition } from "@skyeworx/engine";
import { z } from "zod";
import type { HttpClient } from "./http/http-client.ts";

/** The sites of a grant; one entry for each app that it covers. */
export const grantedResources = z.array(
	z.object({ id: z.string(), url: z.string(), name: z.string().default(""), scopes: z.array(z.string()).default([]) }),
);

/** Asks what the grant allows, over all its sites; undefined when nobody tells (an API token, a login that is down). */
export async function askGrantedScopes(client: HttpClient, signal: AbortSignal | undefined): Promise<ReadonlySet<string> | undefined> {
	try {
		const granted = await client.read({ method: "GET", path: "/oauth/token/accessible-resources", signal }, grantedResources);
		return new Set(granted.flatMap((resource) => resource.scopes));
	} catch (error) {
		if (isAppError(error, "cancelled")) throw error;
		return undefined;
	}
}

/** Says which scopes kinds lack: those that the grant does not hold, or all that they need when that is not known. */
export function scopesMissing(
	kinds: readonly Pick<KindDefinition, "id" | "scopes">[],
	concerned: readonly KindId[],
	granted: ReadonlySet<string> | undefined,
): readonly string[] {
	const needed = [...new Set(kinds.filter((kind) => concerned.includes(kind.id)).flatMap((kind) => kind.scopes.read))].sort();
	const missing = needed.filter((scope) => granted?.has(scope) !== true);
	return missing.length > 0 ? missing : needed;
}

/** Why kinds are not protected, with the scopes to grant. */
export function scopeGap(scopes: readonly string[]): string {
	return `The grant lacks ${scopes.length === 1 ? "the scope" : "one or more of the scopes"} ${scopes.join(", ")}.`;
}

/** The same error with the scopes named. */
export function namingScopes(error: AppError, scopes: readonly string[]): AppError {
	if (scopes.length === 0) return error;
	return new AppError("scope-missing", scopeGap(scopes), {
		hint: `Connect the site again and grant ${scopes.join(", ")}.`,
		facts: error.facts,
		cause: error,
	});
}
