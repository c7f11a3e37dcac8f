import { readInsights } from "../../insights/read-insights.ts";
import type { HandlersOf } from "../call.ts";
import type { Platform } from "./platform.ts";

/** How the backups did. */
export function insightHandlers(platform: Platform): HandlersOf<"getInsights"> {
	return { getInsights: async ({ principal, query }) => ({ body: await readInsights(platform, principal, query) }) };
}
