import { changePolicy } from "../../policies/change-policy.ts";
import { previewPolicy, readPolicy } from "../../policies/read-policy.ts";
import { keepSiteCard } from "../../rebuild/site-card.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

/** How often sites are backed up. */
export function policyHandlers(platform: Platform): HandlersOf<"getPolicy" | "updatePolicy" | "previewPolicy"> {
	return {
		getPolicy: async ({ principal, params }) => ({ body: await readPolicy(platform, principal, params.siteId) }),
		updatePolicy: async ({ principal, params, body, note }) => {
			note.facts = { every: body.schedule.every };
			await changePolicy(platform, principal, params.siteId, body.schedule);
			await keepSiteCard(platform, principal.organizationId, params.siteId);
			return { body: await readPolicy(platform, principal, params.siteId) };
		},
		previewPolicy: async ({ principal, params, body }) => ({
			body: await previewPolicy(platform, principal, params.siteId, body.schedule),
		}),
	};
}
