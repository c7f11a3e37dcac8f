import { AppError, type JsonValue } from "@skyeworx/core";
import type { AppSite } from "../../app-reader.ts";
import type { ApiCall } from "../../http/http-client.ts";
import type { Reading, SettingKind } from "./setting-kind.ts";

/** Whether a kind lies at an address that does not take the connection's credential. */
export function isOutOfReach(site: Pick<AppSite, "credential">, kind: Pick<SettingKind, "apart">): boolean {
	return kind.apart === true && site.credential !== "api-token";
}

/**
 * An answer of an address apart from the site's own. That it does not take the token says nothing of the site: a token may be
 * good everywhere else.
 * @throws AppError `site-refused` when the account may not, `not-found`
 */
export async function apartAnswer(reading: Pick<Reading, "client" | "signal">, call: Omit<ApiCall, "signal">): Promise<JsonValue> {
	const { status, json } = await reading.client.call({ ...call, accept: [401, 403, 404], signal: reading.signal });
	const facts = { operation: `${call.method} ${call.path}`, status };
	if (status === 404) throw new AppError("not-found", "Atlassian does not find it, or the account may not see it", { facts });
	if (status < 400) return json;
	throw new AppError("site-refused", "Atlassian does not show this to the connection's API token", {
		hint: "Connect with an API token (without scopes) of an administrator of Jira.",
		facts,
	});
}
