import { isAppError } from "@skyeworx/core";
import { Address } from "./address.ts";
import type { Authentication } from "./authentication.ts";
import type { Connection } from "./connection.ts";
import { isScopeMissing } from "./failure.ts";
import { lenientJson } from "./read-body.ts";
import type { Transport } from "./transport.ts";
import type { Meter } from "./usage.ts";

const myself = "/rest/api/3/myself";

/**
 * Whether Atlassian's gateway takes a credential that the site's own host rejected: scoped API tokens work only there. A missing
 * scope is an acceptance, too. @throws AppError `cancelled`
 */
export async function isTakenByGateway(asking: {
	readonly connection: Connection;
	readonly transport: Transport;
	readonly authentication: Authentication;
	readonly meter: Meter;
	readonly signal: AbortSignal;
}): Promise<boolean> {
	const { connection, transport, authentication, meter, signal } = asking;
	if (connection.apiUrl === undefined && !connection.siteUrl.startsWith("https:")) return false;
	const address = new Address(connection, transport);
	address.useGateway();
	try {
		const url = await address.resolve({ path: myself }, signal);
		const headers = { authorization: await authentication.header(signal), accept: "application/json" };
		meter.request(`GET ${myself}`);
		const answer = await transport.send({ url, method: "GET", headers, timeout: 30_000, signal });
		const json = await lenientJson(answer);
		return answer.status === 200 || isScopeMissing(json);
	} catch (error) {
		if (isAppError(error, "cancelled")) throw error;
		return false;
	}
}
