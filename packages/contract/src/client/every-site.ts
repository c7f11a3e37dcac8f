import type { Site } from "../schemas/site.ts";
import type { Client } from "./client.ts";

const page = 500;

/** Every site that the caller may see, however many pages that takes. @throws ApiError */
export async function everySite(client: Pick<Client, "listSites">, signal?: AbortSignal): Promise<Site[]> {
	const sites: Site[] = [];
	let cursor: string | null = null;
	do {
		const query: { limit: number; cursor?: string } = { limit: page, ...(cursor !== null && { cursor }) };
		const { items, nextCursor }: { items: Site[]; nextCursor: string | null } = await client.listSites({
			query,
			...(signal !== undefined && { signal }),
		});
		sites.push(...items);
		cursor = nextCursor;
	} while (cursor !== null);
	return sites;
}
