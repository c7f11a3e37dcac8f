import { type ErrorCode, isAppError } from "@skyeworx/core";

/** Errors of the site or its credential as a whole: every other group would meet them again, after as long a wait. */
const ofTheSite: ReadonlySet<ErrorCode> = new Set(["credential-rejected", "credential-revoked", "site-unreachable", "site-limited"]);

/** Whether an error ends the reading of all groups. */
export function endsReading(error: unknown): boolean {
	return isAppError(error) && (error.code === "cancelled" || ofTheSite.has(error.code));
}
