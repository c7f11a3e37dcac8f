import { cancelDeletion, confirmDeletion, readDeletion, requestDeletion } from "../../data-rights/deletion.ts";
import { exportOrganization } from "../../data-rights/export-organization.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

type Names = "exportOrganization" | "getDeletion" | "requestDeletion" | "cancelDeletion" | "confirmDeletion";

/** Everything about an organization: to take away, and to delete for good. */
export function dataRightHandlers(platform: Platform): HandlersOf<Names> {
	return {
		exportOrganization: async ({ principal }) => exportOrganization(platform, principal),
		getDeletion: async ({ principal }) => ({ body: await readDeletion(platform, principal) }),
		requestDeletion: async ({ principal, body, note }) => {
			if (body.reason !== undefined) note.reason = body.reason;
			return { body: await requestDeletion(platform, principal, body) };
		},
		cancelDeletion: async ({ principal }) => {
			await cancelDeletion(platform, principal);
			return {};
		},
		confirmDeletion: async ({ principal, body }) => ({ body: await confirmDeletion(platform, principal, body) }),
	};
}
