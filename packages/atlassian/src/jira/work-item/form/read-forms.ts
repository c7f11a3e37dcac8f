import { AppError, isAppError, isJsonObject, type JsonObject, type JsonValue } from "@skyeworx/core";
import type { HttpClient } from "../../../http/http-client.ts";
import { idAt, objectAt } from "../../../record/json-access.ts";
import { stable } from "../../../record/stable-record.ts";
import { formRoot } from "../../form/form-address.ts";
import { experimental } from "../../service/desk-lists.ts";
import { apartAnswer } from "../../setting/apart.ts";

interface Asking {
	readonly client: HttpClient;
	readonly signal: AbortSignal | undefined;
}

/** Where the forms of a work item lie. */
export const formsOfItem = `${formRoot}/issue/{issueIdOrKey}/form`;

/** Which forms a work item has: what each is called, of which template it is, and whether it was submitted. */
export async function listForms(asking: Asking, issueIdOrKey: string): Promise<readonly JsonObject[]> {
	const list = await apartAnswer(asking, { method: "GET", path: formsOfItem, parameters: { issueIdOrKey }, headers: experimental });
	if (!Array.isArray(list)) throw new AppError("site-answer-malformed", "Atlassian's list of a work item's forms is not readable");
	return list.filter(isJsonObject);
}

/** One form: what it asks, and what was answered. */
export async function readForm(asking: Asking, issueIdOrKey: string, formId: string): Promise<JsonObject> {
	const place = { path: `${formsOfItem}/{formId}`, parameters: { issueIdOrKey, formId } };
	return objectAt(await apartAnswer(asking, { method: "GET", ...place, headers: experimental }));
}

/**
 * Reads the forms of a work item with their answers: one request, and one for each form.
 * @returns undefined when the account may not see them
 */
export async function readForms(asking: Asking, issueIdOrKey: string): Promise<readonly JsonValue[] | undefined> {
	try {
		const entries = await listForms(asking, issueIdOrKey);
		return await Promise.all(
			entries.map(async (entry) => stable({ ...entry, ...(await readForm(asking, issueIdOrKey, idAt(entry, "id") ?? "")) })),
		);
	} catch (error) {
		if (isAppError(error, "site-refused")) return undefined;
		// Deleted since its first reading: the next census says so.
		if (isAppError(error, "not-found")) return [];
		throw error;
	}
}
