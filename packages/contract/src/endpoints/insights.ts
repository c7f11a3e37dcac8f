import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { insights } from "../schemas/insights.ts";
import { pageLimit, uuid } from "../schemas/primitives.ts";

/** How the backups did. */
export const insightEndpoints = {
	getInsights: endpoint({
		method: "GET",
		path: "/insights",
		tag: "Insights",
		summary: "Age against promise, success rate, changes, growth, anomalies, API use and forecast, day by day",
		access: "status.see",
		query: z.object({ siteId: uuid.optional(), days: pageLimit(90, 366) }),
		status: 200,
		response: insights,
	}),
} as const;
