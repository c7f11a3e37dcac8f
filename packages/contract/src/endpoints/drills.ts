import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { drillRuleChange, drills } from "../schemas/drill.ts";
import { uuid } from "../schemas/primitives.ts";
import { run } from "../schemas/run.ts";

const params = z.object({ siteId: uuid });

/** Restores that are tried out, and scored, before anybody needs one. */
export const drillEndpoints = {
	getDrills: endpoint({
		method: "GET",
		path: "/sites/:siteId/drills",
		tag: "Drills",
		summary: "Say how often a restore of a site is tried out, and when next",
		description: "What they found is in the runs of type `drill` and in the insights.",
		access: "status.see",
		params,
		status: 200,
		response: drills,
	}),
	updateDrills: endpoint({
		method: "PATCH",
		path: "/sites/:siteId/drills",
		tag: "Drills",
		summary: "Change how often, with how many items, and with copies in which space a restore is tried out",
		description:
			"Naming a drill space also needs `item.restore`. Where deletions need a second person, so does a drill space: drills make copies there and take them away again; then the answer is 409 `approval-required`, and the same call works once somebody has agreed.",
		access: "policy.edit",
		params,
		body: drillRuleChange,
		status: 200,
		response: drills,
		audit: "drill.update",
	}),
	createDrill: endpoint({
		method: "POST",
		path: "/sites/:siteId/drills",
		tag: "Drills",
		summary: "Try out a restore now, by the site's rule",
		description:
			"With a drill space this also needs `item.restore`. While a drill of the site is waiting or running, that one is the answer.",
		access: "backup.run",
		params,
		status: 202,
		response: run,
		idempotent: true,
		audit: "drill.run",
	}),
} as const;
