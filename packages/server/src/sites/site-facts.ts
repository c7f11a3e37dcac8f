import type { Failure } from "@skyeworx/contract";
import { toAppError } from "@skyeworx/core";
import type { SiteFacts } from "@skyeworx/engine";

/** What was found out about a site when it was last asked; kept sealed, for it names a person. */
export interface KeptFacts {
	readonly accountName: string;
	readonly gaps: readonly { readonly kind: string; readonly reason: string }[];
	/** Of an OAuth grant; undefined for other credentials, and before this was kept. */
	readonly scopes?: readonly string[];
}

/** The part of a site's facts that is not a column. */
export function keptFacts(facts: SiteFacts): KeptFacts {
	return { accountName: facts.account.name, gaps: facts.gaps, ...(facts.scopes !== undefined && { scopes: facts.scopes }) };
}

/** An error as API answers carry it. */
export function failureOf(error: unknown): Failure {
	const known = toAppError(error);
	return { code: known.code, detail: known.message, hint: known.hint ?? null };
}
