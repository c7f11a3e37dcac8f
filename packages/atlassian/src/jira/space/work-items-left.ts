import { idAt, listAt } from "../../record/json-access.ts";
import type { Reading } from "../setting/setting-kind.ts";

/** Whether a space holds work items. The search index lags behind deletions: what it names is asked for by id. */
export async function holdsWorkItems(reading: Reading, spaceId: string): Promise<boolean> {
	const { client, signal } = reading;
	const search = { jql: `project = ${spaceId} ORDER BY key ASC`, fields: ["key"], maxResults: 50 };
	const found = await client.call({ method: "POST", path: "/rest/api/3/search/jql", body: search, idempotent: true, signal });
	const issueIdsOrKeys = listAt(found.json, "issues").flatMap((issue) => idAt(issue, "id") ?? []);
	if (issueIdsOrKeys.length === 0) return false;
	const body = { issueIdsOrKeys, fields: ["key"] };
	const there = await client.call({ method: "POST", path: "/rest/api/3/issue/bulkfetch", body, idempotent: true, signal });
	return listAt(there.json, "issues").length > 0;
}
