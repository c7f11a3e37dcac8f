import { isAppError, isJsonObject, type JsonValue } from "@skyeworx/core";
import { collectItems, startPages } from "../../http/paging.ts";
import { idAt } from "../../record/json-access.ts";
import type { Reading } from "../setting/setting-kind.ts";

/** Atlassian's documents ask for it where an operation is experimental. */
export const experimental = { "X-ExperimentalApi": "opt-in" } as const;

export const root = "/rest/servicedeskapi";

interface List {
	readonly path: string;
	readonly parameters?: Readonly<Record<string, string>>;
	readonly query?: Readonly<Record<string, string>>;
}

/** Everything of one of JSM's lists, which are paged by `start`. */
export async function serviceList(
	reading: Pick<Reading, "client" | "signal">,
	{ path, parameters = {}, query = {} }: List,
): Promise<readonly JsonValue[]> {
	const call = { method: "GET", path, parameters, query: { limit: 100, ...query }, headers: experimental, signal: reading.signal } as const;
	return await collectItems(startPages(reading.client, call));
}

/** The service desks of the spaces read. */
export function listDesks(reading: Reading): Promise<readonly JsonValue[]> {
	return reading.once("service desks", async () => await serviceList(reading, { path: `${root}/servicedesk` }));
}

/** A list of each service desk; one that the account may not see is left out. */
export async function listOfEachDesk(
	reading: Reading,
	part: string,
	query: Readonly<Record<string, string>> = {},
): Promise<readonly JsonValue[]> {
	const found: JsonValue[] = [];
	for (const desk of await listDesks(reading)) {
		const serviceDeskId = idAt(desk, "id") ?? "";
		try {
			const list = await serviceList(reading, {
				path: `${root}/servicedesk/{serviceDeskId}/${part}`,
				parameters: { serviceDeskId },
				query,
			});
			found.push(...list.map((one) => (isJsonObject(one) ? { serviceDeskId, ...one } : one)));
		} catch (error) {
			if (!isAppError(error, "site-refused") && !isAppError(error, "not-found")) throw error;
			reading.withheld?.(error);
		}
	}
	return found;
}
