import { isAppError, type JsonValue } from "@skyeworx/core";
import type { HttpClient } from "../../http/http-client.ts";
import { collectItems, offsetPages } from "../../http/paging.ts";
import { idAt } from "../../record/json-access.ts";

type SpaceStatus = "live" | "archived" | "deleted";

interface Asking {
	readonly client: HttpClient;
}

/** Lists spaces as the search shows them. */
export async function listSpaces(
	{ client }: Asking,
	query: Readonly<Record<string, string | readonly string[]>>,
	signal: AbortSignal | undefined,
): Promise<readonly JsonValue[]> {
	const call = { method: "GET", path: "/rest/api/3/project/search", query: { maxResults: 100, ...query }, signal } as const;
	try {
		return await collectItems(offsetPages(client, call));
	} catch (error) {
		// The document: 404 when no project matches.
		if (isAppError(error, "not-found")) return [];
		throw error;
	}
}

/** Ids of the spaces that the account can read work items of. */
export async function browsableSpaces(site: Asking, signal: AbortSignal | undefined): Promise<readonly string[]> {
	return idsOf(await listSpaces(site, { action: "browse", orderBy: "key" }, signal));
}

/** The same with their keys. */
export async function browsableSpaceKeys(
	site: Asking,
	signal: AbortSignal | undefined,
): Promise<readonly { readonly id: string; readonly key: string }[]> {
	const records = await listSpaces(site, { action: "browse", orderBy: "key" }, signal);
	return records.flatMap((record) => {
		const id = idAt(record, "id");
		return id === undefined ? [] : [{ id, key: idAt(record, "key") ?? id }];
	});
}

/** Ids of the spaces that the account sees, whether or not it may read work items there. */
export async function visibleSpaces(site: Asking, signal: AbortSignal | undefined, status?: SpaceStatus): Promise<readonly string[]> {
	return idsOf(await listSpaces(site, { action: "view", orderBy: "key", ...(status === undefined ? {} : { status }) }, signal));
}

function idsOf(records: readonly JsonValue[]): readonly string[] {
	return records.flatMap((record) => idAt(record, "id") ?? []);
}
