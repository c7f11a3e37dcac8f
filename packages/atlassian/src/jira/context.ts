import type { JsonObject, JsonValue } from "@skyeworx/core";
import { isJsonObject } from "@skyeworx/core";
import { z } from "zod";
import type { AppSite } from "../app-reader.ts";
import { type SiteFields, siteFields } from "./site-fields.ts";

/** What a run has to know about the site before it reads work items. */
export interface JiraContext {
	/** All fields as the site answered them. */
	readonly fields: readonly JsonObject[];
	readonly siteFields: SiteFields;
	/** IANA name: JQL reads dates in the account's time zone. */
	readonly timeZone: string;
	/** The site's clock when the run began; ours may be wrong. Epoch milliseconds. */
	readonly siteTime: number;
}

const myself = z.object({ accountId: z.string(), displayName: z.string().default(""), timeZone: z.string().default("UTC") });
const serverInfo = z.object({ serverTime: z.string().optional(), serverTitle: z.string().optional(), baseUrl: z.string().optional() });

/** The account that a credential stands for. */
export async function readAccount(site: Pick<AppSite, "client">, signal: AbortSignal | undefined): Promise<z.infer<typeof myself>> {
	return site.client.read({ method: "GET", path: "/rest/api/3/myself", signal }, myself);
}

/** The site's name and clock. */
export async function readServer(
	site: AppSite,
	signal: AbortSignal | undefined,
): Promise<{ readonly title: string; readonly time: number }> {
	const info = await site.client.read({ method: "GET", path: "/rest/api/3/serverInfo", signal }, serverInfo);
	const time = info.serverTime === undefined ? Number.NaN : Date.parse(info.serverTime);
	return { title: info.serverTitle ?? "", time: Number.isFinite(time) ? time : site.ports.clock.now().getTime() };
}

/** Reads the context: three requests. The clock comes first, so that nothing that happens meanwhile is missed. */
export async function readContext(site: AppSite, signal: AbortSignal | undefined): Promise<JiraContext> {
	const server = await readServer(site, signal);
	const [account, answer] = await Promise.all([
		readAccount(site, signal),
		site.client.read({ method: "GET", path: "/rest/api/3/field", signal }, z.array(z.custom<JsonValue>())),
	]);
	const fields = answer.filter(isJsonObject);
	return { fields, siteFields: siteFields(fields, site.credential === "api-token"), timeZone: account.timeZone, siteTime: server.time };
}
