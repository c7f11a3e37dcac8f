import { isAppError } from "@skyeworx/core";
import { z } from "zod";
import type { AppSite } from "../../app-reader.ts";

const records = z.object({ records: z.array(z.object({ id: z.number() })).default([]) });

/** Records may come into the log a little after what they tell. */
const overlap = 10 * 60_000;

/**
 * Asks Jira's audit log whether somebody changed the configuration: one request instead of dozens of lists. Undefined when the
 * account may not read the log; then everything is read in each run.
 */
export async function whatChanged(
	site: AppSite,
	since: { readonly readAt: number; readonly audit: number } | undefined,
	signal: AbortSignal | undefined,
): Promise<{ readonly newest: number } | undefined> {
	const from = since === undefined ? undefined : new Date(since.readAt - overlap).toISOString();
	const query = { limit: since === undefined ? 1 : 1000, ...(from === undefined ? {} : { from }) };
	try {
		const found = await site.client.read({ method: "GET", path: "/rest/api/3/auditing/record", query, signal }, records);
		return { newest: found.records.reduce((newest, record) => Math.max(newest, record.id), since?.audit ?? 0) };
	} catch (error) {
		if (isAppError(error, "site-refused") || isAppError(error, "scope-missing") || isAppError(error, "not-found")) return undefined;
		throw error;
	}
}
