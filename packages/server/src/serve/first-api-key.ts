import { permissions } from "@skyeworx/contract";
import { createApiKey } from "../access/api-keys.ts";
import { systemPrincipal } from "../access/principal.ts";
import { recordAudit } from "../audit/record.ts";
import type { OpenPlatform } from "../server.ts";
import { firstOrganization } from "./first-organization.ts";

/**
 * Makes an API key that may do everything in the first organization, which is made when there is none: whoever may start the server
 * owns it, and a script can set it up without a browser.
 */
export async function firstApiKey(platform: OpenPlatform, organization: string): Promise<string> {
	const { organizationId } = await firstOrganization(platform, organization);
	const operator = systemPrincipal(organizationId, { id: "serve", name: "skyeworx serve --api-key" });
	const { apiKey, secret } = await createApiKey(platform, operator, { name: "Made by the operator", permissions: [...permissions] });
	const target = { type: "apiKey", id: apiKey.id };
	await recordAudit(platform, { organizationId, actor: operator.actor, action: "api-key.create", target, outcome: "success" });
	return secret;
}
