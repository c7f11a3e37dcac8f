import { AppError, isJsonObject, type JsonValue } from "@skyeworx/core";

/** What is known of a refused call. No content: a path template, a status. */
interface Refused {
	readonly operation: string;
	readonly status: number;
	readonly json: JsonValue;
	readonly credentialType: "api-token" | "oauth";
}

/** Whether a 401 says that the grant lacks a scope (Atlassian answers 401 for it, not 403). */
export function isScopeMissing(json: JsonValue): boolean {
	return isJsonObject(json) && typeof json.message === "string" && /scope does not match/i.test(json.message);
}

/** Field names that Atlassian's error body complains about: codes, no content. */
export function refusedFields(json: JsonValue): readonly string[] {
	if (!isJsonObject(json)) return [];
	// Confluence v2 lists errors with codes; Jira names fields.
	if (Array.isArray(json.errors))
		return json.errors.flatMap((error) => (isJsonObject(error) && typeof error.code === "string" ? [error.code] : []));
	return isJsonObject(json.errors) ? Object.keys(json.errors) : [];
}

function unauthorized(refused: Refused): AppError {
	const facts = { operation: refused.operation, status: refused.status };
	if (isScopeMissing(refused.json)) {
		return new AppError("scope-missing", "The grant lacks a scope that this call needs", {
			hint: "Connect the site again with the scopes named on the coverage page.",
			facts,
		});
	}
	if (refused.credentialType === "oauth") {
		return new AppError("credential-rejected", "Atlassian does not accept the access token, even a fresh one", {
			hint: "Connect the site again and grant access.",
			facts,
		});
	}
	return new AppError("credential-rejected", "Atlassian does not accept this e-mail address and API token", {
		hint: "Check the e-mail address, and make a new API token at id.atlassian.com if it expired (they last a year at most).",
		facts,
	});
}

/** The error for an answer that means no. */
export function refusalOf(refused: Refused): AppError {
	const facts = { operation: refused.operation, status: refused.status, fields: refusedFields(refused.json).join(" ") || undefined };
	switch (refused.status) {
		case 401:
			return unauthorized(refused);
		case 403:
			return new AppError("site-refused", "The connection's account may not do this", {
				hint: "Give the account the permission in Atlassian, or connect with an account that has it.",
				facts,
			});
		case 404:
			return new AppError("not-found", "Atlassian does not find it, or the account may not see it", { facts });
		case 410:
			return new AppError("site-refused", "Atlassian no longer offers this operation", { hint: "Update Skyeworx.", facts });
		case 413:
			return new AppError("site-refused", "Atlassian's limit for this item is reached", { facts });
		default:
			return new AppError("site-refused", `Atlassian refused the call with status ${refused.status}`, { facts });
	}
}

/** The site was silent or broken until the last try. */
export function unreachable(operation: string, status: number | undefined, cause?: unknown): AppError {
	const message = status === undefined ? "The site can't be reached" : "The site answers with an error of its own";
	return new AppError("site-unreachable", message, {
		hint: "Check the site's address and https://status.atlassian.com; the next run goes on where this one stopped.",
		facts: { operation, status },
		cause,
	});
}

/** A write may or may not have been done: its answer did not arrive. */
export function answerLost(operation: string, status: number | undefined, cause?: unknown): AppError {
	return new AppError("answer-lost", "The answer to a write did not arrive; it may have been done", {
		facts: { operation, status },
		cause,
	});
}

/** An answer that is not what Atlassian's documents promise. The cause is left out when it would quote content. */
export function malformed(operation: string, what: string): AppError {
	return new AppError("site-answer-malformed", `Atlassian's answer is not readable: ${what}`, {
		hint: "Try again; if it stays, a proxy may stand between Skyeworx and Atlassian.",
		facts: { operation },
	});
}
