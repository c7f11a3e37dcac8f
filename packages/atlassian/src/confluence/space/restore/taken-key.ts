import type { HttpClient } from "../../../http/http-client.ts";
import { cursorPages, itemsOfPages } from "../../../http/paging.ts";
import { collect } from "../../read/in-order.ts";
import { readSpace, type SpaceRecord } from "../space-record.ts";

/** The spaces that hold a key, those in Atlassian's trash too: they keep theirs. */
export async function spacesWithKey(client: HttpClient, key: string, signal?: AbortSignal): Promise<readonly SpaceRecord[]> {
	const found: SpaceRecord[] = [];
	for (const status of [undefined, "trashed"]) {
		const call = { method: "GET", path: "/wiki/api/v2/spaces", query: { keys: [key], status, limit: 10 }, signal } as const;
		found.push(...(await collect(itemsOfPages(cursorPages(client, call)))).map(readSpace));
	}
	return found.filter((space) => space.key.toLowerCase() === key.toLowerCase());
}
