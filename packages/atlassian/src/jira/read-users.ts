import type { JsonValue } from "@skyeworx/core";
import type { HttpClient } from "../http/http-client.ts";
import { listAt } from "../record/json-access.ts";

/** Everybody that Jira knows, customers, apps and inactive accounts too: a thousand a request. */
export async function readUsers(client: HttpClient, signal: AbortSignal | undefined): Promise<readonly JsonValue[]> {
	const users: JsonValue[] = [];
	for (;;) {
		// A plain list without a total is read until a page comes back empty.
		const query = { startAt: users.length, maxResults: 1000 };
		const { json } = await client.call({ method: "GET", path: "/rest/api/3/users/search", query, signal });
		const page = listAt(json);
		if (page.length === 0) return users;
		users.push(...page);
	}
}
