import { isAppError, type JsonObject, type JsonValue } from "@skyeworx/core";
import { listAt, textAt } from "../../record/json-access.ts";
import type { Reading } from "../setting/setting-kind.ts";
import { root } from "./desk-lists.ts";

/** Words of which articles have one: JSM finds none without a word. They are tried until some article is found. */
const words = ["how", "a", "the", "and", "to"];

/**
 * The Confluence spaces whose articles a service desk shows, by their keys: one to five requests. JSM has no operation that names
 * them; it says of each article that a search finds where it comes from. Where the account may not search, what was known stays.
 */
export async function knowledgeSpaces(reading: Reading, serviceDeskId: string): Promise<readonly JsonValue[] | undefined> {
	try {
		for (const query of words) {
			const found = await spacesOfArticles(reading, serviceDeskId, query);
			if (found.length > 0) return found;
		}
		return undefined;
	} catch (error) {
		if (!isAppError(error, "site-refused") && !isAppError(error, "scope-missing") && !isAppError(error, "not-found")) throw error;
		const known = await reading.known(serviceDeskId, "knowledgeBase");
		return Array.isArray(known) ? known : undefined;
	}
}

async function spacesOfArticles(reading: Reading, serviceDeskId: string, query: string): Promise<readonly JsonObject[]> {
	const path = `${root}/servicedesk/{serviceDeskId}/knowledgebase/article`;
	const call = { method: "GET", path, parameters: { serviceDeskId }, query: { query, limit: 50 }, signal: reading.signal } as const;
	const found = new Map<string, JsonObject>();
	for (const article of listAt((await reading.client.call(call)).json, "values")) {
		const [type, spaceKey] = [textAt(article, "source", "type") ?? "", textAt(article, "source", "spaceKey")];
		if (spaceKey !== undefined) found.set(`${type} ${spaceKey}`, { type, spaceKey });
	}
	return [...found].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, space]) => space);
}
